import type { Limits } from '../../core/model/limits.ts'
import { isRecalled, tellRecall } from '../../core/model/recall.ts'
import type { Db } from '../pg/pool.ts'
import { appendAlertEvent, lockAlertEvents } from './alert-events.ts'
import { lockAlertRows, type AlertRow } from './alerts.ts'
import { restartLadder } from './escalations.ts'
import { findLadders } from './ladders-of-orders.ts'
import { openAgain, opened } from './open-again.ts'

/**
 * Opens every answered alert whose time to come back has passed while what it is about goes on:
 * people are called anew. From rows alone, so that it needs neither detection nor a queue. Call
 * inside a transaction; concurrent callers take turns, and one alert comes back once.
 */
export async function recallDue(db: Db, work: RecallWork): Promise<readonly AlertRow[]> {
  // Looked at before the turn is taken: nearly always nothing is due.
  if ((await listDue(db, recallDueSql, work)).length === 0) return []
  await lockAlertEvents(db)
  const alerts = await lockAlertRows(db, await listDue(db, recallDueSql, work))
  const recalled: AlertRow[] = []
  for (const alert of alerts.values()) {
    if (isRecalled(alert)) recalled.push(await recall(db, alert, work))
    // Of a kind that does not come back by itself: asked for by a program of before.
    else await db.query('update alerts set recall_at = null where id = $1', [alert.id])
  }
  return recalled
}

/**
 * Calls the supervisor about every P1 that somebody took over and has not closed in time; taking
 * it over anew after that call gives the same time again.
 * Call inside a transaction.
 */
export async function callOutNotClosed(db: Db, work: RecallWork): Promise<readonly AlertRow[]> {
  if ((await listDue(db, notClosedDueSql, work)).length === 0) return []
  await lockAlertEvents(db)
  const alerts = await lockAlertRows(db, await listDue(db, notClosedDueSql, work))
  for (const alert of alerts.values()) {
    const { rows } = await db.query<{ readonly step: number }>(
      `with told as (update alerts set not_closed_due_at = null where id = $1)
       select coalesce(max(step), 0)::int + 1 as step from escalations where alert_id = $1`,
      [alert.id],
    )
    const facts = { step: rows[0]?.step ?? 1, target: 'supervisor', because: 'not-closed' }
    await recordTransition(db, alert.id, 'escalated', facts, work.nowMs)
    // The row is held, and the deadline is taken off it with this event.
    await appendAlertEvent(db, alert, { type: 'escalated', facts, dedupeKey: null })
  }
  return [...alerts.values()]
}

/** Without a transaction: nearly always nothing is due. */
export async function isRecallDue(db: Db, nowMs: number): Promise<boolean> {
  const { rows } = await db.query<{ readonly isDue: boolean }>({
    name: 'recalls-are-due',
    text: `select ${areRecallsDue} as "isDue"`,
    values: [nowMs, 1],
  })
  return rows[0]?.isDue === true
}

export type RecallWork = {
  readonly nowMs: number
  readonly limit: number
  readonly limits: Limits
}

async function recall(db: Db, alert: AlertRow, work: RecallWork): Promise<AlertRow> {
  const { nowMs } = work
  const revised = { ...alert, ...opened, toldAtMs: nowMs }
  await openAgain(db, alert.id, nowMs)
  const facts = { kind: 'reopened', previousStatus: alert.status, because: 'still-going-on' }
  const detail = { ...facts, reason: tellRecall(alert), recallAtMs: alert.recallAtMs }
  await recordTransition(db, alert.id, 'revised', detail, nowMs)
  await appendAlertEvent(db, revised, {
    type: 'revised',
    facts,
    dedupeKey: `recalled:${alert.id}:${alert.recallAtMs}`,
  })
  await restartLadder(db, alert.id, await findLadder(db, revised, work))
  return revised
}

/** As it is called now. */
export async function findLadder(
  db: Db,
  alert: Pick<AlertRow, 'priority' | 'protectionOrderId'>,
  { limits, nowMs }: Pick<RecallWork, 'limits' | 'nowMs'>,
) {
  return (await findLadders(db, limits, [alert.protectionOrderId]))(alert, nowMs)
}

const recallDueSql = `select id from alerts
  where recall_at <= to_timestamp($1::float8 / 1000) and status <> 'open'
    and cleared_at is null and unsupported_reason is null and part_of_alert_id is null
  order by recall_at, id limit $2`

const notClosedDueSql = `select id from alerts
  where not_closed_due_at <= to_timestamp($1::float8 / 1000) and status = 'acknowledged'
  order by not_closed_due_at, id limit $2`

/** SQL: something is due at $1; $2 is 1. */
export const areRecallsDue = `(exists (${recallDueSql}) or exists (${notClosedDueSql}))`

async function listDue(db: Db, sql: string, work: RecallWork): Promise<readonly string[]> {
  const { rows } = await db.query<{ readonly id: string }>(sql, [work.nowMs, work.limit])
  return rows.map(({ id }) => id)
}

export async function recordTransition(
  db: Db,
  alertId: string,
  kind: 'revised' | 'escalated',
  detail: Readonly<Record<string, unknown>>,
  nowMs: number,
): Promise<void> {
  await db.query(
    `insert into alert_transitions (alert_id, kind, detail, at)
     values ($1, $2, $3::jsonb, to_timestamp($4::float8 / 1000))`,
    [alertId, kind, JSON.stringify(detail), nowMs],
  )
}
