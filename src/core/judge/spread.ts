import { findMovePace, findPace } from '../belief/held-sighting.ts'
import { isSameMeasurement } from '../belief/same-position.ts'
import type { Track } from '../belief/track-state.ts'
import type { Plans } from '../belief/witness.ts'
import type { CaseFix } from '../fixes/case-fix.ts'

/**
 * Spread of where the person is now: that of the sighting, and of what they may have covered since.
 */
export function findSpreadMeters(
  track: Track,
  sighting: CaseFix,
  atMs: number,
  plans: Plans,
): number {
  const { limits } = plans
  const ageSeconds = Math.max(0, atMs - sighting.recordedAtMs) / 1000
  const seenPace = findPace(track, plans)
  // Whoever stood still may have started to walk.
  const pace =
    seenPace >= 0
      ? Math.max(seenPace, limits.ageingSpeedMetersPerSecondMin)
      : limits.ageingSpeedMetersPerSecond
  return Math.hypot(sighting.accuracyMeters, ageSeconds * pace)
}

/**
 * A device that gives the place of its sighting again, with a larger radius, says that it knows no
 * better, and how much less it knows. Whoever rests there is where a rest says. Of whoever came at
 * the pace of traffic it is all that is known: a phone in a train says it while it is 1.7 km on.
 */
export function findGrownMeters(track: Track, sighting: CaseFix, plans: Plans): number {
  const { coarse } = track
  const { limits } = plans
  if (coarse === null) return 0
  // A good position that is given again as a coarse one stays good: its wearer rests there.
  if (sighting.accuracyMeters <= limits.givenAgainGoodMetersMax) return 0
  if (coarse.deviceSlot !== sighting.deviceSlot) return 0
  if (!isSameMeasurement(coarse, sighting, limits)) return 0
  const isByTraffic = findMovePace(track, plans) > limits.coTravelSpeedMetersPerSecondMin
  return isByTraffic ? coarse.accuracyMeters : 0
}
