import type { AlertPriority, Effect, Evidence } from '../model/alert.ts'
import { tellAlert } from '../model/alert-kinds/alert-kinds.ts'
import type { Limits } from '../model/limits.ts'
import { longestDays, orderTypes, reminderSteps } from '../model/order-terms.ts'
import type { ProtectionOrder } from '../model/registry.ts'
import { wake } from '../model/deadlines.ts'
import { draftOfWatch, endAlert, raisePriority, subjectOfOrder } from './draft-alert.ts'
import type { Watch, WatchedOrder } from './watch-state.ts'
import { pushAll } from '../model/lists.ts'

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
    pushAll(effects, raiseEnding(watch, watched, order, step, nowMs))
  } else if (
    comparePriorities(step.priority, watched.ending.priority) < 0 ||
    step.isLapsed !== watched.ending.isLapsed
  ) {
    watched.ending.priority = step.priority
    watched.ending.isLapsed = step.isLapsed
    const reason = tellAlert('order-ending', listFacts(order, step))
    effects.push(raisePriority(watched.ending.alertId, step.priority, reason, nowMs))
  }
  return effects
}

type Step = {
  readonly atMs: number
  readonly priority: AlertPriority
  readonly isLapsed: boolean
  /** Null once it has lapsed. */
  readonly endsWithinHours: number | null
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
    endsWithinHours: beforeMs / 3_600_000,
  }))
  return [
    ...steps,
    {
      atMs: order.validUntilMs,
      priority: 'P1',
      isLapsed: true,
      endsWithinHours: null,
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
  const alert = draftOfWatch(watch, {
    kind: 'order-ending',
    priority: step.priority,
    idParts: [order.id],
    startMs: order.validUntilMs,
    subject: subjectOfOrder(order, null),
    occurredAtMs: step.atMs,
    learnedAtMs: nowMs,
    facts: listFacts(order, step),
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

function listFacts(order: ProtectionOrder, { endsWithinHours }: Step): Evidence['facts'] {
  const terms = orderTypes[order.legalBasis]
  return {
    validUntilMs: order.validUntilMs,
    endsWithinHours,
    legalBasis: order.legalBasis,
    statute: terms.statute,
    extensionCountMax: terms.extensionCountMax,
    maximumTotalDays: longestDays(terms.maximum),
    termsConfidence: terms.confidence.term,
  }
}

/** Negative when the first is the more urgent: 'P1' sorts before 'P2'. */
function comparePriorities(one: AlertPriority, other: AlertPriority): number {
  return one === other ? 0 : one < other ? -1 : 1
}
