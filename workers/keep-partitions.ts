import type pg from 'pg'
import type { Clock } from '../src/clock.ts'
import type { Log } from '../src/log.ts'
import { dropOldPartitions, makePartitions } from '../src/store/history/partitions.ts'
import {
  dropQuarantineOverflow,
  pruneBesideFixes,
  pruneJournal,
  pruneQuarantine,
} from '../src/store/history/retention.ts'
import { dayMs } from '../src/core/model/units.ts'
import { listHeldWindows } from '../src/store/cases/retention-holds.ts'
import { readCautiousClock } from '../src/store/pg/database-clock.ts'

/**
 * Keeps the storage in shape: days made ahead, old days dropped whole, the journal cut behind its
 * readers. To be run at start and every hour; doing it twice changes nothing.
 */
export async function keepPartitions(deps: PartitionsDeps): Promise<PartitionsRound> {
  const { pool, log } = deps
  const made = await makePartitions(pool, { nowMs: deps.clock.nowMs() })
  const nowMs = await readCautiousClock(pool, deps.clock)
  const { retentionDays } = deps
  const beforeMs = nowMs - retentionDays * dayMs
  const held = await listHeldWindows(pool)
  const dropped = await dropOldPartitions(pool, { nowMs, retentionDays, held })
  await pruneBesideFixes(pool, beforeMs, held)
  const quarantineRowCount = await pruneQuarantine(pool, {
    beforeMs: nowMs - Math.min(quarantineDays, retentionDays) * dayMs,
    ownBeforeMs: beforeMs,
  })
  const journalRowCount = await pruneJournal(pool, {
    shard: deps.shard ?? 0,
    beforeMs: nowMs - Math.min(journalRetentionDays, retentionDays) * dayMs,
  })
  const counts = { journalRowCount, quarantineRowCount }
  if (made.length + dropped.length + journalRowCount + quarantineRowCount > 0) {
    log.info({ madeCount: made.length, dropped, ...counts }, 'storage kept in shape')
  }
  return { made, dropped, ...counts }
}

/**
 * Holds the number of refused reports in bounds; to be run every minute, because a sender can be
 * fast. Gives how many went.
 */
export async function boundQuarantine(
  deps: Pick<PartitionsDeps, 'pool' | 'log'> & { readonly rowCountMax?: number },
): Promise<number> {
  const rowCountMax = deps.rowCountMax ?? quarantineRowCountMax
  const droppedCount = await dropQuarantineOverflow(deps.pool, rowCountMax)
  if (droppedCount > 0) {
    deps.log.error(
      { droppedCount, rowCountMax },
      'refused reports dropped, more came than are kept',
    )
  }
  return droppedCount
}

export type PartitionsDeps = {
  readonly pool: pg.Pool
  readonly log: Log
  readonly clock: Clock
  readonly shard?: number
  /**
   * How long positions are kept: those of a victim not a day longer than needed, and those a court
   * may still ask for as long as it may. Alerts carry their own evidence.
   */
  readonly retentionDays: number
}

export type PartitionsRound = {
  readonly made: readonly string[]
  readonly dropped: readonly string[]
  readonly journalRowCount: number
  /** Refused reports that were old enough to go. */
  readonly quarantineRowCount: number
}

/** Long enough to compare history and journal after any trouble a human took weeks to notice. */
const journalRetentionDays = 60
/**
 * Refused reports hold positions and decide nothing: long enough to ask their sender, and
 * to look at a whole month.
 */
const quarantineDays = 35
/**
 * Of some hundred bytes each it is some hundred megabytes; of the largest that are kept, 16
 * KB, it is eight gigabytes.
 */
const quarantineRowCountMax = 500_000
