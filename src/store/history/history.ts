import type pg from 'pg'
import { CorruptJournal } from '../../errors.ts'
import { decodeDeviceEvents, decodeFixes } from '../journal/journal-codec.ts'
import { journalKinds } from '../journal/journal-kinds.ts'
import { readJournal } from '../journal/journal.ts'
import type { Lock } from '../keys/sealed-fixes.ts'
import type { JournalRow } from '../journal/journal.ts'
import { inTransaction, isUniqueViolation } from '../pg/pool.ts'
import type { Db } from '../pg/pool.ts'
import {
  insertDeviceEvents,
  insertFixes,
  type DeviceEventOfRow,
  type FixOfRow,
} from './insert-history.ts'
import { insertHistoryRefusal } from '../journal/quarantine.ts'
import { noteReleased, readReleased, withholdRows, type Withheld } from '../journal/withheld.ts'

/**
 * Copies the next rows of the journal to the readable history and moves the history's place, in one
 * transaction. Copying twice changes nothing; several copiers queue on the place. Nearly always all
 * of them are new; where one is there already, it begins anew and leaves those out.
 */
export async function copyToHistory(pool: pg.Pool, batch: HistoryBatch): Promise<HistoryStep> {
  try {
    return await copyOnce(pool, batch, 'new')
  } catch (error) {
    if (!isUniqueViolation(error)) throw error
    return await copyOnce(pool, batch, 'any')
  }
}

async function copyOnce(
  pool: pg.Pool,
  batch: HistoryBatch,
  known: 'new' | 'any',
): Promise<HistoryStep> {
  return await inTransaction(pool, async (tx) => {
    const afterId = await lockPlace(tx, batch.shard)
    // First: whoever asks how far the history is finds in it what was judged in turn by then.
    const released = await copyReleased(tx, batch, known)
    if (released !== null) return { ...released, journalId: afterId }
    const read = await readJournal(tx, { shard: batch.shard, afterId, limit: batch.rowCountMax })
    const rows = firstOf(read)
    const last = rows.at(-1)
    if (last === undefined) return { ...noStep, journalId: afterId }
    const locked = rows.flatMap(lockedOf)
    await withholdRows(tx, { ...batch, reader: 'history' }, locked)
    const { fixes, events, unreadableIds } = unpack(
      rows.filter(({ lockedKeyId }) => lockedKeyId === null),
    )
    const { fixCount, unsealedIds } = await insertFixes(tx, fixes, known)
    const deviceEventCount = await insertDeviceEvents(tx, events)
    await refuse(tx, unreadableIds)
    await movePlace(tx, batch.shard, last.id)
    const isEnd = rows.length < batch.rowCountMax && rows.length === read.length
    const counts = { rowCount: rows.length, fixCount, deviceEventCount }
    return {
      journalId: last.id,
      isEnd,
      ...counts,
      unreadableIds: [...unreadableIds, ...unsealedIds],
      withheldCount: locked.length,
    }
  })
}

/** What waited for its key, which opens again; null: nothing. Nothing is sealed but fixes. */
async function copyReleased(
  tx: Db,
  { shard, rowCountMax }: HistoryBatch,
  known: 'new' | 'any',
): Promise<Omit<HistoryStep, 'journalId'> | null> {
  const by = { reader: 'history', shard } as const
  const rows = firstOf(await readReleased(tx, { ...by, limit: rowCountMax }))
  if (rows.length === 0) return null
  const { fixes, unreadableIds } = unpack(rows)
  const { fixCount, unsealedIds } = await insertFixes(tx, fixes, known)
  await refuse(tx, unreadableIds)
  await noteReleased(
    tx,
    by,
    rows.map(({ id }) => id),
  )
  const counts = { rowCount: rows.length, fixCount }
  return { ...noStep, isEnd: false, ...counts, unreadableIds: [...unreadableIds, ...unsealedIds] }
}

async function refuse(tx: Db, journalIds: readonly number[]): Promise<void> {
  for (const journalId of journalIds) {
    const detail = 'A row of the journal is damaged and missing in the history.'
    await insertHistoryRefusal(tx, { journalId, detail })
  }
}

function lockedOf({ id, entryCount, lockedKeyId }: JournalRow & Lock): readonly Withheld[] {
  if (lockedKeyId === null) return []
  return [{ placeId: id, journalId: id, entryCount, keyId: lockedKeyId, isOwed: true }]
}

/** As many rows as hold the loop up for some milliseconds at most, one at least. */
function firstOf<Row extends JournalRow>(rows: readonly Row[]): readonly Row[] {
  let entryCount = 0
  const end = rows.findIndex((row) => {
    entryCount += row.entryCount
    return entryCount > entryCountMax
  })
  return end === -1 ? rows : rows.slice(0, Math.max(1, end))
}

const entryCountMax = 4_000

/**
 * Without a transaction: whether the journal goes on after what was copied, and whether that may
 * wait: it has just come, and reports wait for their turn to be judged. Asked each second, so by
 * the newest row alone: "is there one with a greater id" read the whole journal when there was
 * none, because nobody knows beforehand how many a greater id has.
 */
export async function findHistoryDue(db: Db, shard: number): Promise<HistoryDue> {
  const { rows } = await db.query<HistoryDue>({
    name: 'history-due',
    text: `with place as (
             select coalesce(max(journal_id), 0) as id from journal_positions where reader = 'history' and shard = $1)
           select coalesce((select id from journal where shard = $1 order by id desc limit 1), 0) > place.id
             or exists (select from journal_withheld where reader = 'history' and shard = $1 and released_at is null)
             as "isBehind",
             exists (select from journal_waiting where shard = $1) and coalesce((
               select committed_at from journal where shard = $1 and id > place.id order by id limit 1)
               between now() - $2 * interval '1 millisecond' and now(), false) as "mayWait"
             from place`,
    values: [shard, waitMsMax],
  })
  return rows[0] ?? { isBehind: false, mayWait: false }
}

/** SQL: the history of shard $3 is behind the journal, or waits for keys. */
export const isHistoryBehind = `(coalesce((select id from journal where shard = $3 order by id desc limit 1), 0)
    > (select coalesce(max(journal_id), 0) from journal_positions where reader = 'history' and shard = $3)
  or exists (select from journal_withheld where reader = 'history' and shard = $3 and released_at is null))`

export type HistoryDue = { readonly isBehind: boolean; readonly mayWait: boolean }

/** Of a row: as long as what a vendor sends at once takes to be judged. */
const waitMsMax = 2_000

/**
 * Moves the place over one row that the tables refuse, with a note for people. The
 * row stays in the journal.
 */
export async function skipInHistory(
  pool: pg.Pool,
  shard: number,
  sqlState: string,
): Promise<number | null> {
  return inTransaction(pool, async (tx) => {
    const afterId = await lockPlace(tx, shard)
    const by = { reader: 'history', shard } as const
    const [released] = await readReleased(tx, { ...by, limit: 1 })
    const row = released ?? (await readJournal(tx, { shard, afterId, limit: 1 }))[0]
    if (row === undefined) return null
    // The state and not the message: that may quote a position.
    const detail = `A row of the journal (entries: ${row.entryCount}) is refused by the history with ${sqlState}.`
    await insertHistoryRefusal(tx, { journalId: row.id, detail })
    if (released === undefined) await movePlace(tx, shard, row.id)
    else await noteReleased(tx, by, [row.id])
    return row.id
  })
}

/** How far the history of a shard has been written. */
export async function loadHistoryPlace(db: Db, shard: number): Promise<number> {
  const { rows } = await db.query<{ journal_id: number }>(
    `select journal_id from journal_positions where reader = 'history' and shard = $1`,
    [shard],
  )
  return rows[0]?.journal_id ?? 0
}

export type HistoryBatch = {
  readonly shard: number
  /** Rows of the journal, each of up to some thousand fixes. */
  readonly rowCountMax: number
}

export type HistoryStep = {
  /** The place after this step. */
  readonly journalId: number
  readonly rowCount: number
  /** There was nothing behind it. */
  readonly isEnd: boolean
  /** New in the history; duplicates are not counted. */
  readonly fixCount: number
  readonly deviceEventCount: number
  /** Damaged rows that were passed over, and rows of a day without a key. */
  readonly unreadableIds: readonly number[]
  /** Rows that were passed over until their key opens. */
  readonly withheldCount: number
}

/**
 * Opens the rows that hold fixes or events; damaged ones are named, not thrown, so that
 * one cannot hold up the rest.
 */
export function unpack(rows: readonly JournalRow[]): {
  readonly fixes: readonly FixOfRow[]
  readonly events: readonly DeviceEventOfRow[]
  readonly unreadableIds: readonly number[]
} {
  const fixes: FixOfRow[] = []
  const events: DeviceEventOfRow[] = []
  const unreadableIds: number[] = []
  for (const { id, kind, payload } of rows) {
    try {
      if (kind === journalKinds.fixes) {
        for (const fix of decodeFixes(payload)) fixes.push({ ...fix, journalId: id })
      } else if (kind === journalKinds.deviceEvents) {
        for (const event of decodeDeviceEvents(payload)) events.push({ ...event, journalId: id })
      }
    } catch (error) {
      if (!(error instanceof CorruptJournal)) throw error
      unreadableIds.push(id)
    }
  }
  return { fixes, events, unreadableIds }
}

const noStep = {
  isEnd: true,
  rowCount: 0,
  fixCount: 0,
  deviceEventCount: 0,
  unreadableIds: [],
  withheldCount: 0,
} as const

async function lockPlace(tx: Db, shard: number): Promise<number> {
  await tx.query({
    name: 'history-make-place',
    text: `insert into journal_positions (reader, shard, journal_id) values ('history', $1, 0) on conflict do nothing`,
    values: [shard],
  })
  const { rows } = await tx.query<{ journal_id: number }>({
    name: 'history-hold-place',
    text: `select journal_id from journal_positions where reader = 'history' and shard = $1 for update`,
    values: [shard],
  })
  return rows[0]?.journal_id ?? 0
}

async function movePlace(tx: Db, shard: number, journalId: number): Promise<void> {
  await tx.query({
    name: 'history-move-place',
    text: `update journal_positions set journal_id = $2, updated_at = now() where reader = 'history' and shard = $1`,
    values: [shard, journalId],
  })
}
