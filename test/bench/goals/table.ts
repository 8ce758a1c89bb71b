import { availableParallelism, cpus, loadavg } from 'node:os'

/** One line of the table of goals: what was measured, its baseline, and what was aimed at. */
export type GoalRow = {
  readonly name: string
  readonly unit: string
  /** One value of each repetition. */
  readonly values: readonly number[]
  readonly goal: Goal | null
  readonly note?: string
}

/** `isMet` is null where nothing was aimed at, or where what it needs was not measured. */
export type Goal = { readonly words: string; readonly isMet: boolean | null }

export function printRows(rows: readonly GoalRow[]): void {
  for (const row of rows) {
    const { middle, least, most } = spreadOf(row.values)
    const range = row.values.length > 1 ? ` (${format(least)}–${format(most)})` : ''
    const value = `${format(middle)}${range} ${row.unit}`
    process.stdout.write(`  ${row.name.padEnd(nameWidth)} ${value.padEnd(valueWidth)}`)
    process.stdout.write(`${row.goal === null ? '' : ` ${goalInWords(row.goal)}`}\n`)
    if (row.note !== undefined) process.stdout.write(`    ${row.note}\n`)
  }
}

function goalInWords(goal: Goal): string {
  if (goal.isMet === null) return `goal: ${goal.words}`
  return `goal: ${goal.words}: ${goal.isMet ? 'met' : 'NOT MET'}`
}

/** The goals alone, for the end of the run. */
export function printSummary(rows: readonly GoalRow[]): void {
  const judged = rows.filter(({ goal }) => goal !== null && goal.isMet !== null)
  const met = judged.filter(({ goal }) => goal?.isMet === true)
  process.stdout.write(`\nGoals met: ${met.length} of ${judged.length}\n`)
  printRows(judged)
}

/** Median, least and most; of an even number, the upper of the two in the middle. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((left, right) => left - right)
  const middle = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
  return { middle, least: sorted[0] ?? Number.NaN, most: sorted.at(-1) ?? Number.NaN }
}

export type Spread = { readonly middle: number; readonly least: number; readonly most: number }

export function median(values: readonly number[]): number {
  return spreadOf(values).middle
}

/** Value by value: what was measured in one repetition is compared with its own neighbour. */
export function ratios(values: readonly number[], baseline: readonly number[]): number[] {
  return values.map((value, at) => value / (baseline[at] ?? Number.NaN))
}

export function quantile(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).toSorted()
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

/** At most so much: NaN, which is no measurement, meets nothing. */
export function atMost(value: number, bound: number, words: string): Goal {
  return { words, isMet: value <= bound }
}

export function atLeast(value: number, bound: number, words: string): Goal {
  return { words, isMet: value >= bound }
}

/** What else runs here decides what the figures are worth. */
export function printMachine(): void {
  const model = cpus()[0]?.model ?? 'an unnamed processor'
  process.stdout.write(
    `${new Date().toISOString()}, ${availableParallelism()} cores, ${model}, Node ${process.version}; ${loadInWords()}\n`,
  )
}

export function loadInWords(): string {
  const [one, five] = loadavg().map((load) => load.toFixed(1))
  const isBusy = (loadavg()[0] ?? 0) > availableParallelism() / 2
  const worth = isBusy ? 'others work here too, so read ratios, not rates' : 'quiet'
  return `load ${one} over a minute, ${five} over five (${worth})`
}

export function progress(text: string): void {
  process.stderr.write(`  … ${text}\n`)
}

function format(value: number): string {
  if (!Number.isFinite(value)) return 'not measured'
  const digits = value === 0 || Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2
  return value.toLocaleString('en', {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  })
}

const nameWidth = 66
const valueWidth = 34
