import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { defaultLimits } from '../../src/core/model/limits.ts'
import { snapshotMsDefault } from '../../src/ingest/evaluator/evaluator-deps.ts'
import { createEvaluator, type Evaluator } from '../../src/ingest/evaluator/evaluator.ts'
import { createLocalDoorbell } from '../../src/live/doorbell.ts'
import { createTestApp, type TestApp } from '../support/http-app.ts'
import { beginEarlier } from '../support/begin-earlier.ts'
import { createSilentLog } from '../support/silent-log.ts'
import { waitUntil } from '../support/wait-until.ts'

let world: TestApp
let evaluator: Evaluator

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
  const { status } = await world.call('supervisor', 'POST', '/v1/persons', {
    role: 'victim',
    reference: 'V',
  })
  expect(status).toBe(201)
  evaluator.start()
})
afterAll(async () => {
  await evaluator.stop()
  await world.close()
})

type Alert = { id: string; status: string; late: boolean; occurredAt: string; reason: string }

async function panics(): Promise<Alert[]> {
  const { body } = await world.call('supervisor', 'GET', '/v1/alerts?kind=panic')
  return body['items'] as Alert[]
}

async function becomes(status: string, count: number): Promise<Alert> {
  let found: Alert[] = []
  await waitUntil(`${count} panic alerts, the first ${status}`, async () => {
    found = await panics()
    return found.length === count && found.some((alert) => alert.status === status)
  })
  const alert = found.find((each) => each.status === status)
  if (alert === undefined) throw new Error('no such alert')
  return alert
}

async function close(alert: Alert): Promise<void> {
  const answer = { outcome: 'confirmed', note: 'called back' }
  const path = `/v1/alerts/${alert.id}/_close`
  expect((await world.call('operator', 'POST', path, answer)).status).toBe(200)
}

/** A phone that answers "where am I" with a place of hours ago, the same one each time. */
async function pressPhone(ageMs: number): Promise<void> {
  const seconds = Math.floor((startedMs - ageMs) / 1_000)
  const answer = await world.app.inject({
    method: 'POST',
    url: `/adapters/traccar/${world.tokens['victim-device']}`,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    payload: `id=1&lat=52.38&lon=4.95&timestamp=${seconds}&accuracy=2.0&alarm=sos`,
  })
  expect(answer.statusCode).toBe(200)
}

const startedMs = Date.now()

describe('a second cry for help', () => {
  it('a second cry for help of a phone with a remembered position is live, and opens what was answered', async () => {
    await pressPhone(3 * 3_600_000)
    const first = await becomes('open', 1)
    expect(first.late).toBe(false)
    expect(Math.abs(Date.parse(first.occurredAt) - world.clock.timeMs)).toBeLessThan(5_000)
    expect(first.reason).toContain('counts from its arrival')
    await close(first)
    world.clock.timeMs += 1_500
    await pressPhone(3 * 3_600_000)
    expect((await becomes('open', 1)).id).toBe(first.id)
    await close(first)
    world.clock.timeMs += 400_000
    await pressPhone(3 * 3_600_000)
    await close(await becomes('open', 2))
  })

  it('a second cry for help of a vendor whose clock stands still opens what was answered', async () => {
    world.clock.timeMs += 400_000
    const recordedAt = new Date(world.clock.timeMs).toISOString()
    const press = async () =>
      await world.call('vendor', 'POST', '/v1/device-events', {
        events: [{ serialNumber: 'PHONE-1', kind: 'panic', recordedAt }],
      })
    const before = (await panics()).length
    await press()
    const alert = await becomes('open', before + 1)
    // Unanswered, the same bytes a moment later are a sender that lost its answer.
    expect((await press()).body).toMatchObject({ accepted: 0, duplicates: 1 })
    await close(alert)
    world.clock.timeMs += 1_000
    expect((await press()).body).toMatchObject({ accepted: 1, duplicates: 0 })
    expect((await becomes('open', before + 1)).id).toBe(alert.id)
  })
})
