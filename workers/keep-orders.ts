import type pg from 'pg'
import type { Clock } from '../src/clock.ts'
import type { Limits } from '../src/core/model/limits.ts'
import type { Log } from '../src/log.ts'
import { askDue, isReminderDue, planForgotten } from '../src/store/registry/reminders-due.ts'
import { inTransaction } from '../src/store/pg/pool.ts'

/**
 * Reminds people of orders that end, past whoever does not answer, until somebody decides. From
 * rows alone, so that it needs neither detection nor a queue.
 */
export function createOrderKeeper(deps: OrderKeeperDeps): () => Promise<void> {
  const { clock, limits, pool } = deps
  return async () => {
    const work = { nowMs: clock.nowMs(), limit: rowsMax, limits }
    if (!(await isReminderDue(pool, work.nowMs))) return
    const asked = await inTransaction(pool, (tx) => askDue(tx, work))
    if (asked > 0) deps.onEvent()
  }
}

/** Plans reminders of orders that have none. */
export function createForgottenPlanner(
  deps: Omit<OrderKeeperDeps, 'onEvent'>,
): () => Promise<void> {
  const { clock, limits, log, pool } = deps
  return async () => {
    const work = { nowMs: clock.nowMs(), limit: rowsMax, limits }
    const planned = await inTransaction(pool, (tx) => planForgotten(tx, work))
    if (planned > 0) log.info({ planned }, 'orders have reminders that had none')
  }
}

export type OrderKeeperDeps = {
  readonly pool: pg.Pool
  readonly clock: Clock
  readonly log: Log
  readonly limits: Limits
  /** An alert event may have been added. */
  readonly onEvent: () => void
}

const rowsMax = 100
