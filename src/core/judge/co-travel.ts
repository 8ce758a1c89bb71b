import type { CaseFix } from '../fixes/case-fix.ts'
import type { Limits } from '../model/limits.ts'
import {
  closingMetersPerSecond,
  findGap,
  findVelocity,
  subtract,
} from '../belief/relative-motion.ts'
import type { Track } from '../belief/track-state.ts'

/**
 * Two people on one road or railway: `together` the same way at the same pace and coming no closer,
 * or `passing` each other at speed, which is over within a minute. Null when neither applies or it
 * cannot be told. Needs two believed sightings of each person, the latest two within
 * `confirmWindowMs` of each other.
 */
export function findCoTravel(
  fix: CaseFix,
  mine: Track,
  theirs: Track,
  limits: Limits,
): CoTravel | null {
  if (mine.sighting === null || theirs.sighting === null || theirs.previous === null) return null
  const ageMs = fix.recordedAtMs - theirs.sighting.recordedAtMs
  if (ageMs > limits.confirmWindowMs) return null
  const my = findVelocity(mine.sighting, fix, limits.passageGapMsMax)
  const their = findVelocity(theirs.previous, theirs.sighting, limits.passageGapMsMax)
  if (my === null || their === null) return null
  const slower = Math.min(Math.hypot(my.east, my.north), Math.hypot(their.east, their.north))
  if (!(slower >= limits.coTravelSpeedMetersPerSecondMin)) return null
  const cosine =
    (my.east * their.east + my.north * their.north) /
    (Math.hypot(my.east, my.north) * Math.hypot(their.east, their.north))
  const gap = findGap(fix, theirs.sighting, their, ageMs / 1000)
  const drift = subtract(their, my)
  const driftPace = Math.hypot(drift.east, drift.north)
  const closing = closingMetersPerSecond(gap, drift)
  if (cosine >= limits.coTravelCosineMin && driftPace <= limits.coTravelPaceShareMax * slower) {
    // The allowance is a walker's pace.
    return closing <= limits.ageingSpeedMetersPerSecondMin ? 'together' : null
  }
  const isOpposite = cosine <= -limits.coTravelCosineMin
  const untilNearestMs = (1000 * closing * Math.hypot(gap.east, gap.north)) / driftPace ** 2
  return isOpposite && untilNearestMs < limits.passingMsMax ? 'passing' : null
}

export type CoTravel = 'together' | 'passing'
