import type { Fault } from './fault.ts'
import { quantile } from './ledger.ts'
import { closeGround, openGround, runRound, type Ground, type RoundReport } from './run-round.ts'

/**
 * Each fault so many times, on the stage it needs, under live load. Every round has its own seed,
 * which follows from the seed, the fault and the number of the round alone: one can be run again.
 */
export async function runFaults(options: FaultsOptions): Promise<FaultReport[]> {
  const reports: FaultReport[] = []
  let ground: Ground | null = null
  try {
    for (const fault of options.faults) {
      if (options.isEndedByFirst && reports.some(({ problems }) => problems.length > 0)) break
      const rounds: RoundReport[] = []
      const broken: string[] = []
      const first = options.firstRound ?? 1
      for (let round = first; round < first + options.rounds; round += 1) {
        const seed = seedOf(options.seed, fault.name, round)
        try {
          if (ground?.stage.name !== fault.stage || fault.beginsAs !== undefined) {
            if (ground !== null) await closeGround(ground)
            ground = null
            ground = await openGround(fault, seed)
            if (ground?.stage.folder.isSmallDisk === false) {
              options.progress('No disk may be mounted here: a full one is a trigger.')
            }
          }
          if (ground === null) break
          const report = await runRound(ground, fault, seed)
          rounds.push(report)
          options.progress(
            `${fault.name} ${round}: ${lineOf(report, verdictOf(fault, 1, report.problems))}`,
          )
        } catch (error) {
          const text = error instanceof Error ? error.message : String(error)
          broken.push(text)
          options.progress(`${fault.name} ${round}: ${text}`)
          // What is left of the stage is not to be trusted.
          if (ground !== null) await closeGround(ground)
          ground = null
        }
        const problems = [...broken, ...(rounds.at(-1)?.problems ?? [])]
        if (problems.length === 0) continue
        tellViolation(options, fault, { round, seed, details: rounds.at(-1)?.details ?? [] })
        if (options.isEndedByFirst) break
      }
      reports.push(reportOf(fault, rounds, broken))
    }
  } finally {
    if (ground !== null) await closeGround(ground)
  }
  return reports
}

/** What did not hold, of whom, and how to have it again. */
function tellViolation(
  { progress, seed }: FaultsOptions,
  { name }: Fault,
  found: { readonly round: number; readonly seed: number; readonly details: readonly string[] },
): void {
  progress(`DID NOT HOLD: ${name}, round ${found.round} of seed ${seed} (seed of it ${found.seed})`)
  for (const detail of found.details) progress(`  ${detail}`)
  progress(
    `  again: npm run faults -- --only ${name} --seed ${seed} --first-round ${found.round} --rounds 1`,
  )
}

export type FaultsOptions = {
  readonly faults: readonly Fault[]
  readonly rounds: number
  /** 1 where nothing is said: a later one repeats what a long run found. */
  readonly firstRound?: number
  /** What did not hold ends the run; else all faults are done. */
  readonly isEndedByFirst: boolean
  readonly seed: number
  readonly progress: (line: string) => void
}

export type FaultReport = {
  readonly name: string
  /** 0: the machine lacks what the stage needs. */
  readonly roundCount: number
  readonly killCount: number
  readonly acknowledgedCount: number
  readonly lostCount: number
  readonly doubledCount: number
  readonly missingCount: number
  readonly violationCount: number
  readonly blindMs: {
    readonly p50: number | null
    readonly p99: number | null
    readonly max: number | null
  }
  readonly told: string
  readonly problems: readonly string[]
  readonly verdict: string
}

/** The table at the end, one line per fault. */
export function tableOf(reports: readonly FaultReport[]): string {
  const head = 'fault,rounds,kills,acked,lost,doubled,missing,seen inside,p50,p99,max,told,verdict'
  const rows = reports.map((report) => [
    report.name,
    String(report.roundCount),
    report.killCount === 0 ? '–' : String(report.killCount),
    String(report.acknowledgedCount),
    String(report.lostCount),
    String(report.doubledCount),
    String(report.missingCount),
    String(report.violationCount),
    secondsOf(report.blindMs.p50),
    secondsOf(report.blindMs.p99),
    secondsOf(report.blindMs.max),
    report.told,
    report.verdict,
  ])
  const table = [head.split(','), ...rows]
  const widths = table[0]?.map((_, at) => Math.max(...table.map((row) => row[at]?.length ?? 0)))
  return table
    .map((row) =>
      row
        .map((cell, at) => cell.padEnd(widths?.[at] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

function verdictOf(fault: Fault, roundCount: number, problems: readonly string[]): string {
  if (problems.length > 0) return problems.join('; ')
  if (roundCount === 0) return 'not run: no redis-server here'
  return fault.mustFind === undefined ? 'held' : 'found, as it must be'
}

function reportOf(
  fault: Fault,
  rounds: readonly RoundReport[],
  broken: readonly string[],
): FaultReport {
  const sum = (of: (round: RoundReport) => number): number =>
    rounds.reduce((total, round) => total + of(round), 0)
  const problems = [...broken, ...new Set(rounds.flatMap((round) => round.problems))]
  // One that was never seen is later than all others.
  const late = rounds.flatMap(({ lateMs }) => lateMs.map((ms) => ms ?? Infinity))
  return {
    name: fault.name,
    roundCount: rounds.length,
    killCount: sum((round) => round.killCount),
    acknowledgedCount: sum((round) => round.acknowledgedCount),
    lostCount: sum(({ faults }) => faults.lostFixes.length),
    doubledCount: sum(
      ({ faults: { doubledFixes, doubledAlerts, doubledEvents } }) =>
        doubledFixes.length + doubledAlerts.length + doubledEvents.length,
    ),
    missingCount: sum(
      ({ faults: { missingAlerts, missingEvents } }) => missingAlerts.length + missingEvents.length,
    ),
    violationCount: late.length,
    blindMs: { p50: quantile(late, 0.5), p99: quantile(late, 0.99), max: quantile(late, 1) },
    told: toldIn(rounds),
    problems,
    verdict: verdictOf(fault, rounds.length, problems),
  }
}

function toldIn(rounds: readonly RoundReport[]): string {
  const all = new Map<string, number>()
  for (const { told } of rounds) {
    for (const [what, times] of told) all.set(what, (all.get(what) ?? 0) + times)
  }
  return [...all].map(([what, times]) => `${what} ×${times}`).join(', ')
}

function lineOf(report: RoundReport, verdict: string): string {
  const { acknowledgedCount, lateMs, notReadyAfterMs, told } = report
  const late = lateMs.map((ms) => ms ?? Infinity)
  const max = secondsOf(quantile(late, 1))
  const said = [...told].map(([what, times]) => `${what} ×${times}`).join(', ')
  return `${acknowledgedCount} fixes acknowledged, ${late.length} seen inside, told after ${secondsOf(quantile(late, 0.5))} (p50) to ${max} s; ${said}; not ready after ${secondsOf(notReadyAfterMs)} s; ${verdict}`
}

function secondsOf(ms: number | null): string {
  if (ms === null) return '–'
  return ms === Infinity ? 'never' : (ms / 1_000).toFixed(2)
}

function seedOf(seed: number, name: string, round: number): number {
  let mixed = seed >>> 0
  for (const letter of `${name}/${round}`) {
    mixed = (Math.imul(mixed, 31) + letter.charCodeAt(0)) >>> 0
  }
  return mixed
}
