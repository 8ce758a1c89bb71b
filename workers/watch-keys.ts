import { inTransaction } from '../src/store/pg/pool.ts'
import { endErased } from '../src/store/journal/withheld.ts'
import { keysOf } from '../src/store/keys/keys-of.ts'
import {
  alignKeyAlerts,
  listKeyMarks,
  listKeysWaitedFor,
  listToldKeys,
} from '../src/store/keys/unusable-keys.ts'
import { createLookAnew } from './look-anew.ts'
import type { OrderWatchDeps } from './watch-orders.ts'

/**
 * Looks whether every key still opens, and calls people about one that does not, or that rows of
 * the journal wait for. The key of an order that runs is told with the order.
 */
export function createKeyWatch(deps: OrderWatchDeps): () => Promise<void> {
  const lookAnew = createLookAnew(looksMax)
  // Of the clock that only counts.
  let dueAtMs = -Infinity
  const look = async (): Promise<void> => {
    const { clock, limits, log, pool } = deps
    const looked = await lookAnew(await listKeyMarks(pool), async (ids) => {
      const opening = new Set(await keysOf(pool).opening(ids))
      return ids.filter((id) => !opening.has(id))
    })
    if (looked.begunIds.length > 0) log.error({ keyIds: looked.begunIds }, 'keys do not open')
    const told = await listToldKeys(pool)
    const unseenIds = told.map(({ keyId }) => keyId).filter(looked.isUnseen)
    const waitedFor = await findWaitedFor(deps)
    if (told.length + looked.faultyIds.length + unseenIds.length + waitedFor.length > 0) {
      const keyIds = [...new Set([...looked.faultyIds, ...unseenIds])]
      const work = { keyIds, waitedFor, nowMs: clock.nowMs(), limits }
      if ((await inTransaction(pool, (tx) => alignKeyAlerts(tx, work))) > 0) deps.onEvent()
    }
    dueAtMs = performance.now() + (looked.isMore ? 0 : lookMs)
  }
  return async () => {
    if (performance.now() >= dueAtMs) await look()
  }
}

async function findWaitedFor({ log, pool }: OrderWatchDeps): Promise<readonly string[]> {
  const waitedFor = await listKeysWaitedFor(pool)
  if (waitedFor.length === 0) return waitedFor
  const endedCount = await inTransaction(pool, endErased)
  if (endedCount === 0) return waitedFor
  log.warn({ endedCount }, 'what waited for a destroyed key has ended: its alert was closed')
  return await listKeysWaitedFor(pool)
}

/** As the orders, of which there are as many. */
const lookMs = 5_000
/** Opening one takes some microseconds. */
const looksMax = 1_000
