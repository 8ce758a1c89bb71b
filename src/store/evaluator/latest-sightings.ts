import type { LatestSighting } from '../../core/protection/list-latest-sightings.ts'
import type { Box } from '../../../geo/box-index.ts'
import {
  openPlaces,
  placeColumns,
  placedOf,
  sealPlaces,
  type StoredPlace,
} from '../keys/sealed-places.ts'
import { arrayOf } from '../pg/array-bytes.ts'
import { epochMs } from '../pg/epoch-ms.ts'
import type { Db } from '../pg/pool.ts'

/** Of one that does not open the place is no number: it is not what anybody was seen at. */
export async function loadLatestSightings(db: Db): Promise<readonly LatestSighting[]> {
  const { rows } = await db.query<StoredSighting>(`select ${columns} from latest_sightings s`)
  return (await openPlaces(db, rows)).map((row) => ({
    ...sightingOf(row),
    longitude: row.longitude ?? NaN,
    latitude: row.latitude ?? NaN,
  }))
}

/**
 * In the transaction of the effects: one statement for all that changed, one
 * for those no longer shown.
 */
export async function saveLatestSightings(tx: Db, change: SightingChange): Promise<void> {
  const places = await sealPlaces(
    tx,
    change.seen.map((sighting) => ({ ...sighting, ownerId: sighting.personId })),
  )
  const { seen } = change
  if (seen.length > 0) {
    await tx.query({
      name: 'latest-sightings-save',
      text: `insert into latest_sightings (person_id, recorded_at, place, accuracy_meters)
       select person_id, to_timestamp(recorded_at / 1000), place, accuracy_meters
         from unnest($1::uuid[], $2::float8[], $3::bytea[], $4::float8[])
           as c (person_id, recorded_at, place, accuracy_meters)
       on conflict (person_id) do update
          set recorded_at = excluded.recorded_at, place = excluded.place, longitude = null,
              latitude = null, accuracy_meters = excluded.accuracy_meters`,
      values: [
        arrayOf(
          'uuid',
          seen.map(({ personId }) => personId),
        ),
        arrayOf(
          'float8',
          seen.map(({ recordedAtMs }) => recordedAtMs),
        ),
        arrayOf(
          'bytes',
          places.map((sealed) => sealed?.place ?? null),
        ),
        arrayOf(
          'float8',
          seen.map(({ accuracyMeters }) => accuracyMeters),
        ),
      ],
    })
  }
  if (change.goneIds.length > 0) {
    await tx.query('delete from latest_sightings where person_id = any($1::uuid[])', [
      change.goneIds,
    ])
  }
}

/**
 * Who was last seen in the box, the latest first. Only offenders with an order in force by
 * the registry as it is now, whatever the evaluator wrote before: what has just ended is
 * no reason to show anybody. The database knows no place, so all of them are opened; how many do
 * not open, wherever they are, is told.
 */
export async function findSightingsIn(
  db: Db,
  query: { readonly box: Box; readonly nowMs: number; readonly limit: number },
): Promise<FoundSightings> {
  const { west, south, east, north } = query.box
  const { rows } = await db.query<StoredSighting & { readonly reference: string }>(
    `select ${columns}, p.reference
       from latest_sightings s join persons p on p.id = s.person_id
      where p.role = 'offender'
        and exists (
          select 1 from protection_orders o
           where o.offender_id = s.person_id and o.status = 'active'
             and o.valid_from <= to_timestamp($1::float8 / 1000)
             and o.valid_until > to_timestamp($1::float8 / 1000))
      order by s.recorded_at desc, s.person_id`,
    [query.nowMs],
  )
  const placed = placedOf(await openPlaces(db, rows))
  const found = placed
    .filter(
      ({ longitude, latitude }) =>
        longitude >= west && longitude <= east && latitude >= south && latitude <= north,
    )
    .slice(0, query.limit)
    .map((row) => ({
      ...sightingOf(row),
      longitude: row.longitude,
      latitude: row.latitude,
      reference: row.reference,
    }))
  return { found, unreadableCount: rows.length - placed.length }
}

export type SightingChange = {
  readonly seen: readonly LatestSighting[]
  /** No longer under supervision, or not seen for too long. */
  readonly goneIds: readonly string[]
}
export type FoundSightings = {
  readonly found: readonly FoundSighting[]
  /** Of people who may be in the box, or anywhere: the key of their place does not open. */
  readonly unreadableCount: number
}
export type FoundSighting = LatestSighting & { readonly reference: string }

type StoredSighting = StoredPlace & { readonly accuracyMeters: number }

function sightingOf({
  ownerId,
  recordedAtMs,
  accuracyMeters,
}: Pick<StoredSighting, 'ownerId' | 'recordedAtMs' | 'accuracyMeters'>) {
  return { personId: ownerId, recordedAtMs, accuracyMeters }
}

const columns = `s.person_id as "ownerId", ${epochMs('s.recorded_at')} as "recordedAtMs", ${placeColumns('s')},
  s.accuracy_meters as "accuracyMeters"`
