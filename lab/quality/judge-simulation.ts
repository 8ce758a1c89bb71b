import { defaultLimits } from '../../src/core/model/limits.ts'
import type { DeviceEvent } from '../../src/core/model/fix.ts'
import type { Limits } from '../../src/core/model/limits.ts'
import type { Registry } from '../../src/core/model/registry.ts'
import { appendFix, createFixColumns } from '../../src/replay/fix-columns.ts'
import type { LoadedScenario } from '../../src/replay/scenario.ts'
import type { Simulation } from '../simulate/cases/case-stream.ts'
import type { Book } from './book.ts'
import { recordTrial } from './book.ts'
import type { Exhibit } from './exhibit.ts'
import { collectExhibits } from './exhibit.ts'
import type { CaseScores } from './goals.ts'
import { judgeByEngine } from './judge-by-engine.ts'
import type { CaseScore } from './score-case.ts'
import { addCaseScores, addIncidents, scoreCase } from './score-case.ts'
import { simulationTrial } from './simulation-trial.ts'
import type { Score } from './score.ts'
import type { Half, Judge, Subject, Told } from './trial.ts'
import { judges } from './trial.ts'

/**
 * Judges all cases of a simulated world by one engine, as a server would: a vendor that
 * fails is one incident there, not an alert for each of its devices. The baselines and
 * the scores go case by case.
 */
export function judgeSimulation(
  book: Book,
  exhibits: Exhibit[],
  simulation: Simulation,
  onProgress: (text: string) => void,
): Record<Half | 'both', CaseScores> {
  const world = { startMs: simulation.startMs, endMs: simulation.endMs }
  const scenario = loadTogether(simulation, onProgress)
  const { byOffender, incidents } = judgeTogether(scenario, defaultLimits, simulation, onProgress)
  const scores: Record<Half, Record<Judge, CaseScore[]>> = {
    tuning: { hoede: [], raw: [], filtered: [] },
    'held-out': { hoede: [], raw: [], filtered: [] },
  }
  for (let index = 0; index < simulation.caseCount; index++) {
    const { trial, truth } = simulationTrial(simulation.buildCase(index), world)
    const collect = (subject: Subject, score: Score, found: readonly Told[]): void =>
      collectExhibits(exhibits, trial, subject, score, found)
    const known = byOffender.get(truth.offenderId) ?? []
    const told = recordTrial(book, trial, defaultLimits, collect, known)
    for (const one of judges) {
      const shared = one === 'hoede' ? incidents : []
      scores[trial.half][one].push(scoreCase(trial, truth, told[one], shared))
    }
    onProgress(`simulation: scored ${index + 1} of ${simulation.caseCount} cases`)
  }
  const sum = (halves: readonly Half[]): CaseScores => {
    const of = (one: Judge): CaseScore => addCaseScores(halves.flatMap((half) => scores[half][one]))
    // Every half is served by the same vendors, so their incidents count in full in each.
    return { hoede: addIncidents(of('hoede'), incidents), raw: of('raw'), filtered: of('filtered') }
  }
  return {
    tuning: sum(['tuning']),
    'held-out': sum(['held-out']),
    both: sum(['tuning', 'held-out']),
  }
}

export type Together = {
  readonly byOffender: ReadonlyMap<string, readonly Told[]>
  /** About no offender: of a vendor as a whole. */
  readonly incidents: readonly Told[]
}

export function judgeTogether(
  scenario: LoadedScenario,
  limits: Limits,
  { endMs }: Simulation,
  onProgress: (text: string) => void,
): Together {
  const byOffender = new Map<string, Told[]>()
  const incidents: Told[] = []
  const { count } = scenario.fixes
  const told = judgeByEngine(scenario, limits, endMs, ({ fixCount }) => {
    onProgress(`simulation: judged ${fixCount} of ${count} fixes`)
  })
  for (const alert of told) {
    if (alert.offenderId === null) {
      incidents.push(alert)
      continue
    }
    const known = byOffender.get(alert.offenderId)
    if (known === undefined) byOffender.set(alert.offenderId, [alert])
    else known.push(alert)
  }
  return { byOffender, incidents }
}

/** Some 110 bytes a fix and as much an event: a month of two hundred cases takes a gigabyte. */
export function loadTogether(
  simulation: Simulation,
  onProgress: (text: string) => void,
): LoadedScenario {
  const fixes = createFixColumns()
  const deviceEvents: DeviceEvent[] = []
  const registries: Registry[] = []
  for (let index = 0; index < simulation.caseCount; index++) {
    const stream = simulation.buildCase(index)
    registries.push(stream.registry)
    for (const record of stream.records()) {
      if (record.type === 'fix') appendFix(fixes, record.fix)
      else deviceEvents.push(record.event)
    }
    onProgress(`simulation: made ${index + 1} of ${simulation.caseCount} cases`)
  }
  const registry = {
    vendors: simulation.vendors,
    persons: registries.flatMap(({ persons }) => persons),
    devices: registries.flatMap(({ devices }) => devices),
    deviceAssignments: registries.flatMap(({ deviceAssignments }) => deviceAssignments),
    protectionOrders: registries.flatMap(({ protectionOrders }) => protectionOrders),
  }
  return { registry, fixes, deviceEvents }
}
