import type { Effect, SeenAgain } from '../model/alert.ts'
import { tellAlert } from '../model/alert-kinds/alert-kinds.ts'
import { wake } from '../model/deadlines.ts'
import { draftOfWatch, endAlert, findSubject, raisePriority, startAfter } from './draft-alert.ts'
import type { Side } from './judge-side.ts'
import { findFreshnessMs, isKnown, isUnplaced, judgeSide } from './judge-side.ts'
import type { Situation } from './situation.ts'
import type { UnreliableAlert, Watch, WatchedPerson } from './watch-state.ts'

/**
 * The device keeps reporting, nothing of it is believed, and the wearer may be near a ban; or what
 * it reports cannot be true, wherever that is. Graver while an approach or a breach of the wearer
 * is open, when it is in two places at once, and when what it reports has lain about a ban for
 * long and is too coarse to judge. Raised only where no graver alert already says
 * that this person's position is not known: one cause, one alert.
 */
export function judgePosition(watch: Watch, person: WatchedPerson, nowMs: number): Effect[] {
  if (person.orderIds.length === 0) return []
  const role = isOffender(watch, person) ? 'offender' : 'victim'
  const side = judgeSide(watch, person.id, role, nowMs)
  wake(watch.deadlines, person, side.nextMs)
  const situation = watch.findSituation(person.id)
  person.isTroubled = !isKnown(side) || situation.unclear !== null
  // Far from every area; for the people of a pair the question is asked of the two together.
  const isFar = isClearOfBans(side, situation) && situation.fault === null
  const isUnclear = isUnclearNow(watch, person, situation, nowMs)
  // Once told it is over when a better position says so, not when none comes.
  const isStillUnclear = person.unreliable?.isUnclearTold === true && situation.unclear !== null
  if ((isKnown(side) || isFar) && !isUnclear && !isStillUnclear) return endUnreliable(person, nowMs)
  const isKnownRest = isRestCalledOut(watch, person, situation, nowMs)
  const priority = isUnclear ? 'P2' : isKnownRest ? 'P3' : findPriority(side, situation)
  if (person.unreliable !== null) {
    if (priority === 'P2') person.calledOutMs = nowMs
    return isUnclear
      ? tellUnclear(person.unreliable, situation, nowMs)
      : raiseUnreliable(person.unreliable, priority, nowMs)
  }
  if (!isUnclear && (!isUnplaced(side) || isShownElsewhere(watch, person))) return []
  if (priority === 'P2') person.calledOutMs = nowMs
  const subject = findSubject(watch, person.id, nowMs)
  const sinceMs = isUnclear ? (situation.unclear?.sinceMs ?? nowMs) : side.sinceMs
  const startMs = startAfter(sinceMs, person.unreliableEndedMs)
  const alert = draftOfWatch(watch, {
    kind: 'position-unreliable',
    priority,
    idParts: [person.id],
    startMs,
    subject,
    deviceId: person.deviceIds[0] ?? null,
    occurredAtMs: startMs,
    learnedAtMs: nowMs,
    facts: {
      wearerRole: subject.role,
      lastBelievedAtMs: side.lastBelievedAtMs,
      heardWithoutPosition: side.state === 'without-position',
      sightingAgeSecondsMax: watch.limits.sightingAgeMsMax / 1_000,
      protectionOrderCount: subject.orderCount,
      inOpenApproach: situation.isInOpenApproach,
      fault: isUnclear ? 'unclear-in-ban' : situation.fault,
    },
  })
  person.unreliable = { alertId: alert.id, priority, isUnclearTold: isUnclear }
  return [{ type: 'alert-raised', alert }]
}

function isClearOfBans({ whereabouts }: Side, { danger }: Situation): boolean {
  if (whereabouts === null || danger === null) return false
  return danger.bandMeters > whereabouts.reachMeters
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
  const isGrave = fault === null ? isInUnusualApproach || side.isClosingIn : isInOpenApproach
  return isGrave || fault === 'contradicting' ? 'P2' : 'P3'
}

/**
 * Somebody was called for this wearer in this very rest, saw the position come back, and it is lost
 * again: for so long indoors that is listed. Not where the place itself may be in a ban.
 */
function isRestCalledOut(
  { limits }: Watch,
  { calledOutMs, unreliable }: WatchedPerson,
  { restSinceMs, lastBelievedAtMs, whereabouts, danger, fault }: Situation,
  nowMs: number,
): boolean {
  if (calledOutMs === null || restSinceMs === null || restSinceMs > calledOutMs) return false
  if (whereabouts === null || danger === null || fault !== null) return false
  if (unreliable?.priority === 'P2' || danger.leftMeters <= whereabouts.radiusMeters) return false
  return nowMs <= (lastBelievedAtMs ?? 0) + limits.heldNearMsMax
}

/** What was told and has become graver since. */
function raiseUnreliable(
  unreliable: UnreliableAlert,
  priority: 'P2' | 'P3',
  nowMs: number,
): Effect[] {
  if (unreliable.priority !== 'P3' || priority === 'P3') return []
  unreliable.priority = priority
  const reason =
    'Still no position is believed, and an approach or breach of the wearer is open, or was being made when last seen, or the device is in two places at once.'
  return [raisePriority(unreliable.alertId, priority, reason, nowMs)]
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

/** By an order without a device, or by a pair whose alert names this person. */
function isShownElsewhere(watch: Watch, person: WatchedPerson): boolean {
  return person.orderIds.some((orderId) => {
    const order = watch.orders.get(orderId)
    if (order === undefined) return false
    if (order.offenderId === person.id && order.withoutDevice !== null) return true
    return order.pairIds.some((pairId) =>
      watch.pairs.get(pairId)?.degraded?.personIds.includes(person.id),
    )
  })
}
