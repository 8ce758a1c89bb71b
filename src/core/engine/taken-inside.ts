import { signedDistanceMeters } from '../../../geo/containment.ts'
import { metersBetween } from '../../../geo/distance.ts'
import type { Dossier } from '../dossier/dossier-state.ts'
import { offenderSlot } from '../fixes/case-fix.ts'
import type { LastSeen } from '../quiet/read-seen.ts'
import type { BanRule, PairRule } from '../rules/ban-versions.ts'
import { findVersion, isInBoxes, isInForce } from '../rules/ban-versions.ts'
import { findLastSeen } from './last-seen.ts'

/**
 * This person was last seen within what is forbidden now, though it may not have been then: no fix
 * has shown a breach, and none that anybody left. Seen in the area two minutes before its window
 * opens, and not since, is taken to be in it; and so are two people whom an order, or the next one
 * of two, finds together.
 */
export function isTakenToBeInside(dossier: Dossier, personSlot: number, nowMs: number): boolean {
  const { banRules, pairRules } = dossier.context
  const seen = findLastSeen(dossier, offenderSlot)
  if (seen === null) return false
  if (personSlot === offenderSlot && banRules.some((rule) => isInArea(seen, rule, nowMs))) {
    return true
  }
  return pairRules.some(
    (rule) =>
      (personSlot === offenderSlot || rule.victimSlot === personSlot) &&
      areTogether(dossier, seen, rule, nowMs),
  )
}

/** The same of one order. */
export function isLastSeenInside(dossier: Dossier, orderId: string, nowMs: number): boolean {
  const { banRules, pairRules } = dossier.context
  const seen = findLastSeen(dossier, offenderSlot)
  if (seen === null) return false
  return (
    banRules.some((rule) => rule.orderId === orderId && isInArea(seen, rule, nowMs)) ||
    pairRules.some((rule) => rule.orderId === orderId && areTogether(dossier, seen, rule, nowMs))
  )
}

/** Where the offender was last seen. */
function isInArea({ longitude, latitude }: LastSeen, rule: BanRule, nowMs: number): boolean {
  const version = findVersion(rule.versions, nowMs)
  // Hot path: asked every few seconds of every silent device, and most are nowhere near.
  if (!isInBoxes(version.nearBoxes, longitude, latitude)) return false
  if (!isInForce(version, nowMs)) return false
  return signedDistanceMeters(version.shape, longitude, latitude) <= 0
}

/** By sightings of one moment: neither has been seen for long without the other. */
function areTogether(dossier: Dossier, mine: LastSeen, rule: PairRule, nowMs: number): boolean {
  const theirs = findLastSeen(dossier, rule.victimSlot)
  if (theirs === null) return false
  const gapMs = Math.abs(mine.recordedAtMs - theirs.recordedAtMs)
  if (gapMs > dossier.context.limits.sightingGapMsMax) return false
  const version = findVersion(rule.versions, nowMs)
  if (!isInForce(version, nowMs)) return false
  return metersBetween(mine, theirs) <= version.ban.separationMeters
}
