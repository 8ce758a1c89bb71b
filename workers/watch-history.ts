import type pg from 'pg'
import { dayMs } from '../src/core/model/units.ts'
import type { Clock } from '../src/clock.ts'
import type { Log } from '../src/log.ts'
import { loadHistoryPlace } from '../src/store/history/history.ts'
import { reconcileHistory } from '../src/store/history/reconcile-history.ts'

/**
 * Looks whether what was acknowledged has come into the history: at the newest rows of the
 * journal that the history has passed, each once, and no more of them a turn than it can do in a
 * moment. A busy journal is sampled.
 */
export function createHistoryWatch(deps: HistoryWatchDeps): HistoryWatch {
  const { log, pool, shard } = deps
  let checkedId = 0
  let unreconciledRowCount = 0
  return {
    async run() {
      const untilId = await loadHistoryPlace(pool, shard)
      const fromId = Math.max(checkedId, untilId - rowCountMax) + 1
      if (fromId > untilId) return
      const keptFromMs = deps.clock.nowMs() - deps.retentionDays * dayMs
      const found = await reconcileHistory(pool, { shard, fromId, untilId, keptFromMs })
      checkedId = untilId
      const journalIds = [...found.missing.map((row) => row.journalId), ...found.unreadableIds]
      unreconciledRowCount += journalIds.length
      if (journalIds.length > 0)
        log.error({ journalIds }, 'rows of the journal are missing in the history')
    },
    unreconciledRowCount: () => unreconciledRowCount,
  }
}

export type HistoryWatch = {
  readonly run: () => Promise<void>
  /** Rows of the journal found, since the start, with entries that the history lacks. */
  readonly unreconciledRowCount: () => number
}

export type HistoryWatchDeps = {
  readonly pool: pg.Pool
  readonly clock: Clock
  readonly log: Log
  readonly shard: number
  readonly retentionDays: number
}

/** Up to some tens of thousands of fixes: a fraction of a second of the database's time. */
const rowCountMax = 50
