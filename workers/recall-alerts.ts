import type pg from 'pg'
import type { Clock } from '../src/clock.ts'
import type { Limits } from '../src/core/model/limits.ts'
import type { Log } from '../src/log.ts'
import { callOutNotClosed, isRecallDue, recallDue } from '../src/store/alerts/recall-due.ts'
import { inTransaction } from '../src/store/pg/pool.ts'

/** Opens answered alerts that still go on, and calls out what was taken over and not closed. */
export function createRecall(deps: RecallDeps): () => Promise<void> {
  const { clock, limits, log, pool } = deps
  return async () => {
    for (;;) {
      const work = { nowMs: clock.nowMs(), limit: alertCountMax, limits }
      if (!(await isRecallDue(pool, work.nowMs))) return
      const back = await inTransaction(pool, (tx) => recallDue(tx, work))
      const notClosed = await inTransaction(pool, (tx) => callOutNotClosed(tx, work))
      for (const { id } of back) log.warn({ alertId: id }, 'alert is back: it still goes on')
      for (const { id } of notClosed) log.warn({ alertId: id }, 'alert taken over and not closed')
      if (back.length + notClosed.length > 0) deps.onEvent()
      if (Math.max(back.length, notClosed.length) < alertCountMax) return
    }
  }
}

export type RecallDeps = {
  readonly pool: pg.Pool
  readonly clock: Clock
  readonly log: Log
  readonly limits: Limits
  /** An alert event was added. */
  readonly onEvent: () => void
}

const alertCountMax = 100
