import { algorithmVersion, defaultLimits } from '../../src/core/model/limits.ts'
import type { Book } from './book.ts'
import { createBook, recordTrial } from './book.ts'
import type { Exhibit } from './exhibit.ts'
import { collectExhibits } from './exhibit.ts'
import type { Bilingual } from './bilingual.ts'
import { measureGoals } from './goals.ts'
import { layTrials } from './lay-trials.ts'
import type { Report } from './page.ts'
import { readRuns } from './read-runs.ts'
import { judgeSimulation } from './judge-simulation.ts'
import { sweepLoad } from './sweep-load.ts'
import { sweepLimits } from './sweep-limits.ts'
import type { Trial } from './trial.ts'
import type { Simulation } from '../simulate/cases/case-stream.ts'

/** Measures everything there is to measure, and returns it as one report. */
export async function runReport(options: ReportOptions): Promise<Report> {
  const book = createBook()
  const exhibits: Exhibit[] = []
  const trials = options.recordings === null ? [] : await readTrials(options.recordings)
  for (const [index, trial] of trials.entries()) {
    judge(book, exhibits, trial)
    options.onProgress(`recordings: ${index + 1} of ${trials.length} trials`)
  }
  const curves =
    options.isSwept && trials.length > 0
      ? sweepLimits(trials, (done, count) =>
          options.onProgress(`curves: ${done} of ${count} points`),
        )
      : []
  const loadCurves =
    options.isSwept && options.simulation !== null
      ? sweepLoad(options.simulation, options.onProgress)
      : []
  const cases =
    options.simulation === null
      ? null
      : judgeSimulation(book, exhibits, options.simulation, options.onProgress)
  return {
    notes: notesOf(options, trials),
    goals: measureGoals(book, cases?.both ?? null, null),
    heldOutGoals: measureGoals(book, cases?.['held-out'] ?? null, 'held-out'),
    cases: cases?.both.hoede ?? null,
    curves,
    loadCurves,
    exhibits,
  }
}

export type ReportOptions = {
  /** Where recordings lie; null when there are none. */
  readonly recordings: string | null
  readonly simulation: Simulation | null
  readonly days: number
  readonly isSwept: boolean
  readonly onProgress: (text: string) => void
}

async function readTrials(folder: string): Promise<Trial[]> {
  return (await readRuns(folder)).flatMap(layTrials)
}

function judge(book: Book, exhibits: Exhibit[], trial: Trial): ReturnType<typeof recordTrial> {
  return recordTrial(book, trial, defaultLimits, (subject, score, told) => {
    collectExhibits(exhibits, trial, subject, score, told)
  })
}

function notesOf(options: ReportOptions, trials: readonly Trial[]): Bilingual[] {
  const sources = new Set(trials.map(({ source }) => source))
  const heldOut = new Set(
    trials.filter(({ half }) => half === 'held-out').map(({ source }) => source),
  )
  const recordings: Bilingual =
    options.recordings === null
      ? {
          nl: 'Er waren geen opnamen: alles hieronder komt uit de simulatie.',
          en: 'There were no recordings: everything below comes from the simulation.',
        }
      : {
          nl: `Opnamen: ${sources.size} bestanden, ${trials.length} proeven; ${heldOut.size} bestanden in de achtergehouden helft.`,
          en: `Recordings: ${sources.size} files, ${trials.length} trials; ${heldOut.size} files in the half held out.`,
        }
  const { simulation } = options
  const simulated: Bilingual =
    simulation === null
      ? { nl: 'Er is geen simulatie gedaan.', en: 'No simulation was run.' }
      : {
          nl: `Simulatie: ${simulation.name}, zaad ${simulation.seed}, ${simulation.caseCount} zaken, ${options.days} dagen. Alle zaken in één beoordelaar, zoals op een server.`,
          en: `Simulation: ${simulation.name}, seed ${simulation.seed}, ${simulation.caseCount} cases, ${options.days} days. All cases in one evaluator, as on a server.`,
        }
  return [
    {
      nl: `Grenswaarden ${defaultLimits.version}, algoritme ${algorithmVersion}. Welke helft een bestand of zaak is, volgt uit de pariteit van de FNV-1a-hash van zijn naam; alleen de helft „tuning” mag een grenswaarde kiezen.`,
      en: `Limits ${defaultLimits.version}, algorithm ${algorithmVersion}. Which half a file or case is in follows from the parity of the FNV-1a hash of its name; only the half “tuning” may choose a limit.`,
    },
    recordings,
    simulated,
    {
      nl: 'Waarheid van opnamen: de mediaan van alle toestellen die samen gingen (30 m of beter, stappen van 5 s) en de geplande route; binnen 25 m van een grens telt een melding niet als vals, en waar niets bekend is blijft ze onbeoordeeld. Een gevonden verblijf is gemeld als overtreding of als passage.',
      en: 'Truth of recordings: the median of all devices that went together (30 m or better, steps of 5 s) and the planned route; within 25 m of a border an alert does not count as false, and where nothing is known it stays unjudged. A stay is found when told as a breach or as a passage.',
    },
  ]
}
