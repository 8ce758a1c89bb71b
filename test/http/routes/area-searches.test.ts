import type pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { defaultLimits } from '../../../src/core/model/limits.ts'
import { createCounts } from '../../../src/ingest/evaluator/evaluator-deps.ts'
import { loadMemory } from '../../../src/ingest/evaluator/evaluator-memory.ts'
import { createEvaluatorRound } from '../../../src/ingest/evaluator/evaluator-round.ts'
import type { EvaluatorRound } from '../../../src/ingest/evaluator/round-deps.ts'
import { loadStanding } from '../../../src/ingest/evaluator/standing.ts'
import { createLocalDoorbell } from '../../../src/live/doorbell.ts'
import { createSilentLog } from '../../support/silent-log.ts'
import { openEvaluatorPlace } from '../../../src/store/evaluator/evaluator-place.ts'
import { createTestApp, type TestApp } from '../../support/http-app.ts'
import { readFence } from '../../support/lease.ts'

type Body = Readonly<Record<string, unknown>>

let world: TestApp
let client: pg.PoolClient
let round: EvaluatorRound
let nowMs = 0

beforeAll(async () => {
  world = await createTestApp()
  nowMs = world.clock.timeMs
  client = await world.database.pool.connect()
  round = await openRound()
})
afterAll(async () => {
  client.release(true)
  await world.close()
})
beforeEach(async () => {
  await world.database.pool.query('truncate access_log')
})

/** As in a process of its own: it shares nothing with the app but the database. */
async function openRound(): Promise<EvaluatorRound> {
  const { pool } = world.database
  const log = createSilentLog()
  const limits = defaultLimits
  const memory = await loadMemory(client, {
    shard: 0,
    limits,
    log,
    isClockHeld: () => false,
  })
  const place = await openEvaluatorPlace(client, 0)
  const clock = { nowMs: () => world.clock.timeMs }
  const counts = createCounts()
  const doorbell = createLocalDoorbell({ log })
  return createEvaluatorRound({
    isFailing: () => false,
    pool,
    clock,
    log,
    limits,
    doorbell,
    shard: 0,
    snapshotMs: 30_000,
    client,
    fence: await readFence(client),
    memory,
    place,
    counts,
    recorded: await loadStanding(client),
    waiting: [],
  })
}

async function evaluate(seconds = 2): Promise<void> {
  world.clock.timeMs += seconds * 1000
  while ((await round.step()) === 0);
  await round.step()
}

async function make(path: string, body: Body): Promise<string> {
  const answer = await world.call('supervisor', 'POST', path, body)
  expect(answer.status, JSON.stringify(answer.body)).toBe(201)
  return String(answer.body['id'])
}

let count = 0
async function makeOrder(offenderId: string, values: Body = {}): Promise<string> {
  count += 1
  return await make('/v1/protection-orders', {
    reference: `09/${count}-26`,
    legalBasis: 'civil-ban',
    offenderId,
    validFrom: at(-86_400),
    validUntil: at(90 * 86_400),
    locationBans: [{ label: 'woning', ...circle, approachMeters: 500, schedule: null }],
    proximityBans: [],
    ...values,
  })
}

async function makePerson(role: 'offender' | 'victim', reference: string): Promise<string> {
  return await make('/v1/persons', { role, reference })
}

function at(seconds: number): string {
  return new Date(nowMs + seconds * 1000).toISOString()
}

const circle = { circle: { longitude: 5.1, latitude: 52.1, radiusMeters: 300 } }
const around = [5.09, 52.09, 5.11, 52.11]
const bansPath = '/v1/location-bans/_search'
const sightingsPath = '/v1/sightings/_search'

async function search(path: string, bbox: readonly number[], more: Body = {}) {
  const role = path === sightingsPath ? 'supervisor' : 'operator'
  const answer = await world.call(role, 'POST', path, { bbox, ...more })
  expect(answer.status, JSON.stringify(answer.body)).toBe(200)
  return answer.body
}

async function itemsOf(path: string, bbox: readonly number[] = around): Promise<readonly Body[]> {
  return (await search(path, bbox))['items'] as Body[]
}

async function orderIds(bbox?: readonly number[]): Promise<unknown[]> {
  return (await itemsOf(bansPath, bbox)).map((item) => item['protectionOrderId'])
}

async function accessRows(): Promise<readonly Body[]> {
  const { rows } = await world.database.pool.query<Body>(
    'select action, person_ids, api_client_id, alert_id from access_log order by at, id',
  )
  return rows
}

describe('a search for bans by area', () => {
  test('a supervisor gets the area of each ban, an operator does not, and both are on record', async () => {
    const offenderId = await makePerson('offender', 'areas')
    const victimId = await makePerson('victim', 'areas-victim')
    const pair = { victimId, separationMeters: 500, approachMeters: 1000, fixedAddresses: [] }
    const orderId = await makeOrder(offenderId, { proximityBans: [pair] })
    const shared = {
      id: expect.any(String),
      label: 'woning',
      protectionOrderId: orderId,
      offenderId,
      validFrom: at(-86_400),
      validUntil: at(90 * 86_400),
      geometry: null,
    }
    const found = await search(bansPath, around)
    expect(found).toEqual({ items: [{ ...shared, circle: null }], truncated: false })
    const shown = await world.call('supervisor', 'POST', bansPath, { bbox: around })
    expect(shown.body).toEqual({ items: [{ ...shared, ...circle }], truncated: false })
    expect(await accessRows()).toMatchObject([
      { action: 'search-location-bans', person_ids: [offenderId, victimId], alert_id: null },
      { action: 'read-ban-areas', person_ids: [offenderId, victimId], alert_id: null },
    ])
    await world.call('supervisor', 'POST', `/v1/protection-orders/${orderId}/_end`, {})
    expect(await orderIds()).toEqual([])
  })

  test('a box in the corner of a triangle’s own box, beyond its edge, is not touched', async () => {
    const offenderId = await makePerson('offender', 'triangle')
    const coordinates = [
      [
        [6, 52],
        [6.1, 52],
        [6, 52.1],
        [6, 52],
      ],
    ]
    const geometry = { type: 'Polygon', coordinates }
    const ban = { label: 'driehoek', geometry, approachMeters: 0, schedule: null }
    const orderId = await makeOrder(offenderId, { locationBans: [ban] })
    expect(await orderIds([6.08, 52.08, 6.1, 52.1])).toEqual([])
    expect(await orderIds([6.04, 52.04, 6.08, 52.08])).toEqual([orderId])
    const shown = await world.call('supervisor', 'POST', bansPath, { bbox: [6, 52, 6, 52] })
    expect(shown.body['items']).toMatchObject([{ geometry, circle: null }])
  })

  test('a ban whose schedule is off now is found once it is on', async () => {
    const offenderId = await makePerson('offender', 'schedule')
    const exceptions = [{ from: at(-3600), until: at(3600), reason: 'zitting' }]
    const schedule = { timeZone: 'Europe/Amsterdam', weekly: null, exceptions }
    const middle = { circle: { longitude: 5.5, latitude: 52.1, radiusMeters: 300 } }
    const ban = { label: 'overdag', ...middle, approachMeters: 0, schedule }
    const orderId = await makeOrder(offenderId, { locationBans: [ban] })
    expect(await orderIds([5.5, 52.1, 5.5, 52.1])).toEqual([])
    world.clock.timeMs = nowMs + 3600_000
    expect(await orderIds([5.5, 52.1, 5.5, 52.1])).toEqual([orderId])
    expect(await orderIds([5.6, 52.1, 5.6, 52.1])).toEqual([])
  })

  test('an order that has expired, is suspended or has moved is not found where it was', async () => {
    const offenderId = await makePerson('offender', 'expiry')
    const there = [5.7, 52.1, 5.7, 52.1]
    const middle = { circle: { longitude: 5.7, latitude: 52.1, radiusMeters: 300 } }
    const ban = { label: 'woning', ...middle, approachMeters: 0, schedule: null }
    const values = { locationBans: [ban], validUntil: at(2 * 86_400) }
    const orderId = await makeOrder(offenderId, values)
    expect(await orderIds(there)).toEqual([orderId])
    await world.call('supervisor', 'POST', `/v1/protection-orders/${orderId}/_suspend`, {})
    expect(await orderIds(there)).toEqual([])
    await world.call('supervisor', 'POST', `/v1/protection-orders/${orderId}/_resume`, {})
    expect(await orderIds(there)).toEqual([orderId])
    world.clock.timeMs = nowMs + 2 * 86_400_000
    expect(await orderIds(there)).toEqual([])
  })

  test('an answer cut at the limit says so', async () => {
    const offenderId = await makePerson('offender', 'many')
    const middle = { circle: { longitude: 4.5, latitude: 52.1, radiusMeters: 300 } }
    const ban = { label: 'x', ...middle, approachMeters: 0, schedule: null }
    await makeOrder(offenderId, { locationBans: [ban, { ...ban, label: 'y' }] })
    const found = await search(bansPath, [4.4, 52, 4.6, 52.2], { limit: 1 })
    expect(found['items']).toHaveLength(1)
    expect(found['truncated']).toBe(true)
    const all = await search(bansPath, [4.4, 52, 4.6, 52.2], { limit: 2 })
    expect(all['truncated']).toBe(false)
  })
})

describe('a search for people by area', () => {
  let offenderId = ''
  let victimId = ''
  let orderId = ''

  async function wear(personId: string, serialNumber: string, kind: string): Promise<void> {
    const { vendorId } = world
    const device = { vendorId, serialNumber, kind, reportIntervalSeconds: 30 }
    const deviceId = await make('/v1/devices', device)
    await make('/v1/device-assignments', { deviceId, personId, validFrom: at(-86_400) })
  }

  async function report(serialNumber: string, seconds: number, place: Body): Promise<void> {
    const recordedAt = new Date(world.clock.timeMs + seconds * 1000).toISOString()
    const position = { serialNumber, recordedAt, accuracyMeters: 10, ...place }
    const answer = await world.call('vendor', 'POST', '/v1/positions', { positions: [position] })
    expect(answer.status, JSON.stringify(answer.body)).toBe(202)
  }

  const here = { longitude: 5.1, latitude: 52.1 }

  beforeAll(async () => {
    offenderId = await makePerson('offender', 'walker')
    victimId = await makePerson('victim', 'sleeper')
    await wear(offenderId, 'AM-1', 'ankle-monitor')
    await wear(victimId, 'VD-1', 'victim-device')
    const pair = { victimId, separationMeters: 500, approachMeters: 1000, fixedAddresses: [] }
    orderId = await makeOrder(offenderId, { locationBans: [], proximityBans: [pair] })
  })

  test('a search for people says that it is behind before detection has looked', async () => {
    const found = await search(sightingsPath, around)
    expect(found).toEqual({
      items: [],
      truncated: false,
      unreadableCount: 0,
      judgedAt: null,
      detectionBehind: true,
    })
    expect(await accessRows()).toEqual([])
  })

  test('an offender is found where last seen, the victim beside is not, and the reading is on record', async () => {
    await report('AM-1', 0, here)
    await report('VD-1', 0, { longitude: 5.1005, latitude: 52.1 })
    const seenAt = new Date(world.clock.timeMs).toISOString()
    await evaluate()
    const found = await search(sightingsPath, around)
    expect(found).toEqual({
      items: [
        {
          personId: offenderId,
          reference: 'walker',
          recordedAt: seenAt,
          ageSeconds: 2,
          ...here,
          accuracyMeters: 10,
        },
      ],
      truncated: false,
      unreadableCount: 0,
      judgedAt: new Date(world.clock.timeMs).toISOString(),
      detectionBehind: false,
    })
    expect(await accessRows()).toMatchObject([
      { action: 'read-sightings', person_ids: [offenderId], alert_id: null },
    ])
    const { rows } = await world.database.pool.query('select person_id from latest_sightings')
    expect(rows).toEqual([{ person_id: offenderId }])
  })

  test('a search for people says of how many the last place cannot be read', async () => {
    const { keys, pool } = world.database
    const { rows } = await pool.query<{ id: string; scope: string; wrapped: Buffer }>(
      `select id, scope, wrapped from data_keys where scope like 'positions/%'`,
    )
    const scopes = rows.map(({ scope }) => scope)
    await pool.query(`update data_keys set wrapped = '\\x01' where scope like 'positions/%'`)
    keys.forget(scopes)
    expect(await search(sightingsPath, around)).toMatchObject({ items: [], unreadableCount: 1 })
    for (const { id, wrapped } of rows)
      await pool.query('update data_keys set wrapped = $2 where id = $1', [id, wrapped])
    keys.forget(scopes)
    expect(await search(sightingsPath, around)).toMatchObject({ unreadableCount: 0 })
  })

  test('an operator is shown a square and an hour of whoever is kept from somebody, and no small box finds more', async () => {
    const ask = async (bbox: readonly number[]) =>
      (await world.call('operator', 'POST', sightingsPath, { bbox })).body['items'] as Body[]
    const [seen] = await ask(around)
    expect(seen).toMatchObject({ personId: offenderId, accuracyMeters: 2_500 })
    expect(String(seen?.['recordedAt'])).toMatch(/:00:00\.000Z$/)
    expect([seen?.['longitude'], seen?.['latitude']]).not.toEqual([here.longitude, here.latitude])
    // A kilometre from where the offender is, in the same square.
    const beside = [5.1, 52.091, 5.1001, 52.0911]
    expect(await ask(beside)).toEqual([seen])
    expect(await ask([5.3, 52.09, 5.32, 52.11])).toEqual([])
  })

  test('a late position and one that is not believed move nobody', async () => {
    await report('AM-1', -60, { longitude: 5.13, latitude: 52.1 })
    await report('AM-1', 1, { longitude: 9.2, latitude: 40.1 })
    await evaluate()
    expect(await itemsOf(sightingsPath)).toMatchObject([here])
    expect(await itemsOf(sightingsPath, [5.12, 52.09, 5.14, 52.11])).toEqual([])
    expect(await itemsOf(sightingsPath, [9.19, 40.09, 9.21, 40.11])).toEqual([])
  })

  test('a believed later position moves its wearer', async () => {
    await evaluate(60)
    await report('AM-1', 0, { longitude: 5.102, latitude: 52.1 })
    await evaluate()
    expect(await itemsOf(sightingsPath)).toMatchObject([{ longitude: 5.102 }])
    expect(await itemsOf(sightingsPath, [5.09, 52.09, 5.101, 52.11])).toEqual([])
  })

  test('an evaluator that starts again goes on from what is on record', async () => {
    await round.finish()
    round = await openRound()
    await evaluate()
    expect(await itemsOf(sightingsPath)).toMatchObject([{ longitude: 5.102 }])
  })

  test('a row of a victim, were there one, is not answered', async () => {
    await world.database.pool.query(
      `insert into latest_sightings (person_id, recorded_at, longitude, latitude, accuracy_meters)
       values ($1, now(), 5.1, 52.1, 10)`,
      [victimId],
    )
    expect((await itemsOf(sightingsPath)).map((item) => item['personId'])).toEqual([offenderId])
    await world.database.pool.query('delete from latest_sightings where person_id = $1', [victimId])
  })

  test('an offender whose order has ended is not found at once, and is forgotten', async () => {
    await world.call('supervisor', 'POST', `/v1/protection-orders/${orderId}/_end`, {})
    expect(await itemsOf(sightingsPath)).toEqual([])
    await evaluate()
    const { rows } = await world.database.pool.query('select person_id from latest_sightings')
    expect(rows).toEqual([])
  })
})

describe.each([bansPath, sightingsPath])('a search at %s', (path) => {
  test.each<[string, unknown, string]>([
    ['no body', undefined, ''],
    ['no box', {}, '/bbox'],
    ['three numbers', { bbox: [5, 52, 6] }, '/bbox'],
    ['a text as side', { bbox: ['5', 52, 5.1, 52.1] }, '/bbox/0'],
    ['a latitude beyond the pole', { bbox: [5, 52, 5.1, 91] }, '/bbox/3'],
    ['a longitude beyond the antimeridian', { bbox: [179.9, 52, 180.1, 52.1] }, '/bbox/2'],
    ['a box over the antimeridian', { bbox: [179.9, 52, -179.9, 52.1] }, '/bbox'],
    ['a south that is north of its north', { bbox: [5, 52.1, 5.1, 52] }, '/bbox'],
    ['an area that is too large', { bbox: [3, 50, 7, 54] }, '/bbox'],
    ['a limit of nought', { bbox: around, limit: 0 }, '/limit'],
    ['a limit beyond the bound', { bbox: around, limit: 201 }, '/limit'],
    ['a property that does not exist', { bbox: around, name: 'x' }, ''],
  ])('a search by area with %s is refused', async (_name, body, pointer) => {
    const answer = await world.call('supervisor', 'POST', path, body)
    expect(answer.status).toBe(400)
    const faults = (answer.body['errors'] ?? []) as { pointer: string }[]
    if (pointer !== '') expect(faults.map((fault) => fault.pointer)).toContain(pointer)
    expect(await accessRows()).toEqual([])
  })

  test('a wrong box is answered with a sentence', async () => {
    const wrong = await world.call('operator', 'POST', path, { bbox: [179.9, 52, -179.9, 52.1] })
    expect(JSON.stringify(wrong.body)).toContain('over the antimeridian is searched in two boxes')
    const large = await world.call('operator', 'POST', path, { bbox: [3, 50, 7, 54] })
    expect(JSON.stringify(large.body)).toContain('at most 2500 km²')
  })
})
