import type pg from 'pg'
import { lockAlertEvents } from '../store/alerts/alert-events.ts'
import { inTransaction, type Db } from '../store/pg/pool.ts'
import { isQuiet, setQuiet } from '../store/pg/quiet.ts'

/**
 * Ends the quiet of a restored copy. Deadlines of it that have passed are put off, so that people
 * can answer from the list before they are called by the hundred; each ladder keeps its pace, and
 * nothing is cancelled. A database that is live is left as it is: false.
 */
export async function goLive(pool: pg.Pool, nowMs: number): Promise<boolean> {
  return await inTransaction(pool, async (tx) => {
    if (!(await isQuiet(tx))) return false
    await lockAlertEvents(tx)
    await putOff(tx, nowMs + graceMs)
    await setQuiet(tx, false)
    return true
  })
}

/** Whoever goes live starts the server, opens the desk and sees what is open. */
const graceMs = 5 * 60_000

async function putOff(tx: Db, untilMs: number): Promise<void> {
  await tx.query(
    `with first as (
       select alert_id, to_timestamp($1::float8 / 1000) - min(due_at) as late from escalations
        where done_at is null and cancelled_at is null group by alert_id
     )
     update escalations e set due_at = e.due_at + first.late from first
      where e.alert_id = first.alert_id and first.late > interval '0'
        and e.done_at is null and e.cancelled_at is null`,
    [untilMs],
  )
  await tx.query(
    `update alerts set recall_at = to_timestamp($1::float8 / 1000)
      where recall_at < to_timestamp($1::float8 / 1000)`,
    [untilMs],
  )
  await tx.query(
    `update alerts set not_closed_due_at = to_timestamp($1::float8 / 1000)
      where not_closed_due_at < to_timestamp($1::float8 / 1000)`,
    [untilMs],
  )
}
