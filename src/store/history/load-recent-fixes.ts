import type { JournalRange, JournalRow } from '../journal/journal.ts'
import { openFixes } from '../keys/sealed-fixes.ts'
import { openPlaces, placeColumns, placedOf, type StoredPlace } from '../keys/sealed-places.ts'
import { epochMs } from '../pg/epoch-ms.ts'
import type { Db } from '../pg/pool.ts'

/**
 * The latest stored fixes of each of these devices, recorded since a moment: enough to
 * recognise a second sending.
 */
export async function loadRecentFixes(
  db: Db,
  deviceIds: readonly string[],
  options: { readonly sinceMs: number; readonly fixCountMax: number },
): Promise<RecentFixRow[]> {
  const { rows } = await db.query<StoredPlace>({
    name: 'load-recent-fixes',
    text: `select device.id as "ownerId", ${epochMs('fix.recorded_at')} as "recordedAtMs", ${placeColumns('fix')}
           from unnest($1::uuid[]) as device (id)
           cross join lateral (
             select recorded_at, place, longitude, latitude from fixes
             where device_id = device.id and recorded_at >= $2
             order by recorded_at desc limit $3
           ) as fix
           order by device.id, fix.recorded_at`,
    values: [deviceIds, new Date(options.sinceMs).toISOString(), options.fixCountMax],
  })
  // One that does not open is not recognised when it comes again, which is harmless.
  return placedOf(await openPlaces(db, rows)).map(
    ({ ownerId, recordedAtMs, longitude, latitude }) => {
      return { deviceId: ownerId, recordedAtMs, longitude, latitude }
    },
  )
}

/** The latest stored events of each of these devices. */
export async function loadRecentDeviceEvents(
  db: Db,
  deviceIds: readonly string[],
  options: { readonly sinceMs: number; readonly eventCountMax: number },
): Promise<RecentDeviceEventRow[]> {
  const { rows } = await db.query<{
    device_id: string
    recorded_at: Date
    received_at: Date
    kind: string
    sequence: number | null
  }>({
    name: 'load-recent-device-events',
    text: `select device.id as device_id, event.recorded_at, event.received_at, event.kind,
                  event.sequence::float8
           from unnest($1::uuid[]) as device (id)
           cross join lateral (
             select recorded_at, received_at, kind, sequence from device_events
             where device_id = device.id and recorded_at >= $2
             order by recorded_at desc limit $3
           ) as event
           order by device.id, event.recorded_at`,
    values: [deviceIds, new Date(options.sinceMs).toISOString(), options.eventCountMax],
  })
  return rows.map((row) => ({
    deviceId: row.device_id,
    recordedAtMs: row.recorded_at.getTime(),
    receivedAtMs: row.received_at.getTime(),
    kind: row.kind,
    sequence: row.sequence,
  }))
}

export type RecentFixRow = {
  readonly deviceId: string
  readonly recordedAtMs: number
  readonly longitude: number
  readonly latitude: number
}

export type RecentDeviceEventRow = {
  readonly deviceId: string
  readonly recordedAtMs: number
  readonly receivedAtMs: number
  readonly kind: string
  readonly sequence: number | null
}

/**
 * The last rows of the journal, oldest first: what was received just before, however old its
 * recorded times are. A sender that lost its answer in a crash sends just these again.
 */
export async function loadJournalTail(
  db: Db,
  { shard, limit }: Omit<JournalRange, 'afterId'>,
): Promise<readonly ReceivedRow[]> {
  const { rows } = await db.query<ReceivedRow>({
    name: 'load-journal-tail',
    text: `select id, kind, payload from journal
           where shard = $1 and turn_of is null
           order by id desc limit $2`,
    values: [shard, limit],
  })
  return (await openFixes(db, rows)).toReversed()
}

/** Rows after a place, the oldest first. */
export async function loadJournalSince(
  db: Db,
  { shard, afterId, limit }: JournalRange,
): Promise<readonly ReceivedRow[]> {
  const { rows } = await db.query<ReceivedRow>({
    name: 'load-journal-since',
    text: `select id, kind, payload from journal
           where shard = $1 and turn_of is null and id > $2
           order by id limit $3`,
    values: [shard, afterId, limit],
  })
  return await openFixes(db, rows)
}

type ReceivedRow = Pick<JournalRow, 'id' | 'kind' | 'payload'>
