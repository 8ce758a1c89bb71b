import { afterAll, beforeAll, expect, it } from 'vitest'
import { destination } from '../../geo/distance.ts'
import { defaultLimits } from '../../src/core/model/limits.ts'
import { snapshotMsDefault } from '../../src/ingest/evaluator/evaluator-deps.ts'
import { createEvaluator, type Evaluator } from '../../src/ingest/evaluator/evaluator.ts'
import { createLocalDoorbell } from '../../src/live/doorbell.ts'
import { createRecall } from '../../workers/recall-alerts.ts'
import { openEventStream, type EventStream } from '../support/event-stream.ts'
import { createTestApp, type TestApp } from '../support/http-app.ts'
import { createSilentLog } from '../support/silent-log.ts'
import { waitUntil } from '../support/wait-until.ts'

let world: TestApp
let evaluator: Evaluator
let stream: EventStream
let recall: () => Promise<void>
let orderId = ''

beforeAll(async () => {
  world = await createTestApp()
  // The journal is stamped by the database, so the clock of this journey begins at its present.
  world.clock.timeMs = Date.now()
  const log = createSilentLog()
  const { pool } = world.database
  const shared = { pool, log, limits: defaultLimits, clock: { nowMs: () => world.clock.timeMs } }
  const doorbell = createLocalDoorbell({ log, pollMs: 10 })
  evaluator = createEvaluator({ ...shared, doorbell, shard: 0, snapshotMs: snapshotMsDefault })
  recall = createRecall({ ...shared, onEvent: () => world.doorbell.ring('alert-events') })
  const address = await world.app.listen({ host: '127.0.0.1', port: 0 })
  stream = await openEventStream({ address, token: world.tokens.operator })
  orderId = await register()
  evaluator.start()
})
afterAll(async () => {
  stream.close()
  await evaluator.stop()
  await world.close()
})

const minuteMs = 60_000

async function post(role: 'supervisor' | 'vendor' | 'operator', path: string, body: unknown) {
  const answer = await world.call(role, 'POST', path, body)
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300)
  return answer.body
}

async function register(): Promise<string> {
  const validFrom = new Date(world.clock.timeMs - 86_400_000).toISOString()
  const validUntil = new Date(world.clock.timeMs + 86_400_000).toISOString()
  const ids: unknown[] = []
  for (const [serialNumber, role, kind] of [
    ['AM-1', 'offender', 'ankle-monitor'],
    ['VD-1', 'victim', 'victim-device'],
  ]) {
    const person = await post('supervisor', '/v1/persons', { role, reference: serialNumber })
    const { vendorId } = world
    const plan = { vendorId, serialNumber, kind, reportIntervalSeconds: 60 }
    const device = await post('supervisor', '/v1/devices', plan)
    const assignment = { deviceId: device['id'], personId: person['id'], validFrom }
    await post('supervisor', '/v1/device-assignments', assignment)
    ids.push(person['id'])
  }
  const order = await post('supervisor', '/v1/protection-orders', {
    reference: 'answered',
    legalBasis: 'civil-ban',
    offenderId: ids[0],
    validFrom,
    validUntil,
    proximityBans: [{ victimId: ids[1], separationMeters: 1_000, approachMeters: 2_000 }],
  })
  return String(order['id'])
}

/** For some minutes both report each minute, so many metres apart. */
async function stay(minutes: number, apartMeters: number): Promise<void> {
  for (let minute = 0; minute < minutes; minute++) {
    world.clock.timeMs += minuteMs
    const recordedAt = new Date(world.clock.timeMs - 500).toISOString()
    const there = { longitude: 4.9, latitude: 52.373 }
    const positions = [
      { serialNumber: 'VD-1', recordedAt, ...there, accuracyMeters: 10 },
      {
        serialNumber: 'AM-1',
        recordedAt,
        ...destination(there.longitude, there.latitude, 270, apartMeters + (minute % 2)),
        accuracyMeters: 10,
      },
    ]
    await post('vendor', '/v1/positions', { positions })
  }
}

async function breaches() {
  const list = await world.call('operator', 'GET', '/v1/alerts?kind=proximity-breach')
  return list.body['items'] as Record<string, unknown>[]
}

/** What the stream has said of the breach, newest last. */
function heard(alertId: unknown): Record<string, unknown>[] {
  const all = stream.events.map(({ event }) => event as unknown as Record<string, unknown>)
  return all
    .filter(({ subject }) => subject === alertId)
    .map(({ type, data }) => {
      return { type: String(type).replace('nl.hoede.alerts.', ''), ...(data as object) }
    })
}

it('a breach that was closed at 817 m and goes on is open again on the stream, until it ends', async () => {
  await stay(2, 817)
  await waitUntil('the breach', async () => (await breaches()).length === 1)
  const [{ id } = {}] = await breaches()
  const close = { outcome: 'false-alarm', note: 'both at work' }
  const closed = await post('operator', `/v1/alerts/${String(id)}/_close`, close)
  const closedAtMs = world.clock.timeMs
  const recallAt = new Date(closedAtMs + 10 * minuteMs).toISOString()
  expect(closed).toMatchObject({ status: 'closed', stillGoingOn: true, clearedAt: null, recallAt })

  await stay(9, 817)
  await recall()
  expect((await breaches())[0]).toMatchObject({ status: 'closed', recallAt })
  await waitUntil('the state of the order', async () => {
    const path = `/v1/protection-orders/${orderId}/protection-state`
    const { body } = await world.call('operator', 'GET', path)
    return body['state'] === 'degraded' && JSON.stringify(body).includes('episode-open')
  })

  await stay(1, 817)
  await recall()
  await waitUntil('it is back on the stream', async () => heard(id).at(-1)?.['status'] === 'open')
  expect(heard(id).at(-1)).toMatchObject({
    type: 'revised',
    revision: 'reopened',
    because: 'still-going-on',
    previousStatus: 'closed',
    stillGoingOn: true,
    recallAt: null,
    incidentId: heard(id)[0]?.['incidentId'],
    toldAt: recallAt,
  })
  const read = await world.call('operator', 'GET', `/v1/alerts/${String(id)}`)
  expect(JSON.stringify(read.body['history'])).toContain('It still goes on, 10 min after')

  // Taken over, and then they part: it is over, and does not come back.
  await post('operator', `/v1/alerts/${String(id)}/_acknowledge`, { recallAfterMinutes: 60 })
  await stay(6, 9_000)
  await waitUntil('its end', async () => (await breaches())[0]?.['clearedAt'] !== null)
  expect((await breaches())[0]).toMatchObject({ stillGoingOn: false, recallAt: null })
  await stay(60, 9_000)
  await recall()
  expect((await breaches())[0]).toMatchObject({
    status: 'acknowledged',
    clearedAt: expect.any(String),
  })
  // Nobody closed it, though.
  await waitUntil('the supervisor is called', async () => {
    return heard(id).some(({ type, because }) => type === 'escalated' && because === 'not-closed')
  })
})
