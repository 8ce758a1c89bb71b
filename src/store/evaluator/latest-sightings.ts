import type { LatestSighting } from '../../core/protection/list-latest-sightings.ts'
import type { Box } from '../../../geo/box-index.ts'
import { epochMs } from '../pg/epoch-ms.ts'
import type { Db } from '../pg/pool.ts'

export async function loadLatestSightings(db: Db): Promise<readonly LatestSighting[]> {
  const { rows } = await db.query<LatestSighting>(`select ${columns} from latest_sightings s`)
  return rows
}

/**
 * In the transaction of the effects: one statement for all that changed, one
 * for those no longer shown.
 */
export async function saveLatestSightings(tx: Db, change: SightingChange): Promise<void> {
  if (change.seen.length > 0) {
    await tx.query(
      `insert into latest_sightings (person_id, recorded_at, longitude, latitude, accuracy_meters)
       select "personId", to_timestamp("recordedAtMs" / 1000), longitude, latitude, "accuracyMeters"
         from jsonb_to_recordset($1::jsonb)
           as c("personId" uuid, "recordedAtMs" float8, longitude float8, latitude float8, "accuracyMeters" float8)
       on conflict (person_id) do update
          set recorded_at = excluded.recorded_at, longitude = excluded.longitude,
              latitude = excluded.latitude, accuracy_meters = excluded.accuracy_meters`,
      [JSON.stringify(change.seen)],
    )
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
 * no reason to show anybody.
 */
export async function findSightingsIn(
  db: Db,
  query: { readonly box: Box; readonly nowMs: number; readonly limit: number },
): Promise<readonly FoundSighting[]> {
  const { west, south, east, north } = query.box
  const { rows } = await db.query<FoundSighting>(
    `select ${columns}, p.reference
       from latest_sightings s join persons p on p.id = s.person_id
      where s.longitude between $1 and $3 and s.latitude between $2 and $4 and p.role = 'offender'
        and exists (
          select 1 from protection_orders o
           where o.offender_id = s.person_id and o.status = 'active'
             and o.valid_from <= to_timestamp($5::float8 / 1000)
             and o.valid_until > to_timestamp($5::float8 / 1000))
      order by s.recorded_at desc, s.person_id limit $6`,
    [west, south, east, north, query.nowMs, query.limit],
  )
  return rows
}

export type SightingChange = {
  readonly seen: readonly LatestSighting[]
  /** No longer under supervision, or not seen for too long. */
  readonly goneIds: readonly string[]
}
export type FoundSighting = LatestSighting & { readonly reference: string }

const columns = `s.person_id as "personId", ${epochMs('s.recorded_at')} as "recordedAtMs",
  s.longitude, s.latitude, s.accuracy_meters as "accuracyMeters"`
