import { epochMs } from '../pg/epoch-ms.ts'
import { openPlaces, placeColumns, placedOf, type StoredPlace } from '../keys/sealed-places.ts'
import type { Db } from '../pg/pool.ts'

export async function insertBreakGlass(
  tx: Db,
  asked: Pick<BreakGlass, 'personId' | 'reason' | 'askedBy' | 'askedAtMs' | 'expiresAtMs'>,
): Promise<BreakGlass> {
  const { rows } = await tx.query<BreakGlass>(
    `insert into break_glasses (person_id, reason, asked_by, asked_at, expires_at)
     values ($1, $2, $3, ${at('$4')}, ${at('$5')}) returning ${columns}`,
    [asked.personId, asked.reason, asked.askedBy, asked.askedAtMs, asked.expiresAtMs],
  )
  const made = rows[0]
  if (made === undefined) throw new Error('expected what was inserted, got none')
  return made
}

export async function findBreakGlass(db: Db, id: string): Promise<BreakGlass | null> {
  const { rows } = await db.query<BreakGlass>(
    `select ${columns} from break_glasses where id = $1`,
    [id],
  )
  return rows[0] ?? null
}

export async function findBreakGlassForUpdate(tx: Db, id: string): Promise<BreakGlass | null> {
  const { rows } = await tx.query<BreakGlass>(
    `select ${columns} from break_glasses where id = $1 for update`,
    [id],
  )
  return rows[0] ?? null
}

export async function openBreakGlass(
  tx: Db,
  id: string,
  by: { readonly confirmedBy: string; readonly nowMs: number; readonly openUntilMs: number },
): Promise<void> {
  await tx.query(
    `update break_glasses set confirmed_by = $2, confirmed_at = ${at('$3')}, open_until = ${at('$4')} where id = $1`,
    [id, by.confirmedBy, by.nowMs, by.openUntilMs],
  )
}

export async function countReading(tx: Db, id: string, nowMs: number): Promise<void> {
  await tx.query(
    `update break_glasses set read_count = read_count + 1, last_read_at = ${at('$2')} where id = $1`,
    [id, nowMs],
  )
}

/** The newest first. */
export async function listBreakGlasses(
  db: Db,
  query: { readonly beforeId: string | null; readonly limit: number },
): Promise<readonly BreakGlass[]> {
  const { rows } = await db.query<BreakGlass>(
    `select ${columns} from break_glasses where $1::uuid is null or id < $1 order by id desc limit $2`,
    [query.beforeId, query.limit],
  )
  return rows
}

/**
 * Where somebody was last, of what the history holds of the last day; null: nothing. Of the latest
 * the first that can be read, and `unreadable` where none can.
 */
export async function findLastFix(
  db: Db,
  personId: string,
  nowMs: number,
): Promise<LastFix | 'unreadable' | null> {
  const { rows } = await db.query<Pick<LastFix, 'accuracyMeters'> & StoredPlace>(
    `select a.device_id as "ownerId", ${epochMs('f.recorded_at')} as "recordedAtMs", ${placeColumns('f')},
            f.accuracy_meters as "accuracyMeters"
       from device_assignments a cross join lateral (
         select recorded_at, place, longitude, latitude, accuracy_meters from fixes
          where device_id = a.device_id and recorded_at >= greatest(a.valid_from, ${at('$2')} - interval '1 day')
            and recorded_at <= ${at('$2')}
          order by recorded_at desc limit ${looksMax}) f
      where a.person_id = $1 and a.valid_from <= ${at('$2')} and (a.valid_until is null or a.valid_until > ${at('$2')})
      order by f.recorded_at desc limit ${looksMax}`,
    [personId, nowMs],
  )
  const [last] = placedOf(await openPlaces(db, rows))
  if (last === undefined) return rows.length === 0 ? null : 'unreadable'
  const { recordedAtMs, longitude, latitude, accuracyMeters } = last
  return { recordedAtMs, longitude, latitude, accuracyMeters }
}

/** Behind one whose key is not to be had may lie one of another day. */
const looksMax = 500

export type BreakGlass = {
  readonly id: string
  readonly personId: string
  readonly reason: string
  readonly askedBy: string
  readonly askedAtMs: number
  readonly expiresAtMs: number
  readonly confirmedBy: string | null
  readonly confirmedAtMs: number | null
  /** Null: not opened. */
  readonly openUntilMs: number | null
  readonly readCount: number
  readonly lastReadAtMs: number | null
}

export type LastFix = {
  readonly recordedAtMs: number
  readonly longitude: number
  readonly latitude: number
  readonly accuracyMeters: number | null
}

function at(parameter: string): string {
  return `to_timestamp(${parameter}::float8 / 1000)`
}

const columns = `id, person_id as "personId", reason, asked_by as "askedBy", ${epochMs('asked_at')} as "askedAtMs",
  ${epochMs('expires_at')} as "expiresAtMs", confirmed_by as "confirmedBy", ${epochMs('confirmed_at')} as "confirmedAtMs",
  ${epochMs('open_until')} as "openUntilMs", read_count as "readCount", ${epochMs('last_read_at')} as "lastReadAtMs"`
