import { setImmediate as yieldToOthers } from 'node:timers/promises'
import { CorruptJournal } from '../../errors.ts'
import type { Log } from '../../log.ts'
import { loadJournalSince, loadJournalTail } from '../../store/history/load-recent-fixes.ts'
import { decodeDeviceEvents, decodeFixes } from '../../store/journal/journal-codec.ts'
import { journalKinds } from '../../store/journal/journal-kinds.ts'
import { outwaitAppends, type JournalRow } from '../../store/journal/journal.ts'
import { isUndecided, type Db } from '../../store/pg/pool.ts'
import type { DeviceEventKey } from './recent-device-events.ts'
import { committedGroupId, type RecentEntries } from './recent-entries.ts'
import type { FixKey } from './recent-fixes.ts'

/**
 * The end of the journal: remembered once by a fresh process, and what lies behind an append of
 * which nobody knows what became, when the line broke before its answer came.
 */
export function createJournalTail(options: TailOptions): JournalTail {
  let reading: Promise<void> | null = null
  let unknown: Unknown | null = beforeAll
  let appendedId = 0
  let unreadableRowCount = 0

  function begin(from: Unknown | null): Promise<void> {
    const mine = readNow(from).then(
      () => {
        // Not where another append failed meanwhile: its row may have come behind this reading.
        if (reading === mine) unknown = null
      },
      (error: unknown) => {
        // The request fails and comes again; the next one tries anew.
        if (reading === mine) reading = null
        throw error
      },
    )
    return mine
  }
  async function readNow(from: Unknown | null): Promise<void> {
    if (from === null) return
    await outwaitAppends(options.db)
    const count = await (from === beforeAll ? replayTail(options) : replayBehind(options, from))
    unreadableRowCount = Math.max(unreadableRowCount, count)
  }

  return {
    async read() {
      let awaited: Promise<void> | null
      do {
        awaited = reading ??= begin(unknown)
        await awaited
      } while (awaited !== reading)
    },
    isToRead: () => unknown !== null && unknown !== beforeAll,
    async follow(append) {
      const from = { afterId: appendedId, startedAtMs: performance.now() }
      try {
        appendedId = Math.max(appendedId, (await append()) ?? 0)
      } catch (error) {
        if (isUndecided(error)) {
          unknown = earlier(unknown, from)
          reading = null
        }
        throw error
      }
    },
    unreadableRowCount: () => unreadableRowCount,
  }
}

/** Where an append lies of which nobody knows: behind the last one that was answered before it. */
type Unknown = { readonly afterId: number; readonly startedAtMs: number }

const beforeAll: Unknown = { afterId: 0, startedAtMs: -Infinity }

function earlier(one: Unknown | null, other: Unknown): Unknown {
  if (one === null || one === beforeAll) return one ?? other
  return {
    afterId: Math.min(one.afterId, other.afterId),
    startedAtMs: Math.min(one.startedAtMs, other.startedAtMs),
  }
}

export type JournalTail = {
  /** Resolves when it is remembered. */
  readonly read: () => Promise<void>
  /** An append was not answered since. */
  readonly isToRead: () => boolean
  /**
   * Around each append, which gives the id of its row or null: where nobody knows what became of
   * it, the journal is read from there before anything else is taken.
   */
  readonly follow: (append: () => Promise<number | null>) => Promise<void>
  /** Rows at the end of the journal that could not be read when this process began. */
  readonly unreadableRowCount: () => number
}

export type TailOptions = {
  readonly db: Db
  readonly log: Log
  readonly shard: number
  readonly recentFixes: RecentEntries<FixKey>
  readonly recentDeviceEvents: RecentEntries<DeviceEventKey>
}

/**
 * Some seconds of a busy stream, minutes of a quiet one: what a sender may
 * not have had an answer to.
 */
const tailRowsMax = 200

/** The clock of the database may have been set meanwhile. */
const setBackMsMax = 60_000

/** Gives the number of rows that cannot be read. */
async function replayTail(options: TailOptions): Promise<number> {
  const { db, shard } = options
  return replayRows(options, await loadJournalTail(db, { shard, limit: tailRowsMax }))
}

/**
 * All of it, the oldest first: what is looked for was committed soon after its append began. Of a
 * process that appended nothing for long that is far behind the last row it knows.
 */
async function replayBehind(options: TailOptions, from: Unknown): Promise<number> {
  const { db, shard } = options
  const agoMs = performance.now() - from.startedAtMs + setBackMsMax
  let unreadableCount = 0
  let { afterId } = from
  for (;;) {
    const range = { shard, afterId, limit: pageRowsMax, agoMs }
    const rows = await loadJournalSince(db, range)
    unreadableCount += replayRows(options, rows)
    const last = rows.at(-1)
    if (last === undefined || rows.length < pageRowsMax) return unreadableCount
    afterId = last.id
    await yieldToOthers()
  }
}

/** Reading a row of five thousand holds up the loop. */
const pageRowsMax = 20

/**
 * Gives the number of rows that cannot be read. They are passed over, or nothing would be taken in
 * any more and they would stay at the end for ever; the evaluator sets them aside with an alert.
 */
function replayRows(
  options: TailOptions,
  rows: readonly Pick<JournalRow, 'id' | 'kind' | 'payload'>[],
): number {
  const journalIds: number[] = []
  for (const row of rows) {
    try {
      replayRow(options, row)
    } catch (error) {
      if (!(error instanceof CorruptJournal)) throw error
      journalIds.push(row.id)
    }
  }
  if (journalIds.length > 0) {
    options.log.error({ journalIds }, 'damaged rows of the journal are unknown to the intake')
  }
  return journalIds.length
}

/** Read to its end before anything of it is remembered. */
function replayRow(
  { recentFixes, recentDeviceEvents }: TailOptions,
  row: Pick<JournalRow, 'kind' | 'payload'>,
): void {
  if (row.kind === journalKinds.fixes) {
    for (const fix of decodeFixes(row.payload)) remember(recentFixes, fix)
  } else if (row.kind === journalKinds.deviceEvents) {
    for (const event of decodeDeviceEvents(row.payload)) remember(recentDeviceEvents, event)
  }
}

/** What is on its way now is newer. */
function remember<Entry, Known extends Entry & { readonly deviceId: string }>(
  recent: RecentEntries<Entry>,
  entry: Known,
): void {
  if (recent.find(entry.deviceId, entry) === null)
    recent.add(entry.deviceId, entry, committedGroupId)
}
