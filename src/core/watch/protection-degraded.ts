import { distanceMeters } from '../../../geo/distance.ts'
import type { Effect } from '../model/alert.ts'
import type { ProtectionOrder, ProximityBan } from '../model/registry.ts'
import { wake } from '../model/deadlines.ts'
import { draftOfWatch, endAlert, raisePriority, startAfter, subjectOfOrder } from './draft-alert.ts'
import type { Side } from './judge-side.ts'
import { isKnown, isUnplaced, judgeSideOfPair } from './judge-side.ts'
import { findUnwornSince } from './order-without-device.ts'
import type { Watch, WatchedPair } from './watch-state.ts'
import { ensurePerson } from './watch-state.ts'

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
  const offender = judgeSideOfPair(watch, order.offenderId, 'offender', nowMs)
  const victim = judgeSideOfPair(watch, ban.victimId, 'victim', nowMs)
  wake(watch.deadlines, pair, Math.min(offender.nextMs, victim.nextMs))
  if (isKnown(offender) && isKnown(victim)) return endDegraded(pair, nowMs)
  ensurePerson(watch, order.offenderId).isTroubled ||= !isKnown(offender)
  ensurePerson(watch, ban.victimId).isTroubled ||= !isKnown(victim)
  if (areKnownApart(offender, victim, ban)) return endDegraded(pair, nowMs)
  if (pair.degraded !== null) return callOut(watch, pair, [order.offenderId, ban.victimId], nowMs)
  const hasNoMonitor = watch.orders.get(order.id)?.withoutDevice !== null
  if ((!isOffenderAtFault(offender) || hasNoMonitor) && !isAtFault(victim)) return []
  return [raiseDegraded(watch, pair, { order, ban, offender, victim }, nowMs)]
}

/** What lasts, or is no matter for later any more: an approach of one of the two has opened. */
function callOut(
  watch: Watch,
  pair: WatchedPair,
  personIds: readonly string[],
  nowMs: number,
): Effect[] {
  const { degraded } = pair
  if (degraded === null || degraded.priority !== 'P3') return []
  const isLasting = nowMs > degraded.raisedAtMs + watch.limits.watchListedMs
  const isOpen = isInOpenApproach(watch, personIds)
  if (!isLasting && !isOpen) {
    wake(watch.deadlines, pair, nowMs + watch.limits.situationPollMs)
    return []
  }
  degraded.priority = 'P2'
  const reason = isOpen
    ? 'The separation still cannot be judged, and an approach or breach of one of the two is open.'
    : 'The separation still cannot be judged: it was listed first, and has not passed by itself.'
  return [raisePriority(degraded.alertId, 'P2', reason, nowMs)]
}

function isInOpenApproach(watch: Watch, personIds: readonly string[]): boolean {
  return personIds.some((personId) => watch.findSituation(personId).isInOpenApproach)
}

/** Not seen, and yet known to be too far apart for it to matter now. */
function areKnownApart(offender: Side, victim: Side, ban: ProximityBan): boolean {
  const offenderPlace = offender.whereabouts
  const victimPlace = victim.whereabouts
  if (offenderPlace === null || victimPlace === null) return false
  const apartMeters = distanceMeters(
    offenderPlace.longitude,
    offenderPlace.latitude,
    victimPlace.longitude,
    victimPlace.latitude,
  )
  return apartMeters > ban.separationMeters + offenderPlace.reachMeters + victimPlace.reachMeters
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
}

function raiseDegraded(
  watch: Watch,
  pair: WatchedPair,
  { order, ban, offender, victim }: Degradation,
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
  )
  const startMs = startAfter(occurredAtMs, pair.degradedEndedMs)
  const isOpen = isInOpenApproach(watch, [order.offenderId, ban.victimId])
  const priority = isOpen ? 'P2' : 'P3'
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
  pair.degraded = { alertId: alert.id, priority, personIds, raisedAtMs: nowMs }
  if (!isOpen) wake(watch.deadlines, pair, nowMs + watch.limits.situationPollMs)
  return { type: 'alert-raised', alert }
}
