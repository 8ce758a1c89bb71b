import type { Fix } from '../../../src/core/model/fix.ts'
import type { ProtectionOrder, RegistryChange } from '../../../src/core/model/registry.ts'
import { defaultLimits } from '../../../src/core/model/limits.ts'
import type { Engine } from '../../../src/core/engine/engine-state.ts'
import {
  advanceTo,
  applyFix,
  applyRegistryChange,
  createEngine,
} from '../../../src/core/engine/engine.ts'
import { quantile } from './table.ts'
import { largeArea } from './served-workload.ts'
import { createWorkload, fixesOf, type Workload, type WorkloadOptions } from './workload.ts'
import { type Entry, openChange, packOrder, timeAsServer, waitAsServer } from './as-server.ts'
import { orderOf, registryOf } from './workload-registry.ts'

/**
 * Orders coming, changing and going in an evaluator of its own: what each costs, what it keeps in
 * memory, and how long fixes wait for it.
 */
export type RegistryMeasured = {
  readonly bytesPerOrder: number
  /** All that is kept of an order, shared out over the vertices of its areas. */
  readonly bytesPerVertex: number
  /** What a vertex costs of its own: of the same areas with twice as many, what is kept more. */
  readonly bytesPerMoreVertex: number
  /** Microseconds: the median of fifty about the hundredth, and of the last fifty. */
  readonly hundredthUs: number
  readonly lastUs: number
  readonly quietP99Us: number
  readonly busyP99Us: number
  readonly longestMs: number
  readonly tenThousandVerticesMs: number
}

process.on('message', (options: { seed: number; orderCount: number }) => {
  process.send?.(measure(options.seed, options.orderCount))
})
process.on('disconnect', () => process.exit(0))

function measure(seed: number, orderCount: number): RegistryMeasured {
  const options = { seed, intervalMs: 10_000, startMs: 1_795_435_200_000 }
  const country = { ...options, offenderCount: orderCount }
  const workload = createWorkload(country)
  const { engine, bytes, timesUs } = register(workload)
  const [once, twice] = [1, 2].map((times) => splitEdges(workload, times))
  return {
    bytesPerOrder: bytes / orderCount,
    bytesPerVertex: bytes / countVertices(workload),
    bytesPerMoreVertex: once && twice ? compareKept(once, twice) : Number.NaN,
    hundredthUs: quantile(timesUs.slice(75, 125), 0.5),
    lastUs: quantile(timesUs.slice(-50), 0.5),
    ...measureChange(country),
    tenThousandVerticesMs: measureLarge(engine, workload) / 1_000,
  }
}

function register(workload: Workload): Registered {
  const engine = createEngine(defaultLimits)
  const changes = [...registryOf(workload)]
  const isOrder = (change: RegistryChange): boolean => change.type === 'protection-order'
  for (const change of changes.filter((one) => !isOrder(one))) apply(engine, change, workload)
  // Made one by one and dropped: what the engine keeps of an order is all that stays.
  changes.length = 0
  const before = heapBytes()
  const timesUs: number[] = []
  for (const offender of workload.orders.keys()) {
    const packed = packOrder(orderOf(workload, offender))
    timesUs.push(time(() => apply(engine, openChange(packed), workload)))
  }
  return { engine, bytes: heapBytes() - before, timesUs }
}

type Registered = {
  readonly engine: Engine
  readonly bytes: number
  readonly timesUs: readonly number[]
}

/** The same areas, moved by one unit so that nobody shares them, each edge in so many pieces. */
function splitEdges(workload: Workload, pieces: number): Workload {
  const split = (ring: Int32Array): Int32Array =>
    Int32Array.from({ length: pieces * ring.length }, (_, at) => {
      const from = 2 * Math.floor(at / 2 / pieces) + (at % 2)
      const [here, next] = [ring[from] ?? 0, ring[(from + 2) % ring.length] ?? 0]
      const share = (Math.floor(at / 2) % pieces) / pieces
      return 1 + Math.round(here + share * (next - here))
    })
  return { ...workload, rings: workload.rings.map(split) }
}

function compareKept(once: Workload, twice: Workload): number {
  const [few, many] = [register(once), register(twice)]
  return (many.bytes - few.bytes) / (countKept(twice) - countKept(once))
}

/** Of each area once, however many orders share it. */
function countKept({ orders, rings }: Workload): number {
  const kept = new Set(orders.flatMap(({ areas }) => areas))
  return [...kept].reduce((count, area) => count + (rings[area]?.length ?? 0) / 2, 0)
}

type Waits = Pick<RegistryMeasured, 'quietP99Us' | 'busyP99Us' | 'longestMs'>

/**
 * Within a minute of the country's time every order is changed, a third of them to end in it, and
 * their ends fall due: two rounds of fixes before, six meanwhile, the changes spread among them.
 * Each piece of work takes the least of some runs, which all do the same: what others on the
 * machine take would else be more than what is asked.
 */
function measureChange(options: WorkloadOptions): Waits {
  const runs = Array.from({ length: changeRunCount }, () => runChange(options))
  const [first] = runs
  if (first === undefined) throw new Error('a change is run at least once')
  const leastOf = (stretch: 'quiet' | 'busy'): number[] =>
    first[stretch].timesUs.map((_, at) =>
      Math.min(...runs.map((run) => run[stretch].timesUs[at] ?? Number.NaN)),
    )
  const [quietUs, busyUs] = [leastOf('quiet'), leastOf('busy')]
  return {
    quietP99Us: quantile(waitAsServer(first.quiet.entries, quietUs), 0.99),
    busyP99Us: quantile(waitAsServer(first.busy.entries, busyUs), 0.99),
    longestMs: busyUs.reduce((most, us) => Math.max(most, us), 0) / 1_000,
  }
}

const changeRunCount = 5

function runChange(options: WorkloadOptions): { readonly quiet: Stretch; readonly busy: Stretch } {
  const workload = createWorkload(options)
  const { engine } = register(workload)
  const rounds = (count: number): Fix[] =>
    Array.from({ length: count }, () => fixesOf(workload, workload.nextRound())).flat()
  for (const fix of rounds(3)) applyFix(engine, fix)
  // The clock goes on with every row: everybody was looked at once before.
  advanceTo(engine, workload.startMs + 3 * workload.intervalMs)
  const quiet = rounds(2)
  const busy = rounds(6).flatMap((fix, at): Entry[] => {
    const offender = at / 9
    if (!Number.isInteger(offender) || offender >= workload.offenderCount) return [fix]
    const protectionOrder = changed(workload, offender, fix.recordedAtMs)
    return [{ protectionOrder, changedAtMs: fix.receivedAtMs }, fix]
  })
  return {
    quiet: { entries: quiet, timesUs: timeAsServer(engine, quiet) },
    busy: { entries: busy, timesUs: timeAsServer(engine, busy) },
  }
}

type Stretch = { readonly entries: readonly Entry[]; readonly timesUs: readonly number[] }

function changed(workload: Workload, offender: number, nowMs: number): ProtectionOrder {
  const order = orderOf(workload, offender)
  const validUntilMs = offender % 3 === 0 ? nowMs + 15_000 : order.validUntilMs
  return { ...order, version: 2, validUntilMs }
}

function measureLarge(engine: Engine, workload: Workload): number {
  const order = orderOf(workload, 0)
  const geometry = largeArea(10_000)
  const area = { type: 'geometry' as const, geometry }
  const ban = { id: 'large', label: 'large', area, approachMeters: 500, schedule: null }
  const protectionOrder = { ...order, id: 'large', locationBans: [ban], proximityBans: [] }
  return time(() => apply(engine, { type: 'protection-order', protectionOrder }, workload))
}

function apply(engine: Engine, change: RegistryChange, workload: Workload): void {
  applyRegistryChange(engine, change, workload.startMs - 1_000)
}

function countVertices(workload: Workload): number {
  let count = 0
  for (const { areas } of workload.orders) {
    for (const area of areas) count += (workload.rings[area]?.length ?? 0) / 2
  }
  return count
}

/** Microseconds on the wall: the kernel counts the CPU of a thread too coarsely for one call. */
function time(work: () => unknown): number {
  const startedAt = performance.now()
  work()
  return (performance.now() - startedAt) * 1_000
}

function heapBytes(): number {
  // What the first finds to be finalized the second takes.
  globalThis.gc?.()
  globalThis.gc?.()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}
