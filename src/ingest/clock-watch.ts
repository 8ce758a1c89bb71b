import type pg from 'pg'
import type { Clock } from '../clock.ts'
import type { Limits } from '../core/model/limits.ts'
import type { Log } from '../log.ts'
import { alignClockAlert } from '../store/alerts/raise-clocks-differ.ts'
import { readDatabaseTime } from '../store/evaluator/reception.ts'
import { inTransaction } from '../store/pg/pool.ts'
import { clockDifferenceMsMax, findDifference } from './evaluator/bound-time.ts'

/**
 * Compares the clock of this process, whatever it does, with the database's, and tells the desk
 * when they differ: silence is told early or late by a wrong clock, and nobody else can see it.
 */
export function createClockWatch(deps: ClockWatchDeps): ClockWatch {
  const { clock, limits, log, part, pool, shard } = deps
  let timer: NodeJS.Timeout | null = null
  let looking: Promise<void> | null = null
  let wasApart = false
  /** Null: not known yet; a process before this one may have told it. */
  let isTold: boolean | null = null

  async function look(): Promise<void> {
    const askedAtMs = performance.now()
    const database = await readDatabaseTime(pool, shard)
    const aheadMs = findDifference(clock, askedAtMs, database.nowMs)
    const isApart = Math.abs(aheadMs) > clockDifferenceMsMax
    // Two looks must agree, as for what runs out: a clock may just be being set.
    const isSure = isApart === wasApart
    wasApart = isApart
    if (!isSure || isTold === isApart) return
    const work = { part, aheadMs: isApart ? aheadMs : null, nowMs: Math.round(database.nowMs) }
    const events = await inTransaction(pool, (tx) => alignClockAlert(tx, { ...work, limits }))
    isTold = isApart
    if (events > 0) deps.onEvent()
  }

  return {
    look,
    start() {
      timer = setInterval(() => {
        looking ??= look()
          .catch((error: unknown) => log.warn({ err: error }, 'clocks could not be compared'))
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

export type ClockWatch = {
  readonly look: () => Promise<void>
  readonly start: () => void
  readonly stop: () => Promise<void>
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

const lookMs = 10_000
