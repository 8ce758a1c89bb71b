import { section } from '../report.ts'
import { measureEvaluators, measureGrowth } from './evaluator-goal.ts'
import { measureHttp } from './http-goal.ts'
import { measurePeers } from './peers-goal.ts'
import { measureRegistry } from './registry-goal.ts'
import { type GoalRow, loadInWords, printMachine, printRows, printSummary } from './table.ts'
import { measureTruth } from './truth-goal.ts'

/** What a run of the table of goals is told. */
export type GoalOptions = {
  readonly seed: number
  /** Of the evaluator's rows; those of the server have their own, which registering bounds. */
  readonly offenderCount: number
  readonly repetitions: number
  /** Folder for CPU profiles. */
  readonly profileFolder: string | null
  readonly peers: Readonly<Record<string, string>>
}

type GoalBench = {
  readonly title: string
  readonly run: (options: GoalOptions) => Promise<readonly GoalRow[]>
}

export const goalBenches: Readonly<Record<string, GoalBench>> = {
  cost: {
    title: 'What a fix costs the evaluator, whole policy, in steady state',
    run: async (options) =>
      await measureEvaluators({ ...options, profile: profilePath(options, 'evaluator') }),
  },
  growth: {
    title: 'What a fix costs among ten times as many offenders',
    run: async (options) =>
      await measureGrowth({
        ...options,
        offenderCount: Math.min(options.offenderCount, 10_000),
        profile: null,
      }),
  },
  http: {
    title: 'The whole way over HTTP: batches and single fixes, 202 after the commit, alerts',
    run: measureHttp,
  },
  truth: {
    title: 'Alerts against the exact truth, also after kill -9 and replay',
    run: measureTruth,
  },
  registry: {
    title: 'Orders that come, change and go: cost, memory, and whether fixes wait',
    run: measureRegistry,
  },
  peers: {
    title: 'Servers that others run, if they run (--peers)',
    run: measurePeers,
  },
}

/** Runs the named benches one after another, and says at the end which goals are met. */
export async function runGoals(names: readonly string[], options: GoalOptions): Promise<void> {
  printMachine()
  const all: GoalRow[] = []
  for (const name of names) {
    const bench = goalBenches[name]
    if (bench === undefined) continue
    section(`${name}: ${bench.title}`)
    const startedAt = performance.now()
    const rows = await bench.run(options)
    printRows(rows)
    const seconds = Math.round((performance.now() - startedAt) / 1_000)
    process.stdout.write(`  (${seconds} s; ${loadInWords()})\n`)
    all.push(...rows)
  }
  printSummary(all)
}

export function profilePath(options: GoalOptions, name: string): string | null {
  return options.profileFolder === null ? null : `${options.profileFolder}/${name}.cpuprofile`
}
