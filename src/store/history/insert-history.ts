import { setImmediate as yieldToOthers } from 'node:timers/promises'
import type { DeviceEvent, Fix } from '../../core/model/fix.ts'
import { insertHistoryRefusal } from '../journal/quarantine.ts'
import { sealPlaces, type PlaceOfRow } from '../keys/sealed-places.ts'
import { arrayText, joinArrays } from '../pg/array-text.ts'
import type { Db } from '../pg/pool.ts'

/** A fix of which no key of its day can be used stays in the journal alone, with a note. */
export async function insertFixes(tx: Db, fixes: readonly FixOfRow[]): Promise<InsertedFixes> {
  let fixCount = 0
  const unsealedIds = new Set<number>()
  for (let at = 0; at < fixes.length; at += statementRowCount) {
    const values = await writeColumns(tx, fixes.slice(at, at + statementRowCount), unsealedIds)
    const { rowCount } = await tx.query({
      name: 'history-insert-fixes',
      text: `insert into fixes (device_id, recorded_at, received_at, place, motion, accuracy_meters, source, hdop,
               satellites, battery_fraction, sequence, journal_id)
             select device_id, to_timestamp(recorded_at / 1000.0), to_timestamp(received_at / 1000.0), decode(place, 'hex'),
                    decode(motion, 'hex'), accuracy_meters, source, hdop, satellites, battery, sequence, journal_id
               from unnest($1::uuid[], $2::float8[], $3::float8[], $4::text[], $5::text[], $6::float8[], $7::text[],
                           $8::float8[], $9::float8[], $10::float8[], $11::bigint[], $12::bigint[])
                 as f (device_id, recorded_at, received_at, place, motion, accuracy_meters, source, hdop, satellites,
                       battery, sequence, journal_id)
             on conflict do nothing`,
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

/** What is asked of each column, written piece by piece: others have the loop in between. */
async function writeColumns(
  tx: Db,
  fixes: readonly FixOfRow[],
  unsealedIds: Set<number>,
): Promise<string[]> {
  const pieces: (readonly string[])[] = []
  for (let at = 0; at < fixes.length; at += pieceRowCount) {
    if (at > 0) await yieldToOthers()
    const piece = fixes.slice(at, at + pieceRowCount)
    const sealed = await sealPlaces(tx, piece.map(placeOf))
    const places = sealed.filter((place) => place !== null)
    for (const [index, { journalId }] of piece.entries())
      if (sealed[index] === null) unsealedIds.add(journalId)
    const rows = piece.filter((_, index) => sealed[index] !== null)
    if (rows.length === 0) continue
    pieces.push([
      ...fixColumns.slice(0, placesAt).map((column) => arrayText(rows, column)),
      arrayText(places, 'place'),
      arrayText(places, 'motion'),
      ...fixColumns.slice(placesAt).map((column) => arrayText(rows, column)),
    ])
  }
  return Array.from({ length: fixColumns.length + 2 }, (_, column) =>
    joinArrays(pieces.map((piece) => piece[column] ?? '{}')),
  )
}

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
                    sequence, journal_id
               from unnest($1::uuid[], $2::float8[], $3::float8[], $4::text[], $5::float8[], $6::bigint[], $7::bigint[])
                 as e (device_id, recorded_at, received_at, kind, battery, sequence, journal_id)
             on conflict do nothing`,
      values: eventColumns.map((column) => arrayText(chunk, column)),
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

/** In the order of the parameters above. */
const fixColumns = [
  'deviceId',
  'recordedAtMs',
  'receivedAtMs',
  'accuracyMeters',
  'source',
  'hdop',
  'satellites',
  'batteryFraction',
  'sequence',
  'journalId',
] as const satisfies readonly (keyof FixOfRow)[]
/** Sealed places and motion stand before this one. */
const placesAt = fixColumns.indexOf('accuracyMeters')

const eventColumns = [
  'deviceId',
  'recordedAtMs',
  'receivedAtMs',
  'kind',
  'batteryFraction',
  'sequence',
  'journalId',
] as const satisfies readonly (keyof DeviceEventOfRow)[]
