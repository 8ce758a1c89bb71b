import { metersBetween } from '../../../geo/distance.ts'
import type { ProtectionOrder, ProximityBan } from '../model/registry.ts'
import type { SideState } from '../model/side-state.ts'
import { isKnown, isUnplaced, type Side } from './judge-side.ts'
import type { SeldomCalled } from './open-alerts.ts'
import { listAtLeastAsWide } from './wider-pairs.ts'
import type { Watch, WatchedPair } from './watch-state.ts'

/**
 * Somebody was called within a day because a device of these two reports too seldom to judge
 * their distance by, for this ban or one that keeps them at least as far apart, and no more is
 * wrong now. It is a fact of the plan and not of the hour: whoever wears it is at home and out
 * again five times a day, and each is the same news. Unless they are less than half as far apart
 * as at that call, or less is known of one of them than was then; an approach is another matter.
 */
export function isSeldomTold(
  watch: Watch,
  pair: WatchedPair,
  pairSides: PairSides,
  nowMs: number,
): boolean {
  if (!isOfSlowPlan(pairSides)) return false
  const pairs = [pair, ...listAtLeastAsWide(watch, pairSides.order, pairSides.ban)]
  return pairs.some(({ seldomCalls }) =>
    seldomCalls.some((called) => isToldBy(watch, called, pairSides, nowMs)),
  )
}

function isToldBy(
  watch: Watch,
  called: SeldomCalled,
  pairSides: PairSides,
  nowMs: number,
): boolean {
  const { ban, offender, victim } = pairSides
  if (called.victimId !== ban.victimId || !isOfDay(watch, called, nowMs)) return false
  if (isLessKnown(offender.state, called.offenderState)) return false
  if (isLessKnown(victim.state, called.victimState)) return false
  const apartMeters = findApartMeters(watch, pairSides)
  if (apartMeters === null) return true
  if (called.apartMeters === null) return false
  return apartMeters > watch.limits.nearerShare * called.apartMeters
}

/** Somebody is called now. */
export function noteSeldomTold(
  watch: Watch,
  pair: WatchedPair,
  pairSides: PairSides,
  nowMs: number,
): void {
  if (!isOfSlowPlan(pairSides)) return
  const called = {
    atMs: nowMs,
    apartMeters: findApartMeters(watch, pairSides),
    victimId: pairSides.ban.victimId,
    offenderState: pairSides.offender.state,
    victimState: pairSides.victim.state,
  }
  pair.seldomCalls = [...pair.seldomCalls.filter((one) => isOfDay(watch, one, nowMs)), called]
}

function isOfDay({ limits }: Watch, { atMs }: SeldomCalled, nowMs: number): boolean {
  return nowMs - atMs <= limits.quietMsMax
}

type PairSides = {
  readonly order: ProtectionOrder
  readonly ban: ProximityBan
  readonly offender: Side
  readonly victim: Side
}

/**
 * The slow plan of one of the two alone leaves their distance unknown, whatever the phone of
 * whoever is protected does. That no position comes of the offender is no fact of a plan.
 */
function isOfSlowPlan({ offender, victim }: PairSides): boolean {
  const isSlow = (side: Side): boolean => side.state === 'too-seldom'
  if (!isSlow(offender) && !isSlow(victim)) return false
  const isOffenderSeen = isKnown(offender) || isSlow(offender)
  return isOffenderSeen && (isKnown(victim) || isSlow(victim) || isUnplaced(victim))
}

function isLessKnown(now: SideState, before: SideState): boolean {
  return countUnknown(now) > countUnknown(before)
}

/** Seen, seen too seldom, not seen at all. */
function countUnknown(state: SideState): number {
  if (isKnown({ state })) return 0
  return state === 'too-seldom' ? 1 : 2
}

/** Between where they were last seen; null while one of the two was not. */
function findApartMeters({ findSituation }: Watch, { order, ban }: PairSides): number | null {
  const offender = findSituation(order.offenderId).whereabouts
  const victim = findSituation(ban.victimId).whereabouts
  return offender === null || victim === null ? null : metersBetween(offender, victim)
}
