import type { FixSource } from '../../core/model/fix.ts'
import {
  isSamePlace,
  openPlaces,
  placeColumns,
  type OpenedPlace,
  type StoredPlace,
} from '../keys/sealed-places.ts'
import { epochMs } from '../pg/epoch-ms.ts'
import type { Db } from '../pg/pool.ts'

/**
 * What the history holds of somebody's way, newest first: by each device for as long as it was
 * theirs, with the newest decision on whether a fix is believed.
 */
export async function listTrackFixes(
  db: Db,
  query: TrackQuery,
): Promise<readonly OpenedPlace<TrackFix>[]> {
  const { rows } = await db.query<TrackFix & StoredPlace>({
    name: 'list-track-fixes',
    text: `select f.device_id as "deviceId", f.device_id as "ownerId", ${epochMs('f.recorded_at')} as "recordedAtMs",
                  ${epochMs('f.received_at')} as "receivedAtMs", ${placeColumns('f')},
                  f.accuracy_meters as "accuracyMeters", f.source, f.hdop,
                  coalesce(doubt.reasons, '{}') as disbelief
             from device_assignments a
             join fixes f on f.device_id = a.device_id and f.recorded_at >= a.valid_from
              and (a.valid_until is null or f.recorded_at < a.valid_until)
             left join lateral (
               select d.reasons from disbelieved_fixes d
                where d.device_id = f.device_id and d.recorded_at = f.recorded_at
                  and ${isSamePlace('d', 'f')}
                order by d.learned_at desc limit 1) doubt on true
            where a.person_id = $1 and f.recorded_at >= to_timestamp($2::float8 / 1000)
              and f.recorded_at <= to_timestamp($3::float8 / 1000)
            order by f.recorded_at desc, f.device_id limit $4`,
    values: [query.personId, query.fromMs, query.untilMs, query.limit],
  })
  return await openPlaces(db, rows)
}

export type TrackQuery = {
  readonly personId: string
  readonly fromMs: number
  readonly untilMs: number
  readonly limit: number
}

export type TrackFix = {
  readonly deviceId: string
  /** As the device said. */
  readonly recordedAtMs: number
  readonly receivedAtMs: number
  readonly accuracyMeters: number | null
  readonly source: FixSource | null
  readonly hdop: number | null
  /** Empty: it is believed. */
  readonly disbelief: readonly string[]
}
