import { draftStretchesWait, stretchesWaitCause } from '../src/core/watch/stretches-wait.ts'
import { alignBehindAlert } from '../src/store/alerts/align-behind-alert.ts'
import { findStretchWait, stretchWaitSecondsMax } from '../src/store/evaluator/rejudgements.ts'
import { inTransaction } from '../src/store/pg/pool.ts'
import type { DetectionWatchDeps } from './watch-detection.ts'

/**
 * Looks whether what came late waits because memory cannot be saved with it, and calls people when
 * it does. Whoever judges goes on with what comes in time, and cannot be asked where it hangs.
 */
export function createStretchWatch(deps: DetectionWatchDeps): () => Promise<void> {
  /** Null: not known yet; a process before this one may have told it. */
  let isTold: boolean | null = null
  return async () => {
    const { limits, log, pool, shard } = deps
    const { nowMs, sinceMs } = await findStretchWait(pool, shard)
    const isOverdue = sinceMs !== null && nowMs - sinceMs > stretchWaitSecondsMax * 1_000
    if (isTold === isOverdue) return
    const atMs = Math.floor(nowMs)
    const draft = isOverdue
      ? draftStretchesWait(limits, { shard, sinceMs: Math.floor(sinceMs) }, atMs)
      : null
    const events = await inTransaction(pool, async (tx) => {
      const about = { fact: 'cause', value: stretchesWaitCause } as const
      return await alignBehindAlert(tx, { ...about, draft, nowMs: atMs, limits })
    })
    if (isOverdue) log.error({ shard, sinceMs }, 'old stretches wait: memory cannot be saved')
    isTold = isOverdue
    if (events > 0) deps.onEvent()
  }
}
