import type { Log } from '../log.ts'
import { openQueues, settleSoon, shutQueues } from './open-queues.ts'
import type { OpenQueues, QueueOptions } from './open-queues.ts'

/**
 * The doorbell of the workers: jobs that carry ids and nothing else. Every job may be lost, doubled
 * or late, because the sweeper finds the same work in rows each second. So nothing here throws:
 * what fails is counted and said, and a queue that is gone is made anew.
 */
export function createAlertQueues(options: AlertQueuesOptions): AlertQueues {
  const state: State = {
    options,
    counts: { errors: 0, failedJobs: 0, rebuilds: 0 },
    current: null,
    opening: Promise.resolve(),
    failuresInARow: 0,
    openedAtMs: 0,
    isClosed: false,
    complainedAtMs: 0,
  }
  let first: Promise<void> | null = null
  return {
    ready() {
      if (first === null) {
        first = open(state)
        state.opening = first
      }
      return first
    },
    addDeliver: (deliveryId, delayMs) => void add(state, { id: deliveryId }, Math.max(0, delayMs)),
    stats: () => ({ ...state.counts, isOpen: state.current !== null }),
    async close() {
      state.isClosed = true
      await settleSoon(state.opening)
      const last = state.current
      state.current = null
      if (last !== null) await shutQueues(last)
    },
  }
}

export type AlertQueues = {
  /** Opens at the first call; resolves after the first attempt, whether it succeeded or not. */
  readonly ready: () => Promise<void>
  readonly addDeliver: (deliveryId: string, delayMs: number) => void
  readonly stats: () => {
    readonly errors: number
    readonly failedJobs: number
    readonly rebuilds: number
    readonly isOpen: boolean
  }
  readonly close: () => Promise<void>
}

export type { JobHandlers } from './open-queues.ts'

export type AlertQueuesOptions = QueueOptions & {
  readonly log: Log
  readonly rebuildMs?: number
}

type JobData = { readonly id?: string }

const rebuildMsDefault = 2_000
/** The pause doubles from one failure to the next, up to this; the sweep goes on meanwhile. */
const rebuildMsMax = 30_000
/** Open for so long without a fault, a queue begins again with the shortest pause. */
const soundMs = 60_000
const complainMs = 10_000
/** The record is in rows; a finished job is of no use. A few failed ones help to see why. */
const keepLittle = {
  removeOnComplete: true,
  removeOnFail: { count: 100 },
  attempts: 3,
  backoff: { type: 'exponential', delay: 500 },
} as const
type State = {
  readonly options: AlertQueuesOptions
  readonly counts: { errors: number; failedJobs: number; rebuilds: number }
  current: OpenQueues | null
  /** The attempt under way, or the last one. */
  opening: Promise<void>
  failuresInARow: number
  openedAtMs: number
  isClosed: boolean
  complainedAtMs: number
}

async function open(state: State): Promise<void> {
  const attempt: { opened: OpenQueues | null; fault: Error | null } = { opened: null, fault: null }
  try {
    attempt.opened = await openQueues(state.options, {
      onError(error) {
        attempt.fault ??= error
        noteError(state, error)
        if (attempt.opened !== null) takeDown(state, attempt.opened)
      },
      onFailed: () => (state.counts.failedJobs += 1),
    })
  } catch (error) {
    noteError(state, toError(error))
    reopenSoon(state)
    return
  }
  const { opened } = attempt
  if (state.isClosed) {
    await shutQueues(opened)
    return
  }
  state.current = opened
  state.openedAtMs = performance.now()
  if (attempt.fault === null) opened.start()
  else takeDown(state, opened)
}

function noteError(state: State, error: Error): void {
  const { counts, options } = state
  counts.errors += 1
  const nowMs = performance.now()
  const isSaid = state.complainedAtMs !== 0 && nowMs - state.complainedAtMs <= complainMs
  if (state.isClosed || isSaid) return
  state.complainedAtMs = nowMs
  const facts = { err: error, errorCount: counts.errors }
  options.log.error(facts, 'queue failed; rows are swept meanwhile')
}

/**
 * On PostgreSQL whatever goes wrong ends this queue, and another is made after a pause. A worker
 * that cannot go on asks again without one, in microtasks only, so that no timer, no request and no
 * signal is heard any more: it must be told to close before this returns. Redis mends itself.
 */
function takeDown(state: State, faulty: OpenQueues): void {
  // One that was left behind before may complain late; it is not the one in use.
  if (state.options.redisUrl !== null || state.current !== faulty) return
  state.current = null
  void shutQueues(faulty)
  if (performance.now() - state.openedAtMs >= soundMs) state.failuresInARow = 0
  reopenSoon(state)
}

function reopenSoon(state: State): void {
  if (state.isClosed) return
  const { rebuildMs = rebuildMsDefault } = state.options
  const restMs = Math.min(rebuildMsMax, rebuildMs * 2 ** state.failuresInARow)
  state.failuresInARow += 1
  const timer = setTimeout(() => {
    if (state.isClosed) return
    state.counts.rebuilds += 1
    state.opening = open(state)
  }, restMs)
  timer.unref()
}

async function add(state: State, data: JobData, delay: number): Promise<void> {
  const { current } = state
  if (current === null) return
  try {
    await current.queue.add('deliver', data, { ...keepLittle, delay })
  } catch (error) {
    noteError(state, toError(error))
    takeDown(state, current)
  }
}

function toError(value: unknown): Error {
  return value instanceof Error ? value : new Error('queue failed', { cause: value })
}
