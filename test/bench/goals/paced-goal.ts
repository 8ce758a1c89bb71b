import { setTimeout as delay } from 'node:timers/promises'
import { followAlerts } from './http-client.ts'
import { findVisibleMs, pacedPerSecond, visibleRows, type Stage } from './http-stage.ts'
import { pour, waitUntilJudged } from './pour.ts'
import { bodiesOf } from './served-workload.ts'
import { cpuParts, spentBetween, sumOf, type ServerCpu } from './server-cpu.ts'
import { atMost, type GoalRow, median, progress, quantile } from './table.ts'

/**
 * Two thousand fixes a second, of the time at which they come: in the first seconds, in which the
 * server compiles its code; until its CPU does not fall any more; and then.
 */
export async function measurePaced(stage: Stage, repetitions: number): Promise<GoalRow[]> {
  const turnsBefore = await stage.countTurns()
  progress(`${pacedPerSecond} fixes/s, until what they cost does not fall any more`)
  const followed = await followAlerts(stage.baseUrl, stage.served.operator)
  const curve: Paced[] = [await pace(stage, curveSeconds)]
  const startedAtMs = Date.now()
  while (isFalling(curve)) curve.push(await pace(stage, curveSeconds))
  const steady: Paced[] = []
  for (let turn = 0; turn < repetitions; turn += 1) {
    progress(`${pacedPerSecond} fixes/s for ${steadySeconds} s, turn ${turn + 1}`)
    steady.push(await pace(stage, steadySeconds))
  }
  const visibleMs = await findVisibleMs(stage, followed, startedAtMs)
  // Beyond the share of its sender, or of long before, a fix is judged in turn, which costs more.
  if ((await stage.countTurns()) > turnsBefore)
    throw new Error('expected each fix of the paced rows to be judged where it came')
  return [
    ...curveRows(curve),
    ...steadyRows(steady),
    ...visibleRows('paced', visibleMs).map((row) =>
      row.name.endsWith('p99')
        ? { ...row, goal: atMost(row.values[0] ?? Number.NaN, 50, 'at most 50') }
        : row,
    ),
    await measureNothing(stage),
  ]
}

type Paced = {
  /** CPU seconds per million fixes, by who spent them. */
  readonly cpu: ServerCpu
  readonly latenciesMs: readonly number[]
}

const curveSeconds = 10
/** Six stretches of a server that has just started say little of what lasts. */
const curveCountMin = 6
const curveCountMax = 24
/** Memory is saved each half minute: what that costs is in each of these once. */
const steadySeconds = 30

/** The last half minute cost nearly as much as the one before. */
function isFalling(curve: readonly Paced[]): boolean {
  if (curve.length < curveCountMin) return true
  const costOf = (from: number, until?: number): number =>
    curve.slice(from, until).reduce((sum, { cpu }) => sum + sumOf(cpu, 'both'), 0)
  return curve.length < curveCountMax && costOf(-3) < 0.95 * costOf(-6, -3)
}

async function pace(stage: Stage, seconds: number): Promise<Paced> {
  const fixCount = pacedPerSecond * seconds
  const bodies = bodiesOf(stage.country.takeFixes(fixCount), bodySize)
  const before = await stage.cpu()
  const latenciesMs = await pour(
    stage.baseUrl,
    '/v1/positions',
    bodies,
    stage.served.vendor,
    pacedConnectionCount,
    pacedPerSecond / bodySize,
  )
  await waitUntilJudged(stage.baseUrl)
  const spent = spentBetween(before, await stage.cpu())
  const perMillion = cpuParts.map((part) => [part, (spent[part] * 1e6) / fixCount])
  return { cpu: Object.fromEntries(perMillion) as ServerCpu, latenciesMs }
}

const bodySize = 100
const pacedConnectionCount = 8

const title = 'paced 2,000 fixes/s'
const unit = 'CPU s per million'

function curveRows(curve: readonly Paced[]): GoalRow[] {
  const inWords = (of: (cpu: ServerCpu) => number): string =>
    curve.map(({ cpu }) => Math.round(of(cpu))).join(' ')
  const parts = cpuParts.map((part) => `${part} ${inWords((cpu) => cpu[part])}`)
  return [
    {
      name: `${title}, in the first ${curveSeconds} s: both`,
      unit,
      values: curve.slice(0, 1).map(({ cpu }) => sumOf(cpu, 'both')),
      goal: null,
      note: `each ${curveSeconds} s: ${inWords((cpu) => sumOf(cpu, 'both'))}; ${parts.join('; ')}`,
    },
  ]
}

function steadyRows(steady: readonly Paced[]): GoalRow[] {
  const say = (name: string, of: (cpu: ServerCpu) => number): GoalRow => ({
    name: `${title}, steady: ${name}`,
    unit,
    values: steady.map(({ cpu }) => of(cpu)),
    goal: null,
  })
  const both = say('both', (cpu) => sumOf(cpu, 'both'))
  const latency = (share: number): number[] =>
    steady.map(({ latenciesMs }) => quantile(latenciesMs, share))
  return [
    ...cpuParts.map((part) => say(`  ${part}`, (cpu) => cpu[part])),
    say('node', (cpu) => sumOf(cpu, 'node')),
    say('PostgreSQL', (cpu) => sumOf(cpu, 'postgres')),
    { ...both, goal: atMost(median(both.values), 40, 'at most 40') },
    { name: 'paced: 202, p50', unit: 'ms', values: latency(0.5), goal: null },
    { name: 'paced: 202, p99', unit: 'ms', values: latency(0.99), goal: null },
  ]
}

/** Before anybody is called silent. */
async function measureNothing({ cpu }: Stage): Promise<GoalRow> {
  progress(`nothing comes for ${nothingSeconds} s`)
  await delay(nothingSettleMs)
  const before = await cpu()
  await delay(nothingSeconds * 1_000)
  const spent = spentBetween(before, await cpu())
  const parts = cpuParts.map(
    (part) => `${part} ${((spent[part] * 1e3) / nothingSeconds).toFixed(1)}`,
  )
  return {
    name: 'nothing comes: node and PostgreSQL',
    unit: 'ms of CPU a second',
    values: [(sumOf(spent, 'both') * 1e3) / nothingSeconds],
    goal: null,
    note: parts.join('; '),
  }
}

const nothingSettleMs = 2_000
const nothingSeconds = 15
