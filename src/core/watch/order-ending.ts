import type { AlertPriority, Effect } from '../model/alert.ts'
import type { Limits } from '../model/limits.ts'
import { orderTerms, reminderSteps } from '../model/order-terms.ts'
import type { ProtectionOrder } from '../model/registry.ts'
import { wake } from '../model/deadlines.ts'
import { draftAlert, endAlert, raisePriority, subjectOfOrder } from './draft-alert.ts'
import type { Watch, WatchedOrder } from './watch-state.ts'

/**
 * One alert per end instant of an order, louder as the end comes near, and loudest when it has
 * passed: monitoring never stops without somebody having said so. A new end, or an order that is
 * ended by hand, ends it.
 */
export function judgeOrderEnding(watch: Watch, watched: WatchedOrder, nowMs: number): Effect[] {
  const order = watch.index.protectionOrders.get(watched.id)
  if (order === undefined) return []
  const effects: Effect[] = []
  const { ending } = watched
  if (ending !== null && (order.status === 'ended' || ending.validUntilMs !== order.validUntilMs)) {
    effects.push(endAlert(ending.alertId, nowMs, nowMs))
    watched.endedEndsMs.push(ending.validUntilMs)
    watched.ending = null
  }
  if (order.status === 'ended') return effects
  const { step, nextMs } = findStep(order, watch.limits, nowMs)
  if (nextMs !== null) wake(watch.deadlines, watched, nextMs)
  if (step === null) return effects
  if (watched.ending === null) {
    effects.push(...raiseEnding(watch, watched, order, step, nowMs))
  } else if (
    comparePriorities(step.priority, watched.ending.priority) < 0 ||
    step.isLapsed !== watched.ending.isLapsed
  ) {
    watched.ending.priority = step.priority
    watched.ending.isLapsed = step.isLapsed
    effects.push(raisePriority(watched.ending.alertId, step.priority, step.reason, nowMs))
  }
  return effects
}

type Step = {
  readonly atMs: number
  readonly priority: AlertPriority
  readonly isLapsed: boolean
  readonly reason: string
}

/**
 * The step reached, and when the next is due. Before the order begins nothing is said of its end.
 */
function findStep(
  order: ProtectionOrder,
  limits: Limits,
  nowMs: number,
): { step: Step | null; nextMs: number | null } {
  let step: Step | null = null
  for (const candidate of listSteps(order, limits)) {
    if (candidate.atMs > nowMs) return { step, nextMs: candidate.atMs }
    step = candidate
  }
  return { step, nextMs: null }
}

function listSteps(order: ProtectionOrder, limits: Limits): Step[] {
  const steps = reminderSteps(order.legalBasis, limits).map(({ beforeMs, priority }) => ({
    atMs: Math.max(order.validUntilMs - beforeMs, order.validFromMs),
    priority,
    isLapsed: false,
    reason: `The order ends within ${formatAhead(beforeMs)}; decide on extension or end.`,
  }))
  return [
    ...steps,
    {
      atMs: order.validUntilMs,
      priority: 'P1',
      isLapsed: true,
      reason:
        'The order has lapsed and is no longer watched: confirm the stop, or register its extension.',
    },
  ]
}

function raiseEnding(
  watch: Watch,
  watched: WatchedOrder,
  order: ProtectionOrder,
  step: Step,
  nowMs: number,
): Effect[] {
  const terms = orderTerms[order.legalBasis]
  const alert = draftAlert(watch, {
    kind: 'order-ending',
    priority: step.priority,
    idParts: [order.id],
    startMs: order.validUntilMs,
    subject: subjectOfOrder(order, null),
    occurredAtMs: step.atMs,
    learnedAtMs: nowMs,
    reason: step.reason,
    facts: {
      validUntilMs: order.validUntilMs,
      legalBasis: order.legalBasis,
      statute: terms.statute,
      extensionCountMax: terms.extensionCountMax,
      maximumTotalDays: terms.maximumTotalDays,
      termsConfidence: terms.confidence,
    },
  })
  watched.ending = {
    alertId: alert.id,
    priority: step.priority,
    validUntilMs: order.validUntilMs,
    isLapsed: step.isLapsed,
  }
  const raised: Effect = { type: 'alert-raised', alert }
  if (!watched.endedEndsMs.includes(order.validUntilMs)) return [raised]
  // The end was changed and changed back: the alert exists, so raising it again would go unseen.
  const revision = { kind: 'reopened' } as const
  return [raised, { type: 'alert-revised', alertId: alert.id, revision, learnedAtMs: nowMs }]
}

/** Negative when the first is the more urgent: 'P1' sorts before 'P2'. */
function comparePriorities(one: AlertPriority, other: AlertPriority): number {
  return one === other ? 0 : one < other ? -1 : 1
}

function formatAhead(beforeMs: number): string {
  const hours = beforeMs / 3_600_000
  return hours < 24 ? `${hours} hours` : `${hours / 24} days`
}
