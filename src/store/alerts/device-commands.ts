import type { CloudEvent } from './cloud-event.ts'
import { cloudEventSource } from './cloud-event.ts'
import type { Db } from '../pg/pool.ts'
import { timeText } from '../pg/time-text.ts'

/**
 * Expands waiting commands into one delivery per subscription of the device's own vendor, each
 * whole or not at all.
 */
export async function dispatchDeviceCommands(
  db: Db,
  query: { readonly nowMs: number; readonly limit: number },
): Promise<readonly string[]> {
  const { rows } = await db.query<{ readonly id: string }>({
    name: 'device-commands-dispatch',
    text: `with picked as (
       select sequence, device_id from device_commands where dispatched_at is null
        order by sequence limit $2 for update skip locked
     ), marked as (
       update device_commands c set dispatched_at = to_timestamp($1::float8 / 1000)
         from picked where c.sequence = picked.sequence
     )
     insert into webhook_deliveries (webhook_subscription_id, device_command_sequence, next_attempt_at)
     select s.id, picked.sequence, to_timestamp($1::float8 / 1000)
       from picked join devices v on v.id = picked.device_id
       join webhook_subscriptions s on s.vendor_id = v.vendor_id
      where s.disabled_at is null and 'device-commands' = any(s.events)
        -- Of its own devices, or of all where it was made by who runs the installation.
        and s.organisation_id in (v.organisation_id, '00000000-0000-7000-8000-000000000001')
      order by picked.sequence
     on conflict do nothing returning id`,
    values: [query.nowMs, query.limit],
  })
  return rows.map((row) => row.id)
}

/** SQL: some command is not dispatched. */
export const areCommandsWaiting = 'exists (select from device_commands where dispatched_at is null)'

/**
 * A command as the outside sees it. It names the device and the interval, and no person, order or
 * reason: neither side may learn from it what the other does.
 */
export function deviceCommandEventOf(command: DeviceCommand, oin: string | null): CloudEvent {
  return {
    specversion: '1.0',
    id: command.id,
    source: cloudEventSource(oin, 'hoede-device-commands'),
    type: 'nl.hoede.devices.report-interval-wanted',
    subject: command.deviceId,
    time: timeText(command.atMs),
    sequence: String(command.sequence).padStart(19, '0'),
    datacontenttype: 'application/json',
    data: {
      deviceId: command.deviceId,
      vendorId: command.vendorId,
      serialNumber: command.serialNumber,
      reportIntervalSeconds: command.reportIntervalSeconds,
    },
  }
}

export type DeviceCommand = {
  readonly sequence: number
  readonly id: string
  readonly deviceId: string
  readonly vendorId: string | null
  readonly serialNumber: string | null
  /** The interval of the device's plan when nothing else is wanted any more. */
  readonly reportIntervalSeconds: number | null
  readonly atMs: number
}
