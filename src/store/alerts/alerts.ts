import assert from 'node:assert/strict'
import type { AlertDraft, AlertKind, AlertOutcome, AlertStatus } from '../../core/model/alert.ts'
import { openEvidences, type OpenedEvidence, type StoredEvidence } from '../keys/sealed-evidence.ts'
import { aboutNote, openWords } from '../keys/sealed-words.ts'
import type { Db } from '../pg/pool.ts'
import { epochMs } from '../pg/epoch-ms.ts'

/**
 * A page of alerts, most urgent first: unanswered before acknowledged within a priority, the oldest
 * waiting first; closed ones after all others, the latest closed first.
 */
export async function listAlerts(db: Db, query: AlertQuery): Promise<AlertPage> {
  const limit = query.limit
  const after = query.after
  const active =
    query.status === 'closed' || after?.part === 'closed'
      ? []
      : await listActive(db, query, after, limit + 1)
  const missing = limit + 1 - active.length
  const closed =
    missing <= 0 || query.status === 'open' || query.status === 'acknowledged'
      ? []
      : await listClosed(db, query, after?.part === 'closed' ? after : null, missing)
  const found = [...active, ...closed]
  const items = found.slice(0, limit)
  const last = items.at(-1)
  return {
    items,
    next: found.length > limit && last !== undefined ? cursorOf(last) : null,
  }
}

/** The alert with its evidence and everything that happened to it, or null. */
export async function findAlert(db: Db, alertId: string): Promise<AlertDetail | null> {
  const result = await db.query<AlertRow & { readonly evidence: StoredEvidence }>(
    `select ${alertColumns}, evidence from alerts where id = $1`,
    [alertId],
  )
  const row = result.rows[0]
  if (row === undefined) return null
  const transitions = await db.query<AlertTransition>(
    `select kind, actor, note, detail, ${epochMs('at')} as "atMs"
       from alert_transitions where alert_id = $1 order by at, id`,
    [alertId],
  )
  const { evidence: stored, ...alert } = row
  const [evidence] = await openEvidences(db, [{ id: alertId, evidence: stored }])
  assert(evidence !== undefined, 'one was given')
  const told = await openWords(db, transitions.rows, 'note', () => aboutNote(alertId))
  return { alert, evidence, transitions: told }
}

/**
 * Holds these alerts to the end of the transaction, after `lockAlertEvents`. Those that
 * do not exist are left out.
 */
export async function lockAlertRows(
  tx: Db,
  alertIds: readonly string[],
): Promise<ReadonlyMap<string, AlertRow>> {
  const result = await tx.query<AlertRow>(
    `select ${alertColumns} from alerts where id = any($1::uuid[]) order by id for update`,
    [alertIds],
  )
  return new Map(result.rows.map((alert) => [alert.id, alert]))
}

export type AlertQuery = {
  readonly status: AlertStatus | null
  readonly kind: AlertKind | null
  readonly protectionOrderId: string | null
  readonly after: AlertCursor | null
  readonly limit: number
}

/**
 * The place of one alert in the list; an alert that moves meanwhile may be seen twice, never
 * skipped by others moving.
 */
export type AlertCursor = {
  readonly part: 'active' | 'closed'
  readonly rank: number
  readonly atMs: number
  readonly id: string
}

export type AlertPage = {
  readonly items: readonly AlertRow[]
  readonly next: AlertCursor | null
}

/** The alert as detection drafted it, and what became of it since. */
export type AlertRow = Omit<AlertDraft, 'evidence'> & {
  readonly status: AlertStatus
  readonly raisedAtMs: number
  readonly clearedAtMs: number | null
  /** The newest report that shows it, by the device's clock. */
  readonly lastSeenAtMs: number
  /** When it was last put in front of people. */
  readonly toldAtMs: number
  readonly unsupportedReason: string | null
  /** Another alert tells it. */
  readonly partOfAlertId: string | null
  readonly acknowledgedAtMs: number | null
  readonly acknowledgedBy: string | null
  readonly closedAtMs: number | null
  readonly closedBy: string | null
  readonly outcome: AlertOutcome | null
  /** Of an answered alert: when it is open again if it still goes on. */
  readonly recallAtMs: number | null
  readonly recallMinutes: number | null
  readonly permittedUntilMs: number | null
}

export type AlertTransition = {
  readonly kind: string
  readonly actor: string | null
  readonly note: string | null
  readonly detail: Readonly<Record<string, unknown>> | null
  readonly atMs: number
}

export type AlertDetail = {
  readonly alert: AlertRow
  readonly evidence: OpenedEvidence
  readonly transitions: readonly AlertTransition[]
}

/** Every column of the row but the evidence, named as in `AlertRow`. */
export const alertColumns = `id, coalesce(incident_id, id) as "incidentId", kind, priority, status,
  protection_order_id as "protectionOrderId", offender_id as "offenderId", victim_id as "victimId",
  location_ban_id as "locationBanId", proximity_ban_id as "proximityBanId",
  device_id as "deviceId", vendor_id as "vendorId",
  ${epochMs('occurred_at')} as "occurredAtMs", ${epochMs('learned_at')} as "learnedAtMs",
  ${epochMs('raised_at')} as "raisedAtMs", ${epochMs('cleared_at')} as "clearedAtMs",
  ${epochMs('coalesce(last_seen_at, occurred_at)')} as "lastSeenAtMs",
  ${epochMs('coalesce(told_at, raised_at)')} as "toldAtMs",
  late, probability, distance_meters as "distanceMeters", reason,
  unsupported_reason as "unsupportedReason", part_of_alert_id as "partOfAlertId",
  ${epochMs('acknowledged_at')} as "acknowledgedAtMs", acknowledged_by as "acknowledgedBy",
  ${epochMs('closed_at')} as "closedAtMs", closed_by as "closedBy", outcome,
  ${epochMs('recall_at')} as "recallAtMs", recall_minutes as "recallMinutes",
  ${epochMs('permitted_until')} as "permittedUntilMs"`

/** Two steps per priority: unanswered first, then acknowledged. */
const rankSql = `(case priority when 'P1' then 0 when 'P2' then 2 else 4 end
  + case status when 'open' then 0 else 1 end)`

async function listActive(
  db: Db,
  query: AlertQuery,
  after: AlertCursor | null,
  limit: number,
): Promise<readonly AlertRow[]> {
  const result = await db.query<AlertRow>(
    `select ${alertColumns} from alerts
      where status <> 'closed'
        and ($1::text is null or status = $1)
        and ($2::text is null or kind = $2)
        and ($3::uuid is null or protection_order_id = $3)
        and ($4::int is null or (${rankSql}, raised_at, id) > ($4, to_timestamp($5::float8 / 1000), $6::uuid))
      order by ${rankSql}, raised_at, id
      limit $7`,
    [
      query.status,
      query.kind,
      query.protectionOrderId,
      after?.rank ?? null,
      after?.atMs ?? null,
      after?.id ?? null,
      limit,
    ],
  )
  return result.rows
}

async function listClosed(
  db: Db,
  query: AlertQuery,
  after: AlertCursor | null,
  limit: number,
): Promise<readonly AlertRow[]> {
  const result = await db.query<AlertRow>(
    `select ${alertColumns} from alerts
      where status = 'closed'
        and ($1::text is null or kind = $1)
        and ($2::uuid is null or protection_order_id = $2)
        and ($3::float8 is null or (closed_at, id) < (to_timestamp($3::float8 / 1000), $4::uuid))
      order by closed_at desc, id desc
      limit $5`,
    [query.kind, query.protectionOrderId, after?.atMs ?? null, after?.id ?? null, limit],
  )
  return result.rows
}

function cursorOf(row: AlertRow): AlertCursor {
  if (row.status === 'closed') {
    return { part: 'closed', rank: 0, atMs: row.closedAtMs ?? row.raisedAtMs, id: row.id }
  }
  const priorityRank = { P1: 0, P2: 2, P3: 4 }[row.priority]
  return {
    part: 'active',
    rank: priorityRank + (row.status === 'open' ? 0 : 1),
    atMs: row.raisedAtMs,
    id: row.id,
  }
}
