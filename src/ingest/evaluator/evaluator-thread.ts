import { setTimeout as delay } from 'node:timers/promises'
import { parentPort, workerData } from 'node:worker_threads'
import type pg from 'pg'
import { systemClock } from '../../clock.ts'
import type { EngineCounts } from '../../core/engine/engine.ts'
import { defaultLimits } from '../../core/model/limits.ts'
import { createLocalDoorbell, type Doorbell } from '../../live/doorbell.ts'
import { createLog } from '../../log.ts'
import { readMasterKeys } from '../../store/keys/master-keys.ts'
import { openDataKeys } from '../../store/keys/open-keys.ts'
import { connect, isDatabaseUnavailable } from '../../store/pg/pool.ts'
import { keepSteady } from '../steady-clock.ts'
import { createEvaluator, type Evaluator } from './evaluator.ts'
import type { SignOfThread, ThreadOrders, WordToThread } from './evaluator-words.ts'

/** The thread that `createEvaluatorApart` starts: the evaluator, and word of how it is. */

const { databaseUrl, masterKeys, shard, snapshotMs, quietMode } = workerData as ThreadOrders

/**
 * One that leads, two that read beside it at the start, one that gives signs of life, and one to
 * look whether a line is dead.
 */
const connectionCountMax = 6
const tellMs = 200
const countMs = 5_000
const reconnectMs = 1_000

function tell(sign: SignOfThread): void {
  parentPort?.postMessage(sign)
}

const log = createLog({ destination: { write: (line) => tell({ type: 'log', line }) } })
// A database that does not answer is no thread that hangs.
const living = setInterval(() => tell({ type: 'alive' }), tellMs)
const pool = await connectAtLast()
const steady = keepSteady({
  db: pool,
  elapsedMs: () => performance.now(),
  log,
  own: systemClock,
  shard,
})
await steady.start()
const local = createLocalDoorbell({ log })
const doorbell: Doorbell = {
  ...local,
  // Those who wait for what we write are outside.
  ring: (channel) => tell({ type: 'ring', channel }),
}
const evaluator = createEvaluator({
  pool,
  clock: steady.clock,
  log,
  limits: defaultLimits,
  doorbell,
  shard,
  snapshotMs,
  ...(quietMode === undefined ? {} : { quietMode }),
})
const readStats = createStatsReader(evaluator)
clearInterval(living)
const telling = setInterval(() => tell({ type: 'stats', stats: readStats() }), tellMs)
parentPort?.on('message', (word: WordToThread) => {
  if (word === 'start') evaluator.start()
  else if (word === 'ring') local.ring('journal')
  else void stop()
})

/** A database that is away for a while is no failure of judging. */
async function connectAtLast(): Promise<pg.Pool> {
  for (;;) {
    try {
      const masters = readMasterKeys(masterKeys)
      // Ends with the thread.
      const { keys } = await openDataKeys(databaseUrl, { masters, log })
      return await connect(databaseUrl, { log, connectionCountMax, keys })
    } catch (error) {
      if (!isDatabaseUnavailable(error)) throw error
      log.warn({ err: error, shard }, 'the evaluator cannot reach the database; it tries again')
      await delay(reconnectMs)
    }
  }
}

async function stop(): Promise<void> {
  clearInterval(telling)
  try {
    await evaluator.stop()
    await local.close()
    await steady.stop()
    await pool.end()
  } finally {
    tell({ type: 'stopped' })
  }
}

/** Counting walks over all that is held: it may cost a hundredth of the time. */
function createStatsReader({ stats }: Evaluator) {
  let engine: EngineCounts | null = null
  let countDueAtMs = 0
  return () => {
    const { countEngine, ...rest } = stats()
    const startedAtMs = performance.now()
    if (!rest.isLeading || startedAtMs >= countDueAtMs) {
      engine = countEngine()
      const tookMs = performance.now() - startedAtMs
      countDueAtMs = rest.isLeading ? startedAtMs + Math.max(countMs, tookMs * 100) : 0
    }
    return { ...rest, engine }
  }
}
