import { afterAll, beforeAll, expect, it } from 'vitest'
import { destination } from '../../geo/distance.ts'
import { defaultLimits } from '../../src/core/model/limits.ts'
import { snapshotMsDefault } from '../../src/ingest/evaluator/evaluator-deps.ts'
import { createEvaluator, type Evaluator } from '../../src/ingest/evaluator/evaluator.ts'
import { createLocalDoorbell } from '../../src/live/doorbell.ts'
import { beginEarlier } from '../support/begin-earlier.ts'
import { createSilentLog } from '../support/silent-log.ts'
import { createTestApp, type TestApp } from '../support/http-app.ts'
import { waitUntil } from '../support/wait-until.ts'

let world: TestApp
let evaluator: Evaluator
let orderId = ''

beforeAll(async () => {
  world = await createTestApp()
  await beginEarlier(world)
  const log = createSilentLog()
  evaluator = createEvaluator({
    pool: world.database.pool,
    clock: { nowMs: () => world.clock.timeMs },
    log,
    limits: defaultLimits,
    doorbell: createLocalDoorbell({ log, pollMs: 10 }),
    shard: 0,
    snapshotMs: snapshotMsDefault,
  })
  orderId = await register()
  evaluator.start()
})
afterAll(async () => {
  await evaluator.stop()
  await world.close()
})

const home = { longitude: 5.1, latitude: 52.1 }
const east = (meters: number) => destination(home.longitude, home.latitude, 90, meters)

async function post(role: 'supervisor' | 'vendor', path: string, body: unknown) {
  const answer = await world.call(role, 'POST', path, body)
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300)
  return answer.body
}

/** An offender and two victims; where the first of them lives is in the order. */
async function register(): Promise<string> {
  const validFrom = new Date(world.clock.timeMs - 86_400_000).toISOString()
  const validUntil = new Date(world.clock.timeMs + 86_400_000).toISOString()
  const ids = new Map<string, unknown>()
  for (const serialNumber of ['AM-1', 'VD-1', 'VD-2']) {
    const role = serialNumber === 'AM-1' ? 'offender' : 'victim'
    const person = await post('supervisor', '/v1/persons', { role, reference: serialNumber })
    const kind = role === 'offender' ? 'ankle-monitor' : 'victim-device'
    const device = await post('supervisor', '/v1/devices', {
      vendorId: world.vendorId,
      serialNumber,
      kind,
      reportIntervalSeconds: 60,
    })
    const assignment = { deviceId: device['id'], personId: person['id'], validFrom }
    await post('supervisor', '/v1/device-assignments', assignment)
    ids.set(serialNumber, person['id'])
  }
  const rings = { separationMeters: 500, approachMeters: 1_000 }
  const order = await post('supervisor', '/v1/protection-orders', {
    reference: 'protection',
    legalBasis: 'civil-ban',
    offenderId: ids.get('AM-1'),
    validFrom,
    validUntil,
    proximityBans: [
      {
        ...rings,
        victimId: ids.get('VD-1'),
        fixedAddresses: [{ label: 'home', ...home, radiusMeters: 50 }],
      },
      { ...rings, victimId: ids.get('VD-2') },
    ],
  })
  return String(order['id'])
}

/**
 * Time passes and devices report, each so many metres east of her home;
 * answers what is asked of them.
 */
async function report(seconds: number, meters: Readonly<Record<string, number>>) {
  world.clock.timeMs += seconds * 1_000
  const recordedAt = new Date(world.clock.timeMs - 500).toISOString()
  const positions = Object.entries(meters).map(([serialNumber, east_]) => {
    return { serialNumber, recordedAt, ...east(east_), accuracyMeters: 10 }
  })
  return (await post('vendor', '/v1/positions', { positions }))['wantedIntervals']
}

async function state(): Promise<string[]> {
  const path = `/v1/protection-orders/${orderId}/protection-state`
  const { body } = await world.call('operator', 'GET', path)
  const codes = (body['reasons'] as { code: string }[]).map(({ code }) => code)
  return [String(body['state']), ...new Set(codes)]
}

async function becomes(expected: readonly string[]): Promise<void> {
  let last: string[] = []
  try {
    await waitUntil(`the state ${expected.join(' ')}`, async () => {
      // All is judged about once a second of a clock that moves only here.
      world.clock.timeMs += 50
      last = await state()
      return last.join() === expected.join()
    })
  } catch (error) {
    throw new Error(`last seen: ${last.join(' ')}`, { cause: error })
  }
}

async function alerts(kind: string): Promise<readonly { clearedAt: string | null; id: string }[]> {
  const { body } = await world.call('operator', 'GET', `/v1/alerts?kind=${kind}`)
  return body['items'] as { clearedAt: string | null; id: string }[]
}

it('a victim with the phone off is protected by the fixed address, by nothing the phone has not seen, and asked for more when the offender closes in', async () => {
  const apart = { 'AM-1': 8_000, 'VD-1': 0, 'VD-2': -20_000 }
  await report(1, apart)
  await becomes(['protected'])

  // Her phone goes silent, and he walks to her home.
  for (const meters of [6_500, 5_000, 3_500, 2_500, 1_500]) {
    await report(60, { 'AM-1': meters, 'VD-2': -20_000 })
  }
  await becomes(['degraded', 'device-silent'])
  expect(await alerts('proximity-breach')).toEqual([])
  await report(60, { 'AM-1': 100, 'VD-2': -20_000 })
  await waitUntil('the alert', async () => (await alerts('proximity-breach')).length === 1)
  const [breach] = await alerts('proximity-breach')
  const read = await world.call('supervisor', 'GET', `/v1/alerts/${breach?.id}`)
  expect(JSON.stringify(read.body)).toContain('victim device stale, fixed address used')

  // The whole vendor falls silent and returns: nothing is protected before new positions.
  world.clock.timeMs += 240_000
  await becomes(['unknown', 'vendor-silent', 'episode-open'])
  world.clock.timeMs += 1_000
  const recordedAt = new Date(world.clock.timeMs - 500).toISOString()
  await post('vendor', '/v1/device-events', {
    events: Object.keys(apart).map((serialNumber) => {
      return { serialNumber, kind: 'heartbeat', recordedAt }
    }),
  })
  await becomes(['unknown', 'awaiting-fix', 'episode-open'])
  await report(5, { 'AM-1': 8_000, 'VD-2': -20_000 })
  await becomes(['degraded', 'awaiting-fix', 'episode-open'])
  for (let minute = 0; minute < 4; minute++) await report(60, apart)
  await becomes(['protected'])
  await waitUntil('its end', async () => (await alerts('proximity-breach'))[0]?.clearedAt !== null)
  await waitUntil('nothing is asked', async () => {
    const wanted = await report(2, apart)
    return Array.isArray(wanted) && wanted.length === 0
  })

  // He comes near her: she is asked for more, and neither he nor she of the other pair is.
  await report(600, { ...apart, 'AM-1': 800 })
  await waitUntil('faster reports', async () => {
    const wanted = await report(2, { ...apart, 'AM-1': 800 })
    return JSON.stringify(wanted).includes('VD-1')
  })
  expect(await report(2, { ...apart, 'AM-1': 800 })).toEqual([
    { serialNumber: 'VD-1', reportIntervalSeconds: 15 },
  ])
  for (let minute = 1; minute <= 4; minute++) {
    await report(60, { ...apart, 'AM-1': 800 + minute * 1_500 })
  }
  await waitUntil('their own plan again', async () => {
    const wanted = await report(2, { ...apart, 'AM-1': 6_800 })
    return Array.isArray(wanted) && wanted.length === 0
  })
}, 60_000)
