import { alertId } from '../../core/model/alert-id.ts'
import { draftAlert } from '../../core/model/draft-alert.ts'
import { hourMs } from '../../core/model/units.ts'
import { ask } from '../../core/orders/reminders.ts'
import { lockAlertEvents } from '../alerts/alert-events.ts'
import { saveEffectsOfOrders, saveOwnEffects } from '../alerts/save-own-effects.ts'
import { epochMs } from '../pg/epoch-ms.ts'
import type { Db } from '../pg/pool.ts'
import { callAgain, type ReminderWork } from '../registry/reminders-due.ts'
import type { MoveQuestionRow } from './move-questions.ts'

/**
 * Asks what nobody answered in time of whoever answers for them, at the top again and again, and
 * calls people about it: one alert a case while any of its questions is overdue. Call inside a
 * transaction.
 */
export async function askAboutMoves(tx: Db, work: ReminderWork): Promise<number> {
  await lockAlertEvents(tx)
  await tx.query(
    `update relocation_questions q set over_at = to_timestamp($1::float8 / 1000) from protection_orders o
      where o.id = q.protection_order_id and o.status = 'ended' and q.answered_at is null and q.over_at is null`,
    [work.nowMs],
  )
  const { rows } = await tx.query<DueQuestion>(
    `select id, protection_order_id as "protectionOrderId", audience, asked_count as "askedCount",
            answer_within_hours as "answerWithinHours" from relocation_questions q
      where ${dueSql} order by ask_at, id limit $2 for update skip locked`,
    [work.nowMs, work.limit],
  )
  for (const row of rows) {
    const { askAtMs, askedCount, audience } = ask(row, work.nowMs)
    await tx.query(
      `update relocation_questions set audience = $2, asked_count = $3, ask_at = to_timestamp($4::float8 / 1000),
         last_asked_at = to_timestamp($5::float8 / 1000) where id = $1`,
      [row.id, audience, askedCount, askAtMs, work.nowMs],
    )
    const dedupeKey = `move:${row.id}:${askedCount}`
    const reason = `Nobody has said what a move means for this order; now asked: ${audience}.`
    const { protectionOrderId } = row
    await callAgain(tx, { protectionOrderId, kind: 'move-unanswered', reason, dedupeKey }, work)
  }
  return rows.length + (await alignAlerts(tx, work))
}

/** Without a transaction: nearly always nothing is due. */
export async function isMoveDue(db: Db, nowMs: number): Promise<boolean> {
  const { rows } = await db.query<{ readonly isDue: boolean }>(
    `select exists (select from relocation_questions q where ${dueSql})
         or exists (select from alerts where ${openSql}) as "isDue"`,
    [nowMs],
  )
  return rows[0]?.isDue === true
}

type DueQuestion = Pick<
  MoveQuestionRow,
  'id' | 'protectionOrderId' | 'audience' | 'askedCount' | 'answerWithinHours'
>

const waitingSql = 'q.answered_at is null and q.over_at is null'
const dueSql = `q.ask_at <= to_timestamp($1::float8 / 1000) and ${waitingSql}`
const openSql = `kind = 'move-unanswered' and cleared_at is null`

async function alignAlerts(tx: Db, work: ReminderWork): Promise<number> {
  const { limits, nowMs } = work
  const { rows } = await tx.query<Overdue>(
    `select coalesce(d.order_id, a.protection_order_id) as "orderId", coalesce(d.count, 0)::int as "questionCount",
            ${epochMs('d.since')} as "sinceMs", ${epochMs('d.due_at')} as "dueAtMs", a.id as "alertId"
       from (select q.protection_order_id as order_id, count(*) as count, min(q.due_at) as due_at, min(q.due_at - q.answer_within_hours * interval '1 hour') as since
               from relocation_questions q
              where q.due_at <= to_timestamp($1::float8 / 1000) and ${waitingSql} group by 1) d
       full join (select id, protection_order_id from alerts where ${openSql}) a on a.protection_order_id = d.order_id
      where d.order_id is null or a.id is null`,
    [nowMs],
  )
  for (const { alertId: openId, dueAtMs, orderId, questionCount, sinceMs } of rows) {
    if (openId !== null) {
      const ended = { clearedAtMs: nowMs, learnedAtMs: nowMs }
      await saveOwnEffects(tx, work, [{ type: 'alert-ended', alertId: openId, ...ended }])
      continue
    }
    const alert = draftAlert(limits, {
      id: alertId(['move-unanswered', orderId], nowMs),
      kind: 'move-unanswered',
      protectionOrderId: orderId,
      occurredAtMs: dueAtMs ?? nowMs,
      learnedAtMs: nowMs,
      facts: { questionCount, hours: Math.round((nowMs - (sinceMs ?? nowMs)) / hourMs) },
    })
    await saveEffectsOfOrders(tx, work, [{ type: 'alert-raised', alert }])
  }
  return rows.length
}

type Overdue = {
  readonly orderId: string
  readonly questionCount: number
  readonly sinceMs: number | null
  readonly dueAtMs: number | null
  readonly alertId: string | null
}
