import { setTimeout as delay } from 'node:timers/promises'
import type pg from 'pg'
import type { EngineCounts } from '../../core/engine/engine.ts'
import { openEvaluatorPlace, tryLockEvaluator } from '../../store/evaluator/evaluator-place.ts'
import { inTransactionOn } from '../../store/pg/pool.ts'
import { loadMemory } from './evaluator-memory.ts'
import { createEvaluatorRound, type EvaluatorRound } from './evaluator-round.ts'
import { createJudgingFaults, type JudgingFaults } from './judging-faults.ts'
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
 * a shard works at a time; others stand by and take over when its connection falls. Whatever goes
 * wrong, it starts again from the last snapshot and the journal, which end in the same decisions.
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
    /** Walks over what is held in memory; null while it does not lead. */
    readonly countEngine: () => EngineCounts | null
  }

const standbyMs = 1_000
const restartMs = 100
const restartMsMax = 5_000
/** A database that is gone may not keep the process from ending. */
const stopMsMax = 10_000

const noProgress: EvaluatorProgress = {
  journalId: null,
  lagMs: null,
  evaluatedAtMs: null,
  lastReceivedAtMs: null,
  fixesPerSecond: 0,
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
      state.failuresInARow += 1
      const { failuresInARow } = state
      log.error({ err: error, shard, failuresInARow }, 'evaluator failed; it starts again')
      const restMs = Math.min(restartMsMax, restartMs * 2 ** failuresInARow)
      await state.sleeper.sleep(restMs, 'stop')
    }
  }
}

/**
 * Holds the shard's lock on one connection until told to stop; throws when that
 * connection or a save fails.
 */
async function lead(state: State): Promise<void> {
  const { log, pool, shard } = state.deps
  const client = await pool.connect()
  // A connection that dies between statements says so here; the next statement then fails.
  const onError = (error: Error): void => log.warn({ err: error }, 'evaluator connection lost')
  client.on('error', onError)
  try {
    if (!(await waitForLock(state, client))) return
    log.info({ shard }, 'evaluator leads')
    while (!state.isStopping) {
      const isDone = await leadOnce(state, client)
      if (isDone) return
    }
  } finally {
    state.round = null
    client.off('error', onError)
    // The lock goes with the connection, so the connection goes too.
    client.release(true)
  }
}

async function waitForLock(state: State, client: pg.PoolClient): Promise<boolean> {
  const { log, shard } = state.deps
  let isSaid = false
  while (!state.isStopping) {
    if (await tryLockEvaluator(client, shard)) return true
    if (!isSaid) log.info({ shard }, 'another evaluator leads; standing by')
    isSaid = true
    await state.sleeper.sleep(standbyMs, 'stop')
  }
  return false
}

/**
 * From loading to stopping; false when something could not be judged and
 * memory must be loaded anew.
 */
async function leadOnce(state: State, client: pg.PoolClient): Promise<boolean> {
  const { counts, deps, faults } = state
  counts.reloads += 1
  const memory = await inTransactionOn(client, 'begin isolation level repeatable read', () =>
    loadMemory(client, { ...deps, isClockHeld: faults.isClockHeld }),
  )
  const place = await openEvaluatorPlace(client, deps.shard)
  const recorded = await loadStanding(client)
  const round = createEvaluatorRound({ ...deps, client, memory, place, recorded, counts })
  state.round = round
  try {
    while (!state.isStopping) {
      const restMs = await round.step()
      state.failuresInARow = 0
      if (restMs > 0) await state.sleeper.sleep(restMs, 'wake')
    }
    await round.finish()
    return true
  } catch (error) {
    await faults.overcome(client, error)
    return false
  }
}

async function stop(state: State): Promise<void> {
  state.isStopping = true
  state.stopListening?.()
  state.sleeper.wake('stop')
  const running = state.running ?? Promise.resolve()
  await Promise.race([running, delay(stopMsMax, null, { ref: false })])
}
