import type { ProtectionOrder } from '../../core/model/registry.ts'
import { openOrders, type StoredOrder } from '../keys/sealed-orders.ts'
import { openPlaces, placeColumns, type PlaceGap, type StoredPlace } from '../keys/sealed-places.ts'
import { epochMs } from '../pg/epoch-ms.ts'
import type { Db } from '../pg/pool.ts'

/** Whose devices were with whom at some moment of that stretch. */
export async function listWornDevices(
  db: Db,
  worn: Stretch & { readonly personIds: readonly string[] },
): Promise<readonly WornDevice[]> {
  const { rows } = await db.query<WornDevice>(
    `select a.person_id as "personId", d.id as "deviceId", d.serial_number as "serialNumber", d.kind, v.name as vendor
       from device_assignments a join devices d on d.id = a.device_id join vendors v on v.id = d.vendor_id
      where a.person_id = any($1) and tstzrange(a.valid_from, a.valid_until)
        && tstzrange(to_timestamp($2::float8 / 1000), to_timestamp($3::float8 / 1000), '[]')
      order by d.serial_number`,
    [worn.personIds, worn.fromMs, worn.untilMs],
  )
  return rows
}

/**
 * Every fix of these devices as it was received, with the row of the journal it came in. One whose
 * place does not open is among them without it, and says why.
 */
export async function listRawFixes(
  db: Db,
  { deviceIds, fromMs, untilMs }: Stretch & { readonly deviceIds: readonly string[] },
): Promise<readonly RawFix[]> {
  const { rows } = await db.query<Omit<RawFix, 'longitude' | 'latitude'> & StoredPlace>(
    `select device_id as "deviceId", device_id as "ownerId", ${epochMs('recorded_at')} as "recordedAtMs", ${instant('recorded_at')} as "recordedAt", ${instant('received_at')} as "receivedAt",
            ${placeColumns('f')}, accuracy_meters as "accuracyMeters", source, sequence, journal_id as "journalId"
       from fixes f where device_id = any($1) and recorded_at >= to_timestamp($2::float8 / 1000)
        and recorded_at <= to_timestamp($3::float8 / 1000)
      order by recorded_at, device_id, journal_id`,
    [deviceIds, fromMs, untilMs],
  )
  return (await openPlaces(db, rows)).map(
    ({ ownerId: _ownerId, recordedAtMs: _atMs, motion: _motion, ...fix }) => {
      const { deviceId, recordedAt, receivedAt, longitude, latitude, gap, ...rest } = fix
      const raw = { deviceId, recordedAt, receivedAt, longitude, latitude, ...rest }
      return gap === null ? raw : { ...raw, gap }
    },
  )
}

/** Each version of the order up to and with this one: what was asked for, and since when. */
export async function listOrderVersions(
  db: Db,
  orderId: string,
  version: number,
): Promise<readonly OrderVersion[]> {
  const { rows } = await db.query<OrderVersion & { readonly body: StoredOrder }>(
    `select version, ${instant('changed_at')} as "changedAt", changed_by as "changedBy", body
       from protection_order_versions where protection_order_id = $1 and version <= $2 order by version`,
    [orderId, version],
  )
  const orders = await openOrders(
    db,
    rows.map(({ body }) => body),
  )
  return rows.map((row, index) => ({ ...row, body: orders[index] ?? row.body }))
}

/** Whom any of these versions protects by name. */
export async function listProtectedPeople(
  db: Db,
  orderId: string,
  version: number,
): Promise<readonly string[]> {
  const { rows } = await db.query<{ readonly id: string }>(
    `select distinct victim_id::text as id
       from protection_order_versions v cross join hoede_victims_in(v.body) as victim_id
      where v.protection_order_id = $1 and v.version <= $2 order by 1`,
    [orderId, version],
  )
  return rows.map(({ id }) => id)
}

/** What was told of the alert, when, and whether another system took it; and who was called. */
export async function listTellings(db: Db, alertId: string): Promise<readonly Telling[]> {
  const { rows } = await db.query<Telling>(
    `select 'event' as what, e.type as name, ${instant('e.at')} as at, null as target, null as outcome
       from alert_events e where e.alert_id = $1
     union all
     select 'delivery', e.type, ${instant('coalesce(d.delivered_at, d.gave_up_at, d.next_attempt_at)')}, s.url,
            case when d.delivered_at is not null then 'delivered' when d.gave_up_at is not null then 'given-up' else 'waits' end
       from alert_events e join webhook_deliveries d on d.alert_event_sequence = e.sequence
       join webhook_subscriptions s on s.id = d.webhook_subscription_id where e.alert_id = $1
     union all
     select 'call', 'step ' || c.step, ${instant('coalesce(c.done_at, c.cancelled_at, c.due_at)')}, c.target,
            case when c.done_at is not null then 'called' when c.cancelled_at is not null then 'not-needed' else 'waits' end
       from escalations c where c.alert_id = $1
     order by at, what`,
    [alertId],
  )
  return rows
}

/** The hashes of the first entries of a record, in their order. */
export async function listLeafHashes(
  db: Db,
  organisationId: string,
  size: number,
): Promise<readonly Buffer[]> {
  const { rows } = await db.query<{ readonly hash: Buffer }>(
    `select leaf_hash as hash from audit_entries where organisation_id = $1 and index < $2 order by index`,
    [organisationId, size],
  )
  return rows.map(({ hash }) => hash)
}

type Stretch = { readonly fromMs: number; readonly untilMs: number }

export type WornDevice = {
  readonly personId: string
  readonly deviceId: string
  readonly serialNumber: string
  readonly kind: string
  readonly vendor: string
}

export type RawFix = {
  readonly deviceId: string
  readonly recordedAt: string
  readonly receivedAt: string
  readonly longitude: number | null
  readonly latitude: number | null
  /** Why its place is not there. */
  readonly gap?: PlaceGap
  readonly accuracyMeters: number | null
  readonly source: string | null
  readonly sequence: number | null
  readonly journalId: number
}

export type OrderVersion = {
  readonly version: number
  readonly changedAt: string
  readonly changedBy: string | null
  readonly body: ProtectionOrder
}

export type Telling = {
  readonly what: 'event' | 'delivery' | 'call'
  readonly name: string
  readonly at: string
  readonly target: string | null
  readonly outcome: string | null
}

/** As everything else of a bundle writes a moment. */
function instant(column: string): string {
  return `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`
}
