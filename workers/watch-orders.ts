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

/**
 * Looks whether every order can still be read where it is stored, and calls people about one that
 * cannot. Each is opened once and again when its row or its key was written; one that does not open
 * is tried each time, so that it is over as soon as it was mended.
 */
export function createOrderWatch(deps: OrderWatchDeps): () => Promise<void> {
  const readable = new Map<string, string>()
  const unreadable = new Set<string>()
  // Of the clock that only counts.
  let dueAtMs = -Infinity
  const look = async (): Promise<void> => {
    const { clock, limits, log, pool } = deps
    const marks = await listOrderMarks(pool)
    const changed = marks.filter(({ id, mark }) => readable.get(id) !== mark)
    const looked = changed.slice(0, looksMax)
    const faults =
      looked.length === 0
        ? new Set<string>()
        : new Set(
            await findUnreadableOrders(
              pool,
              looked.map(({ id }) => id),
            ),
          )
    for (const { id, mark } of looked) {
      if (faults.has(id)) {
        if (!unreadable.has(id)) log.error({ protectionOrderId: id }, 'an order cannot be read')
        readable.delete(id)
        unreadable.add(id)
      } else {
        readable.set(id, mark)
        unreadable.delete(id)
      }
    }
    const known = new Set(marks.map(({ id }) => id))
    for (const id of unreadable) if (!known.has(id)) unreadable.delete(id)
    // What another process told and this one has not looked at yet stands.
    const told = await listToldUnreadable(pool)
    const unreadableIds = [
      ...new Set([...unreadable, ...told.filter((id) => known.has(id) && !readable.has(id))]),
    ]
    if (told.toSorted().join() !== unreadableIds.toSorted().join()) {
      const work = { unreadableIds, nowMs: clock.nowMs(), limits }
      if ((await inTransaction(pool, (tx) => alignUnreadableAlerts(tx, work))) > 0) deps.onEvent()
    }
    dueAtMs = performance.now() + (changed.length > looked.length ? 0 : lookMs)
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
