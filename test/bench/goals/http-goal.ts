import { setTimeout as delay } from 'node:timers/promises'
import { postgresProcessIds } from '../../faults/inspect-database.ts'
import { withServer } from '../with-server.ts'
import { startChild } from './child.ts'
import { cpuSecondsOf, followAlerts } from './http-client.ts'
import { pour, waitUntilJudged } from './pour.ts'
import { printProfile, profiledBy } from './server-profile.ts'
import { bodiesOf, serveWorkload, type ServedWorkload } from './served-workload.ts'
import { atLeast, atMost, type GoalRow, median, progress, quantile, ratios } from './table.ts'

/**
 * The whole way over HTTP, on an embedded PostgreSQL: 202 after the commit, judged, alerts on the
 * live stream; batches and single fixes, beside plain Fastify routes and keyed rows.
 */
export async function measureHttp(options: HttpOptions): Promise<readonly GoalRow[]> {
  const rows: GoalRow[] = []
  const plain = startChild<object, { port: number; processId: number }>('plain-server-child.ts')
  try {
    const { port, processId: plainProcess } = await plain.ask({})
    const plainUrl = `http://127.0.0.1:${port}`
    await withServer(async ({ server, adminToken, inspect, dataDir }) => {
      progress(`registering ${offenderCount} offenders over HTTP`)
      const served = await serveWorkload(server.baseUrl, adminToken, {
        seed: options.seed,
        offenderCount,
        intervalMs,
        spanMs: spanOf(options.repetitions),
      })
      const postgres = async (): Promise<number> => {
        const ids = await postgresProcessIds(dataDir)
        return (await Promise.all(ids.map(cpuSecondsOf))).reduce((sum, one) => sum + one, 0)
      }
      const node = async (): Promise<number> => await cpuSecondsOf(server.child.pid ?? 0)
      const learnedAtMs = async (): Promise<ReadonlyMap<string, number>> => {
        const rows = await inspect.query(
          'select id, extract(epoch from learned_at) * 1000 as at from alerts',
        )
        return new Map(rows.map((row) => [String(row['id']), Number(row['at'])]))
      }
      const stage = {
        learnedAtMs,
        served,
        baseUrl: server.baseUrl,
        plainUrl,
        plainProcess,
        node,
        postgres,
      }
      rows.push(...orderRows(served.orderMs))
      progress(`warming up, ${warmSeconds} s`)
      await pour(
        stage.baseUrl,
        '/v1/positions',
        bodiesOf(served.takeFixes(warmCount), 100),
        served.vendor,
        8,
        pacedPerSecond / 100,
      )
      rows.push(...(await measurePaced(stage, options.repetitions)))
      rows.push(...(await measureBatches(stage, options.repetitions)))
      progress('a keyed row per fix in the same PostgreSQL')
      const keyed = await inspect.measureRowPerFix(10_000, 100, 8)
      rows.push({
        name: 'same PostgreSQL, SQL only, a keyed row per fix',
        unit: 'fixes/s',
        values: [1e9 / keyed],
        goal: null,
      })
      rows.push(...(await measureSingles(stage, options.repetitions)))
      rows.push(...(await measureStall(stage)))
    }, profiledBy(options.profileFolder))
    await printProfile(options.profileFolder)
  } finally {
    await plain.end()
  }
  return rows
}

export type HttpOptions = {
  readonly seed: number
  readonly repetitions: number
  readonly profileFolder: string | null
}

/** Answers leave on steps of 25 ms and a chance: so many connections get 2,490 a second. */
const connectionCount = 96
const offenderCount = 600
const intervalMs = 3_000
const pacedPerSecond = 2_000
const pacedSeconds = 3

/** The server's code is compiled by then: what is measured is the state that lasts. */
const warmSeconds = 16
const warmCount = pacedPerSecond * warmSeconds
const batchedCount = 16_000
const singleCount = 2_000
/** As many to both routes: of 96 a route that answers on steps gets the same whatever it costs. */
const singleConnectionCount = 512

/** Of the time that all fixes of a run cover: five repetitions are under the ten live minutes. */
function spanOf(repetitions: number): number {
  const each = pacedPerSecond * pacedSeconds + batchedCount + singleCount
  return ((warmCount + repetitions * each) / (1.5 * offenderCount)) * intervalMs
}

type Stage = {
  readonly served: ServedWorkload
  readonly baseUrl: string
  readonly plainUrl: string
  readonly plainProcess: number
  /** When each alert's revealing fix was received. */
  readonly learnedAtMs: () => Promise<ReadonlyMap<string, number>>
  readonly node: () => Promise<number>
  readonly postgres: () => Promise<number>
}

/** Two thousand fixes a second, as 120,000 people send who report each minute. */
async function measurePaced(stage: Stage, repetitions: number): Promise<GoalRow[]> {
  progress(`${pacedPerSecond} fixes/s for ${repetitions * pacedSeconds} s`)
  const followed = await followAlerts(stage.baseUrl, stage.served.operator)
  const found = { node: [], postgres: [], middle: [], worst: [] } as Record<string, number[]>
  for (let turn = 0; turn < repetitions; turn += 1) {
    const fixCount = pacedPerSecond * pacedSeconds
    const bodies = bodiesOf(stage.served.takeFixes(fixCount), 100)
    const before = [await stage.node(), await stage.postgres()] as const
    const latencies = await pour(
      stage.baseUrl,
      '/v1/positions',
      bodies,
      stage.served.vendor,
      8,
      pacedPerSecond / 100,
    )
    await waitUntilJudged(stage.baseUrl)
    found['node']?.push((((await stage.node()) - before[0]) * 1e6) / fixCount)
    found['postgres']?.push((((await stage.postgres()) - before[1]) * 1e6) / fixCount)
    found['middle']?.push(quantile(latencies, 0.5))
    found['worst']?.push(quantile(latencies, 0.99))
  }
  const visible = await findVisibleMs(stage, followed)
  const cpu = (found['node'] ?? []).map((node, at) => node + (found['postgres']?.[at] ?? 0))
  const say = (name: string, unit: string, values: readonly number[]): GoalRow => ({
    name,
    unit,
    values,
    goal: null,
  })
  const p99 = quantile(visible, 0.99)
  return [
    say('paced 2,000 fixes/s: node', 'CPU s per million', found['node'] ?? []),
    say('paced 2,000 fixes/s: PostgreSQL', 'CPU s per million', found['postgres'] ?? []),
    {
      ...say('paced 2,000 fixes/s: both', 'CPU s per million', cpu),
      goal: atMost(median(cpu), 40, 'at most 40'),
    },
    say('paced: 202, p50', 'ms', found['middle'] ?? []),
    say('paced: 202, p99', 'ms', found['worst'] ?? []),
    say(`paced: alert on the stream after its fix was received, p50 of ${visible.length}`, 'ms', [
      quantile(visible, 0.5),
    ]),
    { ...say('paced: the same, p99', 'ms', [p99]), goal: atMost(p99, 50, 'at most 50') },
  ]
}

function orderRows(orderMs: readonly number[]): GoalRow[] {
  const hundredth = quantile(orderMs.slice(85, 115), 0.5)
  const last = quantile(orderMs.slice(-30), 0.5)
  const name = `order ${orderMs.length} registered over HTTP, over the 100th`
  const note = `${last.toFixed(1)} ms against ${hundredth.toFixed(1)} ms, medians of thirty`
  const goal = atMost(last / hundredth, 1.5, 'at most 1.5')
  return [{ name, unit: 'times', values: [last / hundredth], goal, note }]
}

/** How long the server answers nobody while a ban of ten thousand vertices comes in. */
async function measureStall(stage: Stage): Promise<GoalRow[]> {
  progress('a ban of 10,000 vertices over HTTP')
  const probe = async (work: Promise<unknown>): Promise<number> => {
    let isDone = false
    let longestMs = 0
    void work.then(
      () => (isDone = true),
      () => (isDone = true),
    )
    do {
      const askedAt = performance.now()
      await (await fetch(`${stage.baseUrl}/health/live`)).text()
      longestMs = Math.max(longestMs, performance.now() - askedAt)
    } while (!isDone)
    return longestMs
  }
  const quiet = await probe(delay(1_000))
  const registering = stage.served.registerLarge(10_000)
  const busy = await probe(Promise.all([registering, delay(1_000)]))
  await registering
  const goal = atMost(busy, 100, 'at most 100')
  return [
    {
      name: 'a call that does nothing, the longest of a quiet second',
      unit: 'ms',
      values: [quiet],
      goal: null,
    },
    {
      name: 'the same while a ban of 10,000 vertices is registered',
      unit: 'ms',
      values: [busy],
      goal,
    },
  ]
}

/** Of each breach and approach told meanwhile: from the receipt of its fix to the stream. */
async function findVisibleMs(
  stage: Stage,
  followed: Awaited<ReturnType<typeof followAlerts>>,
): Promise<number[]> {
  await delay(1_000)
  followed.close()
  const learned = await stage.learnedAtMs()
  return followed.events
    .filter(({ type, kind }) => type.endsWith('raised') && /breach|approach/.test(kind))
    .map(({ readAtMs, alertId }) => readAtMs - (learned.get(alertId) ?? Number.NaN))
}

/** As fast as it is answered, in turn with a route that only brings the bytes to the disk. */
async function measureBatches(stage: Stage, repetitions: number): Promise<GoalRow[]> {
  const rates: number[] = []
  const floors: number[] = []
  const middle: number[] = []
  const worst: number[] = []
  const behind: number[] = []
  const followed = await followAlerts(stage.baseUrl, stage.served.operator)
  for (let turn = 0; turn < repetitions; turn += 1) {
    progress(`batches of 100, turn ${turn + 1}`)
    const fixes = stage.served.takeFixes(batchedCount)
    const bodies = bodiesOf(fixes, 100)
    const startedAt = performance.now()
    const latencies = await pour(
      stage.baseUrl,
      '/v1/positions',
      bodies,
      stage.served.vendor,
      connectionCount,
    )
    const answeredAt = performance.now()
    rates.push((fixes.length * 1_000) / (answeredAt - startedAt))
    await waitUntilJudged(stage.baseUrl)
    behind.push(performance.now() - answeredAt)
    middle.push(quantile(latencies, 0.5))
    worst.push(quantile(latencies, 0.99))
    const floorAt = performance.now()
    await pour(stage.plainUrl, '/synced', bodies, null, connectionCount)
    floors.push((fixes.length * 1_000) / (performance.now() - floorAt))
  }
  const visible = await findVisibleMs(stage, followed)
  const share = ratios(rates, floors)
  const rate = {
    name: `batches of 100, ${connectionCount} connections, durable and judged`,
    unit: 'fixes/s',
  }
  return [
    { ...rate, values: rates, goal: atLeast(median(rates), 150_000, 'at least 150,000') },
    { name: 'plain Fastify, JSON to disk, fdatasync', unit: 'fixes/s', values: floors, goal: null },
    {
      name: '  batches, over plain Fastify',
      unit: 'times',
      values: share,
      goal: atLeast(median(share), 0.25, 'at least 0.25'),
    },
    { name: 'batches of 100: 202, p50', unit: 'ms', values: middle, goal: null },
    { name: 'batches of 100: 202, p99', unit: 'ms', values: worst, goal: null },
    {
      name: `batches of 100: alert on the stream after its fix was received, p50 of ${visible.length}`,
      unit: 'ms',
      values: [quantile(visible, 0.5)],
      goal: null,
    },
    {
      name: 'batches of 100: the same, p99',
      unit: 'ms',
      values: [quantile(visible, 0.99)],
      goal: null,
    },
    {
      name: 'batches of 100: judged so long after the last 202',
      unit: 'ms',
      values: behind,
      goal: atMost(median(behind), 500, 'at most 500'),
    },
  ]
}

async function measureSingles(stage: Stage, repetitions: number): Promise<GoalRow[]> {
  const rates: number[] = []
  const empty: number[] = []
  const cpu: number[] = []
  const emptyCpu: number[] = []
  const count = singleCount
  for (let turn = 0; turn < repetitions; turn += 1) {
    progress(`one fix per request, turn ${turn + 1}`)
    const bodies = bodiesOf(stage.served.takeFixes(count), 1)
    const before = (await stage.node()) + (await stage.postgres())
    const startedAt = performance.now()
    await pour(stage.baseUrl, '/v1/positions', bodies, stage.served.vendor, singleConnectionCount)
    rates.push((count * 1_000) / (performance.now() - startedAt))
    await waitUntilJudged(stage.baseUrl)
    cpu.push((((await stage.node()) + (await stage.postgres()) - before) * 1e6) / count)
    const emptyBefore = await cpuSecondsOf(stage.plainProcess)
    const emptyAt = performance.now()
    // More of them, or the clock of the kernel, of a hundredth of a second, sees nothing.
    for (let again = 0; again < 3; again += 1)
      await pour(stage.plainUrl, '/empty', bodies, null, singleConnectionCount)
    empty.push((3 * count * 1_000) / (performance.now() - emptyAt))
    emptyCpu.push((((await cpuSecondsOf(stage.plainProcess)) - emptyBefore) * 1e6) / (3 * count))
  }
  const share = ratios(rates, empty)
  return [
    {
      name: `one fix per request, ${singleConnectionCount} connections, durable`,
      unit: 'fixes/s',
      values: rates,
      goal: null,
      note: `${Math.round(median(cpu))} CPU s per million, node and PostgreSQL`,
    },
    {
      name: 'empty Fastify route, the same requests',
      unit: 'requests/s',
      values: empty,
      goal: null,
      note: `${Math.round(median(emptyCpu))} CPU s per million`,
    },
    {
      name: '  single fixes, over the empty route',
      unit: 'times',
      values: share,
      goal: atLeast(median(share), 0.5, 'at least 0.5'),
    },
  ]
}
