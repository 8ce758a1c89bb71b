import { describe, expect, it } from 'vitest'
import { createTrack } from '../../../src/core/belief/track.ts'
import { toCaseFix } from '../../../src/core/fixes/case-fix.ts'
import { findGrownMeters } from '../../../src/core/judge/spread.ts'
import { defaultLimits } from '../../../src/core/model/limits.ts'
import type { Fix } from '../../../src/core/model/fix.ts'
import {
  applyAll,
  makeEngine,
  makeFix,
  makeOrder,
  makePair,
  makeVictimFix,
  tell,
} from '../engine-world.ts'

const order = makeOrder({
  locationBans: [],
  proximityBans: [makePair({ separationMeters: 500, approachMeters: 600 })],
})
const phone = { deviceId: 'offender-device-2' }
const herPhone = { deviceId: 'victim-device-2' }

/** So often for half an hour, without a speed; the first so many seconds after the start. */
function each(
  seconds: number,
  first: number,
  eastMeters: number,
  make: (at: number, eastMeters: number) => Fix,
): Fix[] {
  const count = Math.ceil(1_800 / seconds)
  return Array.from({ length: count }, (_, n) => make(first + n * seconds, eastMeters + (n % 3)))
}

describe('of two devices that are put apart the one makes the place of the other no less sure', () => {
  it.each([60, 300])(
    'an offender is told as beside the victim by a report each %i s, while the phone of each lies at home',
    (seconds) => {
      const fixes = [
        each(seconds, 0, 9_000, (at, east) => makeFix(at, east, 0, phone)),
        each(seconds, 0.1 * seconds, 60, makeFix),
        each(seconds, 0.2 * seconds, -10_000, (at, east) => makeVictimFix(at, east, 0, herPhone)),
        each(seconds, 0.3 * seconds, 0, makeVictimFix),
      ].flat()
      fixes.sort((one, other) => one.recordedAtMs - other.recordedAtMs)
      const engine = makeEngine({ orders: [order], reportIntervalSeconds: seconds })
      const told = tell(applyAll(engine, fixes)).filter((line) => line.includes('proximity'))
      const [first, ...others] = told.filter((line) => line.startsWith('raised proximity-breach'))
      expect(Number(first?.split(' ').at(-1))).toBeLessThanOrEqual(2.5 * seconds)
      expect(others).toEqual([])
      expect(told.filter((line) => line.startsWith('ended proximity-breach'))).toEqual([])
    },
  )
})

describe('a place that is given again with a larger radius', () => {
  const at = (deviceSlot: number, seconds: number, eastMeters: number, accuracyMeters = 150) =>
    toCaseFix({ ...makeFix(seconds, eastMeters), accuracyMeters }, 1, deviceSlot, defaultLimits)

  /** Each is `[device, seconds, metres east]`: before by its own device, by the other, and last. */
  it.each([
    ['a walk, while another one lies 9 km off', [0, 100, -60], [1, 150, 9_000], 0],
    ['a train, beside another one that is carried too', [0, 100, -1_500], [1, 158, -10], 400],
  ] as const)(
    'a place that is given again is by the move of its own device: %s',
    (_, own, other, meters) => {
      const sighting = at(0, 160, 0)
      const previous = at(other[0], other[1], other[2])
      const track = {
        ...createTrack(),
        sighting,
        previous,
        movedMeters: Math.abs(other[2]),
        pathStart: sighting,
        pathStartPrevious: at(own[0], own[1], own[2]),
        coarse: at(0, 220, 0, 400),
      }
      const plans = {
        limits: defaultLimits,
        confirmWindows: [[{ fromMs: -Infinity, windowMs: 120_000 }]],
      }
      expect(findGrownMeters(track, sighting, plans)).toBe(meters)
    },
  )
})
