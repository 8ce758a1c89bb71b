import { readFileSync } from 'node:fs'
import { createApiClient, type ApiTestClient } from '../support/api-client.ts'
import { outsideDegrees, registerWorld, type RegisteredWorld } from '../support/registered-world.ts'
import { latencyRow, line, section } from './report.ts'
import { withServer } from './with-server.ts'

/**
 * What an acknowledgement takes with the evaluator in the loop that answers, and in a thread of its
 * own: under load, and as the next request after one that raises an alert, beside the same after
 * one that raises none. The difference of the latter two can be heard from outside.
 */
export async function benchApart(options: ApartOptions): Promise<void> {
  section(
    `Acknowledgements: ${options.caseCount} cases, load of ${connectionCount} connections with ${batchSize} fixes each`,
  )
  await withSide('no', options, async (within) => {
    await withSide('yes', options, async (apart) => {
      // In turn, so that whatever else the machine does is of both.
      for (let index = 0; index < options.caseCount - 1; index += 1) {
        for (const side of [within, apart]) await probe(side, index)
      }
      for (const side of [within, apart]) await pour(side, options.requestCount)
      report(within, apart)
    })
  })
}

function report(within: Side, apart: Side): void {
  for (const part of ['quiet', 'afterAlert', 'underLoad'] as const) {
    const baseline = sorted(within.quiet)
    latencyRow(`${titles[part]}, one loop`, sorted(within[part]), baseline)
    latencyRow(`${titles[part]}, a thread of its own`, sorted(apart[part]), baseline)
  }
  for (const [name, { cpuSecondsPerMillion }] of [
    ['one loop', within],
    ['a thread of its own', apart],
  ] as const) {
    line(`${name}: ${cpuSecondsPerMillion.toFixed(1)} s of CPU of the server per million fixes`)
  }
}

export type ApartOptions = { readonly caseCount: number; readonly requestCount: number }

const batchSize = 100
const connectionCount = 8
const titles = {
  quiet: 'after a fix without an alert',
  afterAlert: 'after a fix that raises an alert',
  underLoad: 'one fix under load',
}

/** One server and what was measured of it. */
type Side = {
  readonly vendor: ApiTestClient
  readonly world: RegisteredWorld
  readonly pid: number | undefined
  readonly quiet: number[]
  readonly afterAlert: number[]
  readonly underLoad: number[]
  atMs: number
  cpuSecondsPerMillion: number
}

async function withSide(
  apart: string,
  { caseCount }: ApartOptions,
  work: (side: Side) => Promise<void>,
): Promise<void> {
  await withServer(
    async ({ server, adminToken }) => {
      const startMs = Date.now() - 86_400_000
      const admin = createApiClient(server.baseUrl, adminToken)
      const world = await registerWorld(admin, { caseCount, startMs, prefix: 'APART' })
      const vendor = createApiClient(server.baseUrl, world.vendorToken)
      const measured = { quiet: [], afterAlert: [], underLoad: [], cpuSecondsPerMillion: 0 }
      const { pid } = server.child
      await work({ vendor, world, pid, ...measured, atMs: Date.now() - 300_000 })
    },
    { HOEDE_EVALUATOR_THREAD: apart },
  )
}

/** The last case listens: its fixes raise nothing, and come right behind one of somebody else. */
async function probe(side: Side, index: number): Promise<void> {
  const { vendor, world } = side
  const listening = world.cases.at(-1)!
  for (const [kept, offset] of [
    [side.quiet, outsideDegrees],
    [side.afterAlert, 0],
  ] as const) {
    side.atMs += 1_000
    await send(vendor, [fixOf(world.cases[index]!, side.atMs, offset)])
    kept.push(await send(vendor, [fixOf(listening, side.atMs, outsideDegrees)]))
    await new Promise((resolve) => void setTimeout(resolve, 60))
  }
}

async function pour(side: Side, requestCount: number): Promise<void> {
  const { vendor, world } = side
  const startMs = Date.now() - 400_000
  const cpuBefore = cpuSecondsOf(side.pid)
  let next = 0
  const pourer = async (): Promise<void> => {
    for (; next < requestCount;) {
      const request = next
      next += 1
      await send(vendor, batchOf(world, startMs, request))
    }
  }
  const pouring = Promise.all(Array.from({ length: connectionCount }, pourer))
  const listening = world.cases.at(-1)!
  for (let at = 0; next < requestCount; at += 1) {
    side.underLoad.push(await send(vendor, [fixOf(listening, startMs + at, outsideDegrees)]))
    await new Promise((resolve) => void setTimeout(resolve, 20))
  }
  await pouring
  const cpuSeconds = cpuSecondsOf(side.pid) - cpuBefore
  side.cpuSecondsPerMillion = (cpuSeconds * 1e6) / (requestCount * batchSize)
}

function batchOf(world: RegisteredWorld, startMs: number, request: number): object[] {
  return Array.from({ length: batchSize }, (_, slot) => {
    const index = request * batchSize + slot
    const item = world.cases[index % (world.cases.length - 1)]!
    return fixOf(item, startMs + Math.floor(index / world.cases.length) * 500, outsideDegrees)
  })
}

function fixOf(item: RegisteredWorld['cases'][number], atMs: number, offset: number): object {
  return {
    serialNumber: item.serialNumber,
    recordedAt: new Date(atMs).toISOString(),
    longitude: item.longitude + offset,
    latitude: item.latitude,
    accuracyMeters: 8,
  }
}

async function send(vendor: ApiTestClient, positions: readonly object[]): Promise<number> {
  const startedAt = performance.now()
  const answer = await vendor.post('/v1/positions', { positions })
  if (answer.status !== 202) throw new Error(`positions answered ${answer.status}`)
  return performance.now() - startedAt
}

function sorted(latenciesMs: readonly number[]): readonly number[] {
  return latenciesMs.toSorted((left, right) => left - right)
}

/** User and system time of a process with all its threads; on Linux alone. */
function cpuSecondsOf(pid: number | undefined): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond
}

const ticksPerSecond = 100
