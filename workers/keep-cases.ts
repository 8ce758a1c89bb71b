import type pg from 'pg'
import type { Clock } from '../src/clock.ts'
import type { Limits } from '../src/core/model/limits.ts'
import { alignDecisionAlerts } from '../src/store/registry/decisions-due.ts'
import { alignGapAlerts } from '../src/store/cases/case-gaps.ts'
import { inTransaction } from '../src/store/pg/pool.ts'

/** Asks people about cases that nobody leads and decisions that wait, from rows alone. */
export function createCaseKeeper(deps: CaseKeeperDeps): () => Promise<void> {
  const { clock, limits, pool } = deps
  return async () => {
    const work = { nowMs: clock.nowMs(), limits }
    const changed = await inTransaction(
      pool,
      async (tx) => (await alignGapAlerts(tx, work)) + (await alignDecisionAlerts(tx, work)),
    )
    if (changed > 0) deps.onEvent()
  }
}

export type CaseKeeperDeps = {
  readonly pool: pg.Pool
  readonly clock: Clock
  readonly limits: Limits
  /** An alert event may have been added. */
  readonly onEvent: () => void
}
