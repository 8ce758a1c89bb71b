import { setTimeout as delay } from 'node:timers/promises'
import type pg from 'pg'
import { SnapshotFault, type EngineCounts } from '../../core/engine/engine.ts'
import { leaseLost, patience, setPatience } from '../../store/evaluator/evaluator-lease.ts'
import { openEvaluatorPlace } from '../../store/evaluator/evaluator-place.ts'
import { listWaiting } from '../../store/journal/turns.ts'
import { withReaders } from '../../store/pg/readers.ts'
import { boundIdleTransactions } from '../../store/pg/session.ts'
import { loadMemory, type EvaluatorMemory } from './evaluator-memory.ts'
import { createEvaluatorRound } from './evaluator-round.ts'
import type { EvaluatorRound } from './round-deps.ts'
import { createJudgingFaults, type JudgingFaults } from './judging-faults.ts'
import { keepLease, waitForLease } from './leadership.ts'
import { createSleeper, type Sleeper } from './sleeper.ts'
import { loadStanding } from './standing.ts'
import {
  createCounts,
  type EvaluatorCounts,
  type EvaluatorDeps,
  type EvaluatorProgress,
} from './evaluator-deps.ts'

/**
 * Reads the journal of one shard in order, judges it and saves what follows. Only one evaluator of
 * a shard works at a time; others stand by and take over when its connection falls or it gives no
 * sign of life. Whatever goes wrong, it starts again from the last snapshot and the journal, which
 * end in the same decisions.
 */
export function createEvaluator(deps: EvaluatorDeps): Evaluator {
  const counts = createCounts()
  const state: State = {
    deps,
    counts,
    sleeper: createSleeper(),
    faults: createJudgingFaults({ ...deps, counts }),
    round: null,
    running: null,
    isStopping: false,
    isLoading: true,
    isSnapshotDamaged: false,
    failuresInARow: 0,
    stopListening: null,
  }
  return {
    start() {
      if (state.running !== null) return
      state.stopListening = deps.doorbell.on('journal', () => state.sleeper.wake('wake'))
      state.running = run(state)
    },
    wake: () => state.sleeper.wake('wake'),
    stop: () => stop(state),
    stats: () => ({
      ...counts,
      isLeading: state.round !== null,
      isLoading: state.isLoading,
      isFailing: state.faults.isFailing(),
      isClockHeld: state.faults.isClockHeld(),
      countEngine: () => state.round?.count() ?? null,
      ...(state.round?.progress() ?? noProgress),
    }),
  }
}

export type Evaluator = {
  readonly start: () => void
  /** There may be something to read. */
  readonly wake: () => void
  /** Finishes the step under way, saves snapshots and lets go of the shard. */
  readonly stop: () => Promise<void>
  readonly stats: () => EvaluatorStats
}

export type EvaluatorStats = Readonly<EvaluatorCounts> &
  EvaluatorProgress & {
    readonly isLeading: boolean
    /**
     * Nothing is judged here yet: memory is not what it was when it was last saved. False while
     * another one leads that lives.
     */
    readonly isLoading: boolean
    /** It failed again and again of late. */
    readonly isFailing: boolean
    /** Deadlines cannot be judged: silences go unseen. */
    readonly isClockHeld: boolean
    /** Walks over what is held in memory; null while it does not lead. */
    readonly countEngine: () => EngineCounts | null
  }

const restartMs = 100
const restartMsMax = 5_000
/** Orders, snapshots and the rest are read at once. */
const readerCountBeside = 2
/**
 * What was judged since memory was last saved is judged again at the next start, which takes
 * minutes for a million rows: so it is saved first, and with ten thousand dossiers that takes a
 * busy machine this long. A database that is gone may not keep the process from ending.
 */
const stopMsMax = 25_000

/** Of one that does not lead. */
export const noProgress: EvaluatorProgress = {
  journalId: null,
  lagMs: null,
  evaluatedAtMs: null,
  lastReceivedAtMs: null,
  fixesPerSecond: 0,
  clockAheadMs: 0,
}

type State = {
  readonly deps: EvaluatorDeps
  readonly counts: EvaluatorCounts
  readonly sleeper: Sleeper
  readonly faults: JudgingFaults
  /** While we lead and memory is loaded. */
  round: EvaluatorRound | null
  running: Promise<void> | null
  isStopping: boolean
  isLoading: boolean
  /** Memory is loaded without the snapshots the next time. */
  isSnapshotDamaged: boolean
  /** Without a step between them that came to its end. */
  failuresInARow: number
  stopListening: (() => void) | null
}

async function run(state: State): Promise<void> {
  const { log, shard } = state.deps
  while (!state.isStopping) {
    try {
      await lead(state)
    } catch (error) {
      if (state.isStopping) return
      state.counts.failures += 1
      state.faults.noteFailure(error)
      state.failuresInARow += 1
      const { failuresInARow } = state
      log.error({ err: error, shard, failuresInARow }, 'evaluator failed; it starts again')
      const restMs = Math.min(restartMsMax, restartMs * 2 ** failuresInARow)
      await state.sleeper.sleep(restMs, 'stop')
    }
  }
}

/**
 * Holds the shard on one connection until told to stop; throws when that connection or a save
 * fails, or somebody else has taken the shard.
 */
async function lead(state: State): Promise<void> {
  const { log, pool, shard } = state.deps
  const client = await pool.connect()
  // A connection that dies between statements says so here; the next statement then fails.
  const onError = (error: Error): void => log.warn({ err: error }, 'evaluator connection lost')
  client.on('error', onError)
  try {
    await boundIdleTransactions(client)
    const isStopping = (): boolean => state.isStopping
    const { sleeper } = state
    const onOtherAlive = (): void => {
      state.isLoading = false
    }
    const lease = await waitForLease(client, { log, shard, sleeper, isStopping, onOtherAlive })
    if (lease === null) return
    log.info(lease, 'evaluator leads')
    const keeping = keepLease(pool, lease, log)
    try {
      const leading: Leading = { client, fence: lease.fence, isLost: keeping.isLost }
      while (!(await leadOnce(state, leading)));
    } finally {
      keeping.stop()
    }
  } finally {
    state.round = null
    client.off('error', onError)
    // The lock goes with the connection, so the connection goes too.
    client.release(true)
  }
}

type Leading = {
  readonly client: pg.PoolClient
  readonly fence: number
  readonly isLost: () => boolean
}

/**
 * From loading to stopping; false when something could not be judged and
 * memory must be loaded anew.
 */
async function leadOnce(state: State, { client, fence, isLost }: Leading): Promise<boolean> {
  const { counts, deps, faults } = state
  if (state.isStopping) return true
  state.isLoading = true
  const lease = { shard: deps.shard, fence }
  await setPatience(client, lease, patience.ofLongWork)
  const memory = await loadAnew(state, client)
  const place = await openEvaluatorPlace(client, deps.shard)
  const recorded = await loadStanding(client)
  const waiting = await listWaiting(client, deps.shard)
  const { isFailing } = faults
  const round = createEvaluatorRound({
    ...deps,
    client,
    fence,
    memory,
    place,
    recorded,
    waiting,
    counts,
    isFailing,
  })
  await setPatience(client, lease, patience.usual)
  state.round = round
  try {
    while (!state.isStopping) {
      if (isLost()) throw leaseLost()
      const restMs = await round.step()
      if ((round.progress().journalId ?? 0) >= place) state.isLoading = false
      state.failuresInARow = 0
      if (restMs > 0) await state.sleeper.sleep(restMs, 'wake')
    }
    await round.finish()
    return true
  } catch (error) {
    if (isSnapshotFault(error)) noteDamage(state, error)
    // What this throws ends the lease, and whoever takes the shard ends what is on its way.
    else await faults.overcome(client, error, fence)
    // It belongs to what was, and comes before what is read next.
    await round.ended()
    return false
  }
}

async function loadAnew(state: State, client: pg.PoolClient): Promise<EvaluatorMemory> {
  const { counts, deps, faults } = state
  counts.reloads += 1
  const options = {
    ...deps,
    isClockHeld: faults.isClockHeld,
    isFromStart: state.isSnapshotDamaged,
    onPassedOver: () => {
      counts.snapshotsPassedOver += 1
    },
  }
  const readers = { client, pool: deps.pool, besideCount: readerCountBeside }
  const memory = await withReaders(readers, (read) => loadMemory(client, { ...options, read }))
  state.isSnapshotDamaged = false
  return memory
}

/** Whatever was judged or looked at when it was found: that is not to blame. */
function isSnapshotFault(error: unknown): boolean {
  if (error instanceof SnapshotFault) return true
  return error instanceof Error && error.cause !== undefined && isSnapshotFault(error.cause)
}

/** Snapshots only save time: the journal has it all. */
function noteDamage(state: State, error: unknown): void {
  const { counts, deps, faults } = state
  counts.failures += 1
  faults.noteFailure(error)
  state.isSnapshotDamaged = true
  const { log, shard } = deps
  log.error({ err: error, shard }, 'a snapshot is damaged; the journal is read from its start')
}

async function stop(state: State): Promise<void> {
  state.isStopping = true
  state.stopListening?.()
  state.sleeper.wake('stop')
  const running = state.running ?? Promise.resolve()
  await Promise.race([running, delay(stopMsMax, null, { ref: false })])
}
