import { isFrozen } from './frozen.ts'
import type { Grounds } from './mirrored.ts'
import { findMirror } from './mirrored.ts'
import { hasLostSatellites, isJammed } from './reception.ts'
import { isStaleRepeat } from './stale-repeat.ts'
import { judgeJump } from './teleport.ts'
import { isWeekRollover } from './week-rollover.ts'
import type { CaseFix } from '../fixes/case-fix.ts'
import { satellitesOfNoPosition } from '../fixes/case-fix.ts'
import type { DisbeliefReason } from '../model/fix.ts'
import { disbeliefReasons } from '../model/fix.ts'
import type { Limits } from '../model/limits.ts'
import type { Track } from './track-state.ts'
import { findWitnessMs } from './witness.ts'
import type { Plans } from './witness.ts'

/**
 * Why the fix is not believed, as bits; 0 is believed. Depends on the fixes of the person before it
 * in the one order, on when the device suspected jamming, and on nothing else. `movedMeters` is how
 * far it lies from the last sighting.
 */
export function judgeBelief(
  track: Track,
  fix: CaseFix,
  movedMeters: number,
  grounds: BeliefGrounds,
): number {
  const { limits } = grounds
  // Not a position, or not a time: nothing further can be asked of it.
  if (isNullIsland(fix, limits)) return disbeliefBits['null-island']
  if (isWeekRollover(fix, limits)) return disbeliefBits['week-rollover']
  let disbelief = 0
  if (fix.satellites === satellitesOfNoPosition) disbelief |= disbeliefBits['no-position']
  if (isTooPoor(fix, limits)) disbelief |= disbeliefBits['accuracy-too-poor']
  else if (isContradiction(track.standing, fix) || isContradictedOfLate(track, fix, grounds))
    disbelief |= disbeliefBits['contradicts-same-moment']
  if (isFuture(fix, limits)) disbelief |= disbeliefBits['future-clock']
  const jump = judgeJump(track, fix, movedMeters, grounds)
  if (jump !== null) disbelief |= disbeliefBits[jump]
  if (isStaleRepeat(track, fix, movedMeters, limits)) disbelief |= disbeliefBits['stale-repeat']
  if (isFrozen(track.standstill, fix, limits)) disbelief |= disbeliefBits.frozen
  const mirror = findMirror(track, fix, movedMeters, grounds)
  if (mirror === 'swapped') disbelief |= disbeliefBits['coordinates-swapped']
  if (mirror === 'sign-flipped') disbelief |= disbeliefBits['coordinates-sign-flipped']
  if (isJammed(grounds.jammedAtMs[fix.deviceSlot], fix, limits))
    disbelief |= disbeliefBits['jamming-suspected']
  if (hasLostSatellites(track.withSatellites, fix, limits))
    disbelief |= disbeliefBits['satellites-lost']
  return disbelief
}

/** What belief is judged by beside the fixes. `jammedAtMs` is by device slot. */
export type BeliefGrounds = Grounds &
  Plans & {
    readonly jammedAtMs: readonly (readonly number[] | undefined)[]
  }

/** Believed: may open, confirm and clear. */
export function isBelieved(disbelief: number): boolean {
  return disbelief === 0
}

/**
 * May open a breach on its own. A clock ahead makes the time doubtful, not the place: a device
 * whose clock runs ahead for weeks must still raise, so it counts here, though it never clears. So
 * does a fix with poor reception: who jams a device inside a ban must not be the safer for it. And
 * so does a position given again: it may be an old one, and it may be a phone that is back where it
 * was, in the ban; the one costs a call, the other may cost a life. And so do positions that bear
 * each other out, though nobody can have come there: the one before may have been wrong. Of two
 * positions of one moment it is not known which is true.
 */
export function canOpen(disbelief: number): boolean {
  return (disbelief & ~raisingBits) === 0
}

/**
 * May be one of the two fixes that open together; the other must be able to open. A null island or
 * a wrapped clock says nothing.
 */
export function canSupport(disbelief: number): boolean {
  return (disbelief & speechlessBits) === 0
}

/**
 * May stand for its moment, so that another position of the same device at that moment is doubted.
 * What is no position, or could be anywhere, contradicts nobody: many devices send an empty or a
 * rough one in the same second as a good one.
 */
export function canStand(disbelief: number): boolean {
  return (disbelief & weightlessBits) === 0
}

export function listDisbelief(disbelief: number): DisbeliefReason[] {
  return disbeliefReasons.filter((reason) => (disbelief & disbeliefBits[reason]) !== 0)
}

export const disbeliefBits = {
  'accuracy-too-poor': 1 << 0,
  'null-island': 1 << 1,
  teleport: 1 << 2,
  'future-clock': 1 << 3,
  'contradicts-same-moment': 1 << 4,
  'stale-repeat': 1 << 5,
  frozen: 1 << 6,
  'coordinates-swapped': 1 << 7,
  'coordinates-sign-flipped': 1 << 8,
  'week-rollover': 1 << 9,
  'jamming-suspected': 1 << 10,
  'satellites-lost': 1 << 11,
  unreachable: 1 << 12,
  'no-position': 1 << 13,
} as const satisfies Record<DisbeliefReason, number>

const raisingBits =
  disbeliefBits['future-clock'] |
  disbeliefBits['jamming-suspected'] |
  disbeliefBits['satellites-lost'] |
  disbeliefBits['stale-repeat'] |
  disbeliefBits.unreachable |
  disbeliefBits['contradicts-same-moment']
const speechlessBits = disbeliefBits['null-island'] | disbeliefBits['week-rollover']
const weightlessBits =
  speechlessBits |
  disbeliefBits['accuracy-too-poor'] |
  disbeliefBits['contradicts-same-moment'] |
  disbeliefBits['no-position']

/** Written so that NaN is too poor. */
function isTooPoor(fix: CaseFix, limits: Limits): boolean {
  return !(fix.accuracyMeters < limits.accuracyMetersTooPoorMin)
}

/** Also NaN, which intake refuses: it must not become a sighting. */
function isNullIsland(fix: CaseFix, { nullIslandDegreesMax }: Limits): boolean {
  const isAway =
    Math.abs(fix.longitude) >= nullIslandDegreesMax ||
    Math.abs(fix.latitude) >= nullIslandDegreesMax
  return !isAway || !isPosition(fix)
}

function isPosition(fix: CaseFix): boolean {
  return Number.isFinite(fix.longitude) && Number.isFinite(fix.latitude)
}

function isFuture(fix: CaseFix, limits: Limits): boolean {
  return fix.recordedAtMs > fix.receivedAtMs + limits.clockAheadMsTolerated
}

/**
 * One device at one moment in two places: the first in the one order stands, the others are
 * doubted.
 */
function isContradiction(standing: CaseFix | null, fix: CaseFix): boolean {
  return (
    standing !== null &&
    standing.recordedAtMs === fix.recordedAtMs &&
    standing.deviceSlot === fix.deviceSlot &&
    (standing.longitude !== fix.longitude || standing.latitude !== fix.latitude)
  )
}

/** At moment after moment in two places: the first of a moment is no truer than the others. */
function isContradictedOfLate({ contradicted }: Track, fix: CaseFix, plans: Plans): boolean {
  return (
    contradicted !== null &&
    contradicted.count >= plans.limits.contradictedCountMin &&
    contradicted.deviceSlot === fix.deviceSlot &&
    contradicted.atMs < fix.recordedAtMs &&
    fix.recordedAtMs - contradicted.atMs <= findWitnessMs(fix, plans)
  )
}
