import type { AlertKind } from '../../core/model/alert.ts'
import type { Limits } from '../../core/model/limits.ts'
import type { ProtectionOrder } from '../../core/model/registry.ts'
import {
  afterEndStep,
  ask,
  lastWeekDays,
  reviewStep,
  suspendedStep,
} from '../../core/orders/reminders.ts'
import { appendAlertEvent, lockAlertEvents } from '../alerts/alert-events.ts'
import { lockAlertRows, type AlertRow } from '../alerts/alerts.ts'
import { restartLadder } from '../alerts/escalations.ts'
import { openAgain, opened } from '../alerts/open-again.ts'
import { findLadder, recordTransition } from '../alerts/recall-due.ts'
import type { Db } from '../pg/pool.ts'
import { alignEndAlerts, isEndMisaligned } from './ends-unanswered.ts'
import { findKindsOfOrders } from './order-types.ts'
import { columns, planReminders, type OrderReminderRow } from './order-reminders.ts'

/**
 * Asks what is due and nobody has answered: the first time whoever is to act, then whoever answers
 * for them, at the top again and again. An answered call about the end of that order is open again
 * by it: an acknowledgement decides nothing. Call inside a transaction.
 */
export async function askDue(tx: Db, work: ReminderWork): Promise<number> {
  await lockAlertEvents(tx)
  const { rows } = await tx.query<OrderReminderRow>(
    `select ${columns} from order_reminders r join protection_orders o on o.id = r.protection_order_id
      where ${dueSql} order by r.ask_at, r.id limit $2 for update of r skip locked`,
    [work.nowMs, work.limit],
  )
  for (const row of rows) {
    // An answer that decided nothing has been quiet for its time: asked anew, as the first time.
    const asking = row.answeredAtMs === null ? row : { ...row, askedCount: 0 }
    const { askAtMs, askedCount, audience } = ask(asking, work.nowMs)
    await tx.query(
      `update order_reminders set answer = null, answered_by = null, answered_at = null, audience = $2, asked_count = $3, ask_at = to_timestamp($4::float8 / 1000),
         last_asked_at = to_timestamp($5::float8 / 1000) where id = $1`,
      [row.id, audience, askedCount, askAtMs, work.nowMs],
    )
    if (row.step === afterEndStep) await endEarlier(tx, row, work.nowMs)
    if (askedCount > 1 || row.isDecisionOnly) {
      const dedupeKey = `no-decision:${row.id}:${askedCount}:${work.nowMs}`
      const reason = `Nobody has decided what follows the end of the order; now asked: ${audience}.`
      const about = { protectionOrderId: row.protectionOrderId, reason }
      await callAgain(tx, { ...about, kind: 'order-ending', dedupeKey }, work)
      await callAgain(tx, { ...about, kind: 'end-unanswered', dedupeKey }, work)
    }
  }
  return rows.length + (await alignEndAlerts(tx, work))
}

/** Without a transaction: nearly always nothing is due. */
export async function isReminderDue(db: Db, nowMs: number): Promise<boolean> {
  const { rows } = await db.query<{ readonly isDue: boolean }>(
    `select exists (select 1 from order_reminders r where ${dueSql} limit $2) as "isDue"`,
    [nowMs, 1],
  )
  return rows[0]?.isDue === true || (await isEndMisaligned(db))
}

/**
 * Orders that nobody would be reminded of, from before reminders were rows or by a fault of ours;
 * and those whose kind is another since they were planned.
 */
export async function planForgotten(tx: Db, { nowMs, limit }: ReminderWork): Promise<number> {
  const { rows } = await tx.query<{
    readonly body: Pick<ProtectionOrder, 'id' | 'validFromMs' | 'validUntilMs' | 'status'>
  }>(
    `select v.body from protection_orders o
       join protection_order_versions v on v.protection_order_id = o.id and v.version = o.version
      where o.status <> 'ended' and (not exists (
        select from order_reminders r where r.protection_order_id = o.id and r.over_at is null) or exists (
        select from order_reminders r where r.protection_order_id = o.id and r.over_at is null and r.asked_count = 0
           and r.answered_at is null and r.step <> ${suspendedStep} and r.type_version <> coalesce((
             select max(t.version) from order_types t where t.organisation_id = o.organisation_id and t.legal_basis = o.legal_basis), 0)))
      order by o.valid_until limit $1`,
    [limit],
  )
  const kinds = await findKindsOfOrders(
    tx,
    rows.map(({ body }) => body.id),
  )
  for (const { body } of rows) {
    const kind = kinds.get(body.id)
    if (kind !== undefined) await planReminders(tx, body, kind, nowMs)
  }
  return rows.length
}

export type ReminderWork = {
  readonly nowMs: number
  readonly limit: number
  readonly limits: Limits
}

/**
 * In the last week, and where its step says so, an answer quiets a question for a while; no
 * extension sought, for good. What is reviewed again and again is due anew, whatever was answered.
 */
const dueSql = `r.ask_at <= to_timestamp($1::float8 / 1000) and r.over_at is null and (r.answered_at is null
  or r.step = ${reviewStep} and to_timestamp($1::float8 / 1000) < r.ends_at
  or r.answer <> 'no-extension-sought' and r.step < ${afterEndStep}
     and to_timestamp($1::float8 / 1000) <= r.ends_at
     and (r.every_hours is not null or to_timestamp($1::float8 / 1000) >= r.ends_at - interval '${lastWeekDays} days')
     and not exists (select from order_reminders later where later.protection_order_id = r.protection_order_id
       and later.ends_at = r.ends_at and later.over_at is null and later.step <= ${afterEndStep}
       and later.due_at > r.due_at and later.due_at <= to_timestamp($1::float8 / 1000)))`

/** Once the end has passed there is one question left: what was asked before it is part of that. */
async function endEarlier(
  tx: Db,
  { protectionOrderId, endsAtMs }: OrderReminderRow,
  nowMs: number,
): Promise<void> {
  await tx.query(
    `update order_reminders set over_at = to_timestamp($3::float8 / 1000)
      where protection_order_id = $1 and ends_at = to_timestamp($2::float8 / 1000) and (step < $4 or step = $5) and over_at is null`,
    [protectionOrderId, endsAtMs, nowMs, afterEndStep, reviewStep],
  )
}

/**
 * Opens the call of this kind about an order again where somebody has answered it, and calls its
 * ladder anew: an acknowledgement decides nothing.
 */
export async function callAgain(tx: Db, about: CallAgain, work: ReminderWork): Promise<void> {
  const { rows } = await tx.query<{ readonly id: string }>(
    `select id from alerts where protection_order_id = $1 and kind = $2 and cleared_at is null
        and unsupported_reason is null and part_of_alert_id is null order by raised_at desc limit 1`,
    [about.protectionOrderId, about.kind],
  )
  const alerts = await lockAlertRows(
    tx,
    rows.map(({ id }) => id),
  )
  for (const alert of alerts.values()) {
    if (alert.status !== 'open') await reopen(tx, alert, about, work.nowMs)
    const { rows: pending } = await tx.query(
      `select 1 from escalations where alert_id = $1 and done_at is null and cancelled_at is null limit 1`,
      [alert.id],
    )
    if (pending.length > 0) continue
    await restartLadder(tx, alert.id, await findLadder(tx, alert, work))
  }
}

type CallAgain = {
  readonly protectionOrderId: string
  readonly kind: AlertKind
  readonly reason: string
  readonly dedupeKey: string
}

async function reopen(
  tx: Db,
  alert: AlertRow,
  { dedupeKey, reason }: CallAgain,
  nowMs: number,
): Promise<void> {
  await openAgain(tx, alert.id, nowMs)
  const facts = { kind: 'reopened', previousStatus: alert.status, because: 'no-decision' }
  await recordTransition(tx, alert.id, 'revised', { ...facts, reason, recallAtMs: null }, nowMs)
  await appendAlertEvent(
    tx,
    { ...alert, ...opened, toldAtMs: nowMs },
    { type: 'revised', facts, dedupeKey },
  )
}
