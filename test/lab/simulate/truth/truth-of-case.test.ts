import { describe, expect, it } from 'vitest'
import { compileCircle, compilePolygon } from '../../../../geo/ban-shape.ts'
import { containsPosition } from '../../../../geo/containment.ts'
import { distanceMeters } from '../../../../geo/distance.ts'
import { isBanInForce } from '../../../../src/core/rules/schedule.ts'
import { storyKinds, travelModes } from '../../../../lab/simulate/cases/case-stream.ts'
import type { TrueTrack } from '../../../../lab/simulate/cases/case-stream.ts'
import { createSimulation } from '../../../../lab/simulate/simulation.ts'
import { knotOf } from '../../../../lab/simulate/truth/true-track.ts'
import { positionOn } from '../../../../lab/simulate/truth/truth-meetings.ts'

const seed = 5
const stepMs = 5_000
const simulation = createSimulation({
  seed,
  caseCount: storyKinds.length,
  days: 2,
  storiesPerCase: 1,
  network: null,
})
const cases = storyKinds.map((_, index) => simulation.buildCase(index))

describe(`the truth of simulated cases, seed ${seed}`, () => {
  it('the truth of a simulated case has every forbidden presence in a ban, and no other, as sampling the track finds it', () => {
    let insideCount = 0
    const faults: string[] = []
    for (const { key, registry, tracks, truth } of cases) {
      const order = registry.protectionOrders[0]!
      const { stays } = truth()
      for (const ban of order.locationBans) {
        const { area } = ban
        const shape =
          area.type === 'circle'
            ? compileCircle(area.longitude, area.latitude, area.radiusMeters)
            : compilePolygon(area.geometry)
        const own = stays.filter(({ locationBanId }) => locationBanId === ban.id)
        for (const [atMs, longitude, latitude] of sample(tracks[0]!)) {
          const isInside = containsPosition(shape, longitude, latitude)
          if (isInside) insideCount++
          const stay = own.find(({ startMs, endMs }) => atMs >= startMs && atMs <= endMs)
          // Within a quarter of a second of a border either answer is right.
          if (own.some((each) => isNear(each, atMs))) continue
          const isRight =
            (stay !== undefined) === isInside &&
            (stay === undefined || stay.isForbidden === isBanInForce(ban, order, atMs))
          if (!isRight) faults.push(`${key} ${ban.label} at ${atMs}`)
        }
      }
    }
    expect(faults).toEqual([])
    expect(insideCount).toBeGreaterThan(100)
  })

  it('the truth of a simulated case has every meeting, and no other, with the least distance', () => {
    let togetherCount = 0
    const faults: string[] = []
    for (const { key, registry, tracks, truth } of cases) {
      const ban = registry.protectionOrders[0]!.proximityBans[0]
      if (ban === undefined) continue
      const { meetings } = truth()
      const hers = sample(tracks[1]!)[Symbol.iterator]()
      for (const [atMs, longitude, latitude] of sample(tracks[0]!)) {
        const next = hers.next()
        if (next.done === true) break
        const meters = distanceMeters(longitude, latitude, next.value[1], next.value[2])
        if (meters <= ban.separationMeters) togetherCount++
        const meeting = meetings.find(({ startMs, endMs }) => atMs >= startMs && atMs <= endMs)
        const isClear = Math.abs(meters - ban.separationMeters) > 20
        const isTogether = meters < ban.separationMeters
        const isRight = !isClear || (meeting !== undefined) === isTogether
        const isNearest = meeting === undefined || meeting.nearestMeters <= 1.001 * meters + 0.1
        if (!isRight || !isNearest) faults.push(`${key} at ${atMs}`)
      }
    }
    expect(faults).toEqual([])
    expect(togetherCount).toBeGreaterThan(100)
  })
})

describe('simulated people', () => {
  it('simulated people move no faster than their way of travelling allows', () => {
    const fastest = { rest: 0.01, walk: 2, bicycle: 6.5, car: 36, bus: 21, train: 30 }
    const seen = new Set<string>()
    const faults: string[] = []
    for (const { tracks } of cases) {
      for (const track of tracks) {
        for (let knot = 0; knot + 1 < track.count; knot++) {
          const seconds = (track.atMs[knot + 1]! - track.atMs[knot]!) / 1000
          const meters = distanceMeters(
            track.longitudes[knot]!,
            track.latitudes[knot]!,
            track.longitudes[knot + 1]!,
            track.latitudes[knot + 1]!,
          )
          const mode = travelModes[track.modes[knot]!]!
          seen.add(mode)
          if (!(meters / seconds <= fastest[mode])) faults.push(`${mode}, ${meters / seconds} m/s`)
        }
      }
    }
    expect(faults).toEqual([])
    expect([...seen].toSorted()).toEqual([...travelModes].toSorted())
  })
})

function* sample(track: TrueTrack): Generator<readonly [number, number, number]> {
  const endMs = track.atMs[track.count - 1]!
  for (let atMs = simulation.startMs; atMs < Math.min(endMs, simulation.endMs); atMs += stepMs) {
    const [longitude, latitude] = positionOn(track, knotOf(track, atMs), atMs)
    yield [atMs, longitude, latitude]
  }
}

function isNear(event: { startMs: number; endMs: number }, atMs: number): boolean {
  return Math.abs(event.startMs - atMs) < 250 || Math.abs(event.endMs - atMs) < 250
}
