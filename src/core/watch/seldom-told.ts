import { metersBetween } from '../../../geo/distance.ts'
import type { ProtectionOrder, ProximityBan } from '../model/registry.ts'
import { isKnown, isUnplaced, type Side } from './judge-side.ts'
import type { Watch, WatchedPair } from './watch-state.ts'

/**
 * Somebody was called within a day because a device of these two reports too seldom to judge
 * their distance by, and no more is wrong now. It is a fact of the plan and not of the hour:
 * whoever wears it is at home and out again five times a day, and each is the same news. Unless
 * they are less than half as far apart as at that call, or one of them is not seen at all who was
 * then; an approach is another matter.
 */
export function isSeldomTold(
  watch: Watch,
  { seldomCalled }: WatchedPair,
  pairSides: PairSides,
  nowMs: number,
): boolean {
  if (seldomCalled === null || !isOfSlowPlan(pairSides)) return false
  if (nowMs - seldomCalled.atMs > watch.limits.quietMsMax) return false
  if (isOneUnplaced(pairSides) && !seldomCalled.isUnplaced) return false
  const apartMeters = findApartMeters(watch, pairSides)
  if (apartMeters === null) return true
  if (seldomCalled.apartMeters === null) return false
  return apartMeters > watch.limits.nearerShare * seldomCalled.apartMeters
}

/** Somebody is called now. */
export function noteSeldomTold(
  watch: Watch,
  pair: WatchedPair,
  pairSides: PairSides,
  nowMs: number,
): void {
  if (!isOfSlowPlan(pairSides)) return
  pair.seldomCalled = {
    atMs: nowMs,
    apartMeters: findApartMeters(watch, pairSides),
    isUnplaced: isOneUnplaced(pairSides),
  }
}

type PairSides = {
  readonly order: ProtectionOrder
  readonly ban: ProximityBan
  readonly offender: Side
  readonly victim: Side
}

/** The slow plan of one of the two alone leaves their distance unknown, whatever the other does. */
function isOfSlowPlan({ offender, victim }: PairSides): boolean {
  const sides = [offender, victim]
  if (!sides.some(({ state }) => state === 'too-seldom')) return false
  return sides.every((side) => isKnown(side) || isUnplaced(side) || side.state === 'too-seldom')
}

function isOneUnplaced({ offender, victim }: PairSides): boolean {
  return isUnplaced(offender) || isUnplaced(victim)
}

/** Between where they were last seen; null while one of the two was not. */
function findApartMeters({ findSituation }: Watch, { order, ban }: PairSides): number | null {
  const offender = findSituation(order.offenderId).whereabouts
  const victim = findSituation(ban.victimId).whereabouts
  return offender === null || victim === null ? null : metersBetween(offender, victim)
}
