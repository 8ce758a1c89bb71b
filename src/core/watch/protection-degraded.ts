import { distanceMeters } from '../../../geo/distance.ts'
import type { Effect } from '../model/alert.ts'
import type { ProtectionOrder, ProximityBan } from '../model/registry.ts'
import { wake } from '../model/deadlines.ts'
import { draftOfWatch, endAlert, raisePriority, startAfter, subjectOfOrder } from './draft-alert.ts'
import type { Side } from './judge-side.ts'
import { isKnown, isUnplaced, judgeSideOfPair } from './judge-side.ts'
import { findUnwornSince } from './order-without-device.ts'
import { isHeldBack } from './pair-held-back.ts'
import { isSeldomTold, noteSeldomTold } from './seldom-told.ts'
import { findNextLookOfPairMs } from './seen-lately.ts'
import type { UnclearPair } from './situation.ts'
import { findUnclearPair, tellUnclearPair } from './unclear-pair.ts'
import type { Watch, WatchedPair } from './watch-state.ts'
import { listAtLeastAsWide } from './wider-pairs.ts'
import { noteTrouble } from './wake-person.ts'

/**
 * The separation of a pair cannot be judged, and it may matter: of one of the two it is not known
 * where he or she is, nor that they are far apart. One alert per episode, ended when that is known
 * again. No second alert for what is shown already: a side whose device is silent (device-silent,
 * or the incident of its vendor) or an offender without a reporting device (order-without-device).
 */
export function judgePair(watch: Watch, pair: WatchedPair, nowMs: number): Effect[] {
  const order = watch.index.protectionOrders.get(pair.protectionOrderId)
  const ban = order?.proximityBans.find((candidate) => candidate.id === pair.proximityBanId)
  if (order === undefined || ban === undefined) return []
  if (watch.orders.get(order.id)?.pairIds.includes(pair.id) !== true) return []
  if (pair.degraded === null && areBothSeen(watch, pair, [order.offenderId, ban.victimId], nowMs)) {
    return endDegraded(pair, nowMs)
  }
  const offender = judgeSideOfPair(watch, order.offenderId, 'offender', nowMs)
  const victim = judgeSideOfPair(watch, ban.victimId, 'victim', nowMs)
  wake(watch.deadlines, pair, Math.min(offender.nextMs, victim.nextMs))
  const unclear = findUnclearPair(watch, pair, order, ban, nowMs)
  if (isKnown(offender) && isKnown(victim)) {
    if (unclear === null) return endDegraded(pair, nowMs)
    const isSpokenFor = isSpokenForByOther(watch, order, ban)
    if (pair.degraded !== null) return tellUnclearPair(pair, isSpokenFor, nowMs)
    const weight = { isUrgent: !isSpokenFor, isListedOnly: isSpokenFor }
    return [raiseDegraded(watch, pair, { order, ban, offender, victim, ...weight, unclear }, nowMs)]
  }
  if (!isKnown(offender)) noteTrouble(watch, order.offenderId)
  if (!isKnown(victim)) noteTrouble(watch, ban.victimId)
  if (areKnownApart(offender, victim, ban)) return endDegraded(pair, nowMs)
  pair.uncertainSinceMs ??= nowMs
  const isListedOnly =
    (isListed(offender) && isListed(victim)) || areLikelyApart(offender, victim, ban)
  const sides = [
    { personId: order.offenderId, side: offender },
    { personId: ban.victimId, side: victim },
  ]
  const isMatterNow = sides.some((one) => isUrgentNow(watch, one, isListedOnly))
  const isSpokenFor = isSpokenForByOther(watch, order, ban)
  const isUrgent = isMatterNow && !isSpokenFor
  if (pair.degraded !== null) {
    const isTold = isSeldomTold(watch, pair, { order, ban, offender, victim }, nowMs)
    const isQuiet = isSpokenFor || isTold || isHeldBack(watch, order, ban, offender, nowMs)
    const called = callOut(watch, pair, { isUrgent, isListedOnly, isQuiet }, nowMs)
    if (called.length > 0) noteSeldomTold(watch, pair, { order, ban, offender, victim }, nowMs)
    return called
  }
  const hasNoMonitor = watch.orders.get(order.id)?.withoutDevice !== null
  const isOffenderNews = isOffenderAtFault(offender) && !hasNoMonitor && isNews(offender, victim)
  if (!isOffenderNews && !(isAtFault(victim) && isNews(victim, offender))) return []
  // What nobody is called for is on the list when it has lasted: most of it passes by itself.
  const listedAtMs = pair.uncertainSinceMs + watch.limits.unknownListedMs
  if (isListedOnly && !isUrgent && nowMs < listedAtMs) {
    wake(watch.deadlines, pair, Math.min(nowMs + watch.limits.situationPollMs, listedAtMs))
    return []
  }
  const degradation = { order, ban, offender, victim, isUrgent, isListedOnly, unclear: null }
  return [raiseDegraded(watch, pair, degradation, nowMs)]
}

/** Hot path: both were seen lately, and nothing is unclear; they are looked at again in time. */
function areBothSeen(
  watch: Watch,
  pair: WatchedPair,
  [offenderId, victimId]: readonly [string, string],
  nowMs: number,
): boolean {
  const offenderMs = findNextLookOfPairMs(watch, offenderId, nowMs)
  const nextMs = Math.min(offenderMs, findNextLookOfPairMs(watch, victimId, nowMs))
  if (Number.isNaN(nextMs)) return false
  wake(watch.deadlines, pair, nextMs)
  return true
}

type Weight = {
  readonly isUrgent: boolean
  readonly isListedOnly: boolean
  /** Nobody is called for it by its lasting, for as long as this is so. */
  readonly isQuiet: boolean
}

/**
 * Somebody was called about these two people already, by another ban that keeps them at least as
 * far apart: for as long as that goes on, this one is listed.
 */
function isSpokenForByOther(watch: Watch, order: ProtectionOrder, ban: ProximityBan): boolean {
  return listAtLeastAsWide(watch, order, ban).some(({ degraded }) => degraded?.priority === 'P2')
}

/** What lasts, or is no matter for later any more: an approach of one of the two has opened. */
function callOut(
  watch: Watch,
  pair: WatchedPair,
  { isUrgent, isListedOnly, isQuiet }: Weight,
  nowMs: number,
): Effect[] {
  const { degraded } = pair
  if (degraded === null || degraded.priority !== 'P3') return []
  degraded.lastingSinceMs = isListedOnly ? null : (degraded.lastingSinceMs ?? nowMs)
  const lastingMs = degraded.lastingSinceMs === null ? 0 : nowMs - degraded.lastingSinceMs
  const isLasting = lastingMs > watch.limits.watchListedMs && !isQuiet
  if (!isLasting && !isUrgent) {
    wake(watch.deadlines, pair, nowMs + watch.limits.situationPollMs)
    return []
  }
  degraded.priority = 'P2'
  const reason = isUrgent
    ? 'The separation still cannot be judged, and an approach or breach of one of the two is open, or was being made when last seen.'
    : 'The separation still cannot be judged: it was listed first, and has not passed by itself.'
  return [raisePriority(degraded.alertId, 'P2', reason, nowMs)]
}

/**
 * An approach of one of the two is open, or one of them was on the way towards the other. Where all
 * that is not known is only listed, it must be an approach of whoever is not known.
 */
function isUrgentNow(
  watch: Watch,
  { personId, side }: { readonly personId: string; readonly side: Side },
  isListedOnly: boolean,
): boolean {
  const situation = watch.findSituation(personId)
  if (!isListedOnly) return situation.isInOpenApproach || (isUnplaced(side) && side.isClosingIn())
  if (!isUnplaced(side) || side.isStaying) return false
  return situation.isInUnusualApproach || side.isClosingIn()
}

/** Or it has an alert of its own, or just came back. */
function isListed({ state, isListedOnly }: Side): boolean {
  return isListedOnly || ['fresh', 'held', 'silent', 'starting'].includes(state)
}

/** Of whoever is only listed nothing is told while the silence of the other is shown. */
function isNews(side: Side, { state }: Side): boolean {
  return !side.isListedOnly || (state !== 'silent' && state !== 'starting')
}

/** Not seen, and yet known to be too far apart for it to matter now. */
function areKnownApart(offender: Side, victim: Side, ban: ProximityBan): boolean {
  const reach = (side: Side): number => side.findWhereabouts()?.reachMeters ?? Infinity
  return findApartMeters(offender, victim) > ban.separationMeters + reach(offender) + reach(victim)
}

/** Unless one of the two went on for long after vanishing, which is rare. */
function areLikelyApart(offender: Side, victim: Side, ban: ProximityBan): boolean {
  const likelyMeters = offender.likelyMeters + victim.likelyMeters
  return findApartMeters(offender, victim) > ban.separationMeters + likelyMeters
}

/** NaN is not known. */
function findApartMeters(offender: Side, victim: Side): number {
  const [one, other] = [offender.findWhereabouts(), victim.findWhereabouts()]
  if (one === null || other === null) return Number.NaN
  return distanceMeters(one.longitude, one.latitude, other.longitude, other.latitude)
}

/** Nothing else shows what is wrong with this side. */
function isAtFault(victim: Side): boolean {
  const { state } = victim
  return isOffenderAtFault(victim) || state === 'no-device' || state === 'never-heard'
}

/** An offender without a reporting device is the matter of his order. */
function isOffenderAtFault(offender: Side): boolean {
  return isUnplaced(offender) || offender.state === 'too-seldom'
}

function endDegraded(pair: WatchedPair, nowMs: number): Effect[] {
  pair.uncertainSinceMs = null
  if (pair.degraded === null) return []
  const { alertId } = pair.degraded
  pair.degraded = null
  pair.degradedEndedMs = nowMs
  return [endAlert(alertId, nowMs, nowMs)]
}

type Degradation = {
  readonly order: ProtectionOrder
  readonly ban: ProximityBan
  readonly offender: Side
  readonly victim: Side
  readonly isUrgent: boolean
  readonly isListedOnly: boolean
  /** Both are seen, too coarsely. */
  readonly unclear: UnclearPair | null
}

function raiseDegraded(
  watch: Watch,
  pair: WatchedPair,
  { order, ban, offender, victim, isUrgent, isListedOnly, unclear }: Degradation,
  nowMs: number,
): Effect {
  const isVictimAtFault = isAtFault(victim)
  const victimSinceMs =
    victim.state === 'no-device'
      ? findUnwornSince(watch, order, ban.victimId, nowMs)
      : victim.sinceMs
  const occurredAtMs = Math.min(
    isOffenderAtFault(offender) ? offender.sinceMs : Infinity,
    isVictimAtFault ? victimSinceMs : Infinity,
    unclear?.sinceMs ?? Infinity,
  )
  const startMs = startAfter(occurredAtMs, pair.degradedEndedMs)
  const priority = isUrgent ? 'P2' : 'P3'
  const alert = draftOfWatch(watch, {
    kind: 'protection-degraded',
    priority,
    idParts: [order.id, ban.id],
    startMs,
    subject: subjectOfOrder(order, ban.victimId),
    proximityBanId: ban.id,
    occurredAtMs: startMs,
    learnedAtMs: nowMs,
    facts: {
      offenderState: offender.state,
      victimState: victim.state,
      ...(unclear === null ? {} : { isDistanceUnclear: true }),
      offenderLastBelievedAtMs: offender.lastBelievedAtMs,
      victimLastBelievedAtMs: victim.lastBelievedAtMs,
      sightingAgeSecondsMax: watch.limits.sightingAgeMsMax / 1_000,
      separationMeters: ban.separationMeters,
      fallbackLocationBanCount: order.locationBans.length,
      fallbackFixedAddressCount: ban.fixedAddresses?.length ?? 0,
    },
  })
  const personIds = [
    ...(isOffenderAtFault(offender) ? [order.offenderId] : []),
    ...(isVictimAtFault ? [ban.victimId] : []),
  ]
  const lastingSinceMs = isListedOnly ? null : nowMs
  const isUnclearTold = unclear !== null
  pair.degraded = { alertId: alert.id, priority, personIds, lastingSinceMs, isUnclearTold }
  if (!isUrgent) wake(watch.deadlines, pair, nowMs + watch.limits.situationPollMs)
  return { type: 'alert-raised', alert }
}
