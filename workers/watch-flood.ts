import type pg from 'pg'
import type { Clock } from '../src/clock.ts'
import type { Log } from '../src/log.ts'
import {
  beginFlood,
  countTold,
  findFlood,
  floodBeginsAbove,
  noteFlood,
} from '../src/store/desk/floods.ts'
import { inTransaction } from '../src/store/pg/pool.ts'

/** Looks whether more comes in than one person can answer, and calls the second seat then. */
export function createFloodWatch(deps: FloodWatchDeps): () => Promise<void> {
  const { clock, log, pool } = deps
  return async () => {
    const nowMs = clock.nowMs()
    const count = await countTold(pool, nowMs)
    if ((await findFlood(pool)) !== null) {
      await noteFlood(pool, nowMs, count)
      return
    }
    if (count <= floodBeginsAbove) return
    if (!(await inTransaction(pool, (tx) => beginFlood(tx, nowMs, count)))) return
    log.warn({ count }, 'a flood of alerts began')
    deps.onEvent()
  }
}

export type FloodWatchDeps = {
  readonly pool: pg.Pool
  readonly clock: Clock
  readonly log: Log
  /** An alert event was added. */
  readonly onEvent: () => void
}
