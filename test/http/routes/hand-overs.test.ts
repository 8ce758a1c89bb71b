import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { raiseAlertAt } from '../../support/alert-drafts.ts'
import { createTestApp, type TestApp } from '../../support/http-app.ts'
import { proveFor, signInAs, type TestPerson } from '../../support/signed-in.ts'
import { beginFlood, countTold, findFlood, noteFlood } from '../../../src/store/desk/floods.ts'
import { inTransaction } from '../../../src/store/pg/pool.ts'
import { createFloodWatch } from '../../../workers/watch-flood.ts'
import { createSilentLog } from '../../support/silent-log.ts'

let world: TestApp
let anna: TestPerson
beforeAll(async () => {
  world = await createTestApp()
  anna = await signInAs(world, { roles: ['operator'], displayName: 'Anna' })
})
afterAll(() => world.close())

const minuteMs = 60_000

async function makeOrder(reference: string, validUntil: string): Promise<string> {
  const { body: person } = await world.call('supervisor', 'POST', '/v1/persons', {
    role: 'offender',
    reference: `P ${reference}`,
  })
  const { body } = await world.call('supervisor', 'POST', '/v1/protection-orders', {
    reference,
    legalBasis: 'liberty-restricting-measure',
    offenderId: person['id'],
    validFrom: '2026-01-01T00:00:00Z',
    validUntil,
    locationBans: [
      { label: 'x', circle: { longitude: 4.8952, latitude: 52.3702, radiusMeters: 300 } },
    ],
  })
  return String(body['id'])
}

type Item = {
  readonly key: string
  readonly section: string
  readonly ownerName: string | null
  readonly isOwnerFromBefore: boolean
  readonly act: string | null
  readonly reference: string | null
  readonly plan: string | null
  readonly changedAt: string | null
}

async function items(): Promise<readonly Item[]> {
  const { body } = await anna.call('GET', '/v1/hand-over')
  return body['items'] as Item[]
}

function act(id: string, body: object) {
  // By a token, which the clock of a test cannot sign out.
  return world.call('operator', 'POST', `/v1/alerts/${id}/acts`, { key: randomUUID(), ...body })
}

async function own(key: string, plan: string | null = null) {
  const basedOn = (await items()).find((one) => one.key === key)?.changedAt ?? null
  return await anna.call('PUT', '/v1/hand-over/owners', {
    key,
    ownerId: anna.staffId,
    plan,
    basedOn,
  })
}

it('a shift with an orphan, or with something stale without a plan, cannot be closed', async () => {
  const { pool } = world.database
  const orderId = await makeOrder('ENDS-1', '2026-12-01T00:00:00Z')
  const old = await raiseAlertAt(pool, world.clock.timeMs - 9 * 60 * minuteMs, {
    protectionOrderId: orderId,
    kind: 'device-silent',
    priority: 'P2',
  })
  const fresh = await raiseAlertAt(pool, world.clock.timeMs, { protectionOrderId: orderId })
  const found = await items()
  expect(found.map(({ key, section, ownerName }) => [key, section, ownerName])).toEqual([
    [`incident:${fresh}`, 'open', null],
    [`incident:${old}`, 'stale', null],
    [`ending:${orderId}`, 'ending', null],
  ])
  const close = () => anna.call('POST', '/v1/hand-overs', { note: 'Quiet.' })
  const refused = await close()
  expect(refused.status).toBe(400)
  expect((refused.body['errors'] as { pointer: string }[]).map(({ pointer }) => pointer)).toEqual(
    found.map(({ key }) => key),
  )
  await anna.call('POST', `/v1/alerts/${fresh}/_acknowledge`, {})
  await own(`incident:${old}`)
  await own(`ending:${orderId}`)
  expect((await close()).body['errors']).toMatchObject([{ pointer: `incident:${old}` }])
  await own(`incident:${old}`, 'Monitor is exchanged at 14:00.')
  const closed = await close()
  expect(closed.status).toBe(201)
  const { body } = await anna.call('GET', '/v1/hand-overs')
  expect(body['items']).toMatchObject([{ byName: 'Anna', note: 'Quiet.' }])
  await anna.call('POST', `/v1/alerts/${fresh}/_close`, { outcome: 'false-alarm', note: 'x' })
  await anna.call('POST', `/v1/alerts/${old}/_close`, { outcome: 'false-alarm', note: 'x' })
})

it('a unit reads no closed report that names a case of another one', async () => {
  const { pool } = world.database
  const { rows } = await pool.query<{ id: string }>(
    `insert into units (organisation_id, name) select organisation_id, 'team' from staff where id = $1 returning id`,
    [anna.staffId],
  )
  const unitId = rows[0]?.id
  const ben = await signInAs(world, { roles: ['operator'], displayName: 'Ben' })
  await pool.query('update staff_roles set unit_id = $2 where staff_id = $1', [ben.staffId, unitId])
  const read = async () => (await ben.call('GET', '/v1/hand-overs')).body['items']
  expect(await read()).toEqual([])
  await pool.query(
    `insert into caseloads (organisation_id, protection_order_id, unit_id, "from")
     select organisation_id, id, $1, to_timestamp(0) from protection_orders`,
    [unitId],
  )
  expect(await read()).toHaveLength(1)
  await pool.query('delete from caseloads')
})

it('a line of the hand-over that two change tells the second, and keeps what the first wrote', async () => {
  const id = await raiseAlertAt(world.database.pool, world.clock.timeMs, {})
  const key = `incident:${id}`
  const line = async () => (await items()).find((one) => one.key === key)
  const change = async (plan: string | null, basedOn: string | null) =>
    (await anna.call('PUT', '/v1/hand-over/owners', { key, ownerId: anna.staffId, plan, basedOn }))
      .status
  expect((await line())?.changedAt).toBe(null)
  expect(await change('Doctor comes at four.', null)).toBe(200)
  // Whoever has the page open since before gives it an owner, and knows of no plan.
  expect(await change(null, null)).toBe(409)
  const before = await line()
  expect(before?.plan).toBe('Doctor comes at four.')
  // Also within one moment of the clock two changes are two.
  expect(await change('Doctor came.', before?.changedAt ?? null)).toBe(200)
  expect(await change('Nobody came.', before?.changedAt ?? null)).toBe(409)
  expect((await line())?.plan).toBe('Doctor came.')
  await world.call('operator', 'POST', `/v1/alerts/${id}/_close`, { outcome: 'test', note: 'x' })
})

it('an owner of the shift before keeps no line from being nobody’s, and whoever takes it over since has it', async () => {
  const orderId = await makeOrder('ENDS-2', '2026-12-01T00:00:00Z')
  const id = await raiseAlertAt(world.database.pool, world.clock.timeMs, {
    protectionOrderId: orderId,
  })
  const keys = [`incident:${id}`, `ending:${orderId}`]
  for (const key of keys) expect((await own(key)).status).toBe(200)
  const lines = async () =>
    (await items())
      .filter(({ key }) => keys.includes(key))
      .map(({ ownerName, isOwnerFromBefore }) => [ownerName, isOwnerFromBefore])
  const ofAnna = ['Anna', false]
  expect(await lines()).toEqual([ofAnna, ofAnna])
  const beforeMs = world.clock.timeMs
  world.clock.timeMs += 5 * 60 * minuteMs
  // By a token, which the clock of a test cannot sign out.
  const read = async () => {
    const { body } = await world.call('operator', 'GET', '/v1/hand-over')
    return (body['items'] as Item[]).filter(({ key }) => keys.includes(key))
  }
  expect(await read()).toMatchObject([
    { ownerName: 'Anna', isOwnerFromBefore: true },
    // An order is looked after for as long as it runs.
    { ownerName: 'Anna', isOwnerFromBefore: false },
  ])
  const closing = await world.call('operator', 'POST', '/v1/hand-overs', { note: 'x' })
  const named = (closing.body['errors'] as { pointer: string }[]).map(({ pointer }) => pointer)
  expect([closing.status, named.includes(keys[0] ?? '')]).toEqual([400, true])
  await world.call('operator', 'POST', `/v1/alerts/${id}/_acknowledge`, {})
  expect((await read())[0]).toMatchObject({
    ownerName: 'test operator',
    isOwnerFromBefore: false,
  })
  await world.call('operator', 'POST', `/v1/alerts/${id}/_close`, { outcome: 'test', note: 'x' })
  world.clock.timeMs = beforeMs
})

it('protection that two people have made less is in the next report, with whoever asked, and in no later one', async () => {
  const orderId = await makeOrder('LESS-1', '2030-01-01T00:00:00Z')
  const bea = await signInAs(world, { roles: ['supervisor'], displayName: 'Bea' })
  const cor = await signInAs(world, { roles: ['supervisor'], displayName: 'Cor' })
  const asked = await bea.call('POST', `/v1/protection-orders/${orderId}/_suspend`, { reason: 'x' })
  expect(asked.status, JSON.stringify(asked.body)).toBe(202)
  const id = String(asked.body['id'])
  const listed = async () =>
    (await items())
      .filter(({ section }) => section === 'weakened')
      .map(({ key, reference, act, ownerName }) => [key, reference, act, ownerName])
  expect(await listed()).toEqual([])
  await proveFor(world, cor, `confirmProposal ${id}`)
  expect((await cor.call('POST', `/v1/proposals/${id}/_confirm`, {})).status).toBe(200)
  expect(await listed()).toEqual([[`weakened:${id}`, 'LESS-1', 'suspendProtectionOrder', 'Bea']])
  world.clock.timeMs += minuteMs
  const closed = await anna.call('POST', '/v1/hand-overs', { note: 'Suspended one.' })
  expect(closed.status, JSON.stringify(closed.body)).toBe(201)
  expect(JSON.stringify(closed.body)).toContain(`weakened:${id}`)
  expect(await listed()).toEqual([])
})

it('what a token has weakened, and a wider band or another address by one, are in the next report', async () => {
  const orderId = await makeOrder('ALONE-1', '2030-01-01T00:00:00Z')
  const widen = async (approachMeters: number) => {
    const { body } = await world.call('supervisor', 'GET', `/v1/protection-orders/${orderId}`)
    const { reference, legalBasis, offenderId, validFrom, validUntil } = body
    const bans = body['locationBans'] as { id: string; label: string; circle: unknown }[]
    const answer = await world.call('person', 'PUT', `/v1/protection-orders/${orderId}`, {
      reference,
      legalBasis,
      offenderId,
      validFrom,
      validUntil,
      locationBans: bans.map(({ id, label, circle }) => ({ id, label, circle, approachMeters })),
    })
    expect(answer.status, JSON.stringify(answer.body)).toBe(200)
  }
  const listed = async () =>
    (await items())
      .filter(({ section }) => section === 'weakened')
      .map(({ reference, act, ownerName }) => [reference, act, ownerName])
  await widen(3_000)
  const wider = ['ALONE-1', 'replaceProtectionOrder', 'A. de Tester']
  expect(await listed()).toEqual([wider])
  // Nothing was changed, and so nothing is told.
  await widen(3_000)
  world.clock.timeMs += 1_000
  await world.call('supervisor', 'POST', `/v1/protection-orders/${orderId}/_suspend`)
  const suspended = ['ALONE-1', 'suspendProtectionOrder', 'test supervisor']
  expect(await listed()).toEqual([wider, suspended])
  world.clock.timeMs += minuteMs
  expect((await anna.call('POST', '/v1/hand-overs', { note: 'Read.' })).status).toBe(201)
  expect(await listed()).toEqual([])
})

it('somebody who may not answer alerts becomes no owner', async () => {
  const auditor = await signInAs(world, { roles: ['auditor'], displayName: 'Auditor' })
  const { status } = await anna.call('PUT', '/v1/hand-over/owners', {
    key: `incident:${randomUUID()}`,
    ownerId: auditor.staffId,
    plan: null,
    basedOn: null,
  })
  expect(status).toBe(400)
})

it('what is put aside is listed with its end, and comes back by itself', async () => {
  const { pool } = world.database
  const id = await raiseAlertAt(pool, world.clock.timeMs, {
    kind: 'device-silent',
    priority: 'P2',
    protectionOrderId: await makeOrder('SHELF-1', '2030-01-01T00:00:00Z'),
  })
  expect((await act(id, { kind: 'shelved', minutes: 31, note: 'x' })).status).toBe(400)
  expect((await act(id, { kind: 'shelved', minutes: 20 })).status).toBe(400)
  expect((await act(id, { kind: 'shelved', minutes: 20, note: 'Is being charged.' })).status).toBe(
    201,
  )
  const shelved = async () => {
    const { body } = await world.call('operator', 'GET', '/v1/incidents')
    const found = (body['items'] as { incidentId: string; shelved: object[] }[]).find(
      ({ incidentId }) => incidentId === id,
    )
    return found?.shelved
  }
  expect(await shelved()).toMatchObject([{ alertId: id, byName: 'test operator' }])
  expect((await items()).find(({ key }) => key === `incident:${id}`)?.section).toBe('shelved')
  world.clock.timeMs += 21 * minuteMs
  expect(await shelved()).toEqual([])
  await world.call('operator', 'POST', `/v1/alerts/${id}/_close`, { outcome: 'test', note: 'x' })
})

it('a P1 about two people is never put aside', async () => {
  const id = await raiseAlertAt(world.database.pool, world.clock.timeMs, {
    kind: 'proximity-breach',
    victimId: randomUUID(),
  })
  const { status, body } = await act(id, { kind: 'shelved', minutes: 5, note: 'x' })
  expect([status, body['errors']]).toMatchObject([400, [{ pointer: '/kind' }]])
  await world.call('supervisor', 'POST', `/v1/alerts/${id}/_close`, { outcome: 'test', note: 'x' })
})

it('the eleventh alert in ten minutes is a flood, which calls the second seat once and ends below five', async () => {
  const { pool } = world.database
  const nowMs = world.clock.timeMs + 60 * minuteMs
  const clock = { nowMs: () => nowMs }
  let eventCount = 0
  const onEvent = () => (eventCount += 1)
  const watch = createFloodWatch({ pool, clock, log: createSilentLog(), onEvent })
  for (let count = 0; count < 10; count += 1) await raiseAlertAt(pool, nowMs - minuteMs, {})
  await watch()
  expect([await findFlood(pool), eventCount]).toEqual([null, 0])
  const last = await raiseAlertAt(pool, nowMs, { kind: 'panic' })
  expect(await countTold(pool, nowMs)).toBe(11)
  await watch()
  await watch()
  expect(await findFlood(pool)).toEqual({ startedAtMs: nowMs, peak: 11 })
  expect(await inTransaction(pool, (tx) => beginFlood(tx, nowMs, 11))).toBe(false)
  const { rows } = await pool.query(
    `select data #>> '{facts,target}' as target from alert_events where data #>> '{facts,because}' = 'flood'`,
  )
  expect([rows, eventCount]).toEqual([[{ target: 'second-operator' }], 1])
  await noteFlood(pool, nowMs + minuteMs, 5)
  expect(await findFlood(pool)).not.toBeNull()
  await noteFlood(pool, nowMs + 5 * minuteMs, 4)
  expect(await findFlood(pool)).toBeNull()
  expect(last).not.toBe('')
})

it('the figures count calls, answers, repeats, outcomes and the time in flood', async () => {
  const { pool } = world.database
  const fromMs = Date.parse('2026-11-20T00:00:00Z')
  const at = (minutes: number): number => fromMs + minutes * minuteMs
  const ids: string[] = []
  for (let count = 0; count < 4; count += 1) ids.push(await raiseAlertAt(pool, at(count), {}))
  // As the histories of them say it: answered after 10, 20, 30 and 90 seconds.
  for (const [place, seconds] of [10, 20, 30, 90].entries()) {
    await pool.query(
      `insert into alert_transitions (alert_id, kind, actor, at) values ($1, 'acknowledged', $2, to_timestamp($3::float8 / 1000))`,
      [ids[place], anna.staffId, at(place) + seconds * 1_000],
    )
  }
  await datesOfRaising()
  await pool.query(
    `insert into floods (started_at, ended_at, peak) values (to_timestamp($1::float8 / 1000), to_timestamp($2::float8 / 1000), 12)`,
    [at(0), at(6)],
  )
  const query = `from=${new Date(fromMs).toISOString()}&until=${new Date(at(60)).toISOString()}`
  const { status, body } = await world.call('supervisor', 'GET', `/v1/desk-figures?${query}`)
  expect([status, body]).toMatchObject([
    200,
    {
      callCount: 4,
      alertCount: 4,
      repeatedCount: 0,
      floodCount: 1,
      floodShare: 0.1,
      hours: [{ callCount: 4, seatCount: 1 }],
      answers: [{ priority: 'P1', raisedCount: 4, answeredCount: 4, p50Seconds: 25 }],
    },
  ])
  // What nobody answers counts with the time that it has waited.
  for (let count = 4; count < 8; count += 1) await raiseAlertAt(pool, at(count), {})
  await datesOfRaising()
  const later = await world.call('supervisor', 'GET', `/v1/desk-figures?${query}`)
  const [p1] = later.body['answers'] as readonly Record<string, number>[]
  expect(p1).toMatchObject({ raisedCount: 8, answeredCount: 4 })
  const waitedSeconds = (world.clock.timeMs - at(7)) / 1_000
  expect(p1?.['p95Seconds']).toBeGreaterThan(waitedSeconds)
})

it('an alert that was answered at once and calls again counts with how long it waits then', async () => {
  const { pool } = world.database
  const fromMs = Date.parse('2026-11-21T00:00:00Z')
  const id = await raiseAlertAt(pool, fromMs, { kind: 'panic' })
  await pool.query(
    `insert into alert_transitions (alert_id, kind, actor, at) values ($1, 'acknowledged', $2, to_timestamp($3::float8 / 1000))`,
    [id, anna.staffId, fromMs + 5_000],
  )
  await datesOfRaising()
  await pool.query(
    `insert into alert_events (sequence, alert_id, type, data, at)
     select sequence + 1000, alert_id, 'acknowledged', jsonb_set(data, '{facts}', '{"previousStatus": "acknowledged"}'),
            at + interval '10 minutes'
       from alert_events where alert_id = $1`,
    [id],
  )
  const query = `from=${new Date(fromMs).toISOString()}&until=${new Date(fromMs + 60 * minuteMs).toISOString()}`
  const { body } = await world.call('supervisor', 'GET', `/v1/desk-figures?${query}`)
  const [p1] = body['answers'] as readonly Record<string, number>[]
  expect(p1).toMatchObject({ raisedCount: 2, answeredCount: 1 })
  expect(p1?.['p95Seconds']).toBeGreaterThan(1_000)
})

/** What was raised here was told by the clock of the machine, and not by that of the test. */
async function datesOfRaising(): Promise<void> {
  await world.database.pool.query(
    `update alert_events set at = a.raised_at from alerts a where a.id = alert_id`,
  )
}
