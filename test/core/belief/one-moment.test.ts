import { expect, it } from 'vitest'
import { createTrack, extendTrack } from '../../../src/core/belief/track.ts'
import { isReachable } from '../../../src/core/belief/plausible-move.ts'
import { metersBetween } from '../../../geo/distance.ts'
import { toCaseFix } from '../../../src/core/fixes/case-fix.ts'
import { defaultLimits as limits } from '../../../src/core/model/limits.ts'
import { makeFix } from '../engine-world.ts'

const at = (seconds: number, eastMeters: number) =>
  toCaseFix(makeFix(seconds, eastMeters), 0, 0, limits)
const windows = [{ fromMs: -Infinity, windowMs: limits.confirmWindowMs }]
const plans = { limits, confirmWindows: [windows] }

it('two fixes of one moment show no way: the one before both is where the way began', () => {
  const track = createTrack()
  const [first, second, third] = [at(0, 0), at(60, 100), at(60, 130)] as const
  for (const fix of [first, second, third]) {
    const { sighting } = track
    extendTrack(track, fix, 0, sighting === null ? 0 : metersBetween(sighting, fix), plans)
  }
  expect(track.sighting).toBe(third)
  expect(track.previous).toBe(first)
  expect(track.movedMeters).toBeCloseTo(metersBetween(first, third), 6)
})

it('two fixes of one moment, the first that there are, leave none before them', () => {
  const track = createTrack()
  extendTrack(track, at(0, 0), 0, 0, plans)
  extendTrack(track, at(0, 30), 0, 30, plans)
  expect(track.previous).toBeNull()
  expect(track.movedMeters).toBe(30)
})

it.each([
  ['by land within two hours', 7_199, 600_000, true],
  ['not by an airliner within two hours', 7_199, 700_000, false],
  ['by an airliner from two hours on', 7_200, 700_000, true],
  ['not faster than an airliner', 7_200, 2_600_000, false],
])('a place is reached unseen: %s', (_name, seconds, eastMeters, isReached) => {
  const [from, to] = [at(0, 0), at(seconds, eastMeters)]
  expect(isReachable(from, to, metersBetween(from, to), limits)).toBe(isReached)
})
