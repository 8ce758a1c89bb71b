import type { Effect, SeenAgain } from '../model/alert.ts'
import { tellAlert } from '../model/alert-kinds/alert-kinds.ts'
import { wake } from '../model/deadlines.ts'
import { endAlert, raisePriority, startAfter } from './draft-alert.ts'
import { draftUnreliable } from './draft-unreliable.ts'
import { judgeMonitors } from './judge-monitors.ts'
import type { Side } from './judge-side.ts'
import { findFreshnessMs, isKnown, isUnplaced, judgeSide } from './judge-side.ts'
import { isSeenAndNoMore } from './seen-lately.ts'
import type { Situation } from './situation.ts'
import type { Unknown } from './unknown-position.ts'
import { findLostAgain, tellLostAgain } from './lost-again.ts'
import { findSinceMs, isInReach, isUncertain, nameFault, tellGraver } from './unknown-position.ts'
import { noteWhereLost } from './unseen-offender.ts'
import type { UnreliableAlert } from './open-alerts.ts'
import { noteTrouble } from './wake-person.ts'
import type { Watch, WatchedPerson } from './watch-state.ts'
import { laterOf } from './watch-state.ts'

/**
 * The device keeps reporting, nothing of it is believed, and the wearer may be near a ban; or what
 * it reports cannot be true, wherever that is. Graver while an approach or a breach of the wearer
 * is open, when it is in two places at once, and when what it reports has lain about a ban for
 * long and is too coarse to judge. Raised only where no graver alert already says
 * that this person's position is not known: one cause, one alert. What is to be told of one monitor
 * of several is told by itself: that one is broken says nothing of the other being lost.
 */
export function judgePosition(watch: Watch, person: WatchedPerson, nowMs: number): Effect[] {
  if (person.orderIds.length === 0) return []
  if (isSeenAndNoMore(watch, person, nowMs)) return []
  const role = isOffender(watch, person) ? 'offender' : 'victim'
  const side = judgeSide(watch, person.id, role, nowMs)
  wake(watch.deadlines, person, side.nextMs)
  const situation = watch.findSituation(person.id)
  if (role === 'offender') noteWhereLost(person, side.state, situation, watch.limits)
  const isUnclear = isUnclearNow(watch, person, situation, nowMs)
  const isSeen = isKnown(side) || isFar(side, situation)
  person.isTroubled = false
  if (!isKnown(side) || isUncertain(situation)) noteTrouble(watch, person.id)
  const ofMonitors =
    role === 'offender' ? judgeMonitors(watch, person, situation, isSeen, nowMs) : []
  const ofPerson = judgeWhole(watch, person, { side, situation, isUnclear, isSeen, role }, nowMs)
  return ofMonitors.length === 0 ? ofPerson : [...ofMonitors, ...ofPerson]
}

type Found = Pick<Unknown, 'side' | 'situation' | 'isUnclear'> & {
  readonly isSeen: boolean
  readonly role: 'offender' | 'victim'
}

/** Of all the devices of this person together. */
function judgeWhole(
  watch: Watch,
  person: WatchedPerson,
  { side, situation, isUnclear, isSeen, role }: Found,
  nowMs: number,
): Effect[] {
  // Once told it is over when a better position says so, not when none comes.
  const isStillUnclear = person.unreliable?.isUnclearTold === true && situation.unclear !== null
  const isSure = isSeen && !isUnclear && !isStillUnclear
  // Seen by a receiver that its networks contradict: masts err for hours, so it is listed.
  const isDisputed = isSure && situation.disputed !== null
  // Believed by the fixes between its jumps, which may be the false ones.
  const isJumping = isSure && !isDisputed && situation.jumps !== null
  if (isSure && !isDisputed && !isJumping) return endUnreliable(person, nowMs)
  const isListed = isDisputed || (!isJumping && isRestCalledOut(watch, person, situation, nowMs))
  const isGrave = isUnclear || (isJumping && isInReach(situation))
  const priority = isGrave ? 'P2' : isListed ? 'P3' : findPriority(side, situation)
  const isCallLater = role === 'offender' && mayReachBan(side, situation)
  const callAfterMs = isCallLater ? findCallAfterMs(watch, side) : null
  if (person.unreliable !== null) {
    const isLong = followLasting(watch, person, callAfterMs, nowMs) || side.isCallDue
    const isLasting = isLong && !isShownElsewhere(watch, person, true)
    const told = isUnclear
      ? tellUnclear(person.unreliable, situation, nowMs)
      : raiseUnreliable(person.unreliable, { priority, isLasting }, nowMs)
    if (told.length > 0) noteCall(person, nowMs)
    return told
  }
  const isOwn = isUnclear || isDisputed || isJumping
  const first = side.isCallDue ? 'P2' : priority
  const isCall = first === 'P2' || callAfterMs !== null
  if (!isOwn && (!isUnplaced(side) || isShownElsewhere(watch, person, isCall))) return []
  const found = { side, situation, isUnclear, isDisputed, isJumping }
  const told = raiseUnknown(watch, person, { ...found, priority: first }, nowMs)
  if (first === 'P2') noteCall(person, nowMs)
  followLasting(watch, person, callAfterMs, nowMs)
  return [told]
}

function noteCall(person: WatchedPerson, nowMs: number): void {
  person.calledOut = { atMs: nowMs, alertId: person.unreliable?.alertId ?? null }
}

function raiseUnknown(
  watch: Watch,
  person: WatchedPerson,
  unknown: Unknown,
  nowMs: number,
): Effect {
  const { side, situation, priority, isUnclear } = unknown
  const startMs = startAfter(findSinceMs(unknown, nowMs), person.unreliableEndedMs)
  const alert = draftUnreliable(watch, person, {
    priority,
    idParts: [person.id],
    startMs,
    occurredAtMs: startMs,
    deviceId: person.deviceIds[0] ?? null,
    lastBelievedAtMs: side.lastBelievedAtMs,
    isHeardOnly: side.state === 'without-position',
    isOtherSeen: false,
    inOpenApproach: situation.isInOpenApproach,
    fault: nameFault(unknown),
    nowMs,
  })
  const againId = findLostAgain(person, unknown, watch.limits, nowMs)
  if (againId !== null) return tellLostAgain(person, againId, alert, isUnclear, nowMs)
  person.unreliable = {
    alertId: alert.id,
    priority,
    isUnclearTold: isUnclear,
    lastingSinceMs: null,
  }
  return { type: 'alert-raised', alert }
}

/** Of every area; for the people of a pair the question is asked of the two together. */
function isFar(side: Side, situation: Situation): boolean {
  if (side.isCallDue || situation.fault !== null || !isClearOfBans(side, situation)) return false
  return !side.isClosingIn()
}

function isClearOfBans(side: Side, situation: Situation): boolean {
  const reachMeters = side.findWhereabouts()?.reachMeters ?? Infinity
  return reachMeters < Infinity && (situation.danger?.bandMeters ?? -Infinity) > reachMeters
}

/**
 * Under way in a car when last seen, or never seen, and in a band by now for all that is known:
 * what does not pass by itself calls somebody. Without an area the pair's own alert does, and of
 * coarse positions the unclear stay.
 */
function mayReachBan(side: Side, situation: Situation): boolean {
  if (side.isListedOnly || !isUnplaced(side)) return false
  if (situation.heldUntilMs !== null && situation.fault === null) return false
  if (side.state !== 'without-position' && side.lastBelievedAtMs !== null) return false
  return situation.danger?.bandMeters !== Infinity && !isClearOfBans(side, situation)
}

/** Whoever drove home and went indoors is mostly seen again within the hour. */
function findCallAfterMs({ limits }: Watch, { lastBelievedAtMs }: Side): number {
  return lastBelievedAtMs === null ? limits.watchListedMs : limits.heldNearMsMax
}

/** Whether it has lasted for so long that it calls somebody; an outage of ours lasts for nobody. */
function followLasting(
  { deadlines, receivingSinceMs }: Watch,
  person: WatchedPerson,
  callAfterMs: number | null,
  nowMs: number,
): boolean {
  const { unreliable } = person
  if (unreliable === null) return false
  unreliable.lastingSinceMs = callAfterMs === null ? null : (unreliable.lastingSinceMs ?? nowMs)
  if (callAfterMs === null || unreliable.lastingSinceMs === null || unreliable.priority !== 'P3')
    return false
  const dueMs = laterOf(unreliable.lastingSinceMs, receivingSinceMs) + callAfterMs
  if (nowMs <= dueMs) wake(deadlines, person, dueMs + 1)
  return nowMs > dueMs
}

function endUnreliable(person: WatchedPerson, nowMs: number): Effect[] {
  if (person.unreliable === null) return []
  const { alertId } = person.unreliable
  person.unreliable = null
  person.unreliableEndedMs = nowMs
  return [endAlert(alertId, nowMs, nowMs)]
}

/**
 * A receiver without a view of the sky is no news where its wearer is day after day. How long the
 * wearer rested there before makes it no better: to wait beside a border takes nothing but time.
 */
function findPriority(side: Side, situation: Situation): 'P2' | 'P3' {
  const { isInOpenApproach, isInUnusualApproach, fault } = situation
  const isGrave = fault === null ? isInUnusualApproach || side.isClosingIn() : isInOpenApproach
  return isGrave || fault === 'contradicting' ? 'P2' : 'P3'
}

/**
 * Somebody was called for this wearer in this very rest, saw the position come back, and it is lost
 * again: for an hour from that call it is listed. Not where the place itself may be in a ban.
 */
function isRestCalledOut(
  { limits }: Watch,
  { calledOut, unreliable }: WatchedPerson,
  { restSinceMs, whereabouts, danger, fault }: Situation,
  nowMs: number,
): boolean {
  if (calledOut === null || restSinceMs === null || restSinceMs > calledOut.atMs) return false
  if (whereabouts === null || danger === null || fault !== null) return false
  if (unreliable?.priority === 'P2' || danger.leftMeters <= whereabouts.radiusMeters) return false
  return nowMs <= calledOut.atMs + limits.heldNearMsMax
}

function raiseUnreliable(
  unreliable: UnreliableAlert,
  { priority, isLasting }: Pick<Unknown, 'priority'> & { readonly isLasting: boolean },
  nowMs: number,
): Effect[] {
  if (unreliable.priority !== 'P3' || (priority === 'P3' && !isLasting)) return []
  unreliable.priority = 'P2'
  const reason = tellGraver(priority)
  return [raisePriority(unreliable.alertId, 'P2', reason, nowMs)]
}

/** For long enough, and up to now. */
function isUnclearNow(
  watch: Watch,
  { deviceIds }: WatchedPerson,
  { unclear }: Situation,
  nowMs: number,
): boolean {
  if (unclear === null || !unclear.isLasting) return false
  const devices = deviceIds
    .map((deviceId) => watch.devices.get(deviceId))
    .filter((device) => device !== undefined)
  return nowMs - unclear.lastMs <= findFreshnessMs(watch, devices)
}

/** Not knowing where somebody is was told before; that it may be in the ban is told once. */
function tellUnclear(
  unreliable: UnreliableAlert,
  { unclear, isInOpenApproach: inOpenApproach }: Situation,
  nowMs: number,
): Effect[] {
  if (unreliable.isUnclearTold) return []
  unreliable.isUnclearTold = true
  const reason = tellAlert('position-unreliable', {
    fault: 'unclear-in-ban',
    inOpenApproach,
  })
  if (unreliable.priority === 'P3') {
    unreliable.priority = 'P2'
    return [raisePriority(unreliable.alertId, 'P2', reason, nowMs)]
  }
  const revision: SeenAgain = {
    kind: 'repeated',
    cause: 'nearer',
    recordedAtMs: unclear?.lastMs ?? nowMs,
    notSeenSinceMs: null,
    distanceMeters: null,
    probability: null,
    late: false,
    reason,
    isCall: true,
  }
  return [{ type: 'alert-revised', alertId: unreliable.alertId, revision, learnedAtMs: nowMs }]
}

function isOffender(watch: Watch, { id, orderIds }: WatchedPerson): boolean {
  return orderIds.some((orderId) => watch.orders.get(orderId)?.offenderId === id)
}

/**
 * By an order without a device, or by a pair whose alert names this person. What calls somebody,
 * now or by its lasting, is shown only by what has called: how far two people are apart says
 * nothing of an area, and a pair that is only listed would keep it quiet.
 */
function isShownElsewhere(watch: Watch, person: WatchedPerson, isCall: boolean): boolean {
  return person.orderIds.some((orderId) => {
    const order = watch.orders.get(orderId)
    if (order === undefined) return false
    if (order.offenderId === person.id && order.withoutDevice !== null) return true
    return order.pairIds.some((pairId) => {
      const degraded = watch.pairs.get(pairId)?.degraded
      const isNamed = degraded?.personIds.includes(person.id) === true
      return isNamed && (!isCall || degraded.priority === 'P2')
    })
  })
}
