import { loadHistoryPlace, unpack } from './history.ts'
import type { DeviceEventOfRow, FixOfRow } from './insert-history.ts'
import { readJournal } from '../journal/journal.ts'
import { openPlaces, placeColumns, type StoredPlace } from '../keys/sealed-places.ts'
import { epochMs } from '../pg/epoch-ms.ts'
import type { Db } from '../pg/pool.ts'
import { maxOf, minOf, pushAll } from '../../core/model/lists.ts'

/**
 * Compares a stretch of the journal with the history: every fix and event that was acknowledged
 * must be there, under its own row or an earlier one (it was a duplicate then). Reads everything;
 * for checks, not for serving.
 */
export async function reconcileHistory(db: Db, stretch: JournalStretch): Promise<Reconciliation> {
  const missing: MissingEntry[] = []
  const unreadableIds: number[] = []
  let acknowledgedCount = 0
  let duplicateCount = 0
  for (let afterId = stretch.fromId - 1; ;) {
    const rows = await readJournal(db, { shard: stretch.shard, afterId, limit: rowCount })
    const wanted = rows.filter(({ id }) => id <= stretch.untilId)
    const last = wanted.at(-1)
    if (last === undefined) break
    afterId = last.id
    const unpacked = unpack(wanted)
    const fixes = unpacked.fixes.filter((fix) => fix.recordedAtMs >= stretch.keptFromMs)
    const events = unpacked.events.filter((event) => event.recordedAtMs >= stretch.keptFromMs)
    pushAll(unreadableIds, unpacked.unreadableIds)
    acknowledgedCount += fixes.length + events.length
    const found = [...(await findFixes(db, fixes)), ...(await findEvents(db, events))]
    for (const { journalId, heldUnder } of found) {
      if (heldUnder === null) missing.push({ journalId })
      else if (heldUnder !== journalId) duplicateCount += 1
    }
    duplicateCount += countRepeated(fixes, events)
  }
  return {
    acknowledgedCount,
    duplicateCount,
    missing: countByRow(missing),
    unreadableIds,
  }
}

export type JournalStretch = {
  readonly shard: number
  /** Both inclusive. */
  readonly fromId: number
  readonly untilId: number
  /** What was recorded before is no longer kept, and not looked for. */
  readonly keptFromMs: number
}

/**
 * The rows of the journal that were committed in a span of time, as far as the history has
 * been written; null: none.
 */
export async function findJournalStretch(
  db: Db,
  span: { readonly shard: number; readonly fromMs: number; readonly untilMs: number },
): Promise<{ readonly fromId: number; readonly untilId: number } | null> {
  const { rows } = await db.query<{ fromId: number | null; untilId: number | null }>(
    `select min(id) as "fromId", max(id) as "untilId" from journal
      where shard = $1 and id <= $2
        and committed_at >= to_timestamp($3::float8 / 1000) and committed_at < to_timestamp($4::float8 / 1000)`,
    [span.shard, await loadHistoryPlace(db, span.shard), span.fromMs, span.untilMs],
  )
  const { fromId = null, untilId = null } = rows[0] ?? {}
  return fromId === null || untilId === null ? null : { fromId, untilId }
}

export type Reconciliation = {
  readonly acknowledgedCount: number
  /** Acknowledged more than once, kept once. */
  readonly duplicateCount: number
  /** Rows of the journal with entries that the history lacks. Empty is right. */
  readonly missing: readonly { readonly journalId: number; readonly entryCount: number }[]
  readonly unreadableIds: readonly number[]
}

type MissingEntry = { readonly journalId: number }

const rowCount = 100

type Found = { readonly journalId: number; readonly heldUnder: number | null }

/**
 * What lies there and does not open is there all the same. From when to when they were recorded is
 * said beside, so that no other day is looked through. Each is looked for by itself: the database
 * takes nearly none to be of the last minutes, and would hold each of them against each.
 */
async function findFixes(db: Db, fixes: readonly FixOfRow[]): Promise<Found[]> {
  const times = fixes.map(({ recordedAtMs }) => recordedAtMs)
  const { rows } = await db.query<StoredPlace & { readonly heldUnder: number }>(
    `select f.device_id as "ownerId", ${epochMs('f.recorded_at')} as "recordedAtMs", ${placeColumns('f')},
            f.journal_id as "heldUnder"
       from (select distinct device_id, recorded_at from unnest($1::uuid[], $2::float8[]) as w (device_id, recorded_at)) w
       cross join lateral (
         select * from fixes h where h.device_id = w.device_id and h.recorded_at = to_timestamp(w.recorded_at / 1000.0)
            and h.recorded_at between to_timestamp($3::float8 / 1000.0) and to_timestamp($4::float8 / 1000.0)
         offset 0) f`,
    [fixes.map((fix) => fix.deviceId), times, minOf(times), maxOf(times)],
  )
  const held = Map.groupBy(await openPlaces(db, rows), ({ ownerId, recordedAtMs }) =>
    momentOf(ownerId, recordedAtMs),
  )
  return fixes.map(({ deviceId, recordedAtMs, longitude, latitude, journalId }) => {
    const here = held.get(momentOf(deviceId, recordedAtMs)) ?? []
    const same =
      here.find((row) => row.longitude === longitude && row.latitude === latitude) ??
      here.find(({ gap }) => gap !== null)
    return { journalId, heldUnder: same?.heldUnder ?? null }
  })
}

function momentOf(deviceId: string, recordedAtMs: number): string {
  return `${deviceId} ${recordedAtMs}`
}

async function findEvents(db: Db, events: readonly DeviceEventOfRow[]): Promise<Found[]> {
  const { rows } = await db.query<Found>(
    `select w.journal_id as "journalId", e.journal_id as "heldUnder"
       from unnest($1::uuid[], $2::float8[], $3::text[], $4::bigint[]) as w (device_id, recorded_at, kind, journal_id)
       left join device_events e on e.device_id = w.device_id
         and e.recorded_at = to_timestamp(w.recorded_at / 1000.0) and e.kind = w.kind`,
    [
      events.map((event) => event.deviceId),
      events.map((event) => event.recordedAtMs),
      events.map((event) => event.kind),
      events.map((event) => event.journalId),
    ],
  )
  return rows
}

/** Entries that stand twice in the same row of the journal. */
function countRepeated(fixes: readonly FixOfRow[], events: readonly DeviceEventOfRow[]): number {
  const keys = new Set([
    ...fixes.map((fix) =>
      JSON.stringify([fix.journalId, fix.deviceId, fix.recordedAtMs, fix.longitude, fix.latitude]),
    ),
    ...events.map((event) =>
      JSON.stringify([event.journalId, event.deviceId, event.recordedAtMs, event.kind]),
    ),
  ])
  return fixes.length + events.length - keys.size
}

function countByRow(missing: readonly MissingEntry[]): { journalId: number; entryCount: number }[] {
  const counts = new Map<number, number>()
  for (const { journalId } of missing) counts.set(journalId, (counts.get(journalId) ?? 0) + 1)
  return [...counts].map(([journalId, entryCount]) => ({ journalId, entryCount }))
}
