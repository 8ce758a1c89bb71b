import type { Limits } from '../../src/core/model/limits.ts'
import { defaultLimits } from '../../src/core/model/limits.ts'
import { judgeByEngine } from './judge-by-engine.ts'
import type { Score } from './score.ts'
import { addScores, quantile, scoreSubject } from './score.ts'
import type { Half, Trial } from './trial.ts'

/**
 * Turns one threshold at a time, and measures what it gains in recall against what it costs in
 * false alerts and repeats.
 */
export function sweepLimits(
  trials: readonly Trial[],
  onPoint: (done: number, count: number) => void,
): Curve[] {
  const count = 1 + sweptLimits.reduce((sum, { values }) => sum + values.length - 1, 0)
  let done = 0
  // The values in force are one run, whichever of them a curve is about.
  const inForce = measurePoint(trials, defaultLimits, 0)
  onPoint(++done, count)
  return sweptLimits.map(({ name, values }) => ({
    name,
    defaultValue: defaultLimits[name],
    points: values.map((value) => {
      if (value === defaultLimits[name]) return { ...inForce, value }
      const point = measurePoint(trials, { ...defaultLimits, [name]: value }, value)
      onPoint(++done, count)
      return point
    }),
  }))
}

export type Curve = {
  readonly name: SweptLimit
  readonly defaultValue: number
  readonly points: readonly CurvePoint[]
}

export type CurvePoint = { readonly value: number } & Readonly<Record<Half, Trade>>

export type Trade = {
  readonly recall: number | null
  readonly falseAlerts: number
  readonly repeats: number
  readonly falseClears: number
  readonly revealedP95Ms: number | null
}

export type SweptLimit =
  | 'breachProbabilitySingle'
  | 'breachProbabilityRepeated'
  | 'clearMarginMeters'
  | 'clearDwellMs'
  | LoadLimit

/** Those that decide how much of what is not known a desk is told. */
export type LoadLimit =
  | 'silentIntervalsMax'
  | 'heldOffenderMsMax'
  | 'heldSightingMsMax'
  | 'approachProbability'

const sweptLimits: readonly { name: SweptLimit; values: readonly number[] }[] = [
  { name: 'breachProbabilitySingle', values: [0.6, 0.8, 0.95, 0.99] },
  { name: 'breachProbabilityRepeated', values: [0.3, 0.5, 0.8] },
  { name: 'clearMarginMeters', values: [0, 50, 150] },
  { name: 'clearDwellMs', values: [0, 60_000, 300_000] },
]

function measurePoint(trials: readonly Trial[], limits: Limits, value: number): CurvePoint {
  const scores: Record<Half, Score[]> = { tuning: [], 'held-out': [] }
  for (const { scenario, untilMs, subjects, half } of trials) {
    const told = judgeByEngine(scenario, limits, untilMs)
    for (const subject of subjects) scores[half].push(scoreSubject(subject, told))
  }
  return { value, tuning: tradeOf(scores.tuning), 'held-out': tradeOf(scores['held-out']) }
}

function tradeOf(scores: readonly Score[]): Trade {
  const { dueCount, foundCount, falseAlerts, repeats, falseClears, fromRevealedMs } =
    addScores(scores)
  return {
    recall: dueCount === 0 ? null : foundCount / dueCount,
    falseAlerts: falseAlerts.length,
    repeats,
    falseClears,
    revealedP95Ms: quantile(fromRevealedMs, 0.95),
  }
}
