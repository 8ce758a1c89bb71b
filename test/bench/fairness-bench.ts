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
import { pushAll } from '../../src/core/model/lists.ts'
import { encodeFixes } from '../../src/store/journal/journal-codec.ts'
import { makeFix } from '../support/journal-world.ts'
import { latencyRow, line, section } from './report.ts'
import { printProfile, profiledBy } from './goals/server-profile.ts'
import { withServer } from './with-server.ts'

/**
 * What a breach of one vendor waits for while another one has a backlog of thirteen hours ago, or
 * sends a thousand positions a request without a pause. Against the quiet of the same run.
 */
export async function benchFairness(options: FairnessOptions): Promise<void> {
  const { backlogCount, caseCount, probeCount } = options
  section(
    `A breach of now beside another vendor: ${caseCount} of its devices, ${probeCount} probes`,
  )
  await withServer(async ({ server, adminToken, inspect }) => {
    const admin = createApiClient(server.baseUrl, adminToken)
    const world = { startMs: Date.now(), reportIntervalSeconds: 3_600 }
    const crowd = await registerWorld(admin, { ...world, caseCount, prefix: 'CROWD' })
    const victim = await registerWorld(admin, {
      ...world,
      caseCount: probeCount * roundCount * 3 + warmUpCount,
      prefix: 'ALONE',
    })
    const listener = await listenToAlerts(server.baseUrl, victim.operatorToken)
    const vendor = createApiClient(server.baseUrl, crowd.vendorToken)
    const probes = createProbes(server.baseUrl, victim, listener)
    await probes.warmUp()
    const quiet: number[] = []
    const backlogged: number[] = []
    const flooded: number[] = []
    const drained: number[] = []
    const flows: Flow[] = []
    // In turn, so that what the machine does beside it comes to all three alike.
    for (let round = 0; round < roundCount; round += 1) {
      pushAll(quiet, await probes.run(probeCount))
      const backlog = await measureBacklog({ ...options, vendor, crowd, probes, inspect })
      pushAll(backlogged, backlog.latenciesMs)
      drained.push(backlog.perSecond)
      const flood = await measureFlood({ vendor, crowd, probes, inspect, probeCount })
      pushAll(flooded, flood.latenciesMs)
      flows.push(flood)
    }
    latencyRow(`baseline: quiet, ${quiet.length} probes`, sorted(quiet), sorted(quiet))
    const title = `${backlogCount.toLocaleString('en')} positions of 13 hours ago wait, ${backlogged.length} probes`
    latencyRow(title, sorted(backlogged), sorted(quiet))
    line(
      `taken, judged and judged again with what came before, fixes/s: ${drained.map(counted).join(', ')}`,
    )
    const floodTitle = `${requestCount} positions a request without a pause, ${flooded.length} probes`
    latencyRow(floodTitle, sorted(flooded), sorted(quiet))
    line(`taken, fixes/s: ${flows.map(({ perSecond }) => counted(perSecond)).join(', ')}`)
    line(
      `all of it judged so long after the last, s: ${flows.map(({ drainedMs }) => (drainedMs / 1_000).toFixed(1)).join(', ')}`,
    )
    line(`requests told to come later: ${flows.map(({ laterCount }) => laterCount).join(', ')}`)
    line(`load of the machine ${loadavg()[0]?.toFixed(1)}`)
    listener.close()
  }, profiledBy(options.profileFolder))
  await printProfile(options.profileFolder)
}

const roundCount = 3

function sorted(latenciesMs: readonly number[]): readonly number[] {
  return latenciesMs.toSorted((left, right) => left - right)
}

function counted(perSecond: number): string {
  return Math.round(perSecond).toLocaleString('en')
}

type Flow = {
  readonly perSecond: number
  readonly laterCount: number
  readonly drainedMs: number
}

type FairnessOptions = {
  readonly caseCount: number
  readonly backlogCount: number
  readonly probeCount: number
  /** Null: none is written. */
  readonly profileFolder: string | null
}

type Situation = {
  readonly vendor: ApiTestClient
  readonly crowd: RegisteredWorld
  readonly probes: Probes
}

/**
 * As if it had all come in a moment: nothing but the judging of it is in the way of the probes.
 * From the first row to the last stretch that it had judged again.
 */
async function measureBacklog(
  situation: Situation & FairnessOptions & { readonly inspect: Inspection },
): Promise<{ readonly latenciesMs: readonly number[]; readonly perSecond: number }> {
  const { vendor, crowd, probes, inspect, backlogCount, probeCount } = situation
  const startedAt = performance.now()
  await queueBacklog(inspect, crowd, backlogCount)
  let isDrained = false
  const draining = (async () => {
    await waitUntilAllIsJudged(vendor.baseUrl, inspect)
    isDrained = true
    return performance.now() - startedAt
  })()
  const latenciesMs = await probes.runWhile((count) => !isDrained && count < probeCount)
  const drainedMs = await draining
  return { latenciesMs, perSecond: (backlogCount * 1_000) / drainedMs }
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

async function measureFlood(
  situation: Situation & { readonly probeCount: number; readonly inspect: Inspection },
): Promise<Flow & { readonly latenciesMs: readonly number[] }> {
  const { vendor, crowd, probes, inspect, probeCount } = situation
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
  const sentAt = performance.now()
  const seconds = (sentAt - startedAt) / 1_000
  await waitUntilAllIsJudged(vendor.baseUrl, inspect)
  const drainedMs = performance.now() - sentAt
  return { latenciesMs, perSecond: sentCount / seconds, laterCount, drainedMs }
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
    return latenciesMs
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

async function waitUntilAllIsJudged(baseUrl: string, inspect: Inspection): Promise<void> {
  const isOpen = async (): Promise<boolean> =>
    (await inspect.query('select 1 from rejudgements where done_at is null limit 1')).length > 0
  while ((await readWaiting(baseUrl)) > 0 || (await isOpen())) await delay(50)
}

async function readWaiting(baseUrl: string): Promise<number> {
  const response = await fetch(`${baseUrl}/health/ready`)
  const { waitingReports, evaluatorLagRows } = (await response.json()) as {
    readonly waitingReports: number
    readonly evaluatorLagRows: number
  }
  return waitingReports + evaluatorLagRows
}
