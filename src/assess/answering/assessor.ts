import { Worker } from 'node:worker_threads'
import type { AskedPlaces } from '../choose-police-time.ts'
import { sendableMap } from '../../map/index-map.ts'
import type { AssessAnswer, AssessTask } from './answer-question.ts'
import type { AssessOrders, SignOfAssess, WordToAssess } from './assess-words.ts'

/** Works out answers about bans. */
export type Assessor = {
  /** Rejects with `AbortError` once `signal` says that nobody waits any more. */
  readonly assess: (
    task: AssessTask,
    signal: AbortSignal,
    onStep?: (percent: number) => void,
  ) => Promise<AssessAnswer>
  readonly stop: () => Promise<void>
}

/**
 * In threads of their own, so that no question about a ban keeps an alert or a position waiting:
 * one for what is answered while a corner is dragged, and one, started when it is first asked, for
 * what takes seconds. A question that nobody waits for any more is not begun, or left off between
 * two steps.
 */
export function createAssessorApart(places: AskedPlaces, areasPath: string | null): Assessor {
  const orders = {
    map: places.map === null ? null : sendableMap(places.map),
    areasPath,
    policeTimes: places.policeTimes ?? null,
  }
  const quick = createLane(orders)
  const slow = createLane(orders)
  return {
    assess: (task, signal, onStep = () => {}) =>
      (isSlow(task) ? slow : quick).assess(task, signal, onStep),
    stop: async () => {
      await Promise.all([quick.stop(), slow.stop()])
    },
  }
}

function isSlow({ isComparing, isMeasuring, kept, positions }: AssessTask): boolean {
  return isComparing || isMeasuring || kept !== null || positions !== null
}

type Waiting = {
  readonly onStep: (percent: number) => void
  readonly resolve: (answer: AssessAnswer) => void
  readonly reject: (error: unknown) => void
}

/** One thread, and who waits for it. A thread that ends is started anew by the next question. */
function createLane(orders: AssessOrders): Required<Assessor> {
  const waiting = new Map<number, Waiting>()
  let thread: Worker | null = null
  let lastId = 0
  const start = (): Worker => {
    const started = new Worker(new URL('assess-thread.ts', import.meta.url), {
      workerData: orders,
      name: 'assessor',
      execArgv: [...process.execArgv, '--import', keepCompiled],
    })
    // A process that ends does not wait for an answer about a ban.
    started.unref()
    started.on('message', (sign: SignOfAssess) => hear(waiting, sign))
    const ended = (error: Error): void => {
      // A fault is followed by an end, and whoever asked meanwhile waits for another thread.
      if (thread !== started) return
      thread = null
      for (const { reject } of waiting.values()) reject(error)
      waiting.clear()
    }
    started.on('error', ended)
    started.on('exit', () => ended(new Error('the thread that answers about bans has ended')))
    return started
  }
  return {
    assess: async (task, signal, onStep = () => {}) => {
      signal.throwIfAborted()
      if (waiting.size >= waitingMax) throw new AssessorBusy()
      thread ??= start()
      const id = ++lastId
      const stopped = new Int32Array(new SharedArrayBuffer(4))
      const asked: WordToAssess = { id, task, stopped }
      thread.postMessage(asked)
      const leave = (): void => {
        Atomics.store(stopped, 0, 1)
        waiting.get(id)?.reject(signal.reason)
      }
      signal.addEventListener('abort', leave, { once: true })
      try {
        return await new Promise<AssessAnswer>((resolve, reject) => {
          waiting.set(id, { onStep, resolve, reject })
        })
      } finally {
        signal.removeEventListener('abort', leave)
      }
    },
    stop: async () => {
      await thread?.terminate()
    },
  }
}

function hear(waiting: Map<number, Waiting>, sign: SignOfAssess): void {
  const one = waiting.get(sign.id)
  if (one === undefined) return
  if (sign.type === 'step') return one.onStep(sign.percent)
  waiting.delete(sign.id)
  if (sign.type === 'answer') one.resolve(sign.answer)
  else if (sign.type === 'failed') one.reject(new Error(sign.message))
}

/** So many questions wait already that one more would be answered when nobody looks any more. */
export class AssessorBusy extends Error {
  override readonly name = 'AssessorBusy'
}

const waitingMax = 40

const keepCompiled = new URL('../../keep-compiled.js', import.meta.url).href
