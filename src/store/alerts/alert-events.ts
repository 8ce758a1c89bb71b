import { idsOf, type AlertIds } from '../../core/model/alert.ts'
import { advisoryLocks } from '../pg/advisory-locks.ts'
import type { AlertEventType } from '../../core/model/contract-words.ts'
import type { AlertRow } from './alerts.ts'
import { findRecallMs, isStillGoingOn, type Standing } from '../../core/model/recall.ts'
import type { Db } from '../pg/pool.ts'
import { epochMs } from '../pg/epoch-ms.ts'

/**
 * Takes the turn to change alerts; held to the end of the transaction. Whoever appends an
 * event takes it before any row of alerts, escalations or deliveries. Appending takes it in
 * any case, for the order of commits; taken only then, two transactions could each hold the
 * row that the other one needs.
 */
export async function lockAlertEvents(tx: Db): Promise<void> {
  await tx.query('select pg_advisory_xact_lock($1)', [advisoryLocks.alertEvents])
}

/**
 * Puts one event into the outbox, which is also the desk's stream. The sequence follows the order
 * of commits (see `alert_event_append`). Null when the same event, by its key, is there already.
 */
export async function appendAlertEvent(
  db: Db,
  alert: AlertEventSubject,
  event: NewAlertEvent,
): Promise<number | null> {
  const [sequence] = await appendAlertEvents(db, [{ ...event, alert }])
  return sequence ?? null
}

/** The same for many, in their order, in one statement. */
export async function appendAlertEvents(
  db: Db,
  events: readonly (NewAlertEvent & { readonly alert: AlertEventSubject })[],
): Promise<readonly (number | null)[]> {
  const rows = events.map(({ alert, type, facts, dedupeKey }, ordinal) => {
    return { ordinal, alertId: alert.id, type, data: alertEventData(alert, facts), dedupeKey }
  })
  const result = await db.query<{ readonly sequence: number | null }>(
    `select alert_event_append("alertId", type, data, "dedupeKey") as sequence
       from jsonb_to_recordset($1::jsonb) as e(
         ordinal int, "alertId" uuid, type text, data jsonb, "dedupeKey" text)
      order by ordinal`,
    [JSON.stringify(rows)],
  )
  return result.rows.map(({ sequence }) => sequence)
}

/** Events after a sequence, in order, at most `limit`. */
export async function readAlertEvents(
  db: Db,
  query: { readonly afterSequence: number; readonly limit: number },
): Promise<readonly (AlertEvent & { readonly organisationId: string | null })[]> {
  const result = await db.query<
    AlertEvent & { readonly organisationId: string | null } & { readonly sequence: string | number }
  >({
    name: 'alert-events-read',
    text: `select sequence, id, alert_id as "alertId", type, data, organisation_id as "organisationId",
       ${epochMs('at')} as "atMs"
     from alert_events where sequence > $1 order by sequence limit $2`,
    values: [query.afterSequence, query.limit],
  })
  return result.rows.map((row) => ({ ...row, sequence: Number(row.sequence) }))
}

/** The newest committed sequence; 0 when nothing ever happened. */
export async function lastAlertEventSequence(db: Db): Promise<number> {
  const result = await db.query<{ readonly last: string | number }>(
    'select coalesce(max(sequence), 0) as last from alert_events',
  )
  return Number(result.rows[0]?.last ?? 0)
}

/**
 * Expands undispatched events into one delivery per enabled subscription, in one statement, so
 * that an event is either expanded whole or not at all. Concurrent callers share the work
 * without waiting. A delivery that is late or failed is told at the desk only: told by webhook
 * it would breed more of its kind.
 */
export async function dispatchAlertEvents(
  db: Db,
  query: { readonly nowMs: number; readonly limit: number },
): Promise<DispatchedEvents> {
  const result = await db.query<{ readonly delivery_id: string | null; readonly total: number }>({
    name: 'alert-events-dispatch',
    text: `with picked as (
       select sequence, type, organisation_id from alert_events where dispatched_at is null
        order by sequence limit $2 for update skip locked
     ), marked as (
       update alert_events e set dispatched_at = to_timestamp($1::float8 / 1000)
         from picked where e.sequence = picked.sequence returning e.sequence
     ), delivery as (
       insert into webhook_deliveries (webhook_subscription_id, alert_event_sequence, next_attempt_at)
       select s.id, picked.sequence, to_timestamp($1::float8 / 1000)
         from picked cross join webhook_subscriptions s
        where s.disabled_at is null and 'alerts' = any(s.events)
          and coalesce(picked.organisation_id = s.organisation_id, true)
          and picked.type not in ('delivery-delayed', 'delivery-failed')
        order by picked.sequence
       on conflict (webhook_subscription_id, alert_event_sequence) do nothing
       returning id
     )
     select null::uuid as delivery_id, (select count(*) from marked)::int as total
     union all select id, 0 from delivery`,
    values: [query.nowMs, query.limit],
  })
  return {
    eventCount: result.rows[0]?.total ?? 0,
    deliveryIds: result.rows.flatMap((row) => (row.delivery_id === null ? [] : [row.delivery_id])),
  }
}

/** SQL: some event is not dispatched. */
export const areEventsWaiting = 'exists (select from alert_events where dispatched_at is null)'

/**
 * What an event says of its alert: ids, kind, urgency, state and times. Never a position,
 * a distance or a sentence.
 */
export function alertEventData(
  alert: AlertEventSubject,
  facts: Readonly<Record<string, unknown>>,
): AlertEventData {
  return {
    alertId: alert.id,
    incidentId: alert.incidentId,
    kind: alert.kind,
    priority: alert.priority,
    status: alert.status,
    ...idsOf(alert),
    occurredAtMs: alert.occurredAtMs,
    lastSeenAtMs: alert.lastSeenAtMs,
    raisedAtMs: alert.raisedAtMs,
    toldAtMs: alert.toldAtMs,
    clearedAtMs: alert.clearedAtMs,
    stillGoingOn: isStillGoingOn(alert),
    recallAtMs: findRecallMs(alert),
    late: alert.late,
    facts,
  }
}

export type NewAlertEvent = {
  readonly type: AlertEventType
  readonly facts: Readonly<Record<string, unknown>>
  readonly dedupeKey: string | null
}

/** The part of an alert that its events carry. */
export type AlertEventSubject = AlertIds &
  Standing &
  Pick<
    AlertRow,
    | 'id'
    | 'incidentId'
    | 'priority'
    | 'occurredAtMs'
    | 'lastSeenAtMs'
    | 'raisedAtMs'
    | 'toldAtMs'
    | 'late'
  >

export type AlertEventData = Omit<
  AlertEventSubject,
  'id' | 'unsupportedReason' | 'partOfAlertId'
> & {
  readonly alertId: string
  readonly stillGoingOn: boolean
  readonly facts: Readonly<Record<string, unknown>>
}

export type AlertEvent = {
  readonly sequence: number
  readonly id: string
  readonly alertId: string
  readonly type: AlertEventType
  readonly data: AlertEventData
  readonly atMs: number
}

export type DispatchedEvents = {
  readonly eventCount: number
  readonly deliveryIds: readonly string[]
}
