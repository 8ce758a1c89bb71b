import { setImmediate as yieldToOthers } from 'node:timers/promises'
import type { DeviceEvent, Fix } from '../../core/model/fix.ts'
import { insertHistoryRefusal } from '../journal/quarantine.ts'
import { sealPlaces, type PlaceOfRow } from '../keys/sealed-places.ts'
import {
  arrayItems,
  joinItems,
  type ArrayItem,
  type ArrayItems,
  type ArrayType,
} from '../pg/array-bytes.ts'
import type { Db } from '../pg/pool.ts'

/**
 * A fix of which no key of its day can be used stays in the journal alone, with a note. `new`: none
 * of them is thought to be there, and where one is, it is refused with all others (23505).
 */
export async function insertFixes(
  tx: Db,
  given: readonly FixOfRow[],
  known: 'new' | 'any',
): Promise<InsertedFixes> {
  const fixes = sortByDevice(given)
  let fixCount = 0
  const unsealedIds = new Set<number>()
  for (let at = 0; at < fixes.length; at += statementRowCount) {
    const values = await writeColumns(tx, fixes.slice(at, at + statementRowCount), unsealedIds)
    const { rowCount } = await tx.query({
      name: `history-insert-fixes-${known}`,
      text: `insert into fixes (device_id, recorded_at, received_at, place, motion, accuracy_meters, source, hdop,
               satellites, battery_fraction, sequence, journal_id)
             select device_id, to_timestamp(recorded_at / 1000.0), to_timestamp(received_at / 1000.0), place, motion,
                    accuracy_meters, source, hdop, satellites, battery, sequence::bigint, journal_id::bigint
               from unnest($1::uuid[], $2::float8[], $3::float8[], $4::float8[], $5::text[], $6::float8[], $7::float8[],
                           $8::float8[], $9::float8[], $10::float8[], $11::bytea[], $12::bytea[])
                 as f (device_id, recorded_at, received_at, accuracy_meters, source, hdop, satellites, battery, sequence,
                       journal_id, place, motion)
             ${known === 'new' ? '' : 'on conflict do nothing'}`,
      values,
    })
    fixCount += rowCount ?? 0
  }
  for (const journalId of unsealedIds) {
    const detail = 'No key of its day can be used: a row of the journal is missing in the history.'
    await insertHistoryRefusal(tx, { journalId, detail })
  }
  return { fixCount, unsealedIds }
}

/**
 * As the index lies, in which they are found: a fifth of what it costs. Of one device they stay in
 * their order, so of two that are the same the earlier one is kept.
 */
function sortByDevice(fixes: readonly FixOfRow[]): readonly FixOfRow[] {
  const byDevice = Map.groupBy(fixes, ({ deviceId }) => deviceId)
  const inOrder = [...byDevice].toSorted(([one], [other]) => (one < other ? -1 : 1))
  return inOrder.flatMap(([, ofDevice]) => ofDevice)
}

/** What is asked of each column, written piece by piece: others have the loop in between. */
async function writeColumns(
  tx: Db,
  fixes: readonly FixOfRow[],
  unsealedIds: Set<number>,
): Promise<Buffer[]> {
  const pieces: (readonly ArrayItems[])[] = []
  for (let at = 0; at < fixes.length; at += pieceRowCount) {
    if (at > 0) await yieldToOthers()
    const piece = fixes.slice(at, at + pieceRowCount)
    const sealed = await sealPlaces(tx, piece.map(placeOf))
    const rows = piece.filter((_, index) => sealed[index] !== null)
    const places = sealed.filter((place) => place !== null)
    for (const [index, { journalId }] of piece.entries())
      if (sealed[index] === null) unsealedIds.add(journalId)
    pieces.push([
      ...itemsOf(fixColumns, rows),
      arrayItems(
        'bytes',
        places.map(({ place }) => place),
      ),
      arrayItems(
        'bytes',
        places.map(({ motion }) => motion),
      ),
    ])
  }
  return arraysOf([...fixColumns.map(([type]) => type), 'bytes', 'bytes'], pieces)
}

function itemsOf<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): ArrayItems[] {
  return columns.map(([type, valueOf]) => arrayItems(type, rows.map(valueOf)))
}

function arraysOf(
  types: readonly ArrayType[],
  pieces: readonly (readonly ArrayItems[])[],
): Buffer[] {
  return types.map((type, column) =>
    joinItems(
      type,
      pieces.flatMap((items) => items[column] ?? []),
    ),
  )
}

/** What the database is given it as, and where it stands in a row. */
type Column<Row> = readonly [type: ArrayType, valueOf: (row: Row) => ArrayItem]

type InsertedFixes = { readonly fixCount: number; readonly unsealedIds: ReadonlySet<number> }

function placeOf(fix: FixOfRow): PlaceOfRow {
  const { deviceId: ownerId, recordedAtMs, longitude, latitude } = fix
  const { speedMetersPerSecond, headingDegrees } = fix
  return { ownerId, recordedAtMs, longitude, latitude, speedMetersPerSecond, headingDegrees }
}

export async function insertDeviceEvents(
  tx: Db,
  events: readonly DeviceEventOfRow[],
): Promise<number> {
  let insertedCount = 0
  for (let at = 0; at < events.length; at += statementRowCount) {
    const chunk = events.slice(at, at + statementRowCount)
    const { rowCount } = await tx.query({
      name: 'history-insert-device-events',
      text: `insert into device_events (device_id, recorded_at, received_at, kind, battery_fraction, sequence, journal_id)
             select device_id, to_timestamp(recorded_at / 1000.0), to_timestamp(received_at / 1000.0), kind, battery,
                    sequence::bigint, journal_id::bigint
               from unnest($1::uuid[], $2::float8[], $3::float8[], $4::text[], $5::float8[], $6::float8[], $7::float8[])
                 as e (device_id, recorded_at, received_at, kind, battery, sequence, journal_id)
             on conflict do nothing`,
      values: arraysOf(
        eventColumns.map(([type]) => type),
        [itemsOf(eventColumns, chunk)],
      ),
    })
    insertedCount += rowCount ?? 0
  }
  return insertedCount
}

export type FixOfRow = Fix & { readonly journalId: number }
export type DeviceEventOfRow = DeviceEvent & { readonly journalId: number }

/** With the key, and on a busy machine, 14.1 µs of the database a fix at 500, 10.9 at 2,000. */
const statementRowCount = 2_000
/** Writing it holds up the loop, which an alert of now needs too: a millisecond or two. */
const pieceRowCount = 500

/** In the order of the parameters above; `place` and `motion` follow. Whole numbers are exact. */
const fixColumns: readonly Column<FixOfRow>[] = [
  ['uuid', ({ deviceId }) => deviceId],
  ['float8', ({ recordedAtMs }) => recordedAtMs],
  ['float8', ({ receivedAtMs }) => receivedAtMs],
  ['float8', ({ accuracyMeters }) => accuracyMeters],
  ['text', ({ source }) => source],
  ['float8', ({ hdop }) => hdop],
  ['float8', ({ satellites }) => satellites],
  ['float8', ({ batteryFraction }) => batteryFraction],
  ['float8', ({ sequence }) => sequence],
  ['float8', ({ journalId }) => journalId],
]

const eventColumns: readonly Column<DeviceEventOfRow>[] = [
  ['uuid', ({ deviceId }) => deviceId],
  ['float8', ({ recordedAtMs }) => recordedAtMs],
  ['float8', ({ receivedAtMs }) => receivedAtMs],
  ['text', ({ kind }) => kind],
  ['float8', ({ batteryFraction }) => batteryFraction],
  ['float8', ({ sequence }) => sequence],
  ['float8', ({ journalId }) => journalId],
]
