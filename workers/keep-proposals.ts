import type pg from 'pg'
import type { Clock } from '../src/clock.ts'
import type { Limits } from '../src/core/model/limits.ts'
import type { Log } from '../src/log.ts'
import {
  alignWeakeningTasks,
  callAgain,
  endSuspensions,
  expireProposals,
  isProposalDue,
} from '../src/store/people/proposals-due.ts'
import {
  beginPlanned,
  isPlannedDue,
  type PlannedWork,
} from '../src/store/people/planned-changes.ts'
import { inTransaction } from '../src/store/pg/pool.ts'

/**
 * Asks for a second person by an alert, ends what waits for one in its time, makes what was planned
 * at its moment, watches suspended orders again when their time is over, and goes on calling about
 * what one person did alone. From rows alone, as people may write those and no alert.
 */
export function createProposalKeeper(deps: ProposalKeeperDeps): () => Promise<void> {
  const { clock, limits, log, pool } = deps
  return async () => {
    const work = { nowMs: clock.nowMs(), limits }
    if (await isProposalDue(pool, work.nowMs)) await settle(deps, work)
    // The last of it: what fails here keeps nobody suspended, and everybody asked.
    if (!(await isPlannedDue(pool, work.nowMs))) return
    const begun = await inTransaction(pool, (tx) => beginPlanned(tx, work))
    log.info({ begun }, 'planned changes had their moment')
    if (begun > 0) deps.onRegistryChanged()
    if (begun > 0) deps.onEvent()
  }
}

async function settle(deps: ProposalKeeperDeps, work: PlannedWork): Promise<void> {
  const { log, pool } = deps
  const expired = await inTransaction(pool, (tx) => expireProposals(tx, work))
  const resumed = await inTransaction(pool, (tx) => endSuspensions(tx, work))
  const told = await inTransaction(pool, (tx) => alignWeakeningTasks(tx, work))
  const called = await inTransaction(pool, (tx) => callAgain(tx, work))
  if (expired > 0) log.warn({ expired }, 'proposals had no answer and are over')
  if (resumed > 0) log.info({ resumed }, 'suspensions are over')
  if (told + called > 0) deps.onEvent()
  if (resumed > 0) deps.onRegistryChanged()
}

export type ProposalKeeperDeps = {
  readonly pool: pg.Pool
  readonly clock: Clock
  readonly log: Log
  readonly limits: Limits
  /** An alert event was added. */
  readonly onEvent: () => void
  readonly onRegistryChanged: () => void
}
