import type pg from 'pg'
import type { Clock } from '../src/clock.ts'
import type { Limits } from '../src/core/model/limits.ts'
import type { Log } from '../src/log.ts'
import { inTransaction } from '../src/store/pg/pool.ts'
import {
  alignUnreadableAlerts,
  findUnreadableOrders,
  listOrderMarks,
  listToldUnreadable,
} from '../src/store/registry/unreadable-orders.ts'
import { createLookAnew } from './look-anew.ts'

/**
 * Looks whether every order can still be read where it is stored, and calls people about one that
 * cannot.
 */
export function createOrderWatch(deps: OrderWatchDeps): () => Promise<void> {
  const lookAnew = createLookAnew(looksMax)
  const bound = new Set<string>()
  // Of the clock that only counts.
  let dueAtMs = -Infinity
  const look = async (): Promise<void> => {
    const { clock, limits, log, pool } = deps
    const looked = await lookAnew(await listOrderMarks(pool), (ids) =>
      findUnreadableOrders(pool, ids, bound),
    )
    for (const protectionOrderId of looked.begunIds) {
      log.error({ protectionOrderId }, 'an order cannot be read')
    }
    // What another process told and this one has not looked at yet stands.
    const told = await listToldUnreadable(pool)
    const unreadableIds = [...new Set([...looked.faultyIds, ...told.filter(looked.isUnseen)])]
    if (told.toSorted().join() !== unreadableIds.toSorted().join()) {
      const work = { unreadableIds, nowMs: clock.nowMs(), limits }
      if ((await inTransaction(pool, (tx) => alignUnreadableAlerts(tx, work))) > 0) deps.onEvent()
    }
    dueAtMs = performance.now() + (looked.isMore ? 0 : lookMs)
  }
  return async () => {
    if (performance.now() >= dueAtMs) await look()
  }
}

export type OrderWatchDeps = {
  readonly pool: pg.Pool
  readonly clock: Clock
  readonly log: Log
  readonly limits: Limits
  /** An alert event was added. */
  readonly onEvent: () => void
}

/** The marks of ten thousand orders take a busy database 50 ms: a hundredth of the time. */
const lookMs = 5_000
/** Opened at once: a tenth of a second of the database, which a start needs for more. */
const looksMax = 250
