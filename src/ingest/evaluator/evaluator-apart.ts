import { setTimeout as delay } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import inspector from 'node:inspector'
import type { Doorbell } from '../../live/doorbell.ts'
import type { Log } from '../../log.ts'
import { createCounts, type EvaluatorCounts } from './evaluator-deps.ts'
import { noProgress, type Evaluator, type EvaluatorStats } from './evaluator.ts'
import type { SignOfThread, ThreadOrders, ThreadStats, WordToThread } from './evaluator-words.ts'

/**
 * The evaluator in a thread of its own, so that judging never holds up the loop that answers
 * requests: an acknowledgement that is later after an alert tells a listener that somebody is near.
 * A thread that ends or hangs is started anew; its session at the database goes with it, and the
 * fence refuses what it may have had in hand. It ends with its process.
 */
export function createEvaluatorApart(deps: EvaluatorApartDeps): Evaluator {
  const state: State = {
    deps,
    thread: null,
    stats: notYet,
    countsBefore: null,
    ticksWithoutSign: 0,
    endedAtMs: [],
    isStopping: false,
    stopListening: null,
    watching: null,
    onStopped: () => {},
  }
  // It reads its program while the rest of the process is put together.
  startThread(state)
  return {
    start() {
      if (state.watching !== null) return
      state.stopListening = deps.doorbell.on('journal', (cause) => {
        // It polls for itself.
        if (cause === 'ring') say(state, 'ring')
      })
      state.watching = setInterval(() => look(state), deps.hangMsMax / ticksMax)
      say(state, 'start')
    },
    wake: () => say(state, 'ring'),
    stop: () => stop(state),
    stats: () => statsOf(state),
  }
}

export type EvaluatorApartDeps = ThreadOrders & {
  readonly log: Log
  readonly doorbell: Doorbell
  /** Without a sign for so long the thread hangs. */
  readonly hangMsMax: number
}

/** Own looks are counted and no time: a process that was stopped has a thread that was as well. */
const ticksMax = 30
/** A thread reads its program before its first sign, on a busy machine for seconds. */
const startTicks = 3 * ticksMax
const restartMs = 1_000
/** One that ends so often of late vouches for nobody. */
const endsMax = 4
const endsWithinMs = 180_000
/** A little more than the evaluator itself takes at most. */
const stopMsMax = 27_000
const terminateMsMax = 3_000

/** Else each start of a thread reads the program as if for the first time: a third of a second. */
const keepCompiled = new URL('../../keep-compiled.js', import.meta.url).href

const notYet: ThreadStats = {
  ...noProgress,
  ...createCounts(),
  isLeading: false,
  isLoading: true,
  isFailing: false,
  isClockHeld: false,
  engine: null,
}

type State = {
  readonly deps: EvaluatorApartDeps
  thread: Worker | null
  stats: ThreadStats
  /** Of the threads before this one. */
  countsBefore: EvaluatorCounts | null
  ticksWithoutSign: number
  /** By a clock that never goes back. */
  endedAtMs: number[]
  isStopping: boolean
  stopListening: (() => void) | null
  watching: NodeJS.Timeout | null
  onStopped: () => void
}

function startThread(state: State): void {
  const { databaseUrl, masterKeys, shard, snapshotMs, quietMode, log } = state.deps
  const orders: ThreadOrders = { databaseUrl, masterKeys, shard, snapshotMs, quietMode }
  const thread = new Worker(new URL('evaluator-thread.ts', import.meta.url), {
    workerData: orders,
    name: 'evaluator',
    execArgv: [...process.execArgv, '--import', keepCompiled],
  })
  state.thread = thread
  state.ticksWithoutSign = -startTicks
  thread.on('message', (sign: SignOfThread) => {
    if (state.thread === thread) hear(state, sign)
  })
  thread.on('error', (error) => {
    log.error({ err: error, shard }, 'the thread of the evaluator has failed')
  })
  thread.on('exit', () => ended(state, thread))
}

function hear(state: State, sign: SignOfThread): void {
  const { doorbell, log } = state.deps
  state.ticksWithoutSign = 0
  switch (sign.type) {
    case 'stats':
      state.stats = sign.stats
      return
    case 'ring':
      doorbell.ring(sign.channel)
      return
    case 'alive':
      return
    case 'stopped':
      state.onStopped()
      return
    case 'log': {
      // Level and time are its own; the rest is written as one of our own lines.
      const { level, time: _time, msg, ...fields } = JSON.parse(sign.line) as LogLine
      log[level](fields, msg)
    }
  }
}

type LogLine = {
  readonly level: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace'
  readonly time: string
  readonly msg: string
}

function say(state: State, word: WordToThread): void {
  state.thread?.postMessage(word)
}

/** Whatever made it end: memory is loaded anew from snapshots and journal, as after a restart. */
function ended(state: State, thread: Worker): void {
  if (state.thread !== thread) return
  state.thread = null
  if (state.isStopping) return state.onStopped()
  const { log, shard } = state.deps
  const counts = countsOf(state)
  state.countsBefore = { ...counts, failures: counts.failures + 1 }
  state.stats = notYet
  state.endedAtMs = [...state.endedAtMs.slice(1 - endsMax), performance.now()]
  log.error({ shard }, 'the thread of the evaluator has ended; it is started anew')
  setTimeout(() => {
    if (state.isStopping) return
    startThread(state)
    if (state.watching !== null) say(state, 'start')
  }, restartMs)
}

function look(state: State): void {
  const { thread } = state
  // Whoever stands at a breakpoint has stopped it on purpose.
  if (thread === null || inspector.url() !== undefined) return
  state.ticksWithoutSign += 1
  if (state.ticksWithoutSign < ticksMax) return
  state.ticksWithoutSign = 0
  const { log, shard, hangMsMax } = state.deps
  log.error({ shard, hangMsMax }, 'the thread of the evaluator hangs; it is ended')
  void terminate(thread, log)
}

/** One that hangs outside JavaScript cannot be ended without its process. */
async function terminate(thread: Worker, log: Log): Promise<void> {
  const isEnded = await Promise.race([
    thread.terminate().then(() => true),
    delay(terminateMsMax, false, { ref: false }),
  ])
  if (isEnded) return
  log.fatal('the thread of the evaluator cannot be ended; this process ends, to be started again')
  process.exit(hungExitCode)
}

/** As the watchdog's: a supervisor starts it again. */
const hungExitCode = 70

async function stop(state: State): Promise<void> {
  state.isStopping = true
  state.stopListening?.()
  if (state.watching !== null) clearInterval(state.watching)
  const { thread } = state
  if (thread === null) return
  const stopped = new Promise<void>((resolve) => {
    state.onStopped = resolve
  })
  say(state, 'stop')
  await Promise.race([stopped, delay(stopMsMax, null, { ref: false })])
  await Promise.race([thread.terminate(), delay(terminateMsMax, null, { ref: false })])
}

function statsOf(state: State): EvaluatorStats {
  const { engine, ...stats } = state.stats
  const sinceMs = performance.now() - endsWithinMs
  const isEndingOften = state.endedAtMs.filter((atMs) => atMs > sinceMs).length >= endsMax
  return {
    ...stats,
    ...countsOf(state),
    isFailing: stats.isFailing || isEndingOften,
    countEngine: () => engine,
  }
}

function countsOf({ stats, countsBefore: before }: State): EvaluatorCounts {
  return {
    fixes: stats.fixes + (before?.fixes ?? 0),
    alerts: stats.alerts + (before?.alerts ?? 0),
    failures: stats.failures + (before?.failures ?? 0),
    poison: stats.poison + (before?.poison ?? 0),
    stretchesSetAside: stats.stretchesSetAside + (before?.stretchesSetAside ?? 0),
    reloads: stats.reloads + (before?.reloads ?? 0),
    snapshotsPassedOver: stats.snapshotsPassedOver + (before?.snapshotsPassedOver ?? 0),
    snapshotsUnsaved: stats.snapshotsUnsaved + (before?.snapshotsUnsaved ?? 0),
  }
}
