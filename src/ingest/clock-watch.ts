import type pg from 'pg'
import type { Clock } from '../clock.ts'
import type { Limits } from '../core/model/limits.ts'
import type { Log } from '../log.ts'
import { alignClockAlert } from '../store/alerts/raise-clocks-differ.ts'
import { readDatabaseTime } from '../store/evaluator/reception.ts'
import { inTransaction } from '../store/pg/pool.ts'
import { createAgreedWatch, type AgreedWatch } from './agreed-watch.ts'
import { clockDifferenceMsMax, findDifference } from './evaluator/bound-time.ts'

/**
 * Compares the clock of this process, whatever it does, with the database's, and tells the desk
 * when they differ: silence is told early or late by a wrong clock, and nobody else can see it.
 */
export function createClockWatch(deps: ClockWatchDeps): AgreedWatch {
  const { clock, limits, log, onEvent, part, pool, shard } = deps
  return createAgreedWatch({
    log,
    onEvent,
    unknown: 'clocks could not be compared',
    // Two looks must agree, as for what runs out: a clock may just be being set.
    async find() {
      const askedAtMs = performance.now()
      const { nowMs } = await readDatabaseTime(pool, shard)
      const aheadMs = findDifference(clock, askedAtMs, nowMs)
      return { isWrong: Math.abs(aheadMs) > clockDifferenceMsMax, aheadMs, nowMs }
    },
    async tell({ isWrong, aheadMs, nowMs }) {
      const work = { part, aheadMs: isWrong ? aheadMs : null, nowMs: Math.round(nowMs), limits }
      return await inTransaction(pool, (tx) => alignClockAlert(tx, work))
    },
  })
}

export type ClockWatchDeps = {
  readonly pool: pg.Pool
  readonly clock: Clock
  readonly log: Log
  readonly limits: Limits
  readonly shard: number
  /** One name for this process, also after its restart. */
  readonly part: string
  /** An alert event was added. */
  readonly onEvent: () => void
}
