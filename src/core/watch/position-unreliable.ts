import type { Effect } from '../model/alert.ts'
import { wake } from '../model/deadlines.ts'
import { draftOfWatch, endAlert, findSubject, startAfter } from './draft-alert.ts'
import { isKnown, judgeSide } from './judge-side.ts'
import type { Watch, WatchedPerson } from './watch-state.ts'

/**
 * The device keeps reporting, nothing of it is believed, and the wearer may be near a ban. Raised
 * only where no graver alert already says that this person's position is not known: one cause, one
 * alert.
 */
export function judgePosition(watch: Watch, person: WatchedPerson, nowMs: number): Effect[] {
  if (person.orderIds.length === 0) return []
  const role = isOffender(watch, person) ? 'offender' : 'victim'
  const side = judgeSide(watch, person.id, role, nowMs)
  wake(watch.deadlines, person, side.nextMs)
  person.isTroubled = !isKnown(side)
  // Far from every area; for the people of a pair the question is asked of the two together.
  const isFar = side.whereabouts !== null && watch.findSituation(person.id).isClearOfBans
  if (isKnown(side) || isFar) {
    if (person.unreliable === null) return []
    const { alertId } = person.unreliable
    person.unreliable = null
    person.unreliableEndedMs = nowMs
    return [endAlert(alertId, nowMs, nowMs)]
  }
  if (side.state !== 'stale' || person.unreliable !== null) return []
  if (isShownElsewhere(watch, person)) return []
  const subject = findSubject(watch, person.id, nowMs)
  const startMs = startAfter(side.sinceMs, person.unreliableEndedMs)
  const alert = draftOfWatch(watch, {
    kind: 'position-unreliable',
    idParts: [person.id],
    startMs,
    subject,
    deviceId: person.deviceIds[0] ?? null,
    occurredAtMs: startMs,
    learnedAtMs: nowMs,
    facts: {
      wearerRole: subject.role,
      lastBelievedAtMs: side.lastBelievedAtMs,
      sightingAgeSecondsMax: watch.limits.sightingAgeMsMax / 1_000,
      protectionOrderCount: subject.orderCount,
    },
  })
  person.unreliable = { alertId: alert.id, priority: 'P3' }
  return [{ type: 'alert-raised', alert }]
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
