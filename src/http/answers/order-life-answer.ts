import type { z } from 'zod'
import type { ProtectionOrder } from '../../core/model/registry.ts'
import { hourMs } from '../../core/model/units.ts'
import { checkEnd, findLongestEnd } from '../../core/orders/check-end.ts'
import { lifeStateOf, spanOf } from '../../core/orders/order-life.ts'
import { afterEndStep } from '../../core/orders/reminders.ts'
import { formatInstant, formatInstantOrNull } from '../../schemas/common.ts'
import type { orderLifeSchema, orderReminderSchema } from '../../schemas/order-life.ts'
import type { Proposal } from '../../store/people/proposals.ts'
import type { OrderAct } from '../../store/registry/order-acts.ts'
import type { KindOfOrder } from '../../store/registry/order-types.ts'
import type { OrderReminderRow } from '../../store/registry/order-reminders.ts'

export function orderLifeBodyOf(
  order: ProtectionOrder,
  { acts, kind, names, planned, reminders }: Kept,
  nowMs: number,
): z.output<typeof orderLifeSchema> {
  const { type } = kind
  const span = spanOf(order, acts)
  const check = checkEnd(type, span)
  const longestMs = findLongestEnd(type, span)
  const isLast = type.extensionCountMax !== null && span.extensionCount >= type.extensionCountMax
  const state = lifeStateOf(order, { acts, type }, nowMs)
  const open = reminders.filter(({ answeredAtMs }) => answeredAtMs === null)
  // Once the end has passed there is one question left, also before anybody was asked it.
  const decision = open.find(({ step }) => state === 'lapsed' && step === afterEndStep)
  const next = decision ?? open[0]
  return {
    protectionOrderId: order.id,
    state,
    end: {
      validUntil: formatInstant(order.validUntilMs),
      verdict: check.verdict,
      differenceHours: Math.round((check.differenceMs / hourMs) * 10) / 10,
      countedAs: check.countedAs,
      remindersCountTo: formatInstant(check.remindersEndMs),
      extensionCount: span.extensionCount,
      extensionCountMax: type.extensionCountMax,
      longestEnd: formatInstantOrNull(longestMs),
      extendedBy: [...type.extendedBy],
      afterLast: isLast ? type.afterLast : null,
    },
    next: next === undefined ? null : reminderBodyOf(next),
    missing: acts.flatMap(({ act, findings }) => findings.map((code) => `${act}: ${code}`)),
    planned: planned.map((one) => ({
      proposalId: one.id,
      act: one.act,
      beginsAt: formatInstant(one.beginsAtMs ?? one.proposedAtMs),
      until: formatInstantOrNull(one.untilMs),
      by: one.proposedBy,
      secondPersonId: one.decidedBy,
      reason: one.reason,
    })),
    acts: acts.map((act) => actBodyOf(act, names)),
    reminders: reminders.map(reminderBodyOf),
  }
}

type Kept = {
  readonly planned: readonly Proposal[]
  readonly kind: KindOfOrder
  readonly acts: readonly OrderAct[]
  /** Of who did them, by id. */
  readonly names: ReadonlyMap<string, string>
  readonly reminders: readonly OrderReminderRow[]
}

export function reminderBodyOf(row: OrderReminderRow): z.output<typeof orderReminderSchema> {
  return {
    id: row.id,
    protectionOrderId: row.protectionOrderId,
    reference: row.reference,
    task: row.task,
    audience: row.audience,
    owner: row.owner,
    endsAt: formatInstant(row.endsAtMs),
    dueAt: formatInstant(row.dueAtMs),
    askAt: formatInstant(row.askAtMs),
    askedCount: row.askedCount,
    answer: row.answer,
    answeredBy: row.answeredBy,
    answeredAt: formatInstantOrNull(row.answeredAtMs),
    note: row.note,
    documentReference: row.documentReference,
    typeVersion: row.typeVersion,
    needsDecision: row.isDecisionOnly,
  }
}

function actBodyOf(
  act: OrderAct,
  names: Kept['names'],
): z.output<typeof orderLifeSchema>['acts'][number] {
  return {
    act: act.act,
    at: formatInstant(act.atMs),
    effectiveAt: formatInstant(act.effectiveAtMs),
    validUntil: formatInstant(act.validUntilMs),
    extensionCount: act.extensionCount,
    version: act.orderVersion,
    by: act.byId,
    byName: names.get(act.byId ?? '') ?? null,
    bySystem: act.byKind === 'system',
    secondPersonId: act.secondPersonId,
    secondPersonName: names.get(act.secondPersonId ?? '') ?? null,
    decidedBy: act.decidedBy,
    documentReference: act.documentReference,
    reason: act.reason,
    findings: [...act.findings],
    assessmentId: act.assessmentId ?? null,
    typeVersion: act.typeVersion ?? null,
  }
}
