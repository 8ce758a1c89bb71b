import type pg from 'pg'
import type { Limits } from '../core/model/limits.ts'
import { nobodyCallsCause } from '../core/model/alert-kinds/order-sentences.ts'
import { draftNobodyCalls } from '../core/watch/nobody-calls.ts'
import type { Log } from '../log.ts'
import { alignBehindAlert } from '../store/alerts/align-behind-alert.ts'
import { findUncalled, uncalledSecondsMax } from '../store/alerts/call-signs.ts'
import { inTransaction } from '../store/pg/pool.ts'
import { createAgreedWatch, type AgreedWatch } from './agreed-watch.ts'

/**
 * Looks whether anybody calls people, and tells the desk when nobody does. Whoever calls is also
 * who would tell that anything else stands still, and cannot tell it of themselves: a worker that
 * is stopped, or whose every statement waits, is seen by those who take reports in.
 */
export function createCallWatch(deps: CallWatchDeps): AgreedWatch {
  const { limits, log, onEvent, pool, shard } = deps
  return createAgreedWatch({
    log,
    onEvent,
    unknown: 'whether people are called is not known',
    // Two looks must agree: after a pause of all, workers look as soon as we do.
    async find() {
      const { nowMs, sinceMs } = await findUncalled(pool, shard)
      const isWrong = sinceMs !== null && nowMs - sinceMs > uncalledSecondsMax * 1_000
      return { isWrong, nowMs: Math.floor(nowMs), sinceMs: Math.floor(sinceMs ?? nowMs) }
    },
    async tell({ isWrong, nowMs, sinceMs }) {
      if (isWrong) log.error({ shard, sinceMs }, 'no worker looks who must be called')
      const draft = isWrong ? draftNobodyCalls(limits, { shard, sinceMs }, nowMs) : null
      const about = { fact: 'cause', value: nobodyCallsCause } as const
      return await inTransaction(pool, (tx) =>
        alignBehindAlert(tx, { ...about, draft, nowMs, limits }),
      )
    },
  })
}

export type CallWatchDeps = {
  readonly pool: pg.Pool
  readonly log: Log
  readonly limits: Limits
  readonly shard: number
  /** An alert event was added. */
  readonly onEvent: () => void
}
