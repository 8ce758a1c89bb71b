import type pg from 'pg'
import type { Clock } from '../src/clock.ts'
import type { Log } from '../src/log.ts'
import { dropOldPartitions, makePartitions } from '../src/store/partitions.ts'
import { pruneBesideFixes, pruneJournal } from '../src/store/retention.ts'

/**
 * Keeps the storage in shape: days made ahead, old days dropped whole, the journal cut behind its readers. To be run
 * at start and every hour; doing it twice changes nothing.
 */
export async function keepPartitions(deps: PartitionsDeps): Promise<PartitionsRound> {
  const { pool, log } = deps
  const nowMs = deps.clock.nowMs()
  const made = await makePartitions(pool, { nowMs })
  const { retentionDays } = deps
  const dropped =
    retentionDays === null ? [] : await dropOldPartitions(pool, { nowMs, retentionDays })
  if (retentionDays !== null) await pruneBesideFixes(pool, nowMs - retentionDays * DAY_MS)
  const journalRowCount = await pruneJournal(pool, {
    shard: deps.shard ?? 0,
    beforeMs: nowMs - Math.min(JOURNAL_RETENTION_DAYS, retentionDays ?? Infinity) * DAY_MS,
  })
  if (made.length + dropped.length + journalRowCount > 0) {
    log.info({ madeCount: made.length, dropped, journalRowCount }, 'storage kept in shape')
  }
  return { made, dropped, journalRowCount }
}

export type PartitionsDeps = {
  readonly pool: pg.Pool
  readonly log: Log
  readonly clock: Clock
  readonly shard?: number
  /**
   * How long positions are kept; null keeps them. No default: the movements of a victim should not be kept a day
   * longer than needed, and those a court may still ask for must be. Alerts carry their own evidence.
   */
  readonly retentionDays: number | null
}

export type PartitionsRound = {
  readonly made: readonly string[]
  readonly dropped: readonly string[]
  readonly journalRowCount: number
}

const DAY_MS = 86_400_000
/** Long enough to compare history and journal after any trouble a human took weeks to notice. */
const JOURNAL_RETENTION_DAYS = 60
