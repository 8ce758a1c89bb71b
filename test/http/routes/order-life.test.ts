import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { defaultLimits, type Limits } from '../../../src/core/model/limits.ts'
import { saveEffects } from '../../../src/store/alerts/save-effects.ts'
import { listErasablePeople } from '../../../src/store/cases/erase-case.ts'
import { eraseUnused } from '../../../src/store/cases/erase-unused.ts'
import { listPlannedDue } from '../../../src/store/people/planned-changes.ts'
import { inTransaction } from '../../../src/store/pg/pool.ts'
import { createProposalKeeper } from '../../../workers/keep-proposals.ts'
import { createForgottenPlanner, createOrderKeeper } from '../../../workers/keep-orders.ts'
import { makeAlertDraft, saveContextAt } from '../../support/alert-drafts.ts'
import { createTestApp, type TestApp } from '../../support/http-app.ts'
import { proveFor, signInAs, type TestPerson } from '../../support/signed-in.ts'
import { createSilentLog } from '../../support/silent-log.ts'

let world: TestApp
let worker: Awaited<ReturnType<TestApp['database']['connectAs']>>
let first: TestPerson
let second: TestPerson
let offenderId = ''
let orderCount = 0
const startedMs = Date.parse('2026-11-23T18:30:00Z')
const hour = 3_600_000
const day = 24 * hour

beforeAll(async () => {
  world = await createTestApp()
  worker = await world.database.connectAs('worker')
  first = await signInAs(world, { roles: ['supervisor'], displayName: 'A. Eerst' })
  second = await signInAs(world, { roles: ['supervisor'], displayName: 'B. Twee' })
  const person = await world.call('supervisor', 'POST', '/v1/persons', {
    role: 'offender',
    reference: 'o',
  })
  offenderId = String(person.body['id'])
})
afterAll(() => world.close())

const circle = { longitude: 5.123457, latitude: 52.098763, radiusMeters: 300 }

/** Of ninety days that began so many days ago. */
async function impose(daysAgo: number, more: object = {}): Promise<string> {
  world.clock.timeMs = startedMs
  const validFromMs = startedMs - daysAgo * day
  orderCount += 1
  const answer = await world.call('supervisor', 'POST', '/v1/protection-orders', {
    reference: `LIFE-${orderCount}`,
    legalBasis: 'prosecutor-behaviour-order',
    offenderId,
    validFrom: new Date(validFromMs).toISOString(),
    validUntil: new Date(validFromMs + 90 * day).toISOString(),
    locationBans: [{ label: 'home', circle }],
    ...more,
  })
  expect(answer.status, JSON.stringify(answer.body)).toBe(201)
  return String(answer.body['id'])
}

type Answer = Record<string, unknown>
type Act = { readonly act: string; readonly findings: string[] } & Answer
type Life = {
  readonly state: string
  readonly end: Answer
  readonly next: Answer | null
  readonly planned: Answer[]
  readonly missing: string[]
  readonly acts: Act[]
  readonly reminders: (Answer & { readonly id: string })[]
}

async function lifeOf(id: string): Promise<Life> {
  const answer = await world.call('operator', 'GET', `/v1/protection-orders/${id}/life`)
  expect(answer.status, JSON.stringify(answer.body)).toBe(200)
  return answer.body as Life
}

const operate = (id: string, name: string, body?: object) =>
  world.call('supervisor', 'POST', `/v1/protection-orders/${id}/${name}`, body)

/** As the worker, with the rights of its login. */
async function keep(nowMs: number): Promise<void> {
  world.clock.timeMs = nowMs
  const deps = {
    pool: worker,
    clock: { nowMs: () => nowMs },
    log: createSilentLog(),
    limits: defaultLimits,
  }
  await createForgottenPlanner(deps)()
  await createOrderKeeper({ ...deps, onEvent: () => {} })()
}

describe('the life of an order', () => {
  it('every act says by what decision it is done, from the first on', async () => {
    const said = { documentReference: 'RK-26/1', decidedBy: 'prosecutor', reason: 'New facts.' }
    const id = await impose(10, said)
    const { body } = await world.call('supervisor', 'GET', `/v1/protection-orders/${id}`)
    const terms = ['reference', 'legalBasis', 'offenderId', 'validFrom', 'validUntil'] as const
    const changed = Object.fromEntries(terms.map((name) => [name, body[name]]))
    const locationBans = [{ label: 'home', circle: { ...circle, radiusMeters: 400 } }]
    const put = await world.call('supervisor', 'PUT', `/v1/protection-orders/${id}`, {
      ...changed,
      locationBans,
      ...said,
      documentReference: 'RK-26/2',
    })
    expect(put.status, JSON.stringify(put.body)).toBe(200)
    expect((await operate(id, '_suspend')).status).toBe(200)
    const resumed = await operate(id, '_resume', { ...said, documentReference: 'RK-26/3' })
    expect(resumed.status, JSON.stringify(resumed.body)).toBe(200)
    expect((await operate(id, '_resume', { because: 'x' })).status).toBe(400)
    const { acts, missing } = await lifeOf(id)
    expect(acts.map(({ act, documentReference }) => [act, documentReference])).toEqual([
      ['impose', 'RK-26/1'],
      ['change', 'RK-26/2'],
      ['suspend', null],
      ['resume', 'RK-26/3'],
    ])
    expect(acts[1]).toMatchObject({ decidedBy: 'prosecutor', reason: 'New facts.' })
    expect(missing).toEqual(['suspend: no-document'])
  })

  it('the life of an order tells its state, its end as we count it, what is missing and who must act next', async () => {
    const id = await impose(10)
    const life = await lifeOf(id)
    expect(life).toMatchObject({
      state: 'active',
      end: {
        verdict: 'as-counted',
        differenceHours: 0,
        extensionCount: 0,
        extensionCountMax: 3,
        extendedBy: ['prosecutor'],
        afterLast: null,
      },
      next: { task: 'prepare', audience: 'case-lead', askedCount: 0, needsDecision: false },
      missing: ['impose: no-document'],
      acts: [{ act: 'impose', version: 1, bySystem: false, extensionCount: 0 }],
    })
    expect(life.reminders.map(({ task }) => task)).toEqual([
      'prepare',
      'ask-for-decision',
      'decide',
      'decide',
      'decide',
      'confirm-stop',
    ])
  })

  it('an extension keeps who decided it and where it is written; the ladder begins anew, and the last one says what to ask for', async () => {
    const id = await impose(80)
    expect((await lifeOf(id)).state).toBe('ending')
    for (const [number, document] of [
      [1, 'V1'],
      [2, 'V2'],
      [3, 'V3'],
    ] as const) {
      const validUntil = new Date(startedMs + (10 + number * 90) * day).toISOString()
      const body = { validUntil, documentReference: document, decidedBy: 'prosecutor' }
      expect((await operate(id, '_extend', body)).status).toBe(200)
    }
    const life = await lifeOf(id)
    expect(life).toMatchObject({
      state: 'active',
      missing: ['impose: no-document'],
      end: { extensionCount: 3, longestEnd: null },
      next: { task: 'prepare' },
    })
    expect(life.end['afterLast']).toContain('art. 38v')
    expect(life.acts.at(-1)).toMatchObject({
      act: 'extend',
      documentReference: 'V3',
      decidedBy: 'prosecutor',
      findings: [],
    })
    const more = { validUntil: new Date(startedMs + 460 * day).toISOString() }
    expect((await operate(id, '_extend', more)).status).toBe(200)
    expect((await lifeOf(id)).missing).toEqual([
      'impose: no-document',
      'extend: no-document',
      'extend: no-extension-left',
      'extend: beyond-one-extension',
      'extend: beyond-maximum',
    ])
  })

  it('a suspension that is confirmed once the order has lapsed is overtaken', async () => {
    const id = await impose(90 - 1 / 24)
    const asked = await first.call('POST', `/v1/protection-orders/${id}/_suspend`, { reason: 'x' })
    expect(asked.status, JSON.stringify(asked.body)).toBe(202)
    world.clock.timeMs += 2 * hour
    const path = `/v1/proposals/${String(asked.body['id'])}`
    const other = await signInAs(world, { roles: ['supervisor'], displayName: 'C. Drie' })
    await proveFor(world, other, `confirmProposal ${String(asked.body['id'])}`)
    expect((await other.call('POST', `${path}/_confirm`, {})).status).toBe(409)
    expect((await lifeOf(id)).acts.map(({ act }) => act)).toEqual(['impose'])
  })

  it('an extension that somebody decided who may not is refused, and nothing is changed', async () => {
    const id = await impose(80)
    const validUntil = new Date(startedMs + 90 * day).toISOString()
    const refused = await operate(id, '_extend', { validUntil, decidedBy: 'mayor' })
    expect(refused).toMatchObject({
      status: 409,
      body: { errors: [{ pointer: '/decidedBy', code: 'not-competent' }] },
    })
    expect((await lifeOf(id)).acts).toHaveLength(1)
  })

  it('what two people did names both, and the document that one of them gave', async () => {
    const id = await impose(10)
    const asked = await first.call('POST', `/v1/protection-orders/${id}/_end`, {
      reason: 'lifted by the court',
      documentReference: 'RB-26/7',
      decidedBy: 'court',
      effectiveAt: '2026-11-22T10:00:00Z',
    })
    expect(asked.status).toBe(202)
    expect((await lifeOf(id)).state).toBe('active')
    await world.database.pool.query(
      `update staff_sessions set stepped_up_at = to_timestamp($2::float8 / 1000), stepped_up_act = $3 where id = $1`,
      [second.sessionId, world.clock.timeMs, `confirmProposal ${String(asked.body['id'])}`],
    )
    const path = `/v1/proposals/${String(asked.body['id'])}/_confirm`
    expect((await second.call('POST', path, {})).status).toBe(200)
    const life = await lifeOf(id)
    expect(life.state).toBe('lifted')
    expect(life.reminders).toEqual([])
    expect(life.acts.at(-1)).toMatchObject({
      act: 'lift',
      by: first.staffId,
      secondPersonId: second.staffId,
      documentReference: 'RB-26/7',
      decidedBy: 'court',
      reason: 'lifted by the court',
      effectiveAt: '2026-11-22T10:00:00.000Z',
      at: new Date(startedMs).toISOString(),
    })
    const closed = await operate(id, '_close', { reason: 'Monitor handed in.' })
    expect(closed).toMatchObject({ status: 200, body: { state: 'closed' } })
    expect((await operate(id, '_close', { reason: 'again' })).status).toBe(409)
  })

  it('a suspension that was asked before the end and confirmed after it does nothing, and an extension then is watched', async () => {
    const id = await impose(90 - (5 * 60_000) / day)
    const until = new Date(startedMs + 30 * day).toISOString()
    const body = { reason: 'in hospital', until }
    const asked = await first.call('POST', `/v1/protection-orders/${id}/_suspend`, body)
    expect(asked.status, JSON.stringify(asked.body)).toBe(202)
    world.clock.timeMs = startedMs + 6 * 60_000
    await world.database.pool.query(
      `update staff_sessions set stepped_up_at = to_timestamp($2::float8 / 1000), stepped_up_act = $3 where id = $1`,
      [second.sessionId, world.clock.timeMs, `confirmProposal ${String(asked.body['id'])}`],
    )
    const path = `/v1/proposals/${String(asked.body['id'])}/_confirm`
    expect((await second.call('POST', path, {})).status).toBe(409)
    expect((await lifeOf(id)).acts.map(({ act }) => act)).toEqual(['impose'])
    const proposal = await first.call('GET', `/v1/proposals/${String(asked.body['id'])}`)
    expect(proposal.body['status']).toBe('overtaken')
    const validUntil = new Date(startedMs + 60 * day).toISOString()
    expect((await operate(id, '_extend', { validUntil })).status).toBe(200)
    expect((await lifeOf(id)).state).toBe('active')
  })

  it('an order that is withdrawn before it begins has ended', async () => {
    const id = await impose(-5)
    const effectiveAt = new Date(startedMs + day).toISOString()
    const ended = await operate(id, '_end', { effectiveAt, documentReference: 'RB-26/9' })
    expect(ended, JSON.stringify(ended.body)).toMatchObject({
      status: 200,
      body: { status: 'ended' },
    })
    expect((await lifeOf(id)).acts.at(-1)).toMatchObject({ act: 'lift', effectiveAt })
  })

  it('an end that is to come is the end of the order: it runs until then, and then a person is asked', async () => {
    const id = await impose(10)
    const effectiveAt = new Date(startedMs + 2 * day).toISOString()
    const ended = await operate(id, '_end', { effectiveAt, documentReference: 'RB-26/8' })
    expect(ended).toMatchObject({
      status: 200,
      body: { status: 'active', validUntil: effectiveAt },
    })
    expect((await lifeOf(id)).state).toBe('ending')
    world.clock.timeMs = startedMs + 2 * day
    expect((await lifeOf(id)).state).toBe('lapsed')
    const late = { effectiveAt: new Date(startedMs + 100 * day).toISOString() }
    expect((await operate(id, '_end', late)).status).toBe(400)
  })

  it('a lapsed order is neither suspended nor answered away: an extension is told with its gap, and a stop is confirmed', async () => {
    const id = await impose(89)
    world.clock.timeMs = startedMs + 3 * day
    expect((await operate(id, '_suspend')).status).toBe(409)
    const [question] = (await lifeOf(id)).reminders.filter(({ task }) => task === 'confirm-stop')
    const answered = await world.call(
      'supervisor',
      'POST',
      `/v1/order-reminders/${question?.id ?? ''}/_answer`,
      { answer: 'in-hand' },
    )
    expect(answered.status).toBe(409)
    const validUntil = new Date(startedMs + 60 * day).toISOString()
    await operate(id, '_extend', { validUntil, documentReference: 'V1', decidedBy: 'prosecutor' })
    const life = await lifeOf(id)
    expect(life.state).toBe('active')
    expect(life.acts.at(-1)).toMatchObject({
      act: 'extend',
      findings: ['after-the-end'],
      effectiveAt: new Date(startedMs + 3 * day).toISOString(),
    })
    world.clock.timeMs = startedMs + 61 * day
    expect((await operate(id, '_end', { reason: 'no more needed' })).status).toBe(200)
    const last = await lifeOf(id)
    expect(last.state).toBe('stopped')
    expect(last.acts.at(-1)).toMatchObject({ act: 'confirm-stop' })
  })
})

describe('what begins later', () => {
  const later = (days: number): string => new Date(startedMs + days * day).toISOString()
  const begin = async (nowMs: number, limits: Limits = defaultLimits): Promise<void> => {
    world.clock.timeMs = nowMs
    await proposalKeeperAt(() => nowMs, limits)()
  }
  const proposalKeeperAt = (nowMs: () => number, limits: Limits = defaultLimits) =>
    createProposalKeeper({
      pool: worker,
      clock: { nowMs },
      log: createSilentLog(),
      limits,
      onEvent: () => {},
      onRegistryChanged: () => {},
    })
  const overtakenOrders = async (): Promise<readonly unknown[]> => {
    const { body } = await world.call('operator', 'GET', '/v1/alerts?kind=plan-overtaken')
    return (body['items'] as Answer[]).map((alert) => alert['protectionOrderId'])
  }
  const replace = async (id: string, more: object) => {
    const { body } = await world.call('supervisor', 'GET', `/v1/protection-orders/${id}`)
    const terms = ['reference', 'legalBasis', 'offenderId', 'validFrom', 'validUntil'] as const
    const kept = Object.fromEntries(terms.map((name) => [name, body[name]]))
    const locationBans = [{ label: 'home', circle }]
    const path = `/v1/protection-orders/${id}`
    return await world.call('supervisor', 'PUT', path, { ...kept, locationBans, ...more })
  }
  const suspendByTwo = async (id: string, body: object): Promise<void> => {
    const one = await signInAs(world, { roles: ['supervisor'] })
    const other = await signInAs(world, { roles: ['supervisor'] })
    const said = { reason: 'in hospital', ...body }
    const asked = await one.call('POST', `/v1/protection-orders/${id}/_suspend`, said)
    expect(asked.status, JSON.stringify(asked.body)).toBe(202)
    await proveFor(world, other, `confirmProposal ${String(asked.body['id'])}`)
    const path = `/v1/proposals/${String(asked.body['id'])}/_confirm`
    expect((await other.call('POST', path, {})).status).toBe(200)
  }
  const statusOf = async (id: string) =>
    (await world.call('supervisor', 'GET', `/v1/proposals/${id}`)).body['status']

  it('a suspension that begins later is decided by two, seen in the life, begins and ends at its moments', async () => {
    const id = await impose(10)
    const body = {
      reason: 'in hospital',
      effectiveAt: later(2),
      until: later(4),
      documentReference: 'Z-1',
    }
    const [one, other] = [
      await signInAs(world, { roles: ['supervisor'], displayName: 'D. Vier' }),
      await signInAs(world, { roles: ['supervisor'], displayName: 'E. Vijf' }),
    ]
    const asked = await one.call('POST', `/v1/protection-orders/${id}/_suspend`, body)
    expect(asked, JSON.stringify(asked.body)).toMatchObject({
      status: 202,
      body: { status: 'open' },
    })
    const proposalId = String(asked.body['id'])
    await proveFor(world, other, `confirmProposal ${proposalId}`)
    const confirmed = await other.call('POST', `/v1/proposals/${proposalId}/_confirm`, {})
    expect(confirmed).toMatchObject({
      status: 200,
      body: { status: 'planned', beginsAt: later(2), enactedAt: null },
    })
    const planned = { proposalId, beginsAt: later(2), until: later(4), by: one.staffId }
    expect(await lifeOf(id)).toMatchObject({ state: 'active', planned: [planned] })
    const due = (nowMs: number) => listPlannedDue(worker, { nowMs, exceptIds: [] })
    expect(await due(startedMs + 2 * day - 1)).toEqual([])
    await begin(startedMs + 2 * day - 1)
    expect((await lifeOf(id)).state).toBe('active')
    expect(await due(startedMs + 2 * day)).toHaveLength(1)
    await begin(startedMs + 2 * day)
    const { rowCount: recorded } = await world.database.pool.query(
      `select from audit_entries join audit_subjects using (organisation_id, index)
        where subject_id = $2 and convert_from(body, 'UTF8') like '%the moment of a planned change%' || $1 || '%'`,
      [proposalId, offenderId],
    )
    expect(recorded, 'on record under its people').toBe(1)
    const life = await lifeOf(id)
    expect(life).toMatchObject({ state: 'suspended', planned: [] })
    expect(life.acts.at(-1)).toMatchObject({
      act: 'suspend',
      by: one.staffId,
      secondPersonId: other.staffId,
      documentReference: 'Z-1',
      effectiveAt: later(2),
      bySystem: true,
    })
    await begin(startedMs + 4 * day)
    expect((await lifeOf(id)).state).toBe('active')
    expect(await statusOf(proposalId)).toBe('begun')
  })

  it('what is planned is taken back by one who may decide it, and then nothing begins; beyond the end nothing is planned', async () => {
    const id = await impose(10)
    expect((await operate(id, '_suspend', { effectiveAt: later(200) })).status).toBe(400)
    const asked = await operate(id, '_suspend', { effectiveAt: later(2) })
    expect(asked).toMatchObject({ status: 202, body: { status: 'planned' } })
    const path = `/v1/proposals/${String(asked.body['id'])}`
    const person = await signInAs(world, { roles: ['supervisor'], displayName: 'F. Zes' })
    await proveFor(world, person, `confirmProposal ${String(asked.body['id'])}`)
    expect((await person.call('POST', `${path}/_confirm`, {})).status).toBe(409)
    const taken = await person.call('POST', `${path}/_refuse`, { note: 'not needed any more' })
    expect(taken).toMatchObject({ status: 200, body: { status: 'withdrawn' } })
    await begin(startedMs + 2 * day)
    expect(await lifeOf(id)).toMatchObject({ state: 'active', planned: [] })
  })

  it('a change that begins later keeps what else was done meanwhile', async () => {
    const id = await impose(10)
    const locationBans = [{ label: 'home', circle: { ...circle, radiusMeters: 400 } }]
    const asked = await replace(id, { locationBans, effectiveAt: later(3) })
    expect(asked, JSON.stringify(asked.body)).toMatchObject({
      status: 202,
      body: { status: 'planned' },
    })
    const validUntil = later(100)
    expect((await operate(id, '_extend', { validUntil })).status).toBe(200)
    await begin(startedMs + 3 * day)
    const { body } = await world.call('supervisor', 'GET', `/v1/protection-orders/${id}`)
    expect(body).toMatchObject({ validUntil, locationBans: [{ circle: { radiusMeters: 400 } }] })
    expect((await lifeOf(id)).acts.map(({ act }) => act)).toEqual(['impose', 'extend', 'change'])
  })

  it('a change that another one stands against by then is not made, and people are called', async () => {
    const id = await impose(10)
    const areas = (radiusMeters: number) => ({
      locationBans: [{ label: 'home', circle: { ...circle, radiusMeters } }],
    })
    const asked = await replace(id, { ...areas(400), effectiveAt: later(3) })
    expect((await replace(id, areas(500))).status).toBe(200)
    await begin(startedMs + 3 * day)
    expect(await statusOf(String(asked.body['id']))).toBe('overtaken')
    const { body } = await world.call('operator', 'GET', '/v1/alerts?kind=plan-overtaken')
    expect(body['items']).toMatchObject([{ protectionOrderId: id, priority: 'P2', status: 'open' }])
  })
  it('a planned change that cannot be made any more keeps nobody else suspended', async () => {
    const [id, other] = [await impose(10), await impose(10)]
    await suspendByTwo(other, { until: later(3) })
    const asked = await replace(id, { reference: 'TAKEN-1', effectiveAt: later(3) })
    expect(asked, JSON.stringify(asked.body)).toMatchObject({ status: 202 })
    await impose(10, { reference: 'TAKEN-1' })
    await begin(startedMs + 3 * day)
    expect(await statusOf(String(asked.body['id']))).toBe('overtaken')
    expect((await lifeOf(other)).state).toBe('active')
  })

  const person = async (role: string, reference: string): Promise<string> =>
    String((await world.call('supervisor', 'POST', '/v1/persons', { role, reference })).body['id'])
  const protecting = (victimId: string) => ({
    proximityBans: [{ victimId, separationMeters: 1_000 }],
  })
  const planVictim = async (id: string, victimId: string): Promise<string> => {
    const asked = await replace(id, { ...protecting(victimId), effectiveAt: later(3) })
    expect(asked, JSON.stringify(asked.body)).toMatchObject({ body: { status: 'planned' } })
    return String(asked.body['id'])
  }

  it('a planned change is asked about known moves of whom it names, on record, by the worker', async () => {
    const victimId = await person('victim', 'PLAN-MOVED')
    const [id] = [await impose(10), await impose(10, protecting(victimId))]
    const { latitude, longitude } = circle
    const address = { text: 'Oude weg 12', latitude, longitude }
    const path = `/v1/persons/${victimId}/relocations`
    const body = { movedAt: later(-1), oldAddress: address }
    expect((await world.call('supervisor', 'POST', path, body)).status).toBe(201)
    const proposalId = await planVictim(id, victimId)
    await begin(startedMs + 3 * day)
    expect(await statusOf(proposalId)).toBe('begun')
    const { body: asked } = await world.call(
      'operator',
      'GET',
      '/v1/relocation-questions?limit=200',
    )
    const own = (asked['items'] as Answer[]).filter((one) => one['protectionOrderId'] === id)
    expect(own).toMatchObject([{ about: 'location-ban', because: 'names-old' }])
    const { rowCount } = await world.database.pool.query(
      `select from audit_entries join audit_subjects using (organisation_id, index)
        where subject_id = $1 and convert_from(body, 'UTF8') like '%the moment of a planned change%questionCount%'`,
      [victimId],
    )
    expect(rowCount).toBe(1)
  })

  it('a planned change names nobody who was erased meanwhile, and people are called', async () => {
    const goneId = await person('victim', 'PLAN-GONE')
    const proposalId = await planVictim(await impose(10), goneId)
    const { pool } = world.database
    await pool.query(`update persons set reference = 'erased ' || id where id = $1`, [goneId])
    await begin(startedMs + 3 * day)
    expect(await statusOf(proposalId)).toBe('overtaken')
  })

  it('a planned change names no more people than detection has places for', async () => {
    const proposalId = await planVictim(await impose(10), await person('victim', 'PLAN-MANY'))
    await begin(startedMs + 3 * day, { ...defaultLimits, victimsPerOffenderMax: 0 })
    expect(await statusOf(proposalId)).toBe('overtaken')
  })

  it('whom a planned change alone names is kept, however long ago they were registered', async () => {
    const [kept, unused] = [await person('victim', 'PLAN-KEPT'), await person('victim', 'UNUSED')]
    await planVictim(await impose(10), kept)
    const { pool } = world.database
    await pool.query(
      `update persons set created_at = created_at - interval '400 days' where id = any($1)`,
      [[kept, unused]],
    )
    await inTransaction(worker, (tx) => eraseUnused(tx, Date.now()))
    const { rows } = await pool.query<{ reference: string }>(
      'select reference from persons where id = any($1)',
      [[kept, unused]],
    )
    expect(rows.map(({ reference }) => reference)).toEqual(
      expect.arrayContaining(['PLAN-KEPT', `erased ${unused}`]),
    )
    const destroy = worker.query('select hoede_destroy_keys_of_unused($1)', [[kept]])
    await expect(destroy).rejects.toThrow('expected people of no case')
  })

  it('whom a planned change names is not erased with an older case of theirs, until it is taken back', async () => {
    const victimId = await person('victim', 'PLAN-BEFORE')
    const [olderId, id] = [await impose(10, protecting(victimId)), await impose(10)]
    const { pool } = world.database
    await pool.query(`update protection_orders set status = 'ended' where id = $1`, [olderId])
    const proposalId = await planVictim(id, victimId)
    const erasing = { orderId: olderId, nowMs: startedMs + 400 * day }
    const isErasable = async (purpose: 'monitoring' | 'evidence') =>
      (await listErasablePeople(worker, { ...erasing, purpose })).includes(victimId)
    expect([await isErasable('monitoring'), await isErasable('evidence')]).toEqual([false, false])
    const { rows } = await worker.query('select hoede_people_planned() as id')
    expect(rows).toContainEqual({ id: victimId })
    const note = { note: 'not now' }
    const other = await signInAs(world, { roles: ['supervisor'] })
    expect((await other.call('POST', `/v1/proposals/${proposalId}/_refuse`, note)).status).toBe(200)
    expect([await isErasable('monitoring'), await isErasable('evidence')]).toEqual([true, true])
  })

  it('a planned change that the database refuses keeps none behind it waiting, and people are called after three tries', async () => {
    const [id, behind] = [await impose(10), await impose(10)]
    const asked = await replace(id, { reference: 'FAULT-1', effectiveAt: later(2) })
    const next = await replace(behind, { reference: 'BEHIND-1', effectiveAt: later(3) })
    const [faulty, good] = [asked, next].map(({ body }) => String(body['id']))
    const { pool } = world.database
    await pool.query(`create function refuse_fault() returns trigger language plpgsql as $$
      begin if new.body ->> 'reference' = 'FAULT-1' then raise exception 'a fault'; end if; return new; end $$`)
    await pool.query(
      'create trigger refuse_fault before insert on protection_order_versions for each row execute function refuse_fault()',
    )
    let nowMs = startedMs + 3 * day
    const keeper = proposalKeeperAt(() => nowMs)
    const afterEach: unknown[] = []
    for (let count = 0; count < 4; count += 1) {
      world.clock.timeMs = nowMs
      await keeper()
      afterEach.push(await statusOf(faulty ?? ''))
      nowMs += 10_000
    }
    await pool.query('drop trigger refuse_fault on protection_order_versions')
    expect(await statusOf(good ?? '')).toBe('begun')
    expect(afterEach).toEqual(['planned', 'planned', 'planned', 'overtaken'])
    expect(await overtakenOrders()).toContain(id)
    expect(await overtakenOrders()).not.toContain(behind)
  })

  it('a planned change waits for a database that can store nothing for a while, and begins then', async () => {
    const id = await impose(10)
    const asked = await replace(id, { reference: 'FULL-1', effectiveAt: later(2) })
    const planned = String(asked.body['id'])
    const { pool } = world.database
    await pool.query(`create function refuse_full() returns trigger language plpgsql as $$
      begin raise exception 'could not extend file: No space left on device' using errcode = '53100'; end $$`)
    await pool.query(
      'create trigger refuse_full before insert on protection_order_versions for each row execute function refuse_full()',
    )
    let nowMs = startedMs + 3 * day
    const keeper = proposalKeeperAt(() => nowMs)
    const pass = async (): Promise<string> => {
      world.clock.timeMs = nowMs += 10_000
      await keeper()
      return String(await statusOf(planned))
    }
    for (let count = 0; count < 6; count += 1) expect(await pass()).toBe('planned')
    await pool.query('drop trigger refuse_full on protection_order_versions')
    expect(await pass()).toBe('begun')
  })

  it('what weakens and begins by itself is in the next hand-over, whenever it was decided', async () => {
    const id = await impose(10)
    await suspendByTwo(id, { effectiveAt: later(2), until: later(4) })
    const listed = async () => {
      const { body } = await world.call('supervisor', 'GET', '/v1/hand-over')
      return (body['items'] as Answer[])
        .filter((item) => item['section'] === 'weakened' && item['protectionOrderId'] === id)
        .map((item) => [item['act'], item['since']])
    }
    expect(await listed()).toEqual([])
    await begin(startedMs + 2 * day)
    expect(await listed()).toEqual([['suspendProtectionOrder', later(2)]])
  })

  it('a suspension that was over before anybody was there to begin it is not begun, and people are called', async () => {
    const id = await impose(10)
    await suspendByTwo(id, { effectiveAt: later(2), until: later(4) })
    await begin(startedMs + 4 * day)
    expect(await lifeOf(id)).toMatchObject({ state: 'active', acts: [{ act: 'impose' }] })
    expect(await overtakenOrders()).toContain(id)
  })

  it('the later end counts of two suspensions at once, one of them planned', async () => {
    const [id, other] = [await impose(10), await impose(10)]
    await suspendByTwo(id, { effectiveAt: later(2), until: later(6) })
    await suspendByTwo(id, { until: later(4) })
    await suspendByTwo(other, { effectiveAt: later(2), until: later(4) })
    await suspendByTwo(other, { until: later(6) })
    const states = async () => [(await lifeOf(id)).state, (await lifeOf(other)).state]
    for (const days of [2, 4]) {
      await begin(startedMs + days * day)
      expect(await states(), String(days)).toEqual(['suspended', 'suspended'])
    }
    await begin(startedMs + 6 * day)
    expect(await states()).toEqual(['active', 'active'])
  })
})

describe('reminders of the end', () => {
  it('a reminder passes whoever does not answer, an answer quiets it until the next, and both are on record', async () => {
    const id = await impose(55)
    // Thirty days before the earliest end somebody prepares: the fifty-ninth day is over.
    await keep(startedMs + 6 * day)
    expect((await lifeOf(id)).next).toMatchObject({ audience: 'case-lead', askedCount: 1 })
    await keep(startedMs + 6 * day + 72 * hour)
    expect((await lifeOf(id)).next).toMatchObject({ audience: 'supervisor', askedCount: 2 })
    const { next } = await lifeOf(id)
    const listed = await world.call('operator', 'GET', '/v1/order-reminders')
    expect((listed.body['items'] as Answer[]).map((row) => row['id'])).toContain(next?.['id'])
    const path = `/v1/order-reminders/${String(next?.['id'])}/_answer`
    const body = { answer: 'extension-asked', documentReference: 'OM-1' }
    const answered = await world.call('supervisor', 'POST', path, body)
    expect(answered.body).toMatchObject({ answer: 'extension-asked', documentReference: 'OM-1' })
    expect(answered.body['answeredBy']).not.toBeNull()
    expect((await world.call('supervisor', 'POST', path, body)).status).toBe(409)
    expect((await lifeOf(id)).next).toMatchObject({ audience: 'prosecutor', askedCount: 0 })
    const { rows } = await world.database.pool.query(
      `select 1 from audit_entries where convert_from(body, 'UTF8')::jsonb #>> '{hoede,subjectId}' = $1`,
      [String(next?.['id'])],
    )
    expect(rows).toHaveLength(1)
  })

  it('a reminder is answered from the moment it is due, and not before', async () => {
    const id = await impose(55)
    const { next } = await lifeOf(id)
    const dueMs = Date.parse(String(next?.['dueAt']))
    const path = `/v1/order-reminders/${String(next?.['id'])}/_answer`
    const answer = () => world.call('supervisor', 'POST', path, { answer: 'in-hand' })
    world.clock.timeMs = dueMs - 1
    const early = await answer()
    expect(early.status).toBe(409)
    expect(JSON.stringify(early.body)).toContain(
      `It is not asked before ${String(next?.['dueAt'])}`,
    )
    expect((await lifeOf(id)).next).toEqual(next)
    world.clock.timeMs = dueMs
    expect((await answer()).status).toBe(200)
  })

  it('a reminder that was answered is asked anew, after a day in the last week and an hour in the last two days, until no extension is sought, with why', async () => {
    const id = await impose(55)
    const endMs = startedMs + 35 * day
    const asked = async () => {
      const { reminders } = await lifeOf(id)
      const due = reminders.filter(({ askedCount }) => Number(askedCount) > 0)
      return { id: due.at(-1)?.id, open: due.at(-1)?.['answer'] === null }
    }
    const answer = async (said: object) => {
      const path = `/v1/order-reminders/${(await asked()).id ?? ''}/_answer`
      return await world.call('supervisor', 'POST', path, said)
    }
    const isOpenAt = async (nowMs: number) => {
      await keep(nowMs)
      return (await asked()).open
    }
    expect(await isOpenAt(endMs - 6 * day)).toBe(true)
    expect((await answer({ answer: 'in-hand' })).status).toBe(200)
    expect(await isOpenAt(endMs - 5 * day - 1)).toBe(false)
    expect(await isOpenAt(endMs - 5 * day)).toBe(true)
    expect(await isOpenAt(endMs - day)).toBe(true)
    expect((await answer({ answer: 'extension-asked' })).status).toBe(200)
    expect(await isOpenAt(endMs - day + hour - 1)).toBe(false)
    expect(await isOpenAt(endMs - day + hour)).toBe(true)
    const answered = await answer({ answer: 'no-extension-sought' })
    expect(answered).toMatchObject({ status: 400, body: { errors: [{ pointer: '/note' }] } })
    const note = 'The prosecutor lets it end.'
    expect((await answer({ answer: 'no-extension-sought', note })).status).toBe(200)
    expect(await isOpenAt(endMs - hour)).toBe(false)
    await keep(endMs)
    expect((await lifeOf(id)).next).toMatchObject({ task: 'confirm-stop', askedCount: 1 })
  })

  it('a call about a lapsed order that somebody closed is open again, every hour, until an act decides', async () => {
    const id = await impose(89)
    const lapsedMs = startedMs + day
    const draft = makeAlertDraft({
      kind: 'order-ending',
      priority: 'P1',
      protectionOrderId: id,
      offenderId,
      occurredAtMs: lapsedMs,
      learnedAtMs: lapsedMs,
    })
    await inTransaction(world.database.pool, (tx) =>
      saveEffects(tx, [{ type: 'alert-raised', alert: draft }], saveContextAt(lapsedMs)),
    )
    const close = async (): Promise<void> => {
      const body = { outcome: 'no-action', note: 'it is over' }
      const closed = await world.call('operator', 'POST', `/v1/alerts/${draft.id}/_close`, {
        ...body,
        outcome: 'false-alarm',
      })
      expect(closed.status, JSON.stringify(closed.body)).toBe(200)
    }
    const status = async (): Promise<unknown> =>
      (await world.call('operator', 'GET', `/v1/alerts/${draft.id}`)).body['status']
    world.clock.timeMs = lapsedMs
    await close()
    await keep(lapsedMs)
    expect(await status()).toBe('open')
    await close()
    await keep(lapsedMs + 59 * 60_000)
    expect(await status()).toBe('closed')
    await keep(lapsedMs + hour)
    expect(await status()).toBe('open')
    const { rows } = await world.database.pool.query(
      'select 1 from escalations where alert_id = $1 and done_at is null and cancelled_at is null',
      [draft.id],
    )
    expect(rows.length).toBeGreaterThan(0)
    const handOver = await world.call('operator', 'GET', '/v1/hand-over')
    expect((handOver.body['items'] as Answer[]).map((item) => item['key'])).toContain(
      `ending:${id}`,
    )
    await close()
    await operate(id, '_end', { reason: 'the court lets it end' })
    await keep(lapsedMs + 5 * hour)
    expect(await status()).toBe('closed')
  })

  it('a reminder that nobody answers is an alert before any other calls about the end, and over with an answer', async () => {
    const id = await impose(55)
    const endMs = startedMs + 35 * day
    const alerts = async () => {
      const { body } = await world.call('operator', 'GET', '/v1/alerts?kind=end-unanswered')
      const items = body['items'] as (Answer & { readonly id: string })[]
      return items.filter(({ protectionOrderId }) => protectionOrderId === id)
    }
    const isOpen = async () =>
      (await alerts()).filter(({ clearedAt }) => clearedAt === null).map(({ status }) => status)
    await keep(endMs - 30 * day)
    expect(await alerts()).toEqual([])
    await keep(endMs - 27 * day)
    const [alert] = await alerts()
    expect(alert).toMatchObject({ priority: 'P3', status: 'open', clearedAt: null })
    expect(alert?.['reason']).toContain('asked 2 times; it ends in 27 days')
    // Taken over by somebody who then does nothing, it is open again when it is asked again.
    const path = `/v1/alerts/${alert?.id ?? ''}/_acknowledge`
    expect((await world.call('operator', 'POST', path, {})).status).toBe(200)
    expect(await isOpen()).toEqual(['acknowledged'])
    await keep(endMs - 24 * day)
    expect(await isOpen()).toEqual(['open'])
    const { next } = await lifeOf(id)
    const answered = await world.call(
      'supervisor',
      'POST',
      `/v1/order-reminders/${String(next?.['id'])}/_answer`,
      { answer: 'in-hand' },
    )
    expect(answered.status, JSON.stringify(answered.body)).toBe(200)
    await keep(endMs - 24 * day + 1)
    expect(await isOpen()).toEqual([])
    // Where another alert calls about the end, one is enough.
    await keep(endMs - 14 * day)
    await keep(endMs - 12 * day)
    expect(await isOpen()).toEqual(['open'])
    const draft = makeAlertDraft({
      kind: 'order-ending',
      priority: 'P3',
      protectionOrderId: id,
      offenderId,
      occurredAtMs: endMs - 12 * day,
      learnedAtMs: endMs - 12 * day,
    })
    await inTransaction(world.database.pool, (tx) =>
      saveEffects(tx, [{ type: 'alert-raised', alert: draft }], saveContextAt(endMs - 12 * day)),
    )
    await keep(endMs - 12 * day + 1)
    expect(await isOpen()).toEqual([])
  })

  it('an end about which nobody answers to the last step calls people before it comes, and calls again until somebody does', async () => {
    const id = await impose(55)
    const endMs = startedMs + 35 * day
    const called = async () => {
      const { rows } = await world.database.pool.query<{ priority: string; calls: number }>(
        `select a.priority, (select count(*)::int from escalations e
            where e.alert_id = a.id and e.done_at is null and e.cancelled_at is null) as calls
           from alerts a where a.kind = 'end-unanswered' and a.protection_order_id = $1 and a.cleared_at is null`,
        [id],
      )
      return rows
    }
    for (const days of [30, 27, 21, 14, 7]) await keep(endMs - days * day)
    expect(await called()).toEqual([{ priority: 'P3', calls: 0 }])
    await keep(endMs - 2 * day)
    expect(await called()).toEqual([{ priority: 'P3', calls: 0 }])
    await keep(endMs - 2 * day + hour)
    const [first] = await called()
    expect(first).toMatchObject({ priority: 'P2' })
    expect(first?.calls).toBeGreaterThan(0)
    // Called to the end of the ladder, and nobody decided.
    const { pool } = world.database
    await pool.query('update escalations set done_at = now() where done_at is null')
    await keep(endMs - 2 * day + 2 * hour)
    expect((await called())[0]?.calls).toBeGreaterThan(0)
    await operate(id, '_extend', {
      validUntil: new Date(endMs + 30 * day).toISOString(),
      documentReference: 'V1',
      decidedBy: 'prosecutor',
    })
    await keep(endMs - 2 * day + 2 * hour + 1)
    expect(await called()).toEqual([])
  })

  it('a suspension that nobody thinks of is asked about after a week, and only resuming or ending the order answers it', async () => {
    const id = await impose(10)
    await operate(id, '_suspend')
    await keep(startedMs + 6 * day)
    const review = async () =>
      (await lifeOf(id)).reminders.find(({ task }) => task === 'review-suspension')
    expect(await review()).toMatchObject({ askedCount: 0, audience: 'supervisor' })
    await keep(startedMs + 7 * day)
    await keep(startedMs + 8 * day)
    expect(await review()).toMatchObject({ askedCount: 2, audience: 'coordinator' })
    const path = `/v1/order-reminders/${String((await review())?.id)}/_answer`
    const answered = await world.call('supervisor', 'POST', path, { answer: 'in-hand' })
    expect(answered.status).toBe(409)
    await operate(id, '_resume')
    expect(await review()).toBeUndefined()
    await operate(id, '_suspend')
    expect(await review()).toMatchObject({ dueAt: new Date(startedMs + 15 * day).toISOString() })
  })

  it('orders from before reminders were kept are reminded of within a look', async () => {
    const id = await impose(89)
    await world.database.pool.query('delete from order_reminders where protection_order_id = $1', [
      id,
    ])
    await keep(startedMs)
    const { next, reminders } = await lifeOf(id)
    expect(reminders.map(({ task }) => task)).toEqual(['decide', 'confirm-stop'])
    expect(next).toMatchObject({ audience: 'coordinator', askedCount: 1 })
  })
})
