import { readFile } from 'node:fs/promises'
import { type Child, startChild } from './child.ts'
import type { BuildOptions, Measured, Order } from './evaluator-child.ts'
import { evaluatorNames, type EvaluatorName } from './evaluators.ts'
import { type CpuProfile, printTop } from './profile.ts'
import { atLeast, atMost, type GoalRow, median, progress, ratios } from './table.ts'

/**
 * The evaluator with its whole policy, in steady state, beside three programs without any: all on
 * the same fixes, each in a process of its own, turn by turn, so that a noisy minute is noisy for
 * all of them.
 */
export async function measureEvaluators(options: EvaluatorOptions): Promise<readonly GoalRow[]> {
  const found = await race(evaluatorNames, options, options.offenderCount)
  const costs = mapOf(evaluatorNames, (name) => (found.get(name) ?? []).map(cpuPerMillion))
  const floor = costs.get('floor') ?? []
  const rows = evaluatorNames.flatMap((name): GoalRow[] => {
    const cost = costs.get(name) ?? []
    const nanoseconds = (found.get(name) ?? []).map(nsPerFix)
    const note = `${Math.round(median(nanoseconds))} ns of wall time per fix; ${transitionsInWords(name, found.get(name) ?? [])}`
    const row = { name: titles[name], unit: 'CPU s per million', values: cost, note }
    if (name === 'floor') return [{ ...row, goal: null }]
    const times = ratios(cost, floor)
    if (name !== 'hoede') return [{ ...row, goal: null }, overFloor(name, times)]
    const goal = atMost(median(times), 4, 'at most 4 times the floor')
    return [
      { ...row, goal: null },
      { ...overFloor(name, times), goal },
    ]
  })
  return [...rows, ...againstRivals(costs)]
}

export type EvaluatorOptions = {
  readonly seed: number
  readonly offenderCount: number
  readonly repetitions: number
  readonly profile: string | null
}

/** What one fix costs among ten times as many people. */
export async function measureGrowth(options: EvaluatorOptions): Promise<readonly GoalRow[]> {
  const few = options.offenderCount
  const many = 10 * few
  const names = ['hoede', 'floor'] as const
  // One after the other: both sizes at once would share the caches that this is about.
  const small = await race(names, options, few)
  const large = await race(names, options, many)
  return names.map((name): GoalRow => {
    const before = (small.get(name) ?? []).map(cpuPerMillion)
    const after = (large.get(name) ?? []).map(cpuPerMillion)
    const growth = ratios(after, before)
    const note = `${median(before).toFixed(2)} at ${few} offenders, ${median(after).toFixed(2)} CPU s per million at ${many}`
    const goal = name === 'hoede' ? atMost(median(growth), 3, 'at most 3 times') : null
    const title = `${titles[name]}: ${many.toLocaleString('en')} against ${few.toLocaleString('en')}`
    return { name: title, unit: 'times the cost', values: growth, goal, note }
  })
}

const titles: Readonly<Record<EvaluatorName, string>> = {
  hoede: 'Hoede, full policy',
  floor: 'floor: typed arrays, no policy',
  rbush: 'one R-tree of all areas, owner filter, turf',
  turf: 'turf over own areas only',
}

/**
 * Until the code is compiled: a quarter to a third of all CPU goes to compiling it, on threads of
 * its own, in the first hundred thousand fixes.
 */
function countWarmRounds(offenderCount: number): number {
  return Math.max(12, Math.ceil(120_000 / (1.5 * offenderCount)))
}

async function race<Name extends EvaluatorName>(
  names: readonly Name[],
  options: EvaluatorOptions,
  offenderCount: number,
): Promise<Map<Name, Measured[]>> {
  const warmRounds = countWarmRounds(offenderCount)
  const build: BuildOptions = {
    seed: options.seed,
    offenderCount,
    intervalMs: 10_000,
    startMs: 1_795_435_200_000,
    warmRounds,
    // Brute force over every edge: for the runs in which it costs less than what it checks.
    isScored: offenderCount <= 10_000,
  }
  const children = new Map<Name, Child<Order, Measured>>()
  try {
    for (const name of names) {
      progress(`${titles[name]}, ${offenderCount} offenders: registering and ${warmRounds} rounds`)
      const child = startChild<Order, Measured>('evaluator-child.ts')
      children.set(name, child)
      await child.ask({ type: 'build', name, options: build })
    }
    const found = mapOf(names, (): Measured[] => [])
    const roundCount = Math.max(1, Math.round(40_000 / (1.5 * offenderCount)))
    for (let turn = 0; turn < options.repetitions; turn += 1) {
      for (const [name, child] of children) {
        found.get(name)?.push(await child.ask({ type: 'measure', roundCount, profile: null }))
      }
    }
    if (options.profile !== null) {
      // A stretch of its own: being watched costs time.
      const { profile } = options
      await children.get('hoede' as Name)?.ask({ type: 'measure', roundCount, profile })
      printTop(JSON.parse(await readFile(profile, 'utf8')) as CpuProfile, 'Evaluator')
    }
    return found
  } finally {
    for (const child of children.values()) await child.end()
  }
}

function overFloor(name: EvaluatorName, times: readonly number[]): GoalRow {
  return { name: `  ${titles[name]}, over the floor`, unit: 'times', values: times, goal: null }
}

/** The evaluator does more than these, and is to cost less. */
const rivalGoals = { rbush: 1.6, turf: 4 } as const

function againstRivals(costs: ReadonlyMap<EvaluatorName, readonly number[]>): GoalRow[] {
  const hoede = costs.get('hoede') ?? []
  return (['rbush', 'turf'] as const).map((name) => {
    const least = rivalGoals[name]
    const times = ratios(costs.get(name) ?? [], hoede)
    const goal = atLeast(median(times), least, `at least ${least}`)
    return { name: `${titles[name]}, over Hoede`, unit: 'times', values: times, goal }
  })
}

function transitionsInWords(name: EvaluatorName, measured: readonly Measured[]): string {
  const count = measured.reduce((sum, one) => sum + one.transitions, 0)
  if (name === 'hoede') return `${count} effects`
  const exact = measured.reduce((sum, one) => sum + (one.exactTransitions ?? Number.NaN), 0)
  if (!Number.isFinite(exact)) return `${count} transitions, not checked at this size`
  return `${count} transitions, ${exact} by brute force`
}

function cpuPerMillion(measured: Measured): number {
  return (measured.cpuSeconds * 1e6) / measured.fixCount
}

function nsPerFix(measured: Measured): number {
  return (measured.wallSeconds * 1e9) / measured.fixCount
}

function mapOf<Key, Value>(keys: readonly Key[], make: (key: Key) => Value): Map<Key, Value> {
  return new Map(keys.map((key) => [key, make(key)]))
}
