import { setTimeout as delay } from 'node:timers/promises'
import { withServer } from '../with-server.ts'
import { startChild } from './child.ts'
import { cpuSecondsOf, followAlerts } from './http-client.ts'
import { findVisibleMs, pacedPerSecond, takePast, visibleRows, type Stage } from './http-stage.ts'
import { measurePaced } from './paced-goal.ts'
import { pour, waitUntilJudged } from './pour.ts'
import { serverCpu, sumOf } from './server-cpu.ts'
import { printProfile, profiledBy } from './server-profile.ts'
import { bodiesOf, serveWorkload } from './served-workload.ts'
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
      })
      const learnedAtMs = async (): Promise<ReadonlyMap<string, number>> => {
        const rows = await inspect.query(
          'select id, extract(epoch from learned_at) * 1000 as at from alerts',
        )
        return new Map(rows.map((row) => [String(row['id']), Number(row['at'])]))
      }
      const countTurns = async (): Promise<number> => {
        const [row] = await inspect.query(
          'select count(*)::int as count from journal where sender_id is not null',
        )
        return Number(row?.['count'])
      }
      const stage: Stage = {
        learnedAtMs,
        countTurns,
        served,
        country: served.setOut(Date.now() - behindMs),
        baseUrl: server.baseUrl,
        plainUrl,
        plainProcess,
        cpu: () => serverCpu(server.child.pid ?? 0, dataDir),
      }
      rows.push(...orderRows(served.orderMs))
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
/** Of everybody: by it the clock of the country goes as fast as ours at that pace. */
const intervalMs = (1.5 * offenderCount * 1_000) / pacedPerSecond
/** A clock that is ahead would be of note. */
const behindMs = 1_000
const batchedCount = 16_000
const singleCount = 2_000
/** As many to both routes: of 96 a route that answers on steps gets the same whatever it costs. */
const singleConnectionCount = 512

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
    const fixes = await takePast(stage, batchedCount)
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
    ...visibleRows('batches of 100', visible),
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
    const bodies = bodiesOf(await takePast(stage, count), 1)
    const before = sumOf(await stage.cpu(), 'both')
    const startedAt = performance.now()
    await pour(stage.baseUrl, '/v1/positions', bodies, stage.served.vendor, singleConnectionCount)
    rates.push((count * 1_000) / (performance.now() - startedAt))
    await waitUntilJudged(stage.baseUrl)
    cpu.push(((sumOf(await stage.cpu(), 'both') - before) * 1e6) / count)
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
