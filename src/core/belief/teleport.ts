import { metersBetween } from '../../../geo/distance.ts'
import type { CaseFix } from '../fixes/case-fix.ts'
import type { Limits } from '../model/limits.ts'
import { findVelocity, subtract } from './relative-motion.ts'
import type { Track } from './track-state.ts'
import { isTooFar } from './plausible-move.ts'

/**
 * Further from the last sighting than anybody gets, and borne out by nothing. Two fixes in a row
 * that agree with each other outweigh the one sighting they disagree with; otherwise a single wrong
 * sighting would make every true fix after it a teleport. So do three that move on evenly: whoever
 * flies is somewhere else at every fix.
 */
export function isTeleport(
  track: Track,
  fix: CaseFix,
  movedMeters: number,
  limits: Limits,
): boolean {
  if (track.sighting === null || !isTooFar(track.sighting, fix, movedMeters, limits)) return false
  if (isMovingOn(track.chainBefore, track.chainLast, fix, limits)) return false
  const { suspect } = track
  if (suspect === null || suspect.recordedAtMs === fix.recordedAtMs) return true
  return isTooFar(suspect, fix, metersBetween(suspect, fix), limits)
}

/**
 * The last two of the same device, doubted for their distance or not, and this one lie on one way
 * travelled at one pace: what a flight looks like, and what stray positions do not.
 */
function isMovingOn(
  before: CaseFix | null,
  last: CaseFix | null,
  fix: CaseFix,
  limits: Limits,
): boolean {
  if (before === null || last === null) return false
  if (before.deviceSlot !== fix.deviceSlot || last.deviceSlot !== fix.deviceSlot) return false
  const firstMs = last.recordedAtMs - before.recordedAtMs
  const secondMs = fix.recordedAtMs - last.recordedAtMs
  const first = findVelocity(before, last, limits.passageGapMsMax)
  const second = findVelocity(last, fix, limits.passageGapMsMax)
  if (first === null || second === null) return false
  const pace = Math.max(Math.hypot(first.east, first.north), Math.hypot(second.east, second.north))
  if (!(pace <= limits.flightSpeedMetersPerSecondMax)) return false
  const change = subtract(second, first)
  const changed = Math.hypot(change.east, change.north)
  const noise =
    (1000 * (before.accuracyMeters + last.accuracyMeters)) / firstMs +
    (1000 * (last.accuracyMeters + fix.accuracyMeters)) / secondMs
  return changed <= limits.flightPaceChangeShareMax * pace + noise
}
