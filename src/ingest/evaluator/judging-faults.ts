import { holdLease } from '../../store/evaluator/evaluator-lease.ts'
import type { Db } from '../../store/pg/pool.ts'
import { inTransactionOn, isDatabaseUnavailable } from '../../store/pg/pool.ts'
import type { EvaluatorCounts, EvaluatorDeps } from './evaluator-deps.ts'
import { ClockFailure, PoisonEntry } from './judge-row.ts'
import { StretchFailure } from './judge-stretch.ts'
import { quarantinePoison } from './quarantine-poison.ts'

/**
 * What is done about an entry that cannot be judged, and about deadlines that cannot. Each is tried
 * three times with memory loaded anew; then the entry is set aside where people see it, or the
 * clock is held for a minute.
 */
export function createJudgingFaults(deps: FaultDeps): JudgingFaults {
  const state: State = {
    deps,
    attempts: new Map(),
    clockFailureCount: 0,
    clockHeldUntilMs: 0,
    failedAtMs: [],
  }
  return {
    isFailing: () => countRecent(state) >= failuresMax,
    noteFailure: (error) => noteFailure(state, error),
    isClockHeld: () => deps.clock.nowMs() < state.clockHeldUntilMs,
    async overcome(db, error, fence) {
      if (error instanceof ClockFailure) holdClock(state, error)
      else if (error instanceof PoisonEntry) await setAside(state, db, error, fence)
      else if (error instanceof StretchFailure) noteStretch(state, error)
      else throw error
    },
  }
}

export type JudgingFaults = {
  readonly isClockHeld: () => boolean
  /**
   * It failed again and again of late, also over loadings of memory: what it says it has judged is
   * not to be relied on.
   */
  readonly isFailing: () => boolean
  /** A failure that ended the work; one of the database alone says nothing of judging. */
  readonly noteFailure: (error: unknown) => void
  /** Resolves when memory is to be loaded anew; throws the error when it is no fault of judging. */
  readonly overcome: (db: Db, error: unknown, fence: number) => Promise<void>
}

export type FaultDeps = Pick<EvaluatorDeps, 'clock' | 'doorbell' | 'limits' | 'log' | 'shard'> & {
  readonly counts: EvaluatorCounts
}

type State = {
  readonly deps: FaultDeps
  /** By entry that could not be judged. */
  readonly attempts: Map<string, number>
  clockFailureCount: number
  clockHeldUntilMs: number
  /** The newest failures, by a clock that never goes back. */
  failedAtMs: number[]
}

/** A pure function fails the same way each time, but the machine it runs on need not. */
const attemptCountMax = 3
/** Then it is tried again: what broke may be over, and silence must not go unseen for long. */
const clockHeldMs = 60_000

/** More than the three tries of one entry, and no more than restarts on a large database reach. */
const failuresMax = 4
const failuresWithinMs = 180_000

function noteFailure(state: State, error: unknown): void {
  if (isDatabaseUnavailable(error)) return
  state.failedAtMs = [...state.failedAtMs, performance.now()].slice(-failuresMax)
}

function countRecent({ failedAtMs }: State): number {
  return failedAtMs.filter((atMs) => performance.now() - atMs < failuresWithinMs).length
}

/** Without its deadlines the evaluator is half blind; stuck on them it would be blind. */
function holdClock(state: State, failure: ClockFailure): void {
  const { clock, counts, log, shard } = state.deps
  counts.failures += 1
  noteFailure(state, failure)
  state.clockFailureCount += 1
  const { clockFailureCount } = state
  log.error({ err: failure, shard, clockFailureCount }, 'deadlines cannot be judged')
  if (clockFailureCount < attemptCountMax) return
  state.clockFailureCount = 0
  state.clockHeldUntilMs = clock.nowMs() + clockHeldMs
}

/** Its tries are counted in its row, and it comes after those that failed less often. */
function noteStretch(state: State, failure: StretchFailure): void {
  const { counts, log, shard } = state.deps
  const { rejudgementId, attempt, cause } = failure
  counts.failures += 1
  noteFailure(state, failure)
  log.error({ err: cause, shard, rejudgementId, attempt }, 'a stretch cannot be judged again')
}

async function setAside(state: State, db: Db, poison: PoisonEntry, fence: number): Promise<void> {
  const { counts, doorbell, log, shard } = state.deps
  const { journalId, entryIndex, cause } = poison
  const key = `${journalId}:${entryIndex}`
  const attempt = (state.attempts.get(key) ?? 0) + 1
  state.attempts.set(key, attempt)
  const facts = { shard, journalId, entryIndex, attempt }
  log.error({ ...facts, err: cause }, 'an entry of the journal cannot be judged')
  if (attempt < attemptCountMax) return
  await inTransactionOn(db, 'begin', async () => {
    await holdLease(db, { shard, fence })
    await quarantinePoison(db, poison, state.deps)
  })
  state.attempts.delete(key)
  counts.poison += 1
  doorbell.ring('alert-events')
}
