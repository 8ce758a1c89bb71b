import type pg from 'pg'
import type { Limits } from '../src/core/model/limits.ts'
import type { Log } from '../src/log.ts'
import {
  lookAtDetection,
  raiseDetectionBehind,
} from '../src/store/alerts/raise-detection-behind.ts'
import { inTransaction } from '../src/store/pg/pool.ts'

/** Looks whether detection still says that it is up to date, and calls people when it does not. */
export function createDetectionWatch(deps: DetectionWatchDeps): () => Promise<void> {
  const { limits, log, pool, shard } = deps
  let saidAlertId: string | null = null
  return async () => {
    const { isBehind, nowMs } = await lookAtDetection(pool, { shard, limits })
    const work = { shard, nowMs, limits }
    const found = isBehind
      ? await inTransaction(pool, (tx) => raiseDetectionBehind(tx, work))
      : null
    if (found === null) {
      if (saidAlertId !== null) log.info({ shard, alertId: saidAlertId }, 'detection caught up')
      saidAlertId = null
      return
    }
    if (found.raised > 0) deps.onEvent()
    if (saidAlertId === found.alertId) return
    saidAlertId = found.alertId
    log.error({ shard, alertId: found.alertId }, 'detection is behind')
  }
}

export type DetectionWatchDeps = {
  readonly pool: pg.Pool
  readonly log: Log
  readonly limits: Limits
  readonly shard: number
  /** An alert event was added. */
  readonly onEvent: () => void
}
