import { expect, it } from 'vitest'
import { applyFix, applyRegistryChange } from '../../../src/core/engine/engine.ts'
import { listLatestSightings } from '../../../src/core/protection/list-latest-sightings.ts'
import { makeEngine, makeFix, makeOrder, makePair, place, startMs } from '../engine-world.ts'

function personsSeen(engine: ReturnType<typeof makeEngine>, nowMs = startMs): string[] {
  return listLatestSightings(engine, nowMs).map(({ personId }) => personId)
}

it('an offender who was never seen has no latest sighting', () => {
  expect(personsSeen(makeEngine())).toEqual([])
})

it('the latest sighting of an offender is the last that is believed, with its accuracy', () => {
  const engine = makeEngine()
  applyFix(engine, makeFix(0, 3000))
  applyFix(engine, makeFix(30, 3010))
  applyFix(engine, makeFix(60, 90_000))
  applyFix(engine, makeFix(20, 3005))
  const { longitude, latitude } = place(3010, 0)
  const recordedAtMs = startMs + 30_000
  expect(listLatestSightings(engine, startMs + 60_000)).toEqual([
    { personId: 'offender', recordedAtMs, longitude, latitude, accuracyMeters: 10 },
  ])
})

it('a victim has no latest sighting', () => {
  const order = makeOrder({ locationBans: [], proximityBans: [makePair()] })
  const engine = makeEngine({ orders: [order] })
  applyFix(engine, makeFix(0, 0, 0, { deviceId: 'victim-device' }))
  expect(personsSeen(engine)).toEqual([])
})

it('an offender who is or was a victim of another has no latest sighting', () => {
  const own = makeOrder({ id: 'own', offenderId: 'both' })
  const pair = makePair({ victimId: 'both' })
  const other = makeOrder({ id: 'other', locationBans: [], proximityBans: [pair] })
  const engine = makeEngine({ victims: ['both'], orders: [own] })
  applyFix(engine, makeFix(0, 3000, 0, { deviceId: 'both-device' }))
  expect(personsSeen(engine)).toEqual(['both'])
  const change = (protectionOrder: typeof other) =>
    applyRegistryChange(engine, { type: 'protection-order', protectionOrder }, startMs)
  change(other)
  expect(personsSeen(engine)).toEqual([])
  change({ ...other, version: 2, proximityBans: [] })
  expect(personsSeen(engine)).toEqual([])
})

it('an offender without an order in force has no latest sighting', () => {
  const engine = makeEngine({ orders: [makeOrder({ validUntilMs: startMs + 1000 })] })
  applyFix(engine, makeFix(0, 3000))
  expect(personsSeen(engine, startMs + 999)).toEqual(['offender'])
  expect(personsSeen(engine, startMs + 1000)).toEqual([])
})

it('a sighting older than what is judged at all is left out', () => {
  const engine = makeEngine()
  applyFix(engine, makeFix(0, 3000))
  const lastMs = startMs + engine.limits.fixAgeMsMax
  expect(personsSeen(engine, lastMs)).toEqual(['offender'])
  expect(personsSeen(engine, lastMs + 1)).toEqual([])
})
