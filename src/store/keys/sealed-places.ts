import { dayMs } from '../../core/model/units.ts'
import type { Db } from '../pg/pool.ts'
import { damaged } from './data-keys.ts'
import { scopeOfDay, scopeOfSpare, withUsableKey } from './day-keys.ts'
import { keysOf } from './keys-of.ts'
import { openPairs, sealPairs, type Pair, type PlainPair, type SealedPair } from './place-cipher.ts'

/**
 * Where somebody was as it lies in the history: sealed with the key of the day on which it was
 * recorded, so that it ends with that day. In their order. Speed and heading are sealed too, for
 * they give a way back to whoever knows where it began. Null: no key of the day can be used.
 */
export async function sealPlaces(
  db: Db,
  rows: readonly PlaceOfRow[],
): Promise<readonly (SealedPlace | null)[]> {
  const result: (SealedPlace | null)[] = Array.from(rows, () => null)
  for (const [day, places] of byDay(rows)) {
    const found = await withUsableKey(day, async (scope, spare) => ({
      key: await keysOf(db).keyOf(scope),
      spare,
    }))
    if (found === null) continue
    const pairs: PlainPair[] = []
    for (const place of places) addPairs(pairs, rows[place])
    const sealed = sealPairs(found.key, pairs)
    const head = Buffer.from([found.spare]).toString('hex')
    let at = 0
    for (const place of places) {
      const placed = head + sealed[at]
      at += 1
      const motion = hasMotion(rows[place]) ? (sealed[at] ?? null) : null
      if (motion !== null) at += 1
      result[place] = { place: placed, motion }
    }
  }
  return result
}

/**
 * Rows with where they were, in their order: those of before there were keys as they are. Of what
 * was erased, or does not open, the place is null and `gap` says why: nobody else waits for it.
 */
export async function openPlaces<Row extends StoredPlace>(
  db: Db,
  rows: readonly Row[],
): Promise<readonly OpenedPlace<Row>[]> {
  const scopes = rows.map(scopeOf)
  const distinct = [...new Set(scopes.filter((scope) => scope !== null))]
  const keys = distinct.length === 0 ? null : await keysOf(db).keysOf(distinct)
  const opened = new Map<number, OpenedPair>()
  for (const [scope, places] of Map.groupBy(rows.keys(), (place) => scopes[place] ?? null)) {
    const key = scope === null ? damaged : (keys?.get(scope) ?? null)
    if (key === null || key === damaged) continue
    const pairs = places.flatMap((place) => sealedPairsOf(rows[place]))
    const found = openPairs(key, pairs).values()
    for (const place of places) {
      const pair = found.next().value ?? null
      const motion = rows[place]?.motion == null ? noMotion : (found.next().value ?? null)
      opened.set(place, { pair, motion })
    }
  }
  return rows.map((row, place) => {
    const scope = scopes[place] ?? null
    const isErased = scope !== null && keys?.get(scope) === null
    return openedOf(row, opened.get(place), isErased ? 'erased' : 'unreadable')
  })
}

/** The columns of a place as a statement reads them. */
export const placeColumns = (table: string): string =>
  `${table}.place, ${table}.longitude as "plainLongitude", ${table}.latitude as "plainLatitude"`

/** Those of rows that were placed; how many were not is for the reader to tell. */
export function placedOf<Row>(rows: readonly OpenedPlace<Row>[]): readonly PlacedRow<Row>[] {
  return rows.filter((row): row is PlacedRow<Row> => row.gap === null)
}

/**
 * SQL: two rows of one device and moment are of one place. Where one lies open or was sealed with
 * another key nobody can say, and then they are.
 */
export function isSamePlace(one: string, other: string): string {
  return `case when ${one}.place is not null and ${other}.place is not null
                and get_byte(${one}.place, 0) = get_byte(${other}.place, 0) then ${one}.place = ${other}.place
               when ${one}.longitude is not null and ${other}.longitude is not null
               then ${one}.longitude = ${other}.longitude and ${one}.latitude = ${other}.latitude
               else true end`
}

export type PlaceOfRow = {
  /** The device, or the person where it is theirs. */
  readonly ownerId: string
  readonly recordedAtMs: number
  readonly longitude: number
  readonly latitude: number
  readonly speedMetersPerSecond?: number | null
  readonly headingDegrees?: number | null
}

/** In hexadecimal digits. */
export type SealedPlace = {
  /** The first byte says which key of the day. */
  readonly place: string
  readonly motion: string | null
}

export type StoredPlace = {
  readonly ownerId: string
  readonly recordedAtMs: number
  readonly place: Buffer | null
  readonly motion?: Buffer | null
  /** From before there were keys. */
  readonly plainLongitude: number | null
  readonly plainLatitude: number | null
}

/** `erased`: its key was destroyed; `unreadable`: the key is not there or somebody touched it. */
export type PlaceGap = 'erased' | 'unreadable'

export type Placed = {
  readonly longitude: number
  readonly latitude: number
  readonly motion: Pair
  readonly gap: null
}
type Unplaced = {
  readonly longitude: null
  readonly latitude: null
  readonly motion: Pair
  readonly gap: PlaceGap
}
type Stored = keyof StoredPlace
export type PlacedRow<Row> = Omit<Row, Exclude<Stored, 'recordedAtMs' | 'ownerId'>> & Placed
export type OpenedPlace<Row> =
  | PlacedRow<Row>
  | (Omit<Row, Exclude<Stored, 'recordedAtMs' | 'ownerId'>> & Unplaced)

type OpenedPair = { readonly pair: Pair | null; readonly motion: Pair | null }

const noMotion: Pair = [null, null]

function byDay(rows: readonly PlaceOfRow[]): ReadonlyMap<string, readonly number[]> {
  const byNumber = new Map<number, number[]>()
  for (const [place, { recordedAtMs }] of rows.entries()) {
    const day = Math.floor(recordedAtMs / dayMs)
    const places = byNumber.get(day)
    if (places === undefined) byNumber.set(day, [place])
    else places.push(place)
  }
  return new Map(
    Array.from(byNumber, ([day, places]) => [scopeOfDay('positions', day * dayMs), places]),
  )
}

function addPairs(pairs: PlainPair[], row: PlaceOfRow | undefined): void {
  if (row === undefined) return
  const mark = { ownerId: row.ownerId, atMs: row.recordedAtMs }
  const { longitude, latitude, speedMetersPerSecond = null, headingDegrees = null } = row
  pairs.push({ row: mark, column: 'place', first: longitude, second: latitude })
  if (!hasMotion(row)) return
  pairs.push({ row: mark, column: 'motion', first: speedMetersPerSecond, second: headingDegrees })
}

function hasMotion(row: PlaceOfRow | undefined): boolean {
  return (row?.speedMetersPerSecond ?? null) !== null || (row?.headingDegrees ?? null) !== null
}

function sealedPairsOf(row: StoredPlace | undefined): readonly SealedPair[] {
  if (row?.place == null) return []
  const mark = { ownerId: row.ownerId, atMs: row.recordedAtMs }
  const place = { row: mark, column: 'place', sealed: row.place.subarray(1) } as const
  return row.motion == null ? [place] : [place, { row: mark, column: 'motion', sealed: row.motion }]
}

function scopeOf(row: StoredPlace): string | null {
  if (row.place === null) return null
  return scopeOfSpare(scopeOfDay('positions', row.recordedAtMs), row.place[0] ?? 0)
}

function openedOf<Row extends StoredPlace>(
  row: Row,
  opened: OpenedPair | undefined,
  why: PlaceGap,
): OpenedPlace<Row> {
  const { place, motion: _motion, plainLongitude, plainLatitude, ...rest } = row
  const isPlain = place === null && plainLongitude !== null && plainLatitude !== null
  const [longitude, latitude] = isPlain ? [plainLongitude, plainLatitude] : (opened?.pair ?? [])
  const moved = opened?.motion ?? noMotion
  if (longitude == null || latitude == null)
    return { ...rest, longitude: null, latitude: null, motion: noMotion, gap: why }
  return { ...rest, longitude, latitude, motion: moved, gap: null }
}
