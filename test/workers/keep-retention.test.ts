import { afterAll, beforeAll, expect, it } from 'vitest'
import { saveEffects } from '../../src/store/alerts/save-effects.ts'
import { inTransaction } from '../../src/store/pg/pool.ts'
import { readReport } from '../../src/report/read-report.ts'
import { createAssessmentKeeper } from '../../workers/keep-assessments.ts'
import { keepPartitions } from '../../workers/keep-partitions.ts'
import { createRetentionKeeper } from '../../workers/keep-retention.ts'
import { makeAlertDraft, saveContextAt } from '../support/alert-drafts.ts'
import { createTestApp, type TestApp } from '../support/http-app.ts'
import { createSilentLog } from '../support/silent-log.ts'

/** Two cases of one offender, each with a victim of its own, that end on one day; years pass. */
let world: TestApp
let worker: TestApp['machinery']
const cases: { orderId: string; victimId: string; alertId: string; deviceId: string }[] = []
let offenderId = ''
const endedMs = Date.parse('2026-11-24T12:00:00Z')
const dayMs = 86_400_000

beforeAll(async () => {
  world = await createTestApp()
  worker = await world.database.connectAs('worker')
  offenderId = await make('/v1/persons', { role: 'offender', reference: 'RECL-1' })
  for (const name of ['one', 'two']) cases.push(await makeCase(name))
  world.clock.timeMs = endedMs
  for (const { alertId, orderId } of cases) {
    await call('POST', `/v1/alerts/${alertId}/_close`, { outcome: 'confirmed', note: 'zei Anna' })
    await world.database.pool.query(
      `update alerts set status = 'closed', outcome = 'confirmed' where status <> 'closed'`,
    )
    await call('POST', `/v1/protection-orders/${orderId}/_end`, { reason: 'verhuisd' })
  }
  // The database has a clock of its own.
  await world.database.pool.query('update protection_orders set changed_at = $1', [
    new Date(endedMs),
  ])
})
afterAll(() => world.close())

const call = async (method: string, url: string, body?: object) =>
  await world.call('supervisor', method, url, body)

async function make(url: string, body: object): Promise<string> {
  const made = await call('POST', url, body)
  expect([url, made.status], JSON.stringify(made.body)).toEqual([url, 201])
  return String(made.body['id'])
}

async function makeCase(name: string) {
  const victimId = await make('/v1/persons', { role: 'victim', reference: `SLO-${name}` })
  await call('PUT', `/v1/persons/${victimId}/phone`, { phone: '+31612345678' })
  const orderId = await make('/v1/protection-orders', {
    reference: `ORDER-${name}`,
    legalBasis: 'liberty-restricting-measure',
    offenderId,
    validFrom: '2026-11-01T00:00:00Z',
    validUntil: '2027-11-01T00:00:00Z',
    locationBans: [
      { label: 'huis', circle: { longitude: 5.1, latitude: 52.1, radiusMeters: 300 } },
    ],
    proximityBans: [{ victimId, separationMeters: 1000 }],
  })
  const deviceId = await make('/v1/devices', {
    vendorId: world.vendorId,
    serialNumber: `VD-${name}`,
    kind: 'victim-device',
    reportIntervalSeconds: 60,
  })
  await make('/v1/device-assignments', {
    deviceId,
    personId: victimId,
    validFrom: '2026-11-01T00:00:00Z',
  })
  await call('POST', `/v1/persons/${victimId}/sightings`, {
    kind: 'seen',
    seenAt: '2026-11-23T18:20:00Z',
    note: 'bij de school',
  })
  await call('POST', `/v1/persons/${victimId}/tellings`, {
    topic: 'contact',
    channel: 'call',
    phone: '+31300000001',
    ground: 'desk',
    outcome: 'reached',
  })
  await call('POST', `/v1/persons/${victimId}/consents`, { isGiven: true })
  const alert = makeAlertDraft({
    kind: 'proximity-breach',
    priority: 'P1',
    protectionOrderId: orderId,
    offenderId,
    victimId,
  })
  await inTransaction(world.database.pool, (tx) =>
    saveEffects(tx, [{ type: 'alert-raised', alert }], saveContextAt(world.clock.timeMs)),
  )
  await world.database.pool.query(
    `insert into fixes (device_id, recorded_at, received_at, longitude, latitude, journal_id)
     values ($1, '2026-11-20T10:00:00Z', now(), 5.1, 52.1, 1), ($1, '2026-11-26T10:00:00Z', now(), 5.1, 52.1, 1)`,
    [deviceId],
  )
  return { orderId, victimId, alertId: alert.id, deviceId }
}

async function pass(days: number): Promise<void> {
  world.clock.timeMs = endedMs + days * dayMs
  const clock = { nowMs: () => world.clock.timeMs }
  const deps = { pool: worker, clock, log: createSilentLog() }
  await createRetentionKeeper({ ...deps, readDatabaseMs: async () => clock.nowMs() })()
  await createAssessmentKeeper(deps)()
  await keepPartitions({ ...deps, retentionDays: 90 })
}

const countOf = async (sql: string, ...values: unknown[]): Promise<number> => {
  const { rows } = await world.database.pool.query<{ count: number }>(
    `select count(*)::int as count from ${sql}`,
    values,
  )
  return rows[0]?.count ?? -1
}

async function retentionOf(orderId = '') {
  const { body } = await call('GET', `/v1/protection-orders/${orderId}/retention`)
  const purposes = body['purposes'] as { purpose: string; erased: object | null }[]
  return {
    isHeld: body['isHeld'],
    erased: purposes.filter(({ erased }) => erased !== null).map(({ purpose }) => purpose),
  }
}

const report = () =>
  readReport(world.database.pool, {
    year: 2026,
    nowMs: Date.parse('2040-01-01'),
    machinery: worker,
  })

it('a case is erased by the terms of each purpose, one that a court holds is not, and a year is told the same after it', async () => {
  const [one, two] = cases
  if (one === undefined || two === undefined) throw new Error('expected two cases')
  const held = {
    heldFor: 'court',
    reason: 'hoger beroep',
    until: '2031-11-20T00:00:00Z',
  }
  await make(`/v1/protection-orders/${two.orderId}/_hold`, held)
  const mistaken = await make(`/v1/protection-orders/${one.orderId}/_hold`, held)
  // A device that was worn for a second only would leave its positions out of what is held.
  const worn = await world.database.pool.query<{ id: string }>(
    'select id from device_assignments where device_id = $1',
    [two.deviceId],
  )
  const taking = `/v1/device-assignments/${worn.rows[0]?.id}/_end`
  const taken = await world.call('person', 'POST', taking, { validUntil: '2026-11-01T00:00:01Z' })
  expect(taken.status, JSON.stringify(taken.body)).toBe(202)
  const release = `/v1/retention-holds/${mistaken}/_release`
  expect((await call('POST', release, { reason: 'de andere zaak' })).status).toBe(200)
  expect((await call('POST', release, { reason: 'nog eens' })).status).toBe(404)
  // For thirty days it can be held again.
  expect(await retentionOf(one.orderId)).toMatchObject({ isHeld: true })
  const before = await report()
  await pass(80)
  expect(await countOf('person_phones')).toBe(2)
  expect(await countOf('fixes')).toBe(4)

  // Monitoring is over: of what is held, everything stays, positions too while it was in force.
  await pass(100)
  expect(await retentionOf(one.orderId)).toEqual({ isHeld: false, erased: ['monitoring'] })
  expect(await retentionOf(two.orderId)).toEqual({ isHeld: true, erased: [] })
  expect(await countOf('person_phones where person_id = $1', one.victimId)).toBe(0)
  expect(await countOf('person_phones where person_id = $1', two.victimId)).toBe(1)
  expect(await countOf('fixes where device_id = $1', one.deviceId)).toBe(0)
  expect(await countOf('fixes where device_id = $1', two.deviceId)).toBe(1)
  expect(await countOf('person_sightings')).toBe(2)

  // Evidence: five years.
  await pass(1_826)
  expect(await countOf(`alerts where evidence ? 'isErased'`)).toBe(0)
  const refused = await call('POST', `/v1/protection-orders/${two.orderId}/_erase`, {
    reason: 'x',
  })
  expect(refused.status, 'held').toBe(409)
  await pass(1_830)
  expect(await retentionOf(one.orderId)).toMatchObject({ erased: ['monitoring', 'evidence'] })
  expect(await countOf('person_sightings')).toBe(1)
  expect(await countOf(`persons where reference like 'erased%'`)).toBe(1)
  // The offender is of the other case too.
  expect(await countOf(`persons where reference = 'RECL-1'`)).toBe(1)
  const left = await everythingOf(one)
  for (const word of ['zei Anna', 'verhuisd', 'bij de school', 'SLO-one', 'ORDER-one', 'huis'])
    expect(left, word).not.toContain(word)
  expect(await everythingOf(two)).toContain('SLO-two')
  expect((await call('GET', `/v1/alerts/${one.alertId}`)).status).toBe(200)
  const order = await call('GET', `/v1/protection-orders/${one.orderId}`)
  expect(order.body).toMatchObject({ locationBans: [], status: 'ended' })
  expect(await report()).toEqual(before)

  // A hold that is over leaves thirty days; nothing is erased twice.
  await pass(1_850)
  expect(await retentionOf(two.orderId)).toEqual({ isHeld: true, erased: [] })
  await pass(1_865)
  expect(await retentionOf(two.orderId)).toEqual({
    isHeld: false,
    erased: ['monitoring', 'evidence'],
  })
  expect(await countOf(`persons where reference like 'erased%'`)).toBe(3)
  expect(await countOf('fixes')).toBe(0)
  expect(await countOf('data_keys where wrapped is not null and scope <> $1', 'webhooks')).toBe(0)
  expect(await report()).toEqual(before)
  const entries = await countOf(
    `audit_entries where convert_from(body, 'UTF8') like $1`,
    '%"name":"eraseCase"%',
  )
  expect(entries).toBe(4)
  await pass(1_900)
  expect(await countOf('erasures')).toBe(4)
})

it('nothing is erased by a clock that is years ahead of the database', async () => {
  const erasedBefore = await countOf('erasures')
  const clock = { nowMs: () => Date.now() + 5_000 * dayMs }
  await createRetentionKeeper({ pool: worker, clock, log: createSilentLog() })()
  expect(await countOf('erasures')).toBe(erasedBefore)
})

it('the worker destroys no key of a case that protects, is held, or was not begun with', async () => {
  const { orderId } = await makeCase('three')
  await expect(
    worker.query('select hoede_destroy_keys_of_case($1, $2, now())', [orderId, []]),
  ).rejects.toThrow('expected a case whose time is over')
})

/** Whatever the tables say of a case, as text. */
async function everythingOf({ orderId, victimId }: { orderId: string; victimId: string }) {
  const { rows } = await world.database.pool.query<{ name: string }>(
    `select c.relname as name from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
        and c.relname not in ('audit_entries', 'journal', 'evaluator_snapshots')`,
  )
  const texts: string[] = []
  for (const { name } of rows) {
    const found = await world.database.pool.query<{ text: string }>(
      `select t::text as text from ${name} t where t::text like '%' || $1 || '%' or t::text like '%' || $2 || '%'`,
      [orderId, victimId],
    )
    texts.push(...found.rows.map(({ text }) => text))
  }
  const alerts = await world.database.pool.query<{ text: string }>(
    `select t::text as text from alert_transitions t join alerts a on a.id = t.alert_id where a.protection_order_id = $1`,
    [orderId],
  )
  return [...texts, ...alerts.rows.map(({ text }) => text)].join('\n')
}
