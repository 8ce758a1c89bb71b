import { transitionMoment } from './transition-moment.ts'
import type { AlertOutcome } from '../../core/model/alert.ts'
import type { Limits } from '../../core/model/limits.ts'
import { judgeAnswer, planRecall, type AnswerFault } from '../../core/model/recall.ts'
import { minuteMs } from '../../core/model/units.ts'
import { appendAlertEvent, lockAlertEvents } from './alert-events.ts'
import { alertColumns, lockAlertRows, type AlertRow } from './alerts.ts'
import { callOutSpokenFor } from './call-out-spoken-for.ts'
import { cancelEscalations } from './escalations.ts'
import { limitsOf } from '../cases/risk-profiles.ts'
import { sealNote } from '../keys/sealed-words.ts'
import type { Db } from '../pg/pool.ts'

/**
 * Takes an alert over for one member of staff and stops its ladder. Repeating one's own
 * acknowledgement changes nothing; somebody else's, or a closed alert, is a conflict.
 * Call inside a transaction.
 */
export async function acknowledgeAlert(db: Db, action: AlertAction): Promise<AlertActionResult> {
  const current = await lockAlert(db, action.alertId)
  if (current === null) return { type: 'not-found' }
  if (current.status === 'acknowledged' && current.acknowledgedBy === action.actor) {
    return { type: 'done', alert: current, changed: false }
  }
  if (current.status !== 'open') return { type: 'conflict', alert: current }
  const answer = { ...action, outcome: null, permittedUntilMs: null }
  const limits = await limitsOf(db, current, action.limits)
  const faults = judgeAnswer(current, answer, limits)
  if (faults.length > 0) return { type: 'refused', faults }
  const { recallAtMs, recallMinutes } = planRecall(current, answer, limits)
  const notClosedDueMs =
    current.priority === 'P1' ? action.nowMs + action.limits.notClosedMinutesMax * minuteMs : null
  const alert = await updateAlert(
    db,
    `update alerts set status = 'acknowledged', acknowledged_at = to_timestamp($2::float8 / 1000),
       acknowledged_by = $3, recall_at = to_timestamp($4::float8 / 1000), recall_minutes = $5,
       not_closed_due_at = coalesce(not_closed_due_at, to_timestamp($6::float8 / 1000))
     where id = $1 returning ${alertColumns}`,
    [action.alertId, action.nowMs, action.actor, recallAtMs, recallMinutes, notClosedDueMs],
  )
  const detail = recallAtMs === null ? null : { recallAtMs }
  await recordTransition(db, { ...action, kind: 'acknowledged', detail })
  await cancelEscalations(db, action.alertId, action.nowMs)
  await appendAlertEvent(db, alert, {
    type: 'acknowledged',
    facts: { by: action.actor },
    // The row is held and says that this is new; after a re-opening it is so again.
    dedupeKey: null,
  })
  await callOutSpokenFor(db, alert, action)
  return { type: 'done', alert, changed: true }
}

/**
 * Closes an alert with an outcome; an unanswered one counts as acknowledged by the same hand. What
 * it is about may go on: then it comes back (decision 0034).
 */
export async function closeAlert(
  db: Db,
  action: AlertAction & {
    readonly outcome: AlertOutcome
    readonly permittedUntilMs: number | null
  },
): Promise<AlertActionResult> {
  const current = await lockAlert(db, action.alertId)
  if (current === null) return { type: 'not-found' }
  if (current.status === 'closed') return { type: 'conflict', alert: current }
  const limits = await limitsOf(db, current, action.limits)
  const faults = judgeAnswer(current, action, limits)
  if (faults.length > 0) return { type: 'refused', faults }
  const { recallAtMs, recallMinutes } = planRecall(current, action, limits)
  const { permittedUntilMs } = action
  const alert = await updateAlert(
    db,
    `update alerts set status = 'closed', closed_at = to_timestamp($2::float8 / 1000), closed_by = $3,
       outcome = $4,
       acknowledged_at = coalesce(acknowledged_at, to_timestamp($2::float8 / 1000)),
       acknowledged_by = coalesce(acknowledged_by, $3),
       recall_at = to_timestamp($5::float8 / 1000), recall_minutes = $6,
       permitted_until = to_timestamp($7::float8 / 1000), not_closed_due_at = null
     where id = $1 returning ${alertColumns}`,
    [
      action.alertId,
      action.nowMs,
      action.actor,
      action.outcome,
      recallAtMs,
      recallMinutes,
      permittedUntilMs,
    ],
  )
  const detail = {
    outcome: action.outcome,
    ...(recallAtMs === null ? {} : { recallAtMs }),
    ...(permittedUntilMs === null ? {} : { permittedUntilMs }),
  }
  await recordTransition(db, { ...action, kind: 'closed', detail })
  await cancelEscalations(db, action.alertId, action.nowMs)
  await appendAlertEvent(db, alert, {
    type: 'closed',
    facts: { by: action.actor, outcome: action.outcome },
    dedupeKey: null,
  })
  await callOutSpokenFor(db, alert, action)
  return { type: 'done', alert, changed: true }
}

export type AlertAction = {
  readonly alertId: string
  readonly actor: string
  readonly note: string | null
  /** How long until it comes back, if it still goes on; null: as long as usual. */
  readonly recallAfterMinutes: number | null
  readonly isSupervisor: boolean
  readonly nowMs: number
  readonly limits: Limits
}

export type AlertActionResult =
  | { readonly type: 'done'; readonly alert: AlertRow; readonly changed: boolean }
  | { readonly type: 'conflict'; readonly alert: AlertRow }
  | { readonly type: 'refused'; readonly faults: readonly AnswerFault[] }
  | { readonly type: 'not-found' }

/**
 * Every change of an alert takes its turn and then the row, so that two hands cannot both be first.
 */
async function lockAlert(db: Db, alertId: string): Promise<AlertRow | null> {
  await lockAlertEvents(db)
  return (await lockAlertRows(db, [alertId])).get(alertId) ?? null
}

async function updateAlert(db: Db, sql: string, values: readonly unknown[]): Promise<AlertRow> {
  const result = await db.query<AlertRow>(sql, [...values])
  const alert = result.rows[0]
  if (alert === undefined) throw new Error('An alert that was locked is gone.')
  return alert
}

/** Insert-only history of an alert. */
async function recordTransition(
  db: Db,
  transition: AlertAction & {
    readonly kind: string
    readonly detail: Readonly<Record<string, unknown>> | null
  },
): Promise<void> {
  await db.query(
    `insert into alert_transitions (alert_id, kind, actor, note, detail, at)
     values ($1, $2, $3, $4, $5::jsonb, ${transitionMoment('$1', '$6')})`,
    [
      transition.alertId,
      transition.kind,
      transition.actor,
      await sealNote(db, transition.alertId, transition.note),
      transition.detail === null ? null : JSON.stringify(transition.detail),
      transition.nowMs,
    ],
  )
}
