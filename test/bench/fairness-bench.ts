import { loadavg } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import { type AlertListener, listenToAlerts } from '../support/alert-listener.ts'
import type { Inspection } from '../faults/inspect-database.ts'
import { createApiClient, type ApiTestClient } from '../support/api-client.ts'
import {
  outsideDegrees,
  type RegisteredCase,
  registerWorld,
  type RegisteredWorld,
} from '../support/registered-world.ts'
import { encodeFixes } from '../../src/store/journal/journal-codec.ts'
import { makeFix } from '../support/journal-world.ts'
import { latencyRow, line, section } from './report.ts'
import { withServer } from './with-server.ts'

/**
 * What a breach of one vendor waits for while another one has a backlog of thirteen hours ago, or
 * sends a thousand positions a request without a pause. Against the quiet of the same run.
 */
export async function benchFairness(options: FairnessOptions): Promise<void> {
  const { caseCount, probeCount } = options
  section(
    `A breach of now beside another vendor: ${caseCount} of its devices, ${probeCount} probes`,
  )
  await withServer(async ({ server, adminToken, inspect }) => {
    const admin = createApiClient(server.baseUrl, adminToken)
    const world = { startMs: Date.now(), reportIntervalSeconds: 3_600 }
    const crowd = await registerWorld(admin, { ...world, caseCount, prefix: 'CROWD' })
    const victim = await registerWorld(admin, {
      ...world,
      caseCount: probeCount * 4 + warmUpCount,
      prefix: 'ALONE',
    })
    const listener = await listenToAlerts(server.baseUrl, victim.operatorToken)
    const vendor = createApiClient(server.baseUrl, crowd.vendorToken)
    const probes = createProbes(server.baseUrl, victim, listener)
    await probes.warmUp()
    const quietMs = await probes.run(probeCount)
    latencyRow('baseline: quiet', quietMs, quietMs)
    await measureBacklog({ ...options, vendor, crowd, probes, inspect, quietMs })
    await measureFlood({ vendor, crowd, probes, probeCount, quietMs })
    while ((await readWaiting(vendor.baseUrl)) > 0) await delay(200)
    // What the first row of the section owes to the machine.
    latencyRow('quiet again', await probes.run(probeCount), quietMs)
    line(`load of the machine ${loadavg()[0]?.toFixed(1)}`)
    listener.close()
  })
}

type FairnessOptions = {
  readonly caseCount: number
  readonly backlogCount: number
  readonly probeCount: number
}

type Situation = {
  readonly vendor: ApiTestClient
  readonly crowd: RegisteredWorld
  readonly probes: Probes
  readonly quietMs: readonly number[]
}

/** As if it had all come in a moment: nothing but the judging of it is in the way of the probes. */
async function measureBacklog(
  situation: Situation & FairnessOptions & { readonly inspect: Inspection },
): Promise<void> {
  const { vendor, crowd, probes, inspect, backlogCount, probeCount, quietMs } = situation
  await queueBacklog(inspect, crowd, backlogCount)
  const startedAt = performance.now()
  let isDrained = false
  const draining = (async () => {
    while ((await readWaiting(vendor.baseUrl)) > 0) await delay(50)
    isDrained = true
    return performance.now() - startedAt
  })()
  const latenciesMs = await probes.runWhile((count) => !isDrained && count < probeCount)
  const drainedMs = await draining
  const title = `${backlogCount.toLocaleString('en')} positions of 13 hours ago wait, ${latenciesMs.length} probes`
  latencyRow(title, latenciesMs, quietMs)
  const perSecond = Math.round((backlogCount * 1_000) / drainedMs)
  line(
    `all judged after ${Math.round(drainedMs)} ms: ${perSecond.toLocaleString('en')} fixes/s beside the probes`,
  )
}

async function queueBacklog(
  inspect: Inspection,
  { vendorId, cases }: RegisteredWorld,
  backlogCount: number,
): Promise<void> {
  const devices = await inspect.query('select serial_number, id from devices')
  const idOf = new Map(devices.map((row) => [String(row['serial_number']), String(row['id'])]))
  const nowMs = Date.now()
  const rowsOf = (from: number, until: number): string[] => {
    const rows: string[] = []
    for (let at = from; at < until; at += rowEntryCount) {
      const fixes = Array.from({ length: rowEntryCount }, (_, slot) => {
        const item = cases[(at + slot) % cases.length]!
        const step = Math.floor((at + slot) / cases.length)
        const deviceId = idOf.get(item.serialNumber) ?? ''
        const atMs = nowMs - 13 * 3_600_000 + step * 15_000
        const place = { longitude: item.longitude + outsideDegrees, latitude: item.latitude }
        return makeFix(deviceId, atMs, place, { receivedAtMs: nowMs })
      })
      rows.push(`'\\x${encodeFixes(fixes).toString('hex')}'::bytea`)
    }
    return rows
  }
  for (let at = 0; at < backlogCount; at += 20 * rowEntryCount) {
    const rows = rowsOf(at, Math.min(backlogCount, at + 20 * rowEntryCount))
    const counts = rows.map(() => rowEntryCount).join(', ')
    await inspect.query(
      `select journal_append_in_turn(0::smallint, 1::smallint, 2::smallint, '${vendorId}',
         array[${counts}], array[${rows.join(', ')}])`,
    )
  }
}

const warmUpCount = 5

/** As the intake makes them. */
const rowEntryCount = 250

async function measureFlood(situation: Situation & { readonly probeCount: number }): Promise<void> {
  const { vendor, crowd, probes, probeCount, quietMs } = situation
  let isOver = false
  let sentCount = 0
  let laterCount = 0
  const startedAt = performance.now()
  const flooding = (async () => {
    for (let request = 0; !isOver; request += 1) {
      const positions = positionsOf(crowd, request, () => Date.now() - 5_000 + (request % 4_000))
      const { status } = await vendor.post('/v1/positions', { positions })
      if (status === 202) sentCount += positions.length
      else {
        laterCount += 1
        await delay(1_000)
      }
    }
  })()
  await delay(2_000)
  const latenciesMs = await probes.run(probeCount)
  isOver = true
  await flooding
  const seconds = (performance.now() - startedAt) / 1_000
  const title = `${requestCount} positions a request without a pause, ${latenciesMs.length} probes`
  latencyRow(title, latenciesMs, quietMs)
  line(
    `${Math.round(sentCount / seconds).toLocaleString('en')} fixes/s taken, ${laterCount} requests told to come later`,
  )
}

const requestCount = 1_000

function positionsOf(
  world: RegisteredWorld,
  request: number,
  atMsOf: (step: number) => number,
): object[] {
  return Array.from({ length: requestCount }, (_, slot) => {
    const index = request * requestCount + slot
    const step = Math.floor(index / world.cases.length)
    const item = world.cases[index % world.cases.length]!
    return position(item, atMsOf(step), outsideDegrees + (step % 10) / 1e5)
  })
}

function position(item: RegisteredCase, recordedAtMs: number, offsetDegrees: number): object {
  return {
    serialNumber: item.serialNumber,
    recordedAt: new Date(recordedAtMs).toISOString(),
    longitude: item.longitude + offsetDegrees,
    latitude: item.latitude,
    accuracyMeters: 8,
    source: 'gnss',
  }
}

/** Each probe walks another person into his ban, from the request to the event on the stream. */
function createProbes(baseUrl: string, world: RegisteredWorld, listener: AlertListener): Probes {
  const vendor = createApiClient(baseUrl, world.vendorToken)
  let next = 0
  async function probe(): Promise<number> {
    const item = world.cases[next]
    if (item === undefined) throw new Error('every person has walked into his ban')
    next += 1
    const arrived = listener.waitFor(
      (event) => event.protectionOrderId === item.orderId && event.kind === 'location-ban-breach',
      60_000,
    )
    const startedAt = performance.now()
    await vendor.mustPost('/v1/positions', { positions: [position(item, Date.now() - 500, 0)] })
    await arrived
    const latencyMs = performance.now() - startedAt
    await delay(50)
    return latencyMs
  }
  async function runWhile(isOn: (count: number) => boolean): Promise<readonly number[]> {
    const latenciesMs: number[] = []
    while (isOn(latenciesMs.length) && next < world.cases.length) latenciesMs.push(await probe())
    return latenciesMs.toSorted((left, right) => left - right)
  }
  return {
    warmUp: async () => void (await runWhile((count) => count < warmUpCount)),
    run: async (probeCount) => await runWhile((count) => count < probeCount),
    runWhile,
  }
}

type Probes = {
  readonly warmUp: () => Promise<void>
  readonly run: (probeCount: number) => Promise<readonly number[]>
  readonly runWhile: (isOn: (count: number) => boolean) => Promise<readonly number[]>
}

async function readWaiting(baseUrl: string): Promise<number> {
  const response = await fetch(`${baseUrl}/health/ready`)
  const { waitingReports, evaluatorLagRows } = (await response.json()) as {
    readonly waitingReports: number
    readonly evaluatorLagRows: number
  }
  return waitingReports + evaluatorLagRows
}
