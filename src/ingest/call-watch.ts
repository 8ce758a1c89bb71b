import type pg from 'pg'
import type { Limits } from '../core/model/limits.ts'
import { nobodyCallsCause } from '../core/model/alert-kinds/order-sentences.ts'
import { draftNobodyCalls } from '../core/watch/nobody-calls.ts'
import type { Log } from '../log.ts'
import { alignBehindAlert } from '../store/alerts/align-behind-alert.ts'
import { findUncalled, uncalledSecondsMax } from '../store/alerts/call-signs.ts'
import { inTransaction } from '../store/pg/pool.ts'

/**
 * Looks whether anybody calls people, and tells the desk when nobody does. Whoever calls is also
 * who would tell that anything else stands still, and cannot tell it of themselves: a worker that
 * is stopped, or whose every statement waits, is seen by those who take reports in.
 */
export function createCallWatch(deps: CallWatchDeps): CallWatch {
  const { limits, log, pool, shard } = deps
  let timer: NodeJS.Timeout | null = null
  let looking: Promise<void> | null = null
  let wasUncalled = false
  /** Null: not known yet; a process before this one may have told it. */
  let isTold: boolean | null = null

  async function look(): Promise<void> {
    const { nowMs, sinceMs } = await findUncalled(pool, shard)
    const isUncalled = sinceMs !== null && nowMs - sinceMs > uncalledSecondsMax * 1_000
    // Two looks must agree: after a pause of all, workers look as soon as we do.
    const isSure = isUncalled === wasUncalled
    wasUncalled = isUncalled
    if (!isSure || isTold === isUncalled) return
    const atMs = Math.floor(nowMs)
    const since = { shard, sinceMs: Math.floor(sinceMs ?? nowMs) }
    const draft = isUncalled ? draftNobodyCalls(limits, since, atMs) : null
    const about = { fact: 'cause', value: nobodyCallsCause } as const
    const events = await inTransaction(pool, (tx) =>
      alignBehindAlert(tx, { ...about, draft, nowMs: atMs, limits }),
    )
    if (isUncalled) log.error({ shard, sinceMs }, 'no worker looks who must be called')
    isTold = isUncalled
    if (events > 0) deps.onEvent()
  }

  return {
    look,
    start() {
      timer = setInterval(() => {
        looking ??= look()
          .catch((error: unknown) =>
            log.warn({ err: error }, 'whether people are called is not known'),
          )
          .finally(() => {
            looking = null
          })
      }, lookMs)
    },
    async stop() {
      if (timer !== null) clearInterval(timer)
      await looking
    },
  }
}

export type CallWatch = {
  readonly look: () => Promise<void>
  readonly start: () => void
  readonly stop: () => Promise<void>
}

export type CallWatchDeps = {
  readonly pool: pg.Pool
  readonly log: Log
  readonly limits: Limits
  readonly shard: number
  /** An alert event was added. */
  readonly onEvent: () => void
}

const lookMs = 10_000
