import { CorruptJournal } from '../../errors.ts'
import type { Log } from '../../log.ts'
import { loadJournalTail } from '../../store/history/load-recent-fixes.ts'
import { decodeDeviceEvents, decodeFixes } from '../../store/journal/journal-codec.ts'
import { journalKinds } from '../../store/journal/journal-kinds.ts'
import { outwaitAppends, type JournalRow } from '../../store/journal/journal.ts'
import { isUndecided, type Db } from '../../store/pg/pool.ts'
import type { DeviceEventKey } from './recent-device-events.ts'
import { committedGroupId, type RecentEntries } from './recent-entries.ts'
import type { FixKey } from './recent-fixes.ts'

/**
 * The end of the journal: remembered once by a fresh process, and from before an append of which
 * nobody knows what became, when the line broke before its answer came.
 */
export function createJournalTail(options: TailOptions): JournalTail {
  let reading: Promise<void> | null = null
  /** Where the next reading begins; Infinity while there is none to come. */
  let afterId = 0
  let appendedId = 0
  let unreadableRowCount = 0

  function readFrom(id: number): void {
    afterId = Math.min(afterId, id)
    reading = null
  }
  async function readNow(): Promise<void> {
    const fromId = afterId
    afterId = Infinity
    try {
      await outwaitAppends(options.db)
      unreadableRowCount = Math.max(unreadableRowCount, await replayTail(options, fromId))
    } catch (error) {
      // The request fails and comes again; the next one tries anew.
      readFrom(fromId)
      throw error
    }
  }

  return {
    async read() {
      reading ??= readNow()
      await reading
    },
    async follow(append) {
      const beforeId = appendedId
      try {
        appendedId = Math.max(appendedId, (await append()) ?? 0)
      } catch (error) {
        if (isUndecided(error)) readFrom(beforeId)
        throw error
      }
    },
    unreadableRowCount: () => unreadableRowCount,
  }
}

export type JournalTail = {
  /** Resolves when it is remembered. */
  readonly read: () => Promise<void>
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

/**
 * Gives the number of rows that cannot be read. They are passed over, or nothing would be taken in
 * any more and they would stay at the end for ever; the evaluator sets them aside with an alert.
 */
async function replayTail(options: TailOptions, afterId: number): Promise<number> {
  const { db, log, shard } = options
  const journalIds: number[] = []
  for (const row of await loadJournalTail(db, { shard, afterId, limit: tailRowsMax })) {
    try {
      replayRow(options, row)
    } catch (error) {
      if (!(error instanceof CorruptJournal)) throw error
      journalIds.push(row.id)
    }
  }
  if (journalIds.length > 0) {
    log.error({ journalIds }, 'damaged rows of the journal are unknown to the intake')
  }
  return journalIds.length
}

/** Read to its end before anything of it is remembered. */
function replayRow(
  { recentFixes, recentDeviceEvents }: TailOptions,
  row: Pick<JournalRow, 'kind' | 'payload'>,
): void {
  if (row.kind === journalKinds.fixes) {
    for (const fix of decodeFixes(row.payload)) {
      if (recentFixes.find(fix.deviceId, fix) === null)
        recentFixes.add(fix.deviceId, fix, committedGroupId)
    }
  } else if (row.kind === journalKinds.deviceEvents) {
    for (const event of decodeDeviceEvents(row.payload)) {
      recentDeviceEvents.add(event.deviceId, event, committedGroupId)
    }
  }
}
