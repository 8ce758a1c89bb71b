import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { defaultLimits } from '../../../src/core/model/limits.ts'
import { makeNotices } from '../../../src/store/partners/notices-due.ts'
import { findCaseScope } from '../../../src/transfer/case-scope.ts'
import { listErasablePeople } from '../../../src/store/cases/erase-case.ts'
import { eraseUnused } from '../../../src/store/cases/erase-unused.ts'
import { piecesOf } from '../../../src/store/cases/erased-pieces.ts'
import { isMoveDue } from '../../../src/store/cases/moves-due.ts'
import { inTransaction } from '../../../src/store/pg/pool.ts'
import { createMoveKeeper } from '../../../workers/keep-moves.ts'
import { createTestApp, type TestApp } from '../../support/http-app.ts'
import { signInAs, type TestPerson } from '../../support/signed-in.ts'

let world: TestApp
let worker: Awaited<ReturnType<TestApp['database']['connectAs']>>
let supervisor: TestPerson
let offenderId = ''
let victimId = ''
let childId = ''
let orderId = ''
const hour = 3_600_000
const oldPlace = { longitude: 5.123457, latitude: 52.098763 }
const oldAddress = { text: 'Oude weg 12', ...oldPlace }
const newAddress = { text: 'Nieuwe laan 7', longitude: 5.9, latitude: 52.9 }
const circle = { ...oldPlace, radiusMeters: 300 }

beforeAll(async () => {
  world = await createTestApp()
  worker = await world.database.connectAs('worker')
  supervisor = await signInAs(world, { roles: ['supervisor'], displayName: 'A. Eerst' })
  offenderId = await make('/v1/persons', { role: 'offender', reference: 'RECL-1' })
  victimId = await make('/v1/persons', { role: 'victim', reference: 'SLO-1' })
  childId = await make('/v1/persons', { role: 'victim', reference: 'KIND-1' })
  orderId = await make('/v1/protection-orders', orderBody)
})
afterAll(() => world.close())

async function make(url: string, body: unknown): Promise<string> {
  const answer = await world.call('supervisor', 'POST', url, body)
  expect(answer.status, JSON.stringify(answer.body)).toBe(201)
  return String(answer.body['id'])
}

const orderBody = {
  reference: 'MOVE-1',
  legalBasis: 'liberty-restricting-measure',
  get offenderId() {
    return offenderId
  },
  validFrom: '2026-11-01T00:00:00Z',
  validUntil: '2027-11-01T00:00:00Z',
  locationBans: [
    { label: 'woning', circle },
    { label: 'werk', circle: { longitude: 6, latitude: 53, radiusMeters: 300 } },
  ],
  get proximityBans() {
    const fixedAddresses = [{ label: 'huis', ...oldPlace, radiusMeters: 50 }]
    return [{ victimId, separationMeters: 1000, fixedAddresses }]
  },
}

async function keep(): Promise<void> {
  const clock = { nowMs: () => world.clock.timeMs }
  await createMoveKeeper({ pool: worker, clock, limits: defaultLimits, onEvent: () => {} })()
}

type Question = Readonly<Record<'id' | 'about' | 'because' | 'audience' | 'dueAt', string>>

async function openQuestions(): Promise<readonly Question[]> {
  const { body } = await world.call('operator', 'GET', '/v1/relocation-questions')
  return body['items'] as Question[]
}

async function alerts() {
  const { body } = await world.call('operator', 'GET', '/v1/alerts?kind=move-unanswered')
  return body['items'] as {
    id: string
    status: string
    priority: string
    clearedAt: string | null
  }[]
}

const answerOf = (question: Question | undefined, answer: string) =>
  world.call('supervisor', 'POST', `/v1/relocation-questions/${question?.id}/_answer`, {
    answer,
    note: 'Looked at together.',
  })

describe('who lives with whom', () => {
  it('a household is kept with whoever is registered or is a reference, since when and until when, for supervisors alone', async () => {
    const path = `/v1/protection-orders/${orderId}/household-links`
    const link = { personId: victimId, relation: 'child', since: '2026-09-01T00:00:00Z' }
    await make(path, { ...link, memberId: childId })
    const linkId = await make(path, { ...link, relation: 'other', memberReference: 'BUUR-77' })
    const refused = async (body: object): Promise<unknown> =>
      (await supervisor.call('POST', path, body)).body['errors']
    expect(await refused({ ...link, memberId: victimId })).toMatchObject([{ pointer: '/memberId' }])
    expect(await refused({ ...link, personId: childId, memberReference: 'x' })).toMatchObject([
      { pointer: '/personId' },
    ])
    expect(await refused(link)).toMatchObject([{ pointer: '/memberId' }])
    const end = (until: string) =>
      supervisor.call('POST', `/v1/household-links/${linkId}/_end`, { until })
    expect((await end('2026-08-01T00:00:00Z')).body['errors']).toMatchObject([
      { pointer: '/until' },
    ])
    expect(await end('2026-11-01T00:00:00Z')).toMatchObject({
      status: 200,
      body: { memberReference: 'BUUR-77', until: '2026-11-01T00:00:00.000Z' },
    })
    expect((await end('2026-11-02T00:00:00Z')).status).toBe(409)
    const { rows } = await world.database.pool.query<{ text: string }>(
      'select member_reference as text from household_links where member_reference is not null',
    )
    expect(rows[0]?.text).toMatch(/^sealed:/)
  })
})

describe('a move', () => {
  it('whoever lives with somebody of a case is not erased as somebody of no case', async () => {
    const { pool } = world.database
    const unusedId = await make('/v1/persons', { role: 'victim', reference: 'UNUSED-1' })
    await pool.query(`update persons set created_at = now() - interval '800 days'`)
    // Neither by a list of people, nor by what the list is made from.
    await expect(
      pool.query('select hoede_destroy_keys_of_unused($1)', [[childId]]),
    ).rejects.toThrow('expected people of no case')
    await inTransaction(pool, async (tx) => {
      await tx.query(`set local hoede.part = 'retention'`)
      return await eraseUnused(tx, Date.now())
    })
    const { rows } = await pool.query(
      'select id from persons where reference = $1 or reference = $2 order by 1',
      ['KIND-1', `erased ${unusedId}`],
    )
    expect(rows).toEqual([{ id: childId }, { id: unusedId }])
  })

  it('a move opens a question with a deadline and an owner about each ban and address that names the old one, and about who lived there', async () => {
    const moved = await supervisor.call('POST', `/v1/persons/${victimId}/relocations`, {
      movedAt: '2026-11-22T00:00:00Z',
      oldAddress,
      newAddress,
    })
    expect(moved.status, JSON.stringify(moved.body)).toBe(201)
    const asked = await openQuestions()
    expect(asked.map(({ about, audience, because }) => [about, because, audience])).toEqual([
      ['location-ban', 'names-old', 'case-lead'],
      ['fixed-address', 'names-old', 'case-lead'],
      ['order', 'new-not-protected', 'case-lead'],
      ['household', 'lived-with', 'case-lead'],
    ])
    for (const { dueAt } of asked) expect(Date.parse(dueAt)).toBe(world.clock.timeMs + 24 * hour)
    expect(JSON.stringify(asked)).not.toContain('weg 12')
    const { rows } = await world.database.pool.query<{ old: string; new: string }>(
      'select old_address as old, new_address as new from relocations',
    )
    expect(rows).toHaveLength(1)
    for (const text of [rows[0]?.old, rows[0]?.new]) expect(text).toMatch(/^sealed:/)
  })

  it('the old address is read with the key of the case by supervisors, on record', async () => {
    const path = `/v1/protection-orders/${orderId}/household`
    expect((await world.call('operator', 'GET', path)).status).toBe(403)
    const { body } = await supervisor.call('GET', path)
    expect(body).toMatchObject({
      links: [
        { memberId: null, memberReference: 'BUUR-77' },
        { memberId: childId, until: null },
      ],
      relocations: [{ personId: victimId, oldAddress, newAddress }],
      questions: [{}, {}, {}, {}],
    })
    const { rows } = await world.database.pool.query<{ text: string }>(
      `select convert_from(body, 'UTF8') as text from audit_entries`,
    )
    const named = (name: string) => rows.filter(({ text }) => text.includes(`"name":"${name}"`))
    expect(named('getHousehold').length).toBeGreaterThan(0)
    expect(named('createRelocation').length).toBeGreaterThan(0)
    for (const { text } of rows) expect(text).not.toMatch(/Oude weg|Nieuwe laan|BUUR-77|5\.9|52\.9/)
  })

  it('nothing that reaches the other side or a partner says who lives with somebody, or where they moved', async () => {
    const { pool } = world.database
    const client = await world.call('administrator', 'POST', '/v1/api-clients', {
      name: 'p',
      role: 'partner',
    })
    const administrator = await signInAs(world, { roles: ['administrator'] })
    const partner = await administrator.call('POST', '/v1/partners', {
      kind: 'police',
      name: 'Politie',
      apiClientId: client.body['id'],
      onBreach: 'Bel.',
    })
    await pool.query(
      'update partners set confirmed_by = made_by, confirmed_at = now() where id = $1',
      [partner.body['id']],
    )
    const work = { nowMs: world.clock.timeMs, limit: 10, limits: defaultLimits }
    await inTransaction(pool, (tx) => makeNotices(tx, work))
    const read = async (url: string, token: string): Promise<string> => {
      const headers = { authorization: `Bearer ${token}` }
      const answer = await world.app.inject({ method: 'GET', url, headers })
      expect(answer.statusCode, url).toBe(200)
      return answer.body
    }
    const token = String(client.body['token'])
    const notices = JSON.parse(await read('/v1/partner-notices', token)) as {
      items: { data: { noticeId: string } }[]
    }
    const told = [
      JSON.stringify(notices),
      ...(await Promise.all(
        notices.items.map((_, place) => read(`/v1/partner-notices?limit=${place + 1}`, token)),
      )),
      await read(
        `/v1/protection-orders/${orderId}/case-page?purpose=zsm&ground=wgs`,
        world.tokens.supervisor,
      ),
      await read(`/v1/protection-orders/${orderId}`, world.tokens.operator),
    ]
    expect(notices.items.length).toBeGreaterThan(0)
    for (const text of told)
      for (const kept of ['KIND-1', childId, 'BUUR-77', 'Oude weg', 'Nieuwe laan', '5.9,'])
        expect(text, kept).not.toContain(kept)
    // Whoever lives with somebody is none of the people of the case: their device stays here.
    const scope = await findCaseScope(pool, orderId)
    expect(scope?.personIds.toSorted()).toEqual([offenderId, victimId].toSorted())
  })

  it('a question that nobody answers in time is asked of whoever answers for them, and calls people until it is answered', async () => {
    await keep()
    expect(await alerts()).toEqual([])
    world.clock.timeMs += 24 * hour
    await keep()
    expect((await openQuestions()).map(({ audience }) => audience)).toEqual(
      Array.from({ length: 4 }, () => 'supervisor'),
    )
    const [alert, ...more] = await alerts()
    expect(more).toEqual([])
    expect(alert).toMatchObject({ status: 'open', priority: 'P2' })
    await world.call('operator', 'POST', `/v1/alerts/${alert?.id}/_acknowledge`, {})
    // An acknowledgement says nothing about the bans.
    world.clock.timeMs += 24 * hour
    await keep()
    expect((await openQuestions())[0]?.audience).toBe('coordinator')
    expect((await alerts())[0]).toMatchObject({ id: alert?.id, status: 'open' })
    // That it was changed is said when it was.
    const asked = await openQuestions()
    expect(await answerOf(asked[0], 'changed')).toMatchObject({
      status: 409,
      body: { errors: [{ code: 'not-changed' }] },
    })
    const locationBans = [
      { label: 'nieuw', circle: { ...newAddress, text: undefined, radiusMeters: 400 } },
    ]
    const amended = await world.call('supervisor', 'PUT', `/v1/protection-orders/${orderId}`, {
      ...orderBody,
      locationBans: [...orderBody.locationBans.slice(1), ...locationBans],
    })
    expect(amended.status, JSON.stringify(amended.body)).toBe(200)
    expect((await answerOf(asked[0], 'changed')).status).toBe(200)
    expect((await answerOf(asked[0], 'stays')).status).toBe(409)
    expect((await answerOf(asked[3], 'changed')).status).toBe(409)
    for (const question of asked.slice(1)) {
      expect((await answerOf(question, 'stays')).status).toBe(200)
    }
    await keep()
    expect(await openQuestions()).toEqual([])
    expect((await alerts())[0]?.clearedAt).not.toBeNull()
    expect(await isMoveDue(world.database.pool, world.clock.timeMs)).toBe(false)
  })

  it('a case that is erased takes its households and moves along', async () => {
    const { pool } = world.database
    for (const what of ['moves', 'household']) {
      const piece = piecesOf.evidence.find((one) => one.what === what)
      await pool.query(piece?.sql ?? '', [orderId, 100])
    }
    const { rows } = await worker.query(
      `select (select count(*)::int from relocations) + (select count(*)::int from relocation_questions)
            + (select count(*)::int from household_links) as left`,
    )
    expect(rows).toEqual([{ left: 0 }])
  })

  it('the hundred and first move of a case is kept, however long ago it was', async () => {
    const movedId = await make('/v1/persons', { role: 'victim', reference: 'SLO-9' })
    const movedOrderId = await make('/v1/protection-orders', {
      ...orderBody,
      reference: 'MOVE-9',
      locationBans: [],
      proximityBans: [{ victimId: movedId, separationMeters: 1000 }],
    })
    await world.database.pool.query(
      `insert into relocations (protection_order_id, person_id, moved_at, kept_by, kept_at)
       select $1, $2, now(), $2, now() from generate_series(1, 100)`,
      [movedOrderId, movedId],
    )
    const moved = await world.call('supervisor', 'POST', `/v1/persons/${movedId}/relocations`, {
      movedAt: '2026-10-01T00:00:00Z',
    })
    expect(moved).toMatchObject({
      status: 201,
      body: { relocations: [{ movedAt: '2026-10-01T00:00:00.000Z' }], questions: [{}] },
    })
  })

  it('whoever lives with somebody of a case that runs is erased with no other case of theirs', async () => {
    const { pool } = world.database
    const bothId = await make('/v1/persons', { role: 'victim', reference: 'KIND-7' })
    const proximityBans = [{ victimId: bothId, separationMeters: 1000 }]
    const overId = await make('/v1/protection-orders', {
      ...orderBody,
      reference: 'MOVE-7',
      proximityBans,
    })
    const ended = { reason: 'Over.' }
    await world.call('supervisor', 'POST', `/v1/protection-orders/${overId}/_end`, ended)
    const erasable = async (): Promise<readonly boolean[]> =>
      await Promise.all(
        (['monitoring', 'evidence'] as const).map(async (purpose) => {
          const erasing = { orderId: overId, purpose, nowMs: Date.now() + 3000 * 24 * hour }
          return (await listErasablePeople(pool, erasing)).includes(bothId)
        }),
      )
    expect(await erasable()).toEqual([true, true])
    await make(`/v1/protection-orders/${orderId}/household-links`, {
      personId: victimId,
      memberId: bothId,
      relation: 'child',
      since: '2026-09-01T00:00:00Z',
    })
    expect(await erasable()).toEqual([false, false])
  })

  it('a move is kept as far ahead as somebody plans one', async () => {
    const keepAt = (movedAt: string) =>
      world.call('supervisor', 'POST', `/v1/persons/${victimId}/relocations`, { movedAt })
    const day = 24 * hour
    const at = (days: number): string => new Date(world.clock.timeMs + days * day).toISOString()
    expect(await keepAt(at(93))).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/movedAt' }] },
    })
    expect((await keepAt(at(92))).status).toBe(201)
  })

  it('the first call about a move goes by the ladder of its order and whom its risk profile adds', async () => {
    const movedId = await make('/v1/persons', { role: 'victim', reference: 'SLO-8' })
    const graveId = await make('/v1/protection-orders', {
      ...orderBody,
      reference: 'MOVE-8',
      proximityBans: [{ victimId: movedId, separationMeters: 1000 }],
      escalation: [{ afterSeconds: 45, target: 'second-operator' }],
    })
    const chosen = { profile: 'high', reason: 'Screening of today.' }
    const choosing = `/v1/protection-orders/${graveId}/_choose-risk-profile`
    expect((await world.call('supervisor', 'POST', choosing, chosen)).status).toBe(200)
    const moved = { movedAt: new Date(world.clock.timeMs).toISOString() }
    const keeping = `/v1/persons/${movedId}/relocations`
    const kept = await world.call('supervisor', 'POST', keeping, moved)
    expect(kept.status, JSON.stringify(kept.body)).toBe(201)
    world.clock.timeMs += 24 * hour
    await keep()
    const { rows } = await world.database.pool.query<{ seconds: number; target: string }>(
      `select extract(epoch from e.due_at - a.raised_at)::int as seconds, e.target from escalations e
         join alerts a on a.id = e.alert_id where a.protection_order_id = $1 order by e.step`,
      [graveId],
    )
    expect(rows).toEqual([
      { seconds: 30, target: 'supervisor' },
      { seconds: 45, target: 'second-operator' },
    ])
  })

  it('somebody about whom no order runs has moved without a question', async () => {
    const moved = await world.call('supervisor', 'POST', `/v1/persons/${childId}/relocations`, {
      movedAt: '2026-11-22T00:00:00Z',
    })
    expect(moved.status).toBe(409)
  })
})
