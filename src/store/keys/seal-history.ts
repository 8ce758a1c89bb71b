import type pg from 'pg'
import { OperatingError } from '../../errors.ts'
import { epochMs } from '../pg/epoch-ms.ts'
import { inTransaction } from '../pg/pool.ts'
import type { Db } from '../pg/pool.ts'
import { sealPlaces } from './sealed-places.ts'

/**
 * Places that were stored before they were sealed, some at once and each piece in a transaction of
 * its own, in the order of the index: done twice it goes on where it stopped. Gives how many. One
 * that was stored anew since is there once, sealed.
 */
export async function sealHistory(pool: pg.Pool): Promise<number> {
  let count = 0
  for (const table of tables) {
    let from: Place | null = firstPlace
    while (from !== null) {
      const piece = await sealPiece(pool, table, from)
      count += piece.count
      from = piece.last
    }
  }
  return count
}

const tables: readonly HistoryTable[] = [
  {
    name: 'fixes',
    owner: 'device_id',
    motion: 'speed_meters_per_second as speed, heading_degrees as heading',
    set: 'motion = s.motion, speed_meters_per_second = null, heading_degrees = null,',
    same: 'o.device_id = t.device_id and o.recorded_at = t.recorded_at',
  },
  {
    name: 'disbelieved_fixes',
    owner: 'device_id',
    motion: 'null::float8 as speed, null::float8 as heading',
    set: '',
    same: 'o.device_id = t.device_id and o.recorded_at = t.recorded_at and o.learned_at = t.learned_at',
  },
  {
    name: 'latest_sightings',
    owner: 'person_id',
    motion: 'null::float8 as speed, null::float8 as heading',
    set: '',
    same: null,
  },
]

type HistoryTable = {
  readonly name: string
  readonly owner: string
  readonly motion: string
  readonly set: string
  /** Which row, stored since, says the same of the same place; null where each owner has one. */
  readonly same: string | null
}

async function sealPiece(pool: pg.Pool, table: HistoryTable, from: Place): Promise<Piece> {
  return await inTransaction(pool, async (tx) => {
    const rows = await findPlain(tx, table, from)
    const last = rows.at(-1)
    if (last === undefined) return { count: 0, last: null }
    const sealed = await sealPlaces(
      tx,
      rows.map(({ speed, heading, ...row }) => ({
        ...row,
        speedMetersPerSecond: speed,
        headingDegrees: heading,
      })),
    )
    if (sealed.includes(null))
      throw new OperatingError('internal-error', 'Of a day of the history no key can be used.')
    const { name, set, same } = table
    const places = `unnest($1::text[], $2::tid[], $3::text[], $4::text[]) as g (part, place_of_row, place, motion)`
    const given = `(select part::regclass as part, place_of_row, decode(place, 'hex') as place, decode(motion, 'hex') as motion from ${places}) as s`
    const values = [
      rows.map(({ part }) => part),
      rows.map(({ at }) => at),
      sealed.map((one) => one?.place ?? null),
      sealed.map((one) => one?.motion ?? null),
    ]
    if (same !== null)
      await tx.query(
        `delete from ${name} t using ${given} where t.tableoid = s.part and t.ctid = s.place_of_row and exists (
           select from ${name} o where ${same} and o.place = s.place)`,
        values,
      )
    await tx.query(
      `update ${name} t set ${set} place = s.place, longitude = null, latitude = null from ${given}
        where t.tableoid = s.part and t.ctid = s.place_of_row`,
      values,
    )
    return { count: rows.length, last: { ownerId: last.ownerId, recordedAt: last.recordedAt } }
  })
}

async function findPlain(tx: Db, { name, owner, motion }: HistoryTable, from: Place) {
  const { rows } = await tx.query<PlainRow>(
    `select tableoid::regclass::text as part, ctid::text as at, ${owner} as "ownerId", recorded_at::text as "recordedAt",
            ${epochMs('recorded_at')} as "recordedAtMs", longitude, latitude, ${motion}
       from ${name}
      where (${owner}, recorded_at) >= ($1::uuid, $2::timestamptz) and longitude is not null
      order by ${owner}, recorded_at limit ${rowsAtOnce} for update`,
    [from.ownerId, from.recordedAt],
  )
  return rows
}

type Place = { readonly ownerId: string; readonly recordedAt: string }
type Piece = { readonly count: number; readonly last: Place | null }

type PlainRow = Place & {
  readonly part: string
  readonly at: string
  readonly recordedAtMs: number
  readonly longitude: number
  readonly latitude: number
  readonly speed: number | null
  readonly heading: number | null
}

const firstPlace: Place = {
  ownerId: '00000000-0000-0000-0000-000000000000',
  recordedAt: '-infinity',
}
const rowsAtOnce = 2_000
