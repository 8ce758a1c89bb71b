import type { Log } from '../src/log.ts'
import { minOf } from '../src/core/model/lists.ts'

/**
 * Does each task every second, from rows alone: it needs no queue, no notification and no Redis,
 * and makes up for all of them. What there is to do is asked for all tasks at once; where that is
 * not known in a moment, each is done. One after the other, on a connection that has just done the
 * like: all at once they have one each, which plans anew and finds nothing at hand. A task that
 * fails, hangs or takes long does not keep the others from their turn, and one that hangs is said.
 */
export function createSweeper(deps: SweeperDeps): Sweeper {
  const state: State = {
    deps,
    tasks: deps.tasks.map((task) => ({ task, startedAtMs: null, saidAtMs: 0, failureCount: 0 })),
    running: new Set(),
    timer: null,
    isSweeping: false,
    isAsking: false,
    unansweredCount: 0,
    sweptAtMs: null,
  }
  return {
    start() {
      state.timer ??= setInterval(() => void sweep(state), deps.sweepMs ?? sweepMsDefault)
      void sweep(state)
    },
    async stop() {
      if (state.timer !== null) clearInterval(state.timer)
      state.timer = null
      await Promise.allSettled(state.running)
    },
    stats: () => ({
      sweptMsAgo: state.sweptAtMs === null ? null : performance.now() - state.sweptAtMs,
      longestRunningMs: longestRunningMs(state),
      failureCount: state.tasks.reduce(
        (sum, { failureCount }) => sum + failureCount,
        state.unansweredCount,
      ),
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
  /** Titles of tasks for which there is something to do. Absent: it is not asked. */
  readonly findDue?: () => Promise<ReadonlySet<string>>
  readonly sweepMs?: number
  readonly hungMs?: number
}

export type SweepTask = {
  readonly title: string
  readonly run: () => Promise<void>
  /** Instead of `run`, where `findDue` finds nothing to do. Absent: `run` all the same. */
  readonly rest?: () => Promise<void>
}

const sweepMsDefault = 1_000
/**
 * Longer than a statement is waited for: a database that does not answer is logged as that, and
 * not as a task that hangs.
 */
const hungMsDefault = 120_000

type State = {
  readonly deps: SweeperDeps
  readonly tasks: readonly TaskState[]
  readonly running: Set<Promise<void>>
  timer: NodeJS.Timeout | null
  isSweeping: boolean
  /** `findDue` has not answered yet. */
  isAsking: boolean
  /** How often it gave none. */
  unansweredCount: number
  sweptAtMs: number | null
}

type TaskState = {
  readonly task: SweepTask
  /** Null while it does not run. */
  startedAtMs: number | null
  /** When it was last said to hang, or began. */
  saidAtMs: number
  failureCount: number
}

/** Ends within a second, whatever the tasks do, as no task is waited for long. */
async function sweep(state: State): Promise<void> {
  if (state.isSweeping) return
  state.isSweeping = true
  state.sweptAtMs = performance.now()
  const due = await findDue(state)
  for (const task of state.tasks) {
    if (state.timer === null) break
    const isDue = due === null || due.has(task.task.title)
    const turn = run(state.deps, task, isDue).finally(() => state.running.delete(turn))
    state.running.add(turn)
    await waitAtMost(turn, patienceMs)
  }
  state.isSweeping = false
}

/** Null: it is not known, and may be a moment later. */
async function findDue(state: State): Promise<ReadonlySet<string> | null> {
  const { deps } = state
  if (deps.findDue === undefined || state.isAsking) return null
  state.isAsking = true
  let due: ReadonlySet<string> | null = null
  const asking = deps
    .findDue()
    .then(
      (found) => {
        due = found
      },
      (error: unknown) => {
        state.unansweredCount += 1
        const failureCount = state.unansweredCount
        deps.log.error({ err: error, failureCount }, 'sweep does not know what is due')
      },
    )
    .finally(() => {
      state.isAsking = false
      state.running.delete(asking)
    })
  state.running.add(asking)
  await waitAtMost(asking, patienceMs)
  return due
}

/** A task that has nothing to do is done by then, but for a busy machine. */
const patienceMs = 25

async function waitAtMost(work: Promise<void>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms)
  })
  await Promise.race([work, patience])
  clearTimeout(timer)
}

async function run(deps: SweeperDeps, state: TaskState, isDue: boolean): Promise<void> {
  if (state.startedAtMs !== null) {
    sayWhenHung(deps, state, state.startedAtMs)
    return
  }
  state.startedAtMs = performance.now()
  state.saidAtMs = state.startedAtMs
  try {
    const { run: work, rest = work } = state.task
    await (isDue ? work() : rest())
  } catch (error) {
    state.failureCount += 1
    const { failureCount } = state
    deps.log.error({ err: error, task: state.task.title, failureCount }, 'sweep failed')
  } finally {
    state.startedAtMs = null
  }
}

function sayWhenHung(deps: SweeperDeps, state: TaskState, startedAtMs: number): void {
  const nowMs = performance.now()
  if (nowMs - state.saidAtMs < (deps.hungMs ?? hungMsDefault)) return
  state.saidAtMs = nowMs
  const runningMs = Math.round(nowMs - startedAtMs)
  deps.log.error({ task: state.task.title, runningMs }, 'sweep task does not end')
}

function longestRunningMs({ tasks }: State): number {
  const startedAtMs = tasks.map((task) => task.startedAtMs ?? Infinity)
  return Math.max(0, performance.now() - minOf(startedAtMs))
}
