import { setImmediate as yieldToOthers } from 'node:timers/promises'
import { CorruptJournal } from '../../errors.ts'
import type { Log } from '../../log.ts'
import { loadJournalSince, loadJournalTail } from '../../store/history/load-recent-fixes.ts'
import { decodeDeviceEvents, decodeFixes } from '../../store/journal/journal-codec.ts'
import { journalKinds } from '../../store/journal/journal-kinds.ts'
import { findJournalEnd, outwaitAppends, type JournalRow } from '../../store/journal/journal.ts'
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
  /** Behind which an append lies of which nobody knows; null: there is none. */
  let unknownAfterId: number | null = beforeAll
  let passedId = 0
  let unreadableRowCount = 0

  function begin(afterId: number | null): Promise<void> {
    const mine = readNow(afterId).then(
      () => {
        // Not where another append failed meanwhile: its row may have come behind this reading.
        if (reading === mine) unknownAfterId = null
      },
      (error: unknown) => {
        // The request fails and comes again; the next one tries anew.
        if (reading === mine) reading = null
        throw error
      },
    )
    return mine
  }
  async function readNow(afterId: number | null): Promise<void> {
    if (afterId === null) return
    await outwaitAppends(options.db)
    const replayed = await replayFrom(options, afterId)
    passedId = replayed.lastId ?? passedId
    unreadableRowCount = Math.max(unreadableRowCount, replayed.unreadableCount)
  }

  return {
    async read() {
      let awaited: Promise<void> | null
      do {
        awaited = reading ??= begin(unknownAfterId)
        await awaited
      } while (awaited !== reading)
    },
    isToRead: () => unknownAfterId !== null && unknownAfterId !== beforeAll,
    async follow(append) {
      const beforeId = passedId
      try {
        // Not the highest: a standby that has taken over may not have come as far.
        passedId = (await append()) ?? passedId
      } catch (error) {
        if (isUndecided(error)) {
          unknownAfterId = Math.min(unknownAfterId ?? Infinity, beforeId)
          reading = null
        }
        throw error
      }
    },
    notePlace: (journalId) => void (passedId = journalId),
    unreadableRowCount: () => unreadableRowCount,
  }
}

/** Of a process that has read nothing yet. */
const beforeAll = -Infinity

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
  /**
   * What is appended from now on lies behind this row. A process that appends nothing for long
   * would else read all that others have appended; times say less, as clocks are set.
   */
  readonly notePlace: (journalId: number) => void
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

type Replayed = { readonly lastId: number | null; readonly unreadableCount: number }

async function replayFrom(options: TailOptions, afterId: number): Promise<Replayed> {
  return await (afterId === beforeAll ? replayTail(options) : replayBehind(options, afterId))
}

async function replayTail(options: TailOptions): Promise<Replayed> {
  const { db, shard } = options
  const rows = await loadJournalTail(db, { shard, limit: tailRowsMax })
  return { lastId: rows.at(-1)?.id ?? null, unreadableCount: replayRows(options, rows) }
}

/** All of it, the oldest first: what is looked for came soon, and more may have come since. */
async function replayBehind(options: TailOptions, fromId: number): Promise<Replayed> {
  const { db, shard } = options
  let unreadableCount = 0
  let afterId = fromId
  // A standby that has taken over may not have come as far, and goes on from there.
  if ((await findJournalEnd(db)) < fromId) return await replayTail(options)
  for (;;) {
    const rows = await loadJournalSince(db, { shard, afterId, limit: pageRowsMax })
    unreadableCount += replayRows(options, rows)
    afterId = rows.at(-1)?.id ?? afterId
    if (rows.length < pageRowsMax) break
    await yieldToOthers()
  }
  return { lastId: afterId, unreadableCount }
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
