import { setTimeout as delay } from 'node:timers/promises'
import { createApiClient } from '../support/api-client.ts'
import { listenToAlerts } from '../support/alert-listener.ts'
import { outsideDegrees, registerWorld, type RegisteredWorld } from '../support/registered-world.ts'
import { withServer } from './with-server.ts'
import { latencyRow, line, row, section } from './report.ts'

/**
 * Ingest end to end: durable fixes per second over HTTP, and request → alert on the live stream.
 */
export async function benchIngest(options: {
  readonly caseCount: number
  readonly requestCount: number
  readonly probeCount: number
}): Promise<void> {
  section(
    `Ingest over HTTP, 202 after durable commit: ${options.caseCount} cases, requests of ${batchSize} fixes`,
  )
  await withServer(async ({ server, adminToken, inspect }) => {
    const startMs = Date.now() - 20 * 86_400_000
    const world = await registerWorld(createApiClient(server.baseUrl, adminToken), {
      caseCount: options.caseCount,
      startMs,
      prefix: 'BENCH',
    })
    const http = await pourFixes(server.baseUrl, world, options.requestCount)
    row(`hoede: HTTP, ${connectionCount} connections, durable, evaluated behind`, http, http)
    const rows = await inspect.measureRowPerFix(
      Math.min(options.requestCount, 200) * batchSize,
      batchSize,
      connectionCount,
    )
    row('baseline: same PostgreSQL, SQL only, a keyed row per fix', rows, http)
    const drainMs = await waitUntilEvaluated(server.baseUrl)
    line(`evaluator caught up ${drainMs} ms after the last answer`)
    const latenciesMs = await probeLatency(server.baseUrl, world, options.probeCount)
    const commitsMs = await inspect.measureCommits(latenciesMs.length)
    const title = `request sent → alert on the stream, ${latenciesMs.length} probes one by one`
    latencyRow(title, latenciesMs, commitsMs)
    latencyRow('baseline: same PostgreSQL, one row committed', commitsMs, commitsMs)
  })
}

const batchSize = 100
const connectionCount = 8

/** Nanoseconds per fix of posting batches as fast as the server answers. */
async function pourFixes(
  baseUrl: string,
  world: RegisteredWorld,
  requestCount: number,
): Promise<number> {
  const vendor = createApiClient(baseUrl, world.vendorToken)
  let next = 0
  const startedAt = performance.now()
  const worker = async (): Promise<void> => {
    for (;;) {
      const request = next
      next += 1
      if (request >= requestCount) return
      const answer = await vendor.post('/v1/positions', { positions: outsideFixes(world, request) })
      if (answer.status === 503) {
        await delay(50)
        continue
      }
      if (answer.status !== 202) throw new Error(`positions answered ${answer.status}`)
    }
  }
  await Promise.all(Array.from({ length: connectionCount }, worker))
  return ((performance.now() - startedAt) * 1e6) / (requestCount * batchSize)
}

/**
 * Everybody far from the bans, one step of 30 s per visit, so that nothing but the
 * stream itself is measured.
 */
function outsideFixes(world: RegisteredWorld, request: number): object[] {
  return Array.from({ length: batchSize }, (_, slot) => {
    const index = request * batchSize + slot
    const item = world.cases[index % world.cases.length]!
    const step = Math.floor(index / world.cases.length)
    return position(item, world.startMs + step * 30_000, outsideDegrees, step)
  })
}

function position(
  item: RegisteredWorld['cases'][number],
  recordedAtMs: number,
  offsetDegrees: number,
  sequence: number,
): object {
  return {
    serialNumber: item.serialNumber,
    recordedAt: new Date(recordedAtMs).toISOString(),
    longitude: item.longitude + offsetDegrees,
    latitude: item.latitude,
    accuracyMeters: 8,
    speedMetersPerSecond: 1.2,
    source: 'gnss',
    hdop: 0.9,
    satellites: 11,
    sequence,
  }
}

/**
 * Each probe walks one person into his ban; the clock runs from the request
 * to the event on the stream.
 */
async function probeLatency(
  baseUrl: string,
  world: RegisteredWorld,
  probeCount: number,
): Promise<readonly number[]> {
  const vendor = createApiClient(baseUrl, world.vendorToken)
  const listener = await listenToAlerts(baseUrl, world.operatorToken)
  const latenciesMs: number[] = []
  // Of now: what is older is judged behind everything else.
  const startMs = Date.now() - 60_000
  try {
    for (let probe = 0; probe < Math.min(probeCount, world.cases.length); probe += 1) {
      const item = world.cases[probe]!
      const arrived = listener.waitFor(
        (event) => event.protectionOrderId === item.orderId && event.kind === 'location-ban-breach',
        10_000,
      )
      const startedAt = performance.now()
      await vendor.mustPost('/v1/positions', { positions: [position(item, startMs, 0, 900_000)] })
      await arrived
      latenciesMs.push(performance.now() - startedAt)
    }
  } finally {
    listener.close()
  }
  return latenciesMs.toSorted((left, right) => left - right)
}

async function waitUntilEvaluated(baseUrl: string): Promise<number> {
  const startedAt = performance.now()
  for (let attempt = 0; attempt < 1_200; attempt += 1) {
    const lag = await readLag(baseUrl)
    if (lag === 0) return Math.round(performance.now() - startedAt)
    await delay(25)
  }
  throw new Error('the evaluator did not catch up in 30 s')
}

async function readLag(baseUrl: string): Promise<number> {
  const response = await fetch(`${baseUrl}/health/ready`)
  const body = (await response.json()) as {
    readonly evaluatorLagRows: number
    readonly waitingReports: number
  }
  return body.evaluatorLagRows + body.waitingReports
}
