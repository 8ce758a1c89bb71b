import type { Audience } from '../../core/model/order-terms.ts'
import type { ProtectionOrder } from '../../core/model/registry.ts'
import {
  afterEndStep,
  findReview,
  listReminders,
  reviewSuspension,
  suspendedStep,
} from '../../core/orders/reminders.ts'
import { epochMs } from '../pg/epoch-ms.ts'
import type { Db } from '../pg/pool.ts'
import type { KindOfOrder } from './order-types.ts'

/**
 * Plans whom the end of an order reminds and when: rows, each with its deadline. Those of another
 * end are over. An order that has ended reminds nobody. By another version of its kind all is
 * planned anew that nobody was asked yet; what somebody was asked stays asked.
 */
export async function planReminders(
  tx: Db,
  order: Pick<ProtectionOrder, 'id' | 'validFromMs' | 'validUntilMs' | 'status'>,
  { extensionCount, type, version }: KindOfOrder,
  nowMs: number,
): Promise<void> {
  const isOver = order.status === 'ended'
  const isSuspended = order.status === 'suspended'
  await tx.query(
    `update order_reminders set over_at = to_timestamp($3::float8 / 1000)
      where protection_order_id = $1 and over_at is null and ($4 or ends_at <> to_timestamp($2::float8 / 1000) or step = $5 and not $6
          or type_version <> $7 and asked_count = 0 and answered_at is null and step <> $5)`,
    [order.id, order.validUntilMs, nowMs, isOver, suspendedStep, isSuspended, version],
  )
  if (isOver) return
  const span = { startMs: order.validFromMs, endMs: order.validUntilMs, extensionCount }
  const review = findReview(type, span, nowMs)
  const rows = [
    ...listReminders(type, span, nowMs),
    ...(review === null ? [] : [review]),
    ...(isSuspended ? [reviewSuspension(nowMs)] : []),
  ]
  await tx.query(
    `insert into order_reminders as known (protection_order_id, ends_at, step, task, audience, answer_within_hours, due_at, ask_at, deciders,
       every_hours, priority, type_version)
     select $1::uuid, to_timestamp($2::float8 / 1000), step, task, "to", "answerWithinHours",
            to_timestamp("dueMs" / 1000), to_timestamp("dueMs" / 1000), $5::text[], "everyHours", priority, $6::bigint
       from jsonb_to_recordset($3::jsonb) as r(step smallint, task text, "to" text, "answerWithinHours" int, "dueMs" float8, "everyHours" int, priority text)
      where not exists (select from order_reminders k where k.protection_order_id = $1 and k.ends_at = to_timestamp($2::float8 / 1000)
         and k.over_at is null and k.type_version <> $6::bigint
         and (k.step = r.step and r.step >= ${afterEndStep} or r.step < ${afterEndStep} and "dueMs" <= $4::float8 and k.step < ${afterEndStep}))
     on conflict (protection_order_id, ends_at, step, type_version) do update
       -- The end was another for a while: asked anew, as what was answered then was of then.
       set over_at = null, answer = null, answered_by = null, answered_at = null, audience = excluded.audience, asked_count = 0,
           due_at = excluded.due_at, deciders = excluded.deciders, task = excluded.task, every_hours = excluded.every_hours,
           priority = excluded.priority, answer_within_hours = excluded.answer_within_hours,
           ask_at = greatest(excluded.ask_at, to_timestamp($4::float8 / 1000))
       where known.over_at is not null`,
    [order.id, order.validUntilMs, JSON.stringify(rows), nowMs, type.extendedBy, version],
  )
}

/** Those of one order that are not over, the earliest first. */
export async function listOrderReminders(
  db: Db,
  orderId: string,
): Promise<readonly OrderReminderRow[]> {
  const { rows } = await db.query<OrderReminderRow>(
    `select ${columns} from order_reminders r join protection_orders o on o.id = r.protection_order_id
      where protection_order_id = $1 and over_at is null order by due_at, step`,
    [orderId],
  )
  return rows
}

/** What somebody is asked and nobody has answered, of every order, the most urgent end first. */
export async function listUnanswered(
  db: Db,
  query: { readonly nowMs: number; readonly afterId: string | null; readonly limit: number },
): Promise<readonly OrderReminderRow[]> {
  const { rows } = await db.query<OrderReminderRow>(
    `select ${columns} from order_reminders r join protection_orders o on o.id = r.protection_order_id
      where answered_at is null and over_at is null and due_at <= to_timestamp($1::float8 / 1000)
        and ($2::uuid is null or r.id > $2) order by r.id limit $3`,
    [query.nowMs, query.afterId, query.limit],
  )
  return rows
}

export async function findReminderForUpdate(tx: Db, id: string): Promise<OrderReminderRow | null> {
  const { rows } = await tx.query<OrderReminderRow>(
    `select ${columns} from order_reminders r join protection_orders o on o.id = r.protection_order_id
      where r.id = $1 for update of r`,
    [id],
  )
  return rows[0] ?? null
}

export async function answerReminder(
  tx: Db,
  id: string,
  answer: {
    readonly answer: string
    readonly by: string
    readonly note: string | null
    readonly documentReference: string | null
    readonly nowMs: number
    readonly quietUntilMs: number
    /** When what is asked again and again is due next; null: it stays due. */
    readonly nextDueMs: number | null
  },
): Promise<void> {
  await tx.query(
    `update order_reminders set ask_at = to_timestamp($7::float8 / 1000), answer = $2, answered_by = $3, answered_at = to_timestamp($4::float8 / 1000),
       note = $5, document_reference = $6, due_at = coalesce(to_timestamp($8::float8 / 1000), due_at) where id = $1`,
    [
      id,
      answer.answer,
      answer.by,
      answer.nowMs,
      answer.note,
      answer.documentReference,
      answer.quietUntilMs,
      answer.nextDueMs,
    ],
  )
}

export type OrderReminderRow = {
  readonly id: string
  readonly protectionOrderId: string
  readonly reference: string
  readonly endsAtMs: number
  readonly step: number
  readonly task: string
  readonly audience: Audience
  readonly owner: string | null
  readonly answerWithinHours: number
  readonly dueAtMs: number
  readonly askAtMs: number
  readonly askedCount: number
  readonly isOver: boolean
  readonly isDecisionOnly: boolean
  readonly everyHours: number | null
  /** Of its kind, as it was planned by. */
  readonly typeVersion: number
  readonly answer: string | null
  readonly answeredBy: string | null
  readonly answeredAtMs: number | null
  readonly note: string | null
  readonly documentReference: string | null
}

export const columns = `r.id, r.protection_order_id as "protectionOrderId", o.reference, ${epochMs('r.ends_at')} as "endsAtMs",
  r.step, r.task, r.audience, (select c.name from case_roles c where c.protection_order_id = r.protection_order_id
     and r.audience = 'case-lead' and c.role = 'case-lead' and c.until is null) as owner, r.answer_within_hours as "answerWithinHours", ${epochMs('r.due_at')} as "dueAtMs",
  ${epochMs('r.ask_at')} as "askAtMs", r.asked_count as "askedCount", r.over_at is not null as "isOver",
  r.step in (${afterEndStep}, ${suspendedStep}) as "isDecisionOnly", r.every_hours as "everyHours", r.type_version::int as "typeVersion", r.answer, r.answered_by as "answeredBy",
  ${epochMs('r.answered_at')} as "answeredAtMs", r.note, r.document_reference as "documentReference"`
