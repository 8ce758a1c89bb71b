import { appendAlertEvent } from './alert-events.ts'
import { alertColumns, type AlertRow } from './alerts.ts'
import type { Db } from './pool.ts'

/** Steps not yet called out never will be: somebody has answered. */
export async function cancelEscalations(db: Db, alertId: string, nowMs: number): Promise<void> {
  await db.query(
    `update escalations set cancelled_at = to_timestamp($2::float8 / 1000)
      where alert_id = $1 and done_at is null and cancelled_at is null`,
    [alertId, nowMs],
  )
}

/**
 * Calls out every step whose deadline has passed on an alert nobody has answered, once each.
 * Call inside a transaction; concurrent callers share the rows without waiting for each other.
 */
export async function escalateDue(
  db: Db,
  query: { readonly nowMs: number; readonly limit: number },
): Promise<readonly Escalated[]> {
  const due = await db.query<DueStep>(
    `select id, alert_id as "alertId", step, target,
       (extract(epoch from due_at) * 1000)::float8 as "dueAtMs"
     from escalations
     where done_at is null and cancelled_at is null and due_at <= to_timestamp($1::float8 / 1000)
     order by due_at, id limit $2 for update skip locked`,
    [query.nowMs, query.limit],
  )
  const escalated: Escalated[] = []
  for (const step of due.rows) {
    const isCalledOut = await callOut(db, step, query.nowMs)
    if (isCalledOut) escalated.push({ ...step, lateMs: query.nowMs - step.dueAtMs })
  }
  return escalated
}

/** Steps still to come for these alerts, to set a timer by. */
export async function listPendingEscalations(
  db: Db,
  query: { readonly dueAfterMs: number; readonly limit: number },
): Promise<readonly { readonly id: string; readonly dueAtMs: number }[]> {
  const result = await db.query<{ readonly id: string; readonly dueAtMs: number }>(
    `select id, (extract(epoch from due_at) * 1000)::float8 as "dueAtMs" from escalations
      where done_at is null and cancelled_at is null and due_at > to_timestamp($1::float8 / 1000)
      order by due_at limit $2`,
    [query.dueAfterMs, query.limit],
  )
  return result.rows
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

async function callOut(db: Db, step: DueStep, nowMs: number): Promise<boolean> {
  const found = await db.query<AlertRow>(`select ${alertColumns} from alerts where id = $1`, [
    step.alertId,
  ])
  const alert = found.rows[0]
  if (alert === undefined || alert.status !== 'open') {
    await db.query(
      'update escalations set cancelled_at = to_timestamp($2::float8 / 1000) where id = $1',
      [step.id, nowMs],
    )
    return false
  }
  const facts = { step: step.step, target: step.target }
  await db.query(
    `with done as (
       update escalations set done_at = to_timestamp($2::float8 / 1000) where id = $1
     )
     insert into alert_transitions (alert_id, kind, detail, at)
     values ($3, 'escalated', $4::jsonb, to_timestamp($2::float8 / 1000))`,
    [step.id, nowMs, alert.id, JSON.stringify(facts)],
  )
  await appendAlertEvent(db, alert, {
    type: 'escalated',
    facts,
    dedupeKey: `escalated:${step.id}`,
  })
  return true
}
