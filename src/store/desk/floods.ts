import type { AlertRow } from '../alerts/alerts.ts'
import { lockAlertRows } from '../alerts/alerts.ts'
import { appendAlertEvent, lockAlertEvents } from '../alerts/alert-events.ts'
import type { Db } from '../pg/pool.ts'
import { epochMs } from '../pg/epoch-ms.ts'

/**
 * A flood begins with more new alerts in ten minutes than one person can answer and ends when it is
 * clearly over: the figures of process alarms (ISA-18.2), so that it does not flutter.
 */
const floodWindowMs = 600_000
export const floodBeginsAbove = 10
const floodEndsBelow = 5

/** The flood of now; null: none. */
export async function findFlood(db: Db): Promise<Flood | null> {
  const { rows } = await db.query<Flood>({
    name: 'flood-of-now',
    text: `select ${columns} from floods where ended_at is null order by started_at desc limit 1`,
  })
  return rows[0] ?? null
}

/** How many alerts were put in front of people in the window before a moment. */
export async function countTold(db: Db, nowMs: number): Promise<number> {
  const { rows } = await db.query<{ readonly count: number }>({
    name: 'flood-count-told',
    text: `select count(*)::int as count from alerts
      where coalesce(told_at, raised_at) > to_timestamp($1::float8 / 1000)
        and coalesce(told_at, raised_at) <= to_timestamp($2::float8 / 1000)`,
    values: [nowMs - floodWindowMs, nowMs],
  })
  return rows[0]?.count ?? 0
}

/**
 * Notes that a flood began and calls the second seat, once a flood: by the most urgent alert that
 * nobody has answered. Call inside a transaction; false: there is one already.
 */
export async function beginFlood(tx: Db, nowMs: number, count: number): Promise<boolean> {
  await lockAlertEvents(tx)
  if ((await findFlood(tx)) !== null) return false
  await tx.query(
    `insert into floods (started_at, peak) values (to_timestamp($1::float8 / 1000), $2)`,
    [nowMs, count],
  )
  const alert = await lockMostUrgent(tx)
  if (alert === null) return true
  const { rows } = await tx.query<{ readonly step: number }>(
    'select coalesce(max(step), 0)::int + 1 as step from escalations where alert_id = $1',
    [alert.id],
  )
  const facts = { step: rows[0]?.step ?? 1, target: 'second-operator', because: 'flood' }
  await tx.query(
    `insert into alert_transitions (alert_id, kind, detail, at)
     values ($1, 'escalated', $2::jsonb, to_timestamp($3::float8 / 1000))`,
    [alert.id, JSON.stringify(facts), nowMs],
  )
  await appendAlertEvent(tx, alert, { type: 'escalated', facts, dedupeKey: `flood:${nowMs}` })
  return true
}

/** Keeps the worst of it, or ends it. */
export async function noteFlood(db: Db, nowMs: number, count: number): Promise<void> {
  await db.query({
    name: 'flood-note',
    text: `update floods set peak = greatest(peak, $2),
       ended_at = case when $2 < $3 then to_timestamp($1::float8 / 1000) end
      where ended_at is null`,
    values: [nowMs, count, floodEndsBelow],
  })
}

export type Flood = { readonly startedAtMs: number; readonly peak: number }

const columns = `${epochMs('started_at')} as "startedAtMs", peak::int as peak`

async function lockMostUrgent(tx: Db): Promise<AlertRow | null> {
  const { rows } = await tx.query<{ readonly id: string }>(
    `select id from alerts where status <> 'closed'
      order by case status when 'open' then 0 else 1 end, priority, raised_at limit 1`,
  )
  const id = rows[0]?.id
  return id === undefined ? null : ((await lockAlertRows(tx, [id])).get(id) ?? null)
}
