import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { defaultLimits } from '../../../src/core/model/limits.ts'
import { inTransaction } from '../../../src/store/pg/pool.ts'
import { saveEffects } from '../../../src/store/alerts/save-effects.ts'
import { makeAlertDraft, saveContextAt } from '../../support/alert-drafts.ts'
import { createTestApp, type TestApp } from '../../support/http-app.ts'
import { proveFor, signInAs, type TestAnswer, type TestPerson } from '../../support/signed-in.ts'
import { createProposalKeeper } from '../../../workers/keep-proposals.ts'
import { escalateDue } from '../../../src/store/alerts/escalations.ts'
import { createSilentLog } from '../../support/silent-log.ts'

let world: TestApp
let first: TestPerson
let second: TestPerson
let orderId = ''
let victimId = ''
let offenderId = ''
let orderCount = 0
let worker: Awaited<ReturnType<TestApp['database']['connectAs']>>

beforeAll(async () => {
  world = await createTestApp()
  // With the rights of the worker's login, and no more.
  worker = await world.database.connectAs('worker')
  first = await signInAs(world, { roles: ['supervisor', 'administrator'], displayName: 'A. Eerst' })
  second = await signInAs(world, { roles: ['supervisor', 'administrator'], displayName: 'B. Twee' })
  offenderId = await make('/v1/persons', { role: 'offender', reference: 'o' })
  victimId = await make('/v1/persons', { role: 'victim', reference: 'v' })
})
afterAll(() => world.close())

const circle = { longitude: 5.123457, latitude: 52.098763, radiusMeters: 300 }
const bodyOf = (reference: string) => ({
  reference,
  legalBasis: 'liberty-restricting-measure',
  offenderId,
  validFrom: '2026-11-01T00:00:00Z',
  validUntil: '2027-11-01T00:00:00Z',
  locationBans: [{ label: 'home', circle }],
  proximityBans: [{ victimId, separationMeters: 1000 }],
})

beforeEach(async () => {
  orderCount += 1
  orderId = await make('/v1/protection-orders', bodyOf(`ORDER-${orderCount}`))
})

async function make(url: string, body: unknown): Promise<string> {
  const answer = await world.call('supervisor', 'POST', url, body)
  expect(answer.status, JSON.stringify(answer.body)).toBe(201)
  return String(answer.body['id'])
}

const operate = (person: TestPerson, name: string, body: unknown = {}) =>
  person.call('POST', `/v1/protection-orders/${orderId}/${name}`, body)

async function statusOfOrder(): Promise<unknown> {
  return (await world.call('supervisor', 'GET', `/v1/protection-orders/${orderId}`)).body['status']
}

/** With the fresh proof that a confirmation asks for. */
async function confirm(person: TestPerson, id: unknown): Promise<TestAnswer> {
  await proveFor(world, person, `confirmProposal ${String(id)}`)
  return await person.call('POST', `/v1/proposals/${String(id)}/_confirm`, {})
}

/** Alone, with the fresh proof that this asks for as well. */
async function actAlone(person: TestPerson, id: unknown, body: unknown): Promise<TestAnswer> {
  await proveFor(world, person, `enactProposalInEmergency ${String(id)}`)
  return await person.call('POST', `/v1/proposals/${String(id)}/_enact-in-emergency`, body)
}

const refuse = (person: TestPerson, id: unknown) =>
  person.call('POST', `/v1/proposals/${String(id)}/_refuse`, { note: 'not now' })

async function openTasks(): Promise<readonly { readonly id: string; readonly priority: string }[]> {
  await keep()
  const { body } = await world.call('supervisor', 'GET', '/v1/alerts?kind=protection-weakened')
  const items = body['items'] as {
    readonly id: string
    readonly priority: string
    readonly status: string
    readonly clearedAt: string | null
  }[]
  return items.filter(({ status, clearedAt }) => status === 'open' && clearedAt === null)
}

async function keep(): Promise<void> {
  await createProposalKeeper({
    pool: worker,
    clock: { nowMs: () => world.clock.timeMs },
    log: createSilentLog(),
    limits: defaultLimits,
    onEvent: () => {},
    onRegistryChanged: () => {},
  })()
}

async function actsOnRecord(subjectId: unknown): Promise<readonly unknown[]> {
  const { rows } = await world.database.pool.query(
    `select body ->> 'name' as name, body #>> '{hoede,by,id}' as by, body #>> '{hoede,secondPersonId}' as second
       from (select index, convert_from(e.body, 'UTF8')::jsonb as body from audit_entries e) one
      where body #>> '{hoede,subjectId}' = $1 and body #>> '{attributes,dpl.core.data_subject_id}' is distinct from $2
      order by index`,
    [subjectId, victimId],
  )
  return rows
}

describe('what weakens protection takes two', () => {
  it('a suspension by one person is a proposal: the order is watched on, others are asked, and it is on record', async () => {
    const asked = await operate(first, '_suspend', { reason: 'hospital' })
    expect(asked).toMatchObject({
      status: 202,
      body: {
        act: 'suspendProtectionOrder',
        status: 'open',
        weakens: ['suspended'],
        changes: [{ what: 'status', before: 'active', after: 'suspended' }],
        protectionOrderId: orderId,
        reason: 'hospital',
        until: new Date(world.clock.timeMs + 7 * 86_400_000).toISOString(),
        proposedBy: first.staffId,
        expiresAt: new Date(world.clock.timeMs + 86_400_000).toISOString(),
        enactedAt: null,
      },
    })
    expect(await statusOfOrder()).toBe('active')
    const { id } = asked.body
    const [task] = await openTasks()
    expect(task).toMatchObject({ priority: 'P3' })
    const listed = await second.call('GET', '/v1/proposals?status=open')
    expect(listed.body['items']).toEqual([{ ...asked.body, taskAlertId: task?.id }])
    expect(await operate(second, '_suspend')).toMatchObject({ status: 409 })

    const confirmed = await confirm(second, id)
    expect(confirmed).toMatchObject({
      status: 200,
      body: { status: 'confirmed', decidedBy: second.staffId },
    })
    expect(await statusOfOrder()).toBe('suspended')
    expect(await openTasks()).toEqual([])
    expect(await actsOnRecord(id)).toEqual([
      { name: 'proposeWeakening', by: first.staffId, second: null },
      { name: 'suspendProtectionOrder', by: first.staffId, second: second.staffId },
      { name: 'confirmProposal', by: second.staffId, second: null },
    ])
    const { rows } = await world.database.pool.query(
      'select change from proposals where change is not null and status <> $1',
      ['open'],
    )
    expect(rows).toEqual([])
  })

  it('nobody confirms what they asked for, from no session, and no token does; a confirmation needs a fresh proof', async () => {
    const { id } = (await operate(first, '_end')).body
    expect(await confirm(first, id)).toMatchObject({ status: 403 })
    const path = `/v1/proposals/${String(id)}/_confirm`
    expect(await second.call('POST', path, {})).toMatchObject({
      status: 403,
      body: { errors: [{ code: 'step-up-required', detail: `confirmProposal ${String(id)}` }] },
    })
    expect((await world.call('supervisor', 'POST', path, {})).status).toBe(403)
    const operator = await signInAs(world, { roles: ['operator'] })
    expect(await confirm(operator, id)).toMatchObject({ status: 403 })
    const organisation = await world.database.pool.query<{ id: string }>(
      `insert into organisations (name) values ('elsewhere ' || $1) returning id`,
      [String(id)],
    )
    const organisationId = organisation.rows[0]?.id ?? ''
    const stranger = await signInAs(world, { roles: ['supervisor'], organisationId })
    expect((await confirm(stranger, id)).status).toBe(404)
    expect(await statusOfOrder()).toBe('active')
    await expect(
      world.database.pool.query(
        `update proposals set status = 'confirmed', decided_by = proposed_by where id = $1`,
        [id],
      ),
    ).rejects.toThrow('proposals_check')
    expect(await confirm(second, id)).toMatchObject({ status: 200 })
    expect(await statusOfOrder()).toBe('ended')
    expect(await confirm(second, id)).toMatchObject({ status: 409 })
  })

  it('a proposal is refused by another person, taken back by whoever made it, and is over in a day', async () => {
    const refused = (await operate(first, '_suspend')).body
    expect(await refuse(second, refused['id'])).toMatchObject({
      status: 200,
      body: { status: 'refused', decisionNote: 'not now' },
    })
    const withdrawn = (await operate(first, '_suspend')).body
    expect((await refuse(first, withdrawn['id'])).body['status']).toBe('withdrawn')
    const expired = (await operate(first, '_suspend')).body
    world.clock.timeMs += 86_400_000 + 1
    first = await signInAs(world, { roles: ['supervisor', 'administrator'] })
    second = await signInAs(world, { roles: ['supervisor', 'administrator'] })
    expect(await confirm(second, expired['id'])).toMatchObject({ status: 409 })
    await keep()
    const read = await second.call('GET', `/v1/proposals/${String(expired['id'])}`)
    expect(read.body).toMatchObject({ status: 'expired', proposedOrder: null })
    expect(await statusOfOrder()).toBe('active')
  })

  it('a smaller area and an exception take two, what only adds takes one, and what was overtaken is not done', async () => {
    const url = `/v1/protection-orders/${orderId}`
    const body = bodyOf(`ORDER-${orderCount}`)
    const current = (await first.call('GET', url)).body as {
      readonly locationBans: readonly { readonly id: string }[]
      readonly proximityBans: readonly { readonly id: string }[]
    }
    const ban = { id: current.locationBans[0]?.id, label: 'home', circle }
    const pair = { id: current.proximityBans[0]?.id, victimId, separationMeters: 1000 }
    const put = (bans: object) =>
      first.call('PUT', url, { ...body, proximityBans: [pair], ...bans })

    const larger = { ...ban, circle: { ...circle, radiusMeters: 400 } }
    expect(await put({ locationBans: [larger] })).toMatchObject({
      status: 200,
      body: { version: 2 },
    })
    const smaller = await put({ locationBans: [ban] })
    expect(smaller).toMatchObject({
      status: 202,
      body: {
        weakens: ['area-smaller'],
        changes: [{ before: 'circle of 400 m', after: 'circle of 300 m' }],
      },
    })
    expect(JSON.stringify(smaller.body)).not.toMatch(/5\.1234|52\.0987/)
    const path = `/v1/proposals/${String(smaller.body['id'])}`
    const read = await second.call('GET', path)
    expect(read.body).toMatchObject({ proposedOrder: { locationBans: [{ circle }] } })
    const operator = await signInAs(world, { roles: ['operator'] })
    expect((await operator.call('GET', path)).body['proposedOrder']).toBeNull()

    const from = '2026-12-24T00:00:00Z'
    const exceptions = [{ from, until: '2026-12-26T00:00:00Z', reason: 'court' }]
    const schedule = { timeZone: 'Europe/Amsterdam', exceptions }
    // One question of an order at a time.
    expect((await put({ locationBans: [{ ...larger, schedule }] })).status).toBe(409)
    const wider = { ...larger, approachMeters: 900 }
    expect((await put({ locationBans: [wider] })).status).toBe(200)
    expect(await confirm(second, smaller.body['id'])).toMatchObject({ status: 409 })
    expect((await second.call('GET', path)).body['status']).toBe('overtaken')
    const excepted = await put({ locationBans: [{ ...wider, schedule }] })
    expect(excepted).toMatchObject({ status: 202, body: { weakens: ['schedule-narrower'] } })
    await refuse(second, excepted.body['id'])
  })

  it('a machine does as before, and asks where everybody is configured to', async () => {
    const answer = await world.call(
      'supervisor',
      'POST',
      `/v1/protection-orders/${orderId}/_suspend`,
    )
    expect(answer).toMatchObject({ status: 200, body: { status: 'suspended' } })
    const until = { until: '2026-12-01T00:00:00Z' }
    const url = `/v1/protection-orders/${orderId}/_suspend`
    expect((await world.call('supervisor', 'POST', url, until)).status).toBe(400)
  })
})

describe('in an emergency', () => {
  it('one person does it at once with a reason, and a supervisor is called until another one answers', async () => {
    const { id } = (await operate(first, '_suspend')).body
    const path = `/v1/proposals/${String(id)}/_enact-in-emergency`
    const reason = { reason: 'ambulance with both of them' }
    expect((await first.call('POST', path, {})).status).toBe(400)
    expect((await actAlone(second, id, reason)).status).toBe(403)
    expect(await first.call('POST', path, reason)).toMatchObject({
      status: 403,
      body: { errors: [{ code: 'step-up-required' }] },
    })
    const done = await actAlone(first, id, reason)
    expect(done).toMatchObject({
      status: 200,
      body: { status: 'in-force', reason: 'ambulance with both of them' },
    })
    expect(await statusOfOrder()).toBe('suspended')
    const [task] = await openTasks()
    expect(task).toMatchObject({ priority: 'P1' })
    const taskPath = `/v1/alerts/${String(task?.id)}`
    expect((await first.call('POST', `${taskPath}/_acknowledge`, {})).status).toBe(409)
    expect(
      (await second.call('POST', `${taskPath}/_close`, { outcome: 'test', note: 'x' })).status,
    ).toBe(409)

    const act = { key: '019ab2f4-0006-7000-8000-0000000000aa', note: 'later' }
    for (const kind of [{ kind: 'shelved', minutes: 30 }, { kind: 'handed-over' }]) {
      const answer = await first.call('POST', `${taskPath}/acts`, { ...act, ...kind })
      expect([kind.kind, answer.status >= 400]).toEqual([kind.kind, true])
    }

    let callCount = 0
    for (let minute = 0; minute < 60; minute += 1) {
      const { pool } = world.database
      const work = { nowMs: world.clock.timeMs, limit: 100 }
      const called = await inTransaction(pool, (tx) => escalateDue(tx, work))
      callCount += called.filter(({ alertId }) => alertId === task?.id).length
      await keep()
      world.clock.timeMs += 60_000
    }
    expect(callCount).toBeGreaterThanOrEqual(20)

    first = await signInAs(world, { roles: ['supervisor', 'administrator'] })
    second = await signInAs(world, { roles: ['supervisor', 'administrator'] })
    expect(await confirm(second, id)).toMatchObject({ status: 200, body: { status: 'confirmed' } })
    expect(await openTasks()).toEqual([])
    expect(await statusOfOrder()).toBe('suspended')
  })

  it('what another person refuses is put back as it was', async () => {
    const { id } = (await operate(first, '_end')).body
    await actAlone(first, id, { reason: 'wrong person' })
    expect(await statusOfOrder()).toBe('ended')
    expect((await refuse(first, id)).status).toBe(403)
    expect(await refuse(second, id)).toMatchObject({ status: 200, body: { status: 'refused' } })
    expect(await statusOfOrder()).toBe('active')
    const { rows } = await world.database.pool.query(
      'select version from protection_order_versions where protection_order_id = $1',
      [orderId],
    )
    expect(rows).toHaveLength(3)
  })
})

it('a suspension ends by itself, and the order is watched again', async () => {
  const until = new Date(world.clock.timeMs + 3_600_000).toISOString()
  const asked = await operate(first, '_suspend', { until })
  expect(asked.body['until']).toBe(until)
  await confirm(second, asked.body['id'])
  await keep()
  expect(await statusOfOrder()).toBe('suspended')
  world.clock.timeMs += 3_600_000
  await keep()
  expect(await statusOfOrder()).toBe('active')
  first = await signInAs(world, { roles: ['supervisor', 'administrator'] })
  second = await signInAs(world, { roles: ['supervisor', 'administrator'] })
  const read = await second.call('GET', `/v1/proposals/${String(asked.body['id'])}`)
  expect(read.body['endedAt']).toBe(new Date(world.clock.timeMs).toISOString())
})

describe('an answer to an alert', () => {
  async function raise() {
    const alert = makeAlertDraft({ locationBanId: null, protectionOrderId: orderId })
    const context = saveContextAt(world.clock.timeMs)
    await inTransaction(world.database.pool, (tx) =>
      saveEffects(tx, [{ type: 'alert-raised', alert }], context),
    )
    return `/v1/alerts/${alert.id}`
  }

  it('a P1 is closed as a test by two, and by one as anything else', async () => {
    const path = await raise()
    const answer = { outcome: 'test', note: 'trial run' }
    const asked = await first.call('POST', `${path}/_close`, answer)
    expect(asked).toMatchObject({ status: 202, body: { weakens: ['taken-for-a-test'] } })
    const statusOf = async () => (await second.call('GET', path)).body
    expect(await statusOf()).toMatchObject({ status: 'open' })
    await confirm(second, asked.body['id'])
    expect(await statusOf()).toMatchObject({
      status: 'closed',
      outcome: 'test',
      closedBy: first.staffId,
    })
    const other = await raise()
    const close = { outcome: 'false-alarm', note: 'called' }
    expect((await first.call('POST', `${other}/_close`, close)).status).toBe(200)
  })

  it('a question about an alert is overtaken when it was told again since: nobody was asked about that', async () => {
    const path = await raise()
    const asked = await first.call('POST', `${path}/_close`, { outcome: 'test', note: 'drill' })
    expect(asked.status).toBe(202)
    await world.database.pool.query(
      `update alerts set told_at = to_timestamp($2::float8 / 1000) where id = $1`,
      [path.split('/').at(-1), world.clock.timeMs + 1_000],
    )
    world.clock.timeMs += 2_000
    await confirm(second, asked.body['id'])
    const { body } = await second.call('GET', path)
    expect(body).toMatchObject({ status: 'open' })
  })

  it('an alert is kept quiet for longer than an hour by two', async () => {
    const path = await raise()
    const asked = await first.call('POST', `${path}/_acknowledge`, {
      recallAfterMinutes: 240,
      note: 'in custody',
    })
    expect(asked).toMatchObject({ status: 202, body: { weakens: ['kept-quiet'] } })
    await confirm(second, asked.body['id'])
    expect((await second.call('GET', path)).body).toMatchObject({
      status: 'acknowledged',
      acknowledgedBy: first.staffId,
    })
    const hour = { recallAfterMinutes: 60 }
    expect((await first.call('POST', `${await raise()}/_acknowledge`, hour)).status).toBe(200)
  })
})

it('a ladder loses no step by one, and gains one by one', async () => {
  const steps = defaultLimits.escalation.map((step) => ({ ...step }))
  const more = [...steps, { afterSeconds: 300, target: 'supervisor' }]
  expect((await first.call('PUT', '/v1/escalation-ladder', { steps: more })).status).toBe(200)
  const fewer = await first.call('PUT', '/v1/escalation-ladder', { steps })
  expect(fewer).toMatchObject({ status: 202, body: { weakens: ['called-otherwise'] } })
  const alone = await actAlone(first, fewer.body['id'], { reason: 'nobody there' })
  expect(alone.status).toBe(200)
  const ladder = async () => (await first.call('GET', '/v1/escalation-ladder')).body['steps']
  expect(await ladder()).toEqual(steps)
  await refuse(second, fewer.body['id'])
  expect(await ladder()).toEqual(more)
})

it('another system is told on until a second administrator says so', async () => {
  const { rows } = await world.database.pool.query<{ id: string }>(
    `insert into webhook_subscriptions (url, secret) values ('https://example.org/x', 's') returning id`,
  )
  const url = `/v1/webhook-subscriptions/${rows[0]?.id}`
  const asked = await first.call('DELETE', url)
  expect(asked).toMatchObject({ status: 202, body: { weakens: ['told-to-fewer'] } })
  expect((await first.call('GET', url)).body['disabledAt']).toBeNull()
  const alone = await actAlone(first, asked.body['id'], { reason: 'noise' })
  expect(alone.status).toBe(409)
  await confirm(second, asked.body['id'])
  expect((await first.call('GET', url)).body['disabledAt']).not.toBeNull()
})
