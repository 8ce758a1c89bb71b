import { dayMs } from '../../core/model/units.ts'
import type { Db } from '../pg/pool.ts'

/**
 * Who wears each of these devices now, and when it was last heard. Every id asked is in the answer.
 */
export async function loadDeviceUses(
  db: Db,
  deviceIds: readonly string[],
  nowMs: number,
): Promise<ReadonlyMap<string, DeviceUse>> {
  const { rows } = await db.query<{
    id: string
    person_id: string | null
    last_received_at: Date | null
    battery_fraction: number | null
  }>({
    name: 'load-device-uses',
    text: `select d.id, w.person_id, greatest(fix.received_at, event.received_at) as last_received_at,
                  case when event.recorded_at > fix.recorded_at then coalesce(event.battery_fraction, fix.battery_fraction)
                       else coalesce(fix.battery_fraction, event.battery_fraction) end as battery_fraction
             from unnest($1::uuid[]) as d (id)
             left join lateral (${wearerOf}) w on true
             left join lateral (
               select received_at, recorded_at, battery_fraction from fixes
                where device_id = d.id order by recorded_at desc limit 1) fix on true
             left join lateral (
               select received_at, recorded_at, battery_fraction from device_events where device_id = d.id
                order by recorded_at desc limit 1) event on true`,
    values: [deviceIds, new Date(nowMs).toISOString()],
  })
  return new Map(
    rows.map((row) => [
      row.id,
      {
        personId: row.person_id,
        lastReceivedAtMs: row.last_received_at?.getTime() ?? null,
        batteryFraction: row.battery_fraction,
      },
    ]),
  )
}

/**
 * The shortest plan of the devices that a person has or will have; null without any. Whoever wears
 * two is watched by the one that reports more often.
 */
export async function findReportInterval(
  db: Db,
  personId: string,
  nowMs: number,
): Promise<number | null> {
  const { rows } = await db.query<{ seconds: number | null }>(
    `select min(d.report_interval_seconds) as seconds
       from device_assignments a join devices d on d.id = a.device_id
      where a.person_id = $1 and (a.valid_until is null or a.valid_until > to_timestamp($2::float8 / 1000))`,
    [personId, nowMs],
  )
  return rows[0]?.seconds ?? null
}

/**
 * Counts devices that report and that detection does not watch. Read from the registry and the
 * history; nothing is written per fix for it.
 */
export async function countUnwatchedDevices(db: Db, nowMs: number): Promise<UnwatchedDevices> {
  const { rows } = await db.query<{ no_wearer: number; no_order: number }>(
    `with in_force as (
       select o.id, o.version, o.offender_id from protection_orders o
        where o.status = 'active' and o.valid_from <= $2 and o.valid_until > $2),
     watched as (
       select offender_id as person_id from in_force
       union
       select victim_id
         from in_force o
         join protection_order_versions v on v.protection_order_id = o.id and v.version = o.version
         cross join hoede_victims_in(v.body) as victim_id),
     unwatched as (
       select d.id, w.person_id from devices d
         left join lateral (${wearerOf}) w on true
        where w.person_id is null or w.person_id not in (select person_id from watched)),
     heard as (
       select person_id from unwatched u
        where exists (select from fixes where device_id = u.id and recorded_at > $1)
           or exists (select from device_events where device_id = u.id and recorded_at > $1))
     select count(*) filter (where person_id is null) as no_wearer,
            count(*) filter (where person_id is not null) as no_order
       from heard`,
    [new Date(nowMs - heardMs).toISOString(), new Date(nowMs).toISOString()],
  )
  return { 'no-wearer': rows[0]?.no_wearer ?? 0, 'no-order': rows[0]?.no_order ?? 0 }
}

export type DeviceUse = {
  readonly personId: string | null
  /** Receipt of the newest report by the device's own clock that is still kept; null: none is. */
  readonly lastReceivedAtMs: number | null
  /** As the newest report said it; null: it did not. */
  readonly batteryFraction: number | null
}

export type UnwatchedDevices = { readonly 'no-wearer': number; readonly 'no-order': number }

/** A device that was taken out of use stops being counted within a day. */
const heardMs = dayMs

/** At $2. */
const wearerOf = `select a.person_id from device_assignments a
   where a.device_id = d.id and a.valid_from <= $2 and (a.valid_until is null or a.valid_until > $2)
   order by a.valid_from desc limit 1`
