import { appendAlertEvents, lockAlertEvents } from './alert-events.ts'
import { lockAlertRows } from './alerts.ts'
import type { EscalationRow } from '../../core/model/escalation.ts'
import type { Db } from '../pg/pool.ts'
import { epochMs } from '../pg/epoch-ms.ts'

/** Steps not yet called out never will be: somebody has answered. */
export async function cancelEscalations(db: Db, alertId: string, nowMs: number): Promise<void> {
  await db.query(
    `update escalations set cancelled_at = to_timestamp($2::float8 / 1000)
      where alert_id = $1 and done_at is null and cancelled_at is null`,
    [alertId, nowMs],
  )
}

/**
 * Calls everybody again, because the alert got worse. A step that is still to
 * come is not put off by it.
 */
export async function restartLadder(
  tx: Db,
  alertId: string,
  steps: readonly EscalationRow[],
): Promise<void> {
  await tx.query(
    `insert into escalations as known (alert_id, step, target, due_at)
     select $1, step, target, to_timestamp("dueAtMs" / 1000)
       from jsonb_to_recordset($2::jsonb) as s(step smallint, target text, "dueAtMs" float8)
     on conflict (alert_id, step) do update set target = excluded.target,
       due_at = case when known.done_at is null and known.cancelled_at is null
         then least(known.due_at, excluded.due_at) else excluded.due_at end,
       done_at = null, cancelled_at = null`,
    [alertId, JSON.stringify(steps)],
  )
}

/**
 * Calls out every step whose deadline has passed on an alert nobody has answered, once each.
 * Call inside a transaction; concurrent callers take turns.
 */
export async function escalateDue(
  db: Db,
  query: { readonly nowMs: number; readonly limit: number },
): Promise<readonly Escalated[]> {
  // Looked at before the turn is taken: nearly always nothing is due, and
  // detection needs the turn too.
  if ((await listDue(db, query)).length === 0) return []
  await lockAlertEvents(db)
  const due = await listDue(db, query)
  const alerts = await lockAlertRows(
    db,
    due.map((step) => step.alertId),
  )
  const isOpen = (step: DueStep): boolean => alerts.get(step.alertId)?.status === 'open'
  await cancelSteps(
    db,
    due.filter((step) => !isOpen(step)),
    query.nowMs,
  )
  const calledOut = await finishSteps(db, due.filter(isOpen), query.nowMs)
  await appendAlertEvents(
    db,
    calledOut.flatMap(({ id, alertId, step, target, dueAtMs }) => {
      const alert = alerts.get(alertId)
      // A ladder that starts anew has the same steps, due at another time.
      const dedupeKey = `escalated:${id}:${dueAtMs}`
      return alert === undefined
        ? []
        : [{ alert, type: 'escalated' as const, facts: { step, target }, dedupeKey }]
    }),
  )
  return calledOut.map((step) => ({ ...step, lateMs: query.nowMs - step.dueAtMs }))
}

/** Without a transaction: nearly always nothing is due, and this is asked every second. */
export async function isEscalationDue(db: Db, nowMs: number): Promise<boolean> {
  return (await listDue(db, { nowMs, limit: 1 })).length > 0
}

/** SQL: some step is due at $1. */
export const isStepDue = `exists (select from escalations
  where done_at is null and cancelled_at is null and due_at <= to_timestamp($1::float8 / 1000))`

/** The first deadline to come after a moment; null: none is. */
export async function findNextEscalationMs(db: Db, afterMs: number): Promise<number | null> {
  const { rows } = await db.query<{ readonly dueAtMs: number | null }>({
    name: 'escalations-next',
    text: `select ${epochMs('min(due_at)')} as "dueAtMs" from escalations
            where done_at is null and cancelled_at is null and due_at > to_timestamp($1::float8 / 1000)`,
    values: [afterMs],
  })
  return rows[0]?.dueAtMs ?? null
}

export type Escalated = {
  readonly id: string
  readonly alertId: string
  readonly step: number
  readonly target: string
  /** How long after its deadline it was called out. */
  readonly lateMs: number
}

type DueStep = {
  readonly id: string
  readonly alertId: string
  readonly step: number
  readonly target: string
  readonly dueAtMs: number
}

async function listDue(
  db: Db,
  query: { readonly nowMs: number; readonly limit: number },
): Promise<readonly DueStep[]> {
  const due = await db.query<DueStep>({
    name: 'escalations-due',
    text: `select id, alert_id as "alertId", step, target,
       ${epochMs('due_at')} as "dueAtMs"
     from escalations
     where done_at is null and cancelled_at is null and due_at <= to_timestamp($1::float8 / 1000)
     order by due_at, id limit $2`,
    values: [query.nowMs, query.limit],
  })
  return due.rows
}

async function cancelSteps(db: Db, steps: readonly DueStep[], nowMs: number): Promise<void> {
  if (steps.length === 0) return
  await db.query(
    `update escalations set cancelled_at = to_timestamp($2::float8 / 1000)
      where id = any($1) and done_at is null and cancelled_at is null`,
    [steps.map(({ id }) => id), nowMs],
  )
}

/** Marks the steps and tells them in the histories of their alerts. */
async function finishSteps(
  db: Db,
  steps: readonly DueStep[],
  nowMs: number,
): Promise<readonly DueStep[]> {
  if (steps.length === 0) return []
  const result = await db.query<{ readonly id: string }>(
    `with done as (
       update escalations set done_at = to_timestamp($2::float8 / 1000)
        where id = any($1) and done_at is null and cancelled_at is null
       returning id, alert_id, step, target
     ), told as (
       insert into alert_transitions (alert_id, kind, detail, at)
       select alert_id, 'escalated', jsonb_build_object('step', step, 'target', target),
         to_timestamp($2::float8 / 1000) from done
     )
     select id from done`,
    [steps.map(({ id }) => id), nowMs],
  )
  const done = new Set(result.rows.map(({ id }) => id))
  return steps.filter(({ id }) => done.has(id))
}
