import type { AlertDraft, AlertPriority, Effect } from '../model/alert.ts'
import { alertId, startOfAlert } from '../model/alert-id.ts'
import type { NewAlert } from '../model/draft-alert.ts'
import { draftAlert } from '../model/draft-alert.ts'
import type { ProtectionOrder } from '../model/registry.ts'
import { ordersOfOffender, ordersOfVictim } from '../model/registry-index.ts'
import { isOrderInForce } from '../rules/schedule.ts'
import type { OpenAlert } from './open-alerts.ts'
import type { Watch } from './watch-state.ts'

/** The alert with its id, and what it hangs on. Alerts of the watch never hold a position. */
export function draftOfWatch(watch: Watch, alert: AlertOfWatch): AlertDraft {
  const { idParts, startMs, subject, ...given } = alert
  return draftAlert(watch.limits, {
    id: alertId([alert.kind, ...idParts], startMs),
    protectionOrderId: subject.order?.id ?? null,
    offenderId: subject.offenderId,
    victimId: subject.victimId,
    protectionOrderVersion: subject.order?.version ?? null,
    ...given,
  })
}

export function endAlert(alertId: string, clearedAtMs: number, learnedAtMs: number): Effect {
  return { type: 'alert-ended', alertId, clearedAtMs, learnedAtMs }
}

export function raisePriority(
  alertId: string,
  priority: AlertPriority,
  reason: string,
  learnedAtMs: number,
): Effect {
  return {
    type: 'alert-revised',
    alertId,
    revision: { kind: 'priority', priority, reason },
    learnedAtMs,
  }
}

/**
 * A start later than the end of the episode before, so that the id is new: an id that was used
 * would be taken for the same alert and be lost.
 */
export function startAfter(occurredAtMs: number, previousEndedMs: number | null): number {
  return previousEndedMs === null ? occurredAtMs : Math.max(occurredAtMs, previousEndedMs + 1)
}

/**
 * For `startAfter`: when an alert ended, and not before it began. The report that ends it, or the
 * change, may be on record with a moment before the one by which the clock found it.
 */
export function findKeptEnd({ alertId: id }: OpenAlert, endedMs: number): number {
  return Math.max(endedMs, startOfAlert(id))
}

/** What an alert about a person hangs on: the order in force that says most of the danger. */
export function findSubject(watch: Watch, personId: string | null, nowMs: number): Subject {
  if (personId === null) return nobody
  const asOffender = ordersOfOffender(watch.index, personId).filter((order) =>
    isOrderInForce(order, nowMs),
  )
  const asVictim = ordersOfVictim(watch.index, personId).filter((order) =>
    isOrderInForce(order, nowMs),
  )
  const role =
    watch.index.persons.get(personId)?.role ?? (asVictim.length > 0 ? 'victim' : 'offender')
  if (role === 'victim') {
    const order = asVictim[0] ?? null
    return {
      order,
      offenderId: order?.offenderId ?? null,
      victimId: personId,
      role,
      orderCount: asVictim.length,
      hasProximityBan: asVictim.length > 0,
    }
  }
  const withPair = asOffender.find((order) => order.proximityBans.length > 0)
  const order = withPair ?? asOffender[0] ?? null
  return {
    order,
    offenderId: personId,
    victimId: null,
    role,
    orderCount: asOffender.length,
    hasProximityBan: withPair !== undefined,
  }
}

export function subjectOfOrder(order: ProtectionOrder, victimId: string | null): Subject {
  return {
    order,
    offenderId: order.offenderId,
    victimId,
    role: 'offender',
    orderCount: 1,
    hasProximityBan: order.proximityBans.length > 0,
  }
}

export type Subject = {
  readonly order: ProtectionOrder | null
  readonly offenderId: string | null
  readonly victimId: string | null
  readonly role: 'offender' | 'victim' | null
  /** Orders in force of the person; the alert names one of them. */
  readonly orderCount: number
  readonly hasProximityBan: boolean
}

export const nobody: Subject = {
  order: null,
  offenderId: null,
  victimId: null,
  role: null,
  orderCount: 0,
  hasProximityBan: false,
}

export type AlertOfWatch = Omit<NewAlert, 'id' | 'fixes'> & {
  /**
   * With the kind and `startMs` they make the id: what is the same alert, and what is another one.
   */
  readonly idParts: readonly string[]
  readonly startMs: number
  readonly subject: Subject
}
