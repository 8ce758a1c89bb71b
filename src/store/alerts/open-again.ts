import type { Db } from '../pg/pool.ts'
import type { AlertRow } from './alerts.ts'

/**
 * Takes the answer off an alert, which is told anew. Who had answered, when and how, stays in the
 * transitions of that answer. How long it has been in somebody's hands without being closed goes
 * on being counted.
 */
export async function openAgain(db: Db, alertId: string, nowMs: number): Promise<void> {
  await db.query(
    `update alerts set status = 'open', acknowledged_at = null, acknowledged_by = null,
       closed_at = null, closed_by = null, outcome = null, recall_at = null,
       recall_minutes = null, permitted_until = null, told_at = to_timestamp($2::float8 / 1000)
      where id = $1`,
    [alertId, nowMs],
  )
}

export const opened = {
  status: 'open',
  acknowledgedAtMs: null,
  acknowledgedBy: null,
  closedAtMs: null,
  closedBy: null,
  outcome: null,
  recallAtMs: null,
  recallMinutes: null,
  permittedUntilMs: null,
} as const satisfies Partial<AlertRow>
