import { describe, expect, it } from 'vitest'
import { compileCircle } from '../../../geo/ban-shape.ts'
import { referenceTrack } from '../../../lab/quality/reference-track.ts'
import {
  findKnown,
  findStays,
  leastDistanceMeters,
  positionAt,
} from '../../../lab/quality/truth-track.ts'
import { distanceMeters } from '../../../geo/distance.ts'
import { fixAt, home, startMs } from './quality-world.ts'

const ban = compileCircle(home.longitude, home.latitude, 310)

/** Walks east at 10 m/s, from 1,000 m west of home to 1,000 m east of it. */
const walk = Array.from({ length: 41 }, (_, step) => fixAt(step * 5, -1_000 + step * 50))
const track = referenceTrack([walk], 30, 60_000)

describe('a way through a ban', () => {
  it('a way through a ban is one stay, with its times and depth', () => {
    const [stay, ...more] = findStays(track, ban, 120_000)
    expect(more).toEqual([])
    expect(stay!.startMs).toBe(startMs + 70_000)
    expect(stay!.endMs).toBe(startMs + 130_000)
    expect(stay!.deepestMeters).toBeCloseTo(310, 0)
  })

  it('a way that leaves a ban for long is two stays', () => {
    const there = Array.from({ length: 20 }, (_, step) => fixAt(step * 5, 0))
    const away = Array.from({ length: 40 }, (_, step) => fixAt(100 + step * 5, 400))
    const back = Array.from({ length: 20 }, (_, step) => fixAt(300 + step * 5, 0))
    const both = referenceTrack([[...there, ...away, ...back]], 30, 60_000)
    expect(findStays(both, ban, 120_000)).toHaveLength(2)
    expect(findStays(both, ban, 240_000)).toHaveLength(1)
  })
})

describe('where somebody was', () => {
  it('the place of a person is between two knots, straight and even', () => {
    const spot = positionAt(track, startMs + 102_500)!
    expect(
      distanceMeters(spot.longitude, spot.latitude, home.longitude, home.latitude),
    ).toBeCloseTo(25, 0)
  })

  it('the place of a person is not known outside the track, nor in a gap on the move; a rest is known', () => {
    const gap = referenceTrack([[fixAt(0, 0), fixAt(100, 1_000), fixAt(500, 1_000)]], 30, 60_000)
    expect(positionAt(gap, startMs - 1)).toBeNull()
    expect(positionAt(gap, startMs + 50_000)).toBeNull()
    expect(positionAt(gap, startMs + 300_000)).not.toBeNull()
    expect(findKnown(gap)).toHaveLength(2)
  })

  it('a track has a least distance to a place', () => {
    const spot = fixAt(0, 0, 500)
    expect(leastDistanceMeters(track, spot.longitude, spot.latitude)).toBeCloseTo(500, 0)
  })
})

describe('a reference of several devices', () => {
  it('a reference of several devices is their median, without fixes that claim too little', () => {
    const devices = [
      [fixAt(0, 0)],
      [fixAt(1, 10)],
      [fixAt(2, 500, 0, { accuracyMeters: 31 })],
      [fixAt(3, 12)],
    ]
    const { atMs, longitudes, latitudes } = referenceTrack(devices, 30, 60_000)
    expect(atMs).toHaveLength(1)
    expect(
      distanceMeters(home.longitude, home.latitude, longitudes[0]!, latitudes[0]!),
    ).toBeCloseTo(10, 0)
  })

  it('a reference of several devices is without a leap there and back, and without what was kept for long', () => {
    const leap = [fixAt(0, 0), fixAt(10, 5_000), fixAt(20, 0)]
    expect(referenceTrack([leap], 30, 60_000).atMs).toHaveLength(2)
    const kept = [fixAt(0, 0, 0, { receivedAtMs: startMs + 601_000 })]
    expect(referenceTrack([kept], 30, 60_000).atMs).toHaveLength(0)
  })
})
