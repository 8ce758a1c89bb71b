import { metersBetween } from '../../../geo/distance.ts'
import type { CaseFix } from '../fixes/case-fix.ts'
import type { Limits } from '../model/limits.ts'
import { isJumpAgain } from './jump-places.ts'
import { findOwnSighting, isJumping } from './jumping.ts'
import { findVelocity, subtract } from './relative-motion.ts'
import type { Track } from './track-state.ts'
import { findWitnessMs } from './witness.ts'
import type { Plans } from './witness.ts'
import { isReachable, isTooFar, isWithinFlight } from './plausible-move.ts'

/**
 * Further from the last sighting than anybody gets. `teleport`: and borne out by nothing.
 * `unreachable`: borne out by a fix of the last minutes that agrees with it, or by three that fly
 * on evenly, or the third such jump of its device within half an hour. Such fixes may outweigh the
 * one sighting they disagree with, for otherwise a single wrong sighting would make every true fix
 * after it a teleport; but trackers do jump thousands of kilometres and stay there. So they may
 * open and clear nothing, until so much time has passed that the place can be true; and so does
 * the other side of the story, while it is being told in turn.
 */
export function judgeJump(
  track: Track,
  fix: CaseFix,
  movedMeters: number,
  plans: Plans,
): 'teleport' | 'unreachable' | null {
  const { limits } = plans
  const { sighting } = track
  if (sighting === null) return null
  // One device at one moment in two places is a contradiction, and nobody jumped.
  const isOneMoment = sighting.recordedAtMs === fix.recordedAtMs
  if (isOneMoment && sighting.deviceSlot === fix.deviceSlot) return null
  if (!isTooFar(sighting, fix, movedMeters, limits)) {
    return isContested(track.doubtful, fix, plans) ? 'unreachable' : null
  }
  const own = findOwnSighting(track, fix)
  if (isMovingOn(track.chainBefore, track.chainLast, fix, limits)) {
    const isLinked = own === null || isWithinFlight(own, fix, metersBetween(own, fix), limits)
    return isLinked ? null : 'unreachable'
  }
  // What is too far from another device is no jump of one that can have come from where it was: the
  // two were put apart, and each tells its own story from the first.
  if (own !== null && !isTooFar(own, fix, metersBetween(own, fix), limits)) return null
  if (!isBorneOut(track, fix, plans)) {
    const mayBeThere = isJumping(track, fix, plans) && !isJumpAgain(track.jumpPlaces, fix, limits)
    return mayBeThere ? 'unreachable' : 'teleport'
  }
  return own === null || isReachable(own, fix, metersBetween(own, fix), limits)
    ? null
    : 'unreachable'
}

function isBorneOut({ suspect, doubtful }: Track, fix: CaseFix, plans: Plans): boolean {
  const { limits } = plans
  const isWitness = (other: CaseFix): boolean =>
    other.recordedAtMs !== fix.recordedAtMs &&
    !isTooFar(other, fix, metersBetween(other, fix), limits)
  if (suspect !== null && isWitness(suspect)) return true
  if (doubtful.length === 0) return false
  const witnessMs = findWitnessMs(fix, plans)
  return doubtful.some(
    (other) => fix.recordedAtMs - other.recordedAtMs <= witnessMs && isWitness(other),
  )
}

/** The device itself said within minutes that the person is elsewhere, and it was borne out. */
function isContested(doubtful: readonly CaseFix[], fix: CaseFix, plans: Plans): boolean {
  // Hot path: nothing is doubtful.
  if (doubtful.length === 0) return false
  const witnessMs = findWitnessMs(fix, plans)
  return doubtful.some(
    (other) =>
      other.deviceSlot === fix.deviceSlot &&
      other.recordedAtMs < fix.recordedAtMs &&
      fix.recordedAtMs - other.recordedAtMs <= witnessMs &&
      isTooFar(other, fix, metersBetween(other, fix), plans.limits),
  )
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
  const firstNoise = (1000 * (before.accuracyMeters + last.accuracyMeters)) / firstMs
  const secondNoise = (1000 * (last.accuracyMeters + fix.accuracyMeters)) / secondMs
  // Whoever stands still moves on evenly too: only what no train does is a flight.
  const isFlown =
    Math.hypot(second.east, second.north) - secondNoise > limits.plausibleSpeedMetersPerSecondMax
  const noise = firstNoise + secondNoise
  return isFlown && changed <= limits.flightPaceChangeShareMax * pace + noise
}
