import { setTimeout as delay } from 'node:timers/promises'
import type pg from 'pg'
import type { EngineCounts } from '../../core/engine/engine.ts'
import { openEvaluatorPlace, tryLockEvaluator } from '../../store/evaluator/evaluator-place.ts'
import { loadMemory } from './evaluator-memory.ts'
import { createEvaluatorRound, type EvaluatorRound } from './evaluator-round.ts'
import { inTransactionOn } from './evaluator-saving.ts'
import { ClockFailure, PoisonEntry } from './judge-row.ts'
import { quarantinePoison } from './quarantine-poison.ts'
import { createSleeper } from './sleeper.ts'
import { loadStanding } from './standing.ts'
import type { EvaluatorDeps, EvaluatorCounts, EvaluatorProgress } from './evaluator-deps.ts'

/**
 * Reads the journal of one shard in order, judges it and saves what follows. Only one evaluator of a shard
 * works at a time; others stand by and take over when its connection falls. Whatever goes wrong, it starts
 * again from the last snapshot and the journal, which end in the same decisions.
 */
// oxlint-disable-next-line max-lines-per-function -- a holder of state: each function in it is short, and they share it
export function createEvaluator(deps: EvaluatorDeps): Evaluator {
  const { log, pool, shard } = deps
  const sleeper = createSleeper()
  const attempts = new Map<string, number>()
  const counts: EvaluatorCounts = { fixes: 0, alerts: 0, failures: 0, poison: 0, reloads: 0 }
  let round: EvaluatorRound | null = null
  let running: Promise<void> | null = null
  let isStopping = false
  let clockFailureCount = 0
  let clockHeldUntilMs = 0
  let stopListening: (() => void) | null = null

  async function run(): Promise<void> {
    let failuresInARow = 0
    while (!isStopping) {
      try {
        await lead(() => {
          failuresInARow = 0
        })
      } catch (error) {
        if (isStopping) return
        counts.failures += 1
        failuresInARow += 1
        log.error({ err: error, shard, failuresInARow }, 'evaluator failed; it starts again')
        await sleeper.sleep(Math.min(restartMsMax, restartMs * 2 ** failuresInARow), 'stop')
      }
    }
  }

  /** Holds the shard's lock on one connection until told to stop; throws when that connection or a save fails. */
  async function lead(onProgress: () => void): Promise<void> {
    const client = await pool.connect()
    // A connection that dies between statements says so here; the next statement then fails.
    const onError = (error: Error): void => log.warn({ err: error }, 'evaluator connection lost')
    client.on('error', onError)
    try {
      if (!(await waitForLock(client))) return
      log.info({ shard }, 'evaluator leads')
      while (!isStopping) {
        const isDone = await leadOnce(client, onProgress)
        if (isDone) return
      }
    } finally {
      round = null
      client.off('error', onError)
      // The lock goes with the connection, so the connection goes too.
      client.release(true)
    }
  }

  async function waitForLock(client: pg.PoolClient): Promise<boolean> {
    let isSaid = false
    while (!isStopping) {
      if (await tryLockEvaluator(client, shard)) return true
      if (!isSaid) log.info({ shard }, 'another evaluator leads; standing by')
      isSaid = true
      await sleeper.sleep(standbyMs, 'stop')
    }
    return false
  }

  /** From loading to stopping; false when an entry could not be judged and memory must be loaded anew. */
  async function leadOnce(client: pg.PoolClient, onProgress: () => void): Promise<boolean> {
    counts.reloads += 1
    const memory = await inTransactionOn(client, 'begin isolation level repeatable read', () =>
      loadMemory(client, { ...deps, isClockHeld: () => deps.clock.nowMs() < clockHeldUntilMs }),
    )
    const place = await openEvaluatorPlace(client, shard)
    const standing = await loadStanding(client)
    const current = createEvaluatorRound({ ...deps, client, memory, place, standing, counts })
    round = current
    try {
      while (!isStopping) {
        const rest = await current.step()
        onProgress()
        if (rest > 0) await sleeper.sleep(rest, 'wake')
      }
      await current.finish()
      return true
    } catch (error) {
      if (error instanceof ClockFailure) {
        holdClock(error)
        return false
      }
      if (!(error instanceof PoisonEntry)) throw error
      await setAside(client, error)
      return false
    }
  }

  /** Without its deadlines the evaluator is half blind; stuck on them it would be blind. */
  function holdClock(failure: ClockFailure): void {
    counts.failures += 1
    clockFailureCount += 1
    log.error({ err: failure, shard, clockFailureCount }, 'deadlines cannot be judged')
    if (clockFailureCount < poisonAttemptCount) return
    clockFailureCount = 0
    clockHeldUntilMs = deps.clock.nowMs() + clockHeldMs
  }

  async function setAside(client: pg.PoolClient, poison: PoisonEntry): Promise<void> {
    const key = `${poison.journalId}:${poison.entryIndex}`
    const attempt = (attempts.get(key) ?? 0) + 1
    attempts.set(key, attempt)
    const facts = { shard, journalId: poison.journalId, entryIndex: poison.entryIndex, attempt }
    log.error({ ...facts, err: poison.cause }, 'an entry of the journal cannot be judged')
    if (attempt < poisonAttemptCount) return
    await inTransactionOn(client, 'begin', () => quarantinePoison(client, poison, deps))
    attempts.delete(key)
    counts.poison += 1
    deps.doorbell.ring('alert-events')
  }

  return {
    start() {
      if (running !== null) return
      stopListening = deps.doorbell.on('journal', () => sleeper.wake('wake'))
      running = run()
    },
    wake: () => sleeper.wake('wake'),
    async stop() {
      isStopping = true
      stopListening?.()
      sleeper.wake('stop')
      await Promise.race([running ?? Promise.resolve(), delay(stopMsMax, null, { ref: false })])
    },
    stats: () => ({
      ...counts,
      isLeading: round !== null,
      countEngine: () => round?.count() ?? null,
      ...(round?.progress() ?? {
        journalId: null,
        lagMs: null,
        evaluatedAtMs: null,
        lastReceivedAtMs: null,
        fixesPerSecond: 0,
      }),
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
/** Then it is tried again: what broke may be over, and silence must not go unseen for long. */
const clockHeldMs = 60_000
const restartMs = 100
const restartMsMax = 5_000
/** A pure function fails the same way each time, but the machine it runs on need not. */
const poisonAttemptCount = 3
/** A database that is gone may not keep the process from ending. */
const stopMsMax = 10_000
