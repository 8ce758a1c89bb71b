import inspector from 'node:inspector'
import { Worker } from 'node:worker_threads'
import type { Log } from '../log.ts'

/**
 * Ends this process when its loop has not turned for `limitMs`. A process that hangs keeps its
 * connections, its leadership and its port, and nobody hears of it; one that has ended is started
 * again by its supervisor. The watch is kept by a thread of its own, because nothing that runs in
 * the loop can see that the loop stands still.
 */
export function startWatchdog({ log, limitMs, startingLimitMs }: WatchdogOptions): Watchdog {
  const signs = new SharedArrayBuffer(signCount * Int32Array.BYTES_PER_ELEMENT)
  const view = new Int32Array(signs)
  const tickMs = Math.max(1, Math.round(limitMs / limitTicks))
  const beating = setInterval(() => {
    Atomics.add(view, turnsSign, 1)
    // Whoever stands at a breakpoint has stopped the loop on purpose.
    Atomics.store(view, debuggerSign, inspector.url() === undefined ? 0 : 1)
  }, tickMs)
  beating.unref()
  const orders: WatchdogOrders = { signs, tickMs, limitMs, startingLimitMs }
  const thread = new Worker(new URL('watchdog-thread.ts', import.meta.url), {
    workerData: orders,
    name: 'watchdog',
  })
  thread.unref()
  thread.on('error', (error) => {
    log.error({ err: error }, 'the watchdog has failed; a hang of this process would go unseen')
  })
  return {
    started: () => void Atomics.store(view, startedSign, 1),
    async stop() {
      clearInterval(beating)
      await thread.terminate()
    },
  }
}

export type Watchdog = {
  /** From now on `limitMs` holds. */
  readonly started: () => void
  readonly stop: () => Promise<void>
}

export type WatchdogOptions = {
  readonly log: Log
  readonly limitMs: number
  /**
   * Until `started` is called. A start reads and compiles in pieces that nothing interrupts: with
   * little CPU one of them takes long, and whoever is ended in it begins with the same piece again.
   */
  readonly startingLimitMs: number
}

/** What the thread is given. */
export type WatchdogOrders = {
  readonly signs: SharedArrayBuffer
  readonly tickMs: number
  readonly limitMs: number
  readonly startingLimitMs: number
}

/** Of a process that was ended because it hung. */
export const hungExitCode = 70
/**
 * The thread counts its own looks and no time: in a process that was stopped or a machine that
 * slept neither the loop nor the thread has moved.
 */
export const limitTicks = 30

/** Places in the shared memory. */
export const turnsSign = 0
export const debuggerSign = 1
export const startedSign = 2
const signCount = 3
