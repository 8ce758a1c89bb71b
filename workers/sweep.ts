import type { Log } from '../src/log.ts'

/**
 * Does each task every second, from rows alone: it needs no queue, no notification and no Redis, and makes
 * up for all of them. A task that fails or hangs does not keep the others from their turn,
 * and one that hangs is said.
 */
export function createSweeper(deps: SweeperDeps): Sweeper {
  const states = deps.tasks.map((task) => ({
    task,
    startedAtMs: null as number | null,
    saidAtMs: 0,
    failureCount: 0,
  }))
  const running = new Set<Promise<void>>()
  let timer: NodeJS.Timeout | null = null
  let sweptAtMs: number | null = null

  async function run(state: (typeof states)[number]): Promise<void> {
    if (state.startedAtMs !== null) {
      sayWhenHung(state, state.startedAtMs)
      return
    }
    state.startedAtMs = performance.now()
    state.saidAtMs = state.startedAtMs
    try {
      await state.task.run()
    } catch (error) {
      state.failureCount += 1
      const { failureCount } = state
      deps.log.error({ err: error, task: state.task.title, failureCount }, 'sweep failed')
    } finally {
      state.startedAtMs = null
    }
  }

  function sayWhenHung(state: (typeof states)[number], startedAtMs: number): void {
    const nowMs = performance.now()
    if (nowMs - state.saidAtMs < (deps.hungMs ?? hungMsDefault)) return
    state.saidAtMs = nowMs
    const runningMs = Math.round(nowMs - startedAtMs)
    deps.log.error({ task: state.task.title, runningMs }, 'sweep task does not end')
  }

  function longestRunningMs(): number {
    const startedAtMs = states.map((state) => state.startedAtMs ?? Infinity)
    return Math.max(0, performance.now() - Math.min(...startedAtMs))
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
      timer ??= setInterval(sweep, deps.sweepMs ?? sweepMsDefault)
      sweep()
    },
    async stop() {
      if (timer !== null) clearInterval(timer)
      timer = null
      await Promise.allSettled(running)
    },
    stats: () => ({
      sweptMsAgo: sweptAtMs === null ? null : performance.now() - sweptAtMs,
      longestRunningMs: longestRunningMs(),
      failureCount: states.reduce((sum, state) => sum + state.failureCount, 0),
    }),
  }
}

export type Sweeper = {
  readonly start: () => void
  readonly stop: () => Promise<void>
  readonly stats: () => SweeperStats
}

export type SweeperStats = {
  readonly sweptMsAgo: number | null
  /** How long the task has run that has run longest; 0 when none is under way. */
  readonly longestRunningMs: number
  readonly failureCount: number
}

export type SweeperDeps = {
  readonly log: Log
  readonly tasks: readonly SweepTask[]
  readonly sweepMs?: number
  readonly hungMs?: number
}

export type SweepTask = { readonly title: string; readonly run: () => Promise<void> }

const sweepMsDefault = 1_000
/** Longer than a statement is waited for, so that a database that does not answer is told as what it is. */
const hungMsDefault = 120_000
