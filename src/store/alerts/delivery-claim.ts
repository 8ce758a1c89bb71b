import { epochMs } from '../pg/epoch-ms.ts'

/**
 * A command is numbered by its moment and, within it, among those of its vendor: counted among
 * those of all, the gaps told his vendor when the device of somebody near him was asked. Those of
 * one moment stand next to each other.
 */
const toldNumber = `(extract(epoch from m.at) * 1000)::bigint * 1000 + (
       select count(*) from device_commands o join devices p on p.id = o.device_id
        where o.sequence < m.sequence and o.sequence >= m.sequence - 10000 and o.at = m.at and p.vendor_id = v.vendor_id)`

export const claimOfAll = {
  name: 'webhook-deliveries-claim',
  text: claimStatement('$3::uuid[] is null'),
}
/**
 * Planned for these each time: a plan that is kept looks for them through all that are due, of
 * 50,000 in 40 ms instead of 4.
 */
export const claimOfThese = { text: claimStatement('w.id = any($3::uuid[])') }

function claimStatement(isAmong: string): string {
  return `with due as (
     select d.id from webhook_subscriptions s
       left join unnest($4::uuid[], $6::int[]) as u(id, count) on u.id = s.id
       cross join lateral (
         select w.id, w.next_attempt_at, w.alert_event_sequence, w.device_command_sequence
           from webhook_deliveries w
          where w.webhook_subscription_id = s.id and w.delivered_at is null and w.gave_up_at is null
            and w.next_attempt_at <= to_timestamp($1::float8 / 1000)
            and ${isAmong}
          order by w.next_attempt_at, w.alert_event_sequence, w.device_command_sequence
          limit greatest(0, $7::int - coalesce(u.count, 0)) for update skip locked) d
      order by d.next_attempt_at, d.alert_event_sequence, d.device_command_sequence
      limit $2
   ), claimed as (
     update webhook_deliveries d
        set attempts = attempts + 1, next_attempt_at = to_timestamp(($1::float8 + $5::float8) / 1000)
       from due where d.id = due.id
     returning d.id, d.webhook_subscription_id, d.alert_event_sequence, d.device_command_sequence,
       d.attempts
   )
   select c.id, c.attempts as "attemptCount", s.id as "webhookSubscriptionId", s.url, s.secret,
     ${signingBefore('$1')} as "previousSecrets",
     coalesce(e.sequence, ${toldNumber}) as sequence, coalesce(e.id, m.id) as "eventId",
     e.alert_id as "alertId", e.type, e.data, m.device_id as "deviceId",
     v.vendor_id as "vendorId", v.serial_number as "serialNumber",
     coalesce(m.report_interval_seconds, v.report_interval_seconds) as "reportIntervalSeconds",
     ${epochMs('coalesce(e.at, m.at)')} as "atMs"
   from claimed c
   join webhook_subscriptions s on s.id = c.webhook_subscription_id
   left join alert_events e on e.sequence = c.alert_event_sequence
   left join device_commands m on m.sequence = c.device_command_sequence
   left join devices v on v.id = m.device_id
   order by e.sequence, m.sequence`
}

/** SQL: some delivery is due at $1. */
export const isDeliveryDue = `exists (select from webhook_deliveries
  where delivered_at is null and gave_up_at is null and next_attempt_at <= to_timestamp($1::float8 / 1000))`

export function signingBefore(nowMs: string): string {
  return `case when previous_until > to_timestamp(${nowMs}::float8 / 1000) then previous_secrets else '{}' end`
}
