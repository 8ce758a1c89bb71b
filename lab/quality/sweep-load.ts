import type { Limits } from '../../src/core/model/limits.ts'
import { defaultLimits } from '../../src/core/model/limits.ts'
import type { LoadedScenario } from '../../src/replay/scenario.ts'
import type { CaseTruth, Simulation } from '../simulate/cases/case-stream.ts'
import { judgeTogether, loadTogether } from './judge-simulation.ts'
import { addCaseScores, scoreCase } from './score-case.ts'
import type { CaseScore } from './score-case.ts'
import { simulationTrial } from './simulation-trial.ts'
import type { Curve, CurvePoint, LoadLimit, Trade } from './sweep-limits.ts'
import type { Half, Trial } from './trial.ts'

/**
 * What a desk is spared when a limit is turned, and what is then not told: alerts at P1 and P2
 * against true approaches and silences found, on the first cases of the simulation.
 */
export function sweepLoad(simulation: Simulation, onProgress: (text: string) => void): Curve[] {
  const some = { ...simulation, caseCount: Math.min(simulation.caseCount, caseCountMax) }
  const scenario = loadTogether(some, onProgress)
  const world = { startMs: simulation.startMs, endMs: simulation.endMs }
  const cases = Array.from({ length: some.caseCount }, (_, index) =>
    simulationTrial(simulation.buildCase(index), world),
  )
  const measure = (limits: Limits, value: number): CurvePoint =>
    measurePoint({ simulation: some, scenario, cases, onProgress }, limits, value)
  const inForce = measure(defaultLimits, 0)
  return loadLimits.map(({ name, values }) => ({
    name,
    defaultValue: defaultLimits[name],
    points: values.map((value) =>
      value === defaultLimits[name]
        ? { ...inForce, value }
        : measure({ ...defaultLimits, [name]: value }, value),
    ),
  }))
}

/** Enough for every kind of story; each point judges all of it again. */
const caseCountMax = 30

const loadLimits: readonly { name: LoadLimit; values: readonly number[] }[] = [
  { name: 'silentIntervalsMax', values: [2, 3, 5, 10, 20] },
  { name: 'heldOffenderMsMax', values: [0, 3_600_000, 14_400_000, 43_200_000] },
  { name: 'heldSightingMsMax', values: [0, 14_400_000, 43_200_000, 86_400_000] },
  { name: 'approachProbability', values: [0.5, 0.8, 0.95] },
]

type SimulatedCase = { readonly trial: Trial; readonly truth: CaseTruth }

function measurePoint(
  material: {
    readonly simulation: Simulation
    readonly scenario: LoadedScenario
    readonly cases: readonly SimulatedCase[]
    readonly onProgress: (text: string) => void
  },
  limits: Limits,
  value: number,
): CurvePoint {
  const { simulation, scenario, cases, onProgress } = material
  const { byOffender, incidents } = judgeTogether(scenario, limits, simulation, onProgress)
  const scores: Record<Half, CaseScore[]> = { tuning: [], 'held-out': [] }
  for (const { trial, truth } of cases) {
    const told = byOffender.get(truth.offenderId) ?? []
    scores[trial.half].push(scoreCase(trial, truth, told, incidents))
  }
  return { value, tuning: tradeOf(scores.tuning), 'held-out': tradeOf(scores['held-out']) }
}

function tradeOf(scores: readonly CaseScore[]): Trade {
  const sum = addCaseScores(scores)
  const dueCount = sum.approachesDue + sum.silencesDue
  const foundCount = sum.approachesFound + sum.silencesDue - sum.silencesMissed
  return {
    recall: dueCount === 0 ? null : foundCount / dueCount,
    falseAlerts: sum.humanAlerts,
    repeats: 0,
    falseClears: 0,
    revealedP95Ms: null,
  }
}
