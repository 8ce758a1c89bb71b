import { metersBetween } from '../../../geo/distance.ts'
import type { Whereabouts } from '../belief/whereabouts.ts'
import { findReachMeters } from '../belief/whereabouts.ts'
import type { Limits } from '../model/limits.ts'
import type { ProtectionOrder, ProximityBan } from '../model/registry.ts'
import { findLikelyMeters } from './held-place.ts'
import type { Side } from './judge-side.ts'
import type { Watch } from './watch-state.ts'
import { ensurePerson } from './watch-state.ts'

/**
 * What keeps the unknown distance of two people on the list, however long it lasts: somebody has
 * been called about this offender and that goes on, or the offender is seen, and stays far off.
 */
export function isHeldBack(
  watch: Watch,
  order: ProtectionOrder,
  ban: ProximityBan,
  offender: Side,
  nowMs: number,
): boolean {
  if (isCalledFor(watch, order.offenderId)) return true
  return isFarOff(watch, order, ban, offender, nowMs)
}

/** By a silence or by positions that are not believed: one trouble is one call. */
function isCalledFor(watch: Watch, personId: string): boolean {
  const { deviceIds, unreliable } = ensurePerson(watch, personId)
  // What is told of one monitor of several is no such call: another one may be believed.
  if (unreliable?.priority === 'P2') return true
  return deviceIds.some((deviceId) => {
    const silence = watch.devices.get(deviceId)?.silence ?? null
    return silence !== null && silence.priority !== 'P3'
  })
}

/**
 * The offender is seen, beyond the approach ring from where the other was last seen, and at rest
 * there, so that the first step is news; or beyond where the other has nearly always gone from
 * there, for three days instead of one. A phone that finds no position is no danger; who is kept
 * away may be. While heard and not seen, the offender may have driven since.
 */
function isFarOff(
  { limits, findSituation }: Watch,
  { offenderId }: ProtectionOrder,
  { victimId, separationMeters, approachMeters }: ProximityBan,
  { state }: Side,
  nowMs: number,
): boolean {
  const offender = findSituation(offenderId)
  const victim = findSituation(victimId)
  if (offender.whereabouts === null || victim.whereabouts === null) return false
  if (offender.fault !== null || victim.fault !== null) return false
  const isSeen = state === 'fresh'
  if (!isSeen && state !== 'held' && state !== 'stale' && state !== 'without-position') return false
  const unseenMs = nowMs - victim.whereabouts.atMs
  const isAtRest = isSeen && offender.restSinceMs !== null && unseenMs <= limits.heldSightingMsMax
  if (unseenMs > limits.likelyListedMsMax) return false
  const offenderMeters = isSeen
    ? findReachMeters(offender.whereabouts, limits, nowMs)
    : findDrivenMeters(offender.whereabouts, limits, nowMs)
  const victimMeters = isAtRest ? victim.whereabouts.radiusMeters : findLikelyMeters(victim, limits)
  const ringMeters = Math.max(separationMeters, approachMeters)
  return (
    metersBetween(offender.whereabouts, victim.whereabouts) >
    ringMeters + offenderMeters + victimMeters
  )
}

/** However slowly somebody was seen to go: unseen, anybody may be on a motorway or in a train. */
function findDrivenMeters(where: Whereabouts, limits: Limits, nowMs: number): number {
  const pace = Math.max(where.paceMetersPerSecond, limits.travelMetersPerSecondMax)
  return where.radiusMeters + (pace * (nowMs - where.atMs)) / 1_000
}
