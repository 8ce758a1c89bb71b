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
  listPlannedDue,
  setPlannedAside,
  type PlannedWork,
} from '../src/store/people/planned-changes.ts'
import { UnreadableOrder } from '../src/store/keys/sealed-orders.ts'
import { inTransaction, isDatabaseUnavailable } from '../src/store/pg/pool.ts'

/**
 * Asks for a second person by an alert, ends what waits for one in its time, makes what was planned
 * at its moment, watches suspended orders again when their time is over, and goes on calling about
 * what one person did alone. From rows alone, as people may write those and no alert.
 */
export function createProposalKeeper(deps: ProposalKeeperDeps): () => Promise<void> {
  const failed: FailedTries = new Map()
  return async () => {
    const work = { nowMs: deps.clock.nowMs(), limits: deps.limits }
    if (await isProposalDue(deps.pool, work.nowMs)) await settle(deps, work)
    // The last of it: what fails here keeps nobody suspended, and everybody asked.
    await beginAll(deps, work, failed)
  }
}

/** Each by itself: one that fails keeps none of the others waiting. */
async function beginAll(deps: ProposalKeeperDeps, work: PlannedWork, failed: FailedTries) {
  const { log, pool } = deps
  const exceptIds = [...failed].flatMap(([id, { againAtMs }]) =>
    againAtMs > work.nowMs ? [id] : [],
  )
  const due = await listPlannedDue(pool, { nowMs: work.nowMs, exceptIds })
  let begunCount = 0
  for (const id of due) {
    try {
      const isAside = (failed.get(id)?.count ?? 0) >= triesMax
      const had = await inTransaction(pool, async (tx) =>
        isAside ? await setPlannedAside(tx, id, work) : await beginPlanned(tx, id, work),
      )
      failed.delete(id)
      if (had !== false) begunCount += 1
    } catch (error) {
      log.error({ err: error, proposalId: id }, 'a planned change could not be made')
      const count = failed.get(id)?.count ?? 0
      const more = isNoFaultOfIt(error) ? 0 : 1
      failed.set(id, { count: count + more, againAtMs: work.nowMs + againAfterMs })
    }
  }
  if (begunCount === 0) return
  log.info({ begun: begunCount }, 'planned changes had their moment')
  deps.onRegistryChanged()
  deps.onEvent()
}

/**
 * What waits for a key has an alert of its own, and is made when the key opens; a database that can
 * store nothing, as on a full disk, refuses each of them alike, and all are made once it can.
 */
function isNoFaultOfIt(error: unknown): boolean {
  return error instanceof UnreadableOrder || isDatabaseUnavailable(error)
}

/** In memory: a restart tries three times more. */
type FailedTries = Map<string, { readonly count: number; readonly againAtMs: number }>

const triesMax = 3
/** Longer than a database takes to come back from what it does now and then. */
const againAfterMs = 10_000

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
