import { askAboutMoves, isMoveDue } from '../src/store/cases/moves-due.ts'
import { inTransaction } from '../src/store/pg/pool.ts'
import type { CaseKeeperDeps } from './keep-cases.ts'

/** Asks people what a move means for the bans of a case, past whoever does not answer. */
export function createMoveKeeper(deps: CaseKeeperDeps): () => Promise<void> {
  const { clock, limits, pool } = deps
  return async () => {
    const work = { nowMs: clock.nowMs(), limit: rowsMax, limits }
    if (!(await isMoveDue(pool, work.nowMs))) return
    const changed = await inTransaction(pool, (tx) => askAboutMoves(tx, work))
    if (changed > 0) deps.onEvent()
  }
}

const rowsMax = 100
