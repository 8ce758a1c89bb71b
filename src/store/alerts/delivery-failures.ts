import type { AlertEventType } from '../../core/model/contract-words.ts'
import { appendAlertEvents, lockAlertEvents } from './alert-events.ts'
import { lockAlertRows } from './alerts.ts'
import type { Db } from '../pg/pool.ts'
import type { Delivery } from './delivery.ts'

/**
 * Puts a delivery off to its next attempt. Once it is late, that is told at its alert: whoever
 * relies on the receiver must not wait for the end of trying, days away, to hear that nothing
 * arrives. In a transaction; true when it was told.
 */
export async function postponeDelivery(tx: Db, failure: Postponement): Promise<boolean> {
  const { delivery, error, nowMs } = failure
  const lateFor = isLate(delivery, nowMs) ? delivery.event.alertId : null
  if (lateFor !== null) await lockAlertEvents(tx)
  const postponed = await tx.query(
    `update webhook_deliveries set last_error = $2, next_attempt_at = to_timestamp($3::float8 / 1000)
      where id = $1 and delivered_at is null and gave_up_at is null`,
    [delivery.id, error, failure.nextAttemptAtMs],
  )
  if (postponed.rowCount === 0 || lateFor === null) return false
  const told = await tellFailures(tx, [{ ...delivery, alertId: lateFor }], {
    type: 'delivery-delayed',
    error,
    nowMs,
  })
  return told > 0
}

/**
 * The end of trying, where people can see it: on the delivery, in the alert's history and in the
 * stream. In a transaction.
 */
export async function giveUpDelivery(tx: Db, failure: DeliveryFailure): Promise<void> {
  const { delivery, error, nowMs } = failure
  await lockAlertEvents(tx)
  const marked = await tx.query(
    `update webhook_deliveries set gave_up_at = to_timestamp($2::float8 / 1000), last_error = $3
      where id = $1 and delivered_at is null and gave_up_at is null`,
    [delivery.id, nowMs, error],
  )
  // A wish has no alert to be shown in; the subscription counts what it gave up.
  if (marked.rowCount === 0 || delivery.event === null) return
  await tellFailures(tx, [{ ...delivery, alertId: delivery.event.alertId }], {
    type: 'delivery-failed',
    error,
    nowMs,
  })
}

/**
 * Gives up all that waits for one subscription, and tells it likewise. After
 * `lockAlertEvents`; gives how many.
 */
export async function giveUpWaiting(
  tx: Db,
  ending: {
    readonly webhookSubscriptionId: string
    readonly error: string
    readonly nowMs: number
  },
): Promise<number> {
  const { webhookSubscriptionId, error, nowMs } = ending
  const result = await tx.query<
    Omit<FailedDelivery, 'alertId'> & { readonly alertId: string | null }
  >(
    `with gave_up as (
       update webhook_deliveries set gave_up_at = to_timestamp($3::float8 / 1000), last_error = $2
        where webhook_subscription_id = $1 and delivered_at is null and gave_up_at is null
       returning *
     )
     select g.id, g.webhook_subscription_id as "webhookSubscriptionId", g.attempts as "attemptCount",
       e.alert_id as "alertId"
     from gave_up g left join alert_events e on e.sequence = g.alert_event_sequence
     order by e.sequence`,
    [webhookSubscriptionId, error, nowMs],
  )
  const ofAlerts = result.rows.flatMap(({ alertId, ...row }) =>
    alertId === null ? [] : [{ ...row, alertId }],
  )
  await tellFailures(tx, ofAlerts, { type: 'delivery-failed', error, nowMs })
  return result.rows.length
}

export type DeliveryFailure = {
  readonly delivery: Delivery
  readonly error: string
  readonly nowMs: number
}

export type Postponement = DeliveryFailure & { readonly nextAttemptAtMs: number }

/**
 * One failed attempt is a hiccup. A second one is not, nor is a receiver
 * that lets the first one hang.
 */
const lateAttemptCount = 2
const lateMs = 10_000

function isLate(
  delivery: Delivery,
  nowMs: number,
): delivery is Delivery & { readonly event: NonNullable<Delivery['event']> } {
  if (delivery.event === null) return false
  return delivery.attemptCount >= lateAttemptCount || nowMs - delivery.event.atMs >= lateMs
}

type FailedDelivery = {
  readonly id: string
  readonly alertId: string
  readonly webhookSubscriptionId: string
  readonly attemptCount: number
}

/**
 * In the history of each alert and in the stream, once per delivery. After
 * `lockAlertEvents`; gives how many were new.
 */
async function tellFailures(
  tx: Db,
  deliveries: readonly FailedDelivery[],
  failure: { readonly type: AlertEventType; readonly error: string; readonly nowMs: number },
): Promise<number> {
  const { type, error, nowMs } = failure
  const alerts = await lockAlertRows(tx, [...new Set(deliveries.map(({ alertId }) => alertId))])
  const events = deliveries.flatMap(({ id, alertId, webhookSubscriptionId, attemptCount }) => {
    const alert = alerts.get(alertId)
    const facts = { webhookSubscriptionId, attemptCount }
    return alert === undefined ? [] : [{ alert, type, facts, dedupeKey: `${type}:${id}` }]
  })
  const sequences = await appendAlertEvents(tx, events)
  const told = events.filter((_event, position) => sequences[position] !== null)
  await tx.query(
    `insert into alert_transitions (alert_id, kind, detail, at)
     select "alertId", $2, detail, to_timestamp($3::float8 / 1000)
       from jsonb_to_recordset($1::jsonb) as t("alertId" uuid, detail jsonb)`,
    [
      JSON.stringify(
        told.map(({ alert, facts }) => ({ alertId: alert.id, detail: { ...facts, error } })),
      ),
      type,
      nowMs,
    ],
  )
  return told.length
}
