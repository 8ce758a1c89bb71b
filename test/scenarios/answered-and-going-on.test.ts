import { afterAll, beforeAll, expect, it } from 'vitest'
import { createDetectingApp, placeWest } from '../support/detecting-app.ts'
import { waitUntil } from '../support/wait-until.ts'

let world: Awaited<ReturnType<typeof createDetectingApp>>
let orderId = ''

beforeAll(async () => {
  world = await createDetectingApp()
  orderId = await register()
})
afterAll(async () => {
  await world.close()
})

const minuteMs = 60_000

async function register(): Promise<string> {
  const validFrom = new Date(world.clock.timeMs - 86_400_000).toISOString()
  const validUntil = new Date(world.clock.timeMs + 86_400_000).toISOString()
  const ids: unknown[] = []
  for (const [serialNumber, role, kind] of [
    ['AM-1', 'offender', 'ankle-monitor'],
    ['VD-1', 'victim', 'victim-device'],
  ]) {
    const person = await world.post('supervisor', '/v1/persons', { role, reference: serialNumber })
    const { vendorId } = world
    const plan = { vendorId, serialNumber, kind, reportIntervalSeconds: 60 }
    const device = await world.post('supervisor', '/v1/devices', plan)
    const assignment = { deviceId: device['id'], personId: person['id'], validFrom }
    await world.post('supervisor', '/v1/device-assignments', assignment)
    ids.push(person['id'])
  }
  const order = await world.post('supervisor', '/v1/protection-orders', {
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
    const positions = [
      placeWest('VD-1', world.clock.timeMs, 0),
      placeWest('AM-1', world.clock.timeMs, apartMeters),
    ]
    await world.post('vendor', '/v1/positions', { positions })
  }
}

async function breaches() {
  const list = await world.call('operator', 'GET', '/v1/alerts?kind=proximity-breach')
  return list.body['items'] as Record<string, unknown>[]
}

it('a breach that was closed at 817 m and goes on is open again on the stream, until it ends', async () => {
  await stay(2, 817)
  await waitUntil('the breach', async () => (await breaches()).length === 1)
  const [{ id } = {}] = await breaches()
  const close = { outcome: 'false-alarm', note: 'both at work' }
  const closed = await world.post('operator', `/v1/alerts/${String(id)}/_close`, close)
  const closedAtMs = world.clock.timeMs
  const recallAt = new Date(closedAtMs + 10 * minuteMs).toISOString()
  expect(closed).toMatchObject({ status: 'closed', stillGoingOn: true, clearedAt: null, recallAt })

  await stay(9, 817)
  await world.recall()
  expect((await breaches())[0]).toMatchObject({ status: 'closed', recallAt })
  await waitUntil('the state of the order', async () => {
    const path = `/v1/protection-orders/${orderId}/protection-state`
    const { body } = await world.call('operator', 'GET', path)
    return body['state'] === 'degraded' && JSON.stringify(body).includes('episode-open')
  })

  await stay(1, 817)
  await world.recall()
  await waitUntil(
    'it is back on the stream',
    async () => world.heard(id).at(-1)?.['status'] === 'open',
  )
  expect(world.heard(id).at(-1)).toMatchObject({
    type: 'revised',
    revision: 'reopened',
    because: 'still-going-on',
    previousStatus: 'closed',
    stillGoingOn: true,
    recallAt: null,
    incidentId: world.heard(id)[0]?.['incidentId'],
    toldAt: recallAt,
  })
  const read = await world.call('supervisor', 'GET', `/v1/alerts/${String(id)}`)
  expect(JSON.stringify(read.body['history'])).toContain('It still goes on, 10 min after')

  // Taken over, and then they part: it is over, and does not come back.
  await world.post('operator', `/v1/alerts/${String(id)}/_acknowledge`, { recallAfterMinutes: 60 })
  await stay(6, 9_000)
  await waitUntil('its end', async () => (await breaches())[0]?.['clearedAt'] !== null)
  expect((await breaches())[0]).toMatchObject({ stillGoingOn: false, recallAt: null })
  await stay(60, 9_000)
  await world.recall()
  expect((await breaches())[0]).toMatchObject({
    status: 'acknowledged',
    clearedAt: expect.any(String),
  })
  // Nobody closed it, though.
  await waitUntil('the supervisor is called', async () => {
    return world
      .heard(id)
      .some(({ type, because }) => type === 'escalated' && because === 'not-closed')
  })
})
