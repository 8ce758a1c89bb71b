import type { Log } from '../src/log.ts'

/**
 * Does each task every second, from rows alone: it needs no queue, no notification and no Redis, and makes
 * up for all of them. A task that fails or hangs does not keep the others from their turn.
 */
export function createSweeper(deps: SweeperDeps): Sweeper {
  const states = deps.tasks.map((task) => ({ task, isRunning: false, failureCount: 0 }))
  const running = new Set<Promise<void>>()
  let timer: NodeJS.Timeout | null = null
  let sweptAtMs: number | null = null

  async function run(state: (typeof states)[number]): Promise<void> {
    if (state.isRunning) return
    state.isRunning = true
    try {
      await state.task.run()
    } catch (error) {
      state.failureCount += 1
      const { failureCount } = state
      deps.log.error({ err: error, task: state.task.title, failureCount }, 'sweep failed')
    } finally {
      state.isRunning = false
    }
  }

  function sweep(): void {
    sweptAtMs = performance.now()
    for (const state of states) {
      const turn = run(state).finally(() => running.delete(turn))
      running.add(turn)
    }
  }

  return {
    start() {
      timer ??= setInterval(sweep, deps.sweepMs ?? SWEEP_MS)
      sweep()
    },
    async stop() {
      if (timer !== null) clearInterval(timer)
      timer = null
      await Promise.allSettled(running)
    },
    stats: () => ({
      sweptMsAgo: sweptAtMs === null ? null : performance.now() - sweptAtMs,
      failureCount: states.reduce((sum, state) => sum + state.failureCount, 0),
    }),
  }
}

export type Sweeper = {
  readonly start: () => void
  readonly stop: () => Promise<void>
  readonly stats: () => { readonly sweptMsAgo: number | null; readonly failureCount: number }
}

export type SweeperDeps = {
  readonly log: Log
  readonly tasks: readonly SweepTask[]
  readonly sweepMs?: number
}

export type SweepTask = { readonly title: string; readonly run: () => Promise<void> }

const SWEEP_MS = 1_000
