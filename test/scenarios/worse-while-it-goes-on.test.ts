import { afterAll, beforeAll, expect, it } from 'vitest'
import { createDetectingApp, middle, placeWest } from '../support/detecting-app.ts'
import { waitUntil } from '../support/wait-until.ts'

let world: Awaited<ReturnType<typeof createDetectingApp>>
beforeAll(async () => {
  world = await createDetectingApp()
})
afterAll(async () => {
  await world.close()
})

const minuteMs = 60_000

async function give(serialNumber: string, role: 'offender' | 'victim'): Promise<unknown> {
  const validFrom = new Date(world.clock.timeMs - 86_400_000).toISOString()
  const kind = role === 'offender' ? 'ankle-monitor' : 'victim-device'
  const person = await world.post('supervisor', '/v1/persons', { role, reference: serialNumber })
  const { vendorId } = world
  const plan = { vendorId, serialNumber, kind, reportIntervalSeconds: 60 }
  const device = await world.post('supervisor', '/v1/devices', plan)
  const assignment = { deviceId: device['id'], personId: person['id'], validFrom }
  await world.post('supervisor', '/v1/device-assignments', assignment)
  return person['id']
}

async function order(reference: string, offenderId: unknown, bans: Record<string, unknown>) {
  await world.post('supervisor', '/v1/protection-orders', {
    reference,
    legalBasis: 'civil-ban',
    offenderId,
    validFrom: new Date(world.clock.timeMs - 86_400_000).toISOString(),
    validUntil: new Date(world.clock.timeMs + 86_400_000).toISOString(),
    ...bans,
  })
}

/** Each device in turn, a minute apart, at so many metres west of the middle. */
async function stay(minutes: number, meters: Readonly<Record<string, number>>): Promise<void> {
  for (let minute = 0; minute < minutes; minute++) {
    world.clock.timeMs += minuteMs
    const positions = Object.entries(meters).map(([serialNumber, west]) =>
      placeWest(serialNumber, world.clock.timeMs, west),
    )
    await world.post('vendor', '/v1/positions', { positions })
  }
}

async function alertsOf(kind: string): Promise<Record<string, unknown>[]> {
  const { body } = await world.call('operator', 'GET', `/v1/alerts?kind=${kind}`)
  return body['items'] as Record<string, unknown>[]
}

async function statusOf(id: string): Promise<unknown> {
  return (await world.call('operator', 'GET', `/v1/alerts/${id}`)).body['status']
}

async function raised(kind: string): Promise<string> {
  await waitUntil(`the ${kind}`, async () => (await alertsOf(kind)).length === 1)
  return String((await alertsOf(kind))[0]?.['id'])
}

async function toldAgain(id: string, cause: string, times = 1): Promise<unknown> {
  const listen = () => world.heard(id).filter((event) => event['cause'] === cause)
  await waitUntil(`${cause}, ${times} times`, async () => listen().length === times)
  return listen().at(-1)
}

it('two people who come nearer after their alert was closed, and again after it was taken over, are heard of on the stream', async () => {
  const offenderId = await give('AM-pair', 'offender')
  const victimId = await give('VD-pair', 'victim')
  const pair = { victimId, separationMeters: 900, approachMeters: 1_800 }
  await order('nearer', offenderId, { proximityBans: [pair] })
  await stay(3, { 'VD-pair': 0, 'AM-pair': 790 })
  const id = await raised('proximity-breach')
  const close = { outcome: 'false-alarm', note: 'neighbours at work' }
  const closed = await world.post('operator', `/v1/alerts/${id}/_close`, close)
  expect(closed).toMatchObject({ status: 'closed', stillGoingOn: true, clearedAt: null })

  await stay(1, { 'VD-pair': 0, 'AM-pair': 330 })
  expect(await toldAgain(id, 'nearer')).toMatchObject({
    type: 'revised',
    revision: 'repeated',
    status: 'open',
    previousStatus: 'closed',
    stillGoingOn: true,
  })
  const near = await world.call('supervisor', 'GET', `/v1/alerts/${id}`)
  expect(near.body['distanceMeters']).toBeGreaterThan(325)
  expect(near.body['distanceMeters']).toBeLessThan(336)

  const take = await world.post('operator', `/v1/alerts/${id}/_acknowledge`, {})
  expect(take).toMatchObject({ status: 'acknowledged', stillGoingOn: true })
  // No mark, and no half of 330 m: nobody is called for it.
  await stay(2, { 'VD-pair': 0, 'AM-pair': 270 })
  await world.judged()
  expect(await statusOf(id)).toBe('acknowledged')
  await stay(1, { 'VD-pair': 0, 'AM-pair': 40 })
  expect(await toldAgain(id, 'nearer', 2)).toMatchObject({
    status: 'open',
    previousStatus: 'acknowledged',
  })
  expect(await statusOf(id)).toBe('open')
  expect(await alertsOf('proximity-breach')).toHaveLength(1)
})

it('somebody who steps out of an area and in again after it was answered is heard of, and so is who stays', async () => {
  const offenderId = await give('AM-area', 'offender')
  const circle = { ...middle, radiusMeters: 150 }
  const ban = { label: 'street', circle, approachMeters: 500 }
  await order('inside-again', offenderId, { locationBans: [ban] })
  await stay(3, { 'AM-area': 20 })
  const id = await raised('location-ban-breach')
  const answer = { outcome: 'confirmed', note: 'sent away by telephone' }
  expect(await world.post('operator', `/v1/alerts/${id}/_close`, answer)).toMatchObject({
    stillGoingOn: true,
  })

  // Out for one minute, and then beside the border, where it cannot be said.
  await stay(1, { 'AM-area': 320 })
  await stay(5, { 'AM-area': 152 })
  await world.judged()
  expect(await statusOf(id)).toBe('closed')
  await stay(1, { 'AM-area': 30 })
  expect(await toldAgain(id, 'inside-again')).toMatchObject({
    revision: 'repeated',
    status: 'open',
    previousStatus: 'closed',
  })
  expect(await alertsOf('location-ban-breach')).toHaveLength(1)

  const take = { recallAfterMinutes: 5 }
  const taken = await world.post('operator', `/v1/alerts/${id}/_acknowledge`, take)
  const recallAt = new Date(world.clock.timeMs + 5 * minuteMs).toISOString()
  expect(taken).toMatchObject({ status: 'acknowledged', stillGoingOn: true, recallAt })
  await stay(4, { 'AM-area': 30 })
  await world.recall()
  expect(await statusOf(id)).toBe('acknowledged')
  await stay(1, { 'AM-area': 30 })
  await world.recall()
  await waitUntil('it is open again', async () => world.heard(id).at(-1)?.['status'] === 'open')
  expect(world.heard(id).at(-1)).toMatchObject({
    revision: 'reopened',
    because: 'still-going-on',
    previousStatus: 'acknowledged',
    toldAt: recallAt,
  })

  // Not seen for longer than anybody can know where they were, and there again.
  await world.post('operator', `/v1/alerts/${id}/_close`, answer)
  world.clock.timeMs += 25 * minuteMs
  await stay(1, { 'AM-area': 10 })
  expect(await toldAgain(id, 'again')).toMatchObject({ status: 'open', previousStatus: 'closed' })
})
