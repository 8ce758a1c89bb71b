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
import { createWorkload, fixesOf, type Workload } from './workload.ts'
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
  const workload = createWorkload({ ...options, offenderCount: orderCount })
  const { engine, bytes, timesUs } = register(workload)
  const [once, twice] = [1, 2].map((times) => splitEdges(workload, times))
  return {
    bytesPerOrder: bytes / orderCount,
    bytesPerVertex: bytes / countVertices(workload),
    bytesPerMoreVertex: once && twice ? compareKept(once, twice) : Number.NaN,
    hundredthUs: quantile(timesUs.slice(75, 125), 0.5),
    lastUs: quantile(timesUs.slice(-50), 0.5),
    ...measureChange(engine, workload),
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
    const protectionOrder = orderOf(workload, offender)
    timesUs.push(time(() => apply(engine, { type: 'protection-order', protectionOrder }, workload)))
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
 */
function measureChange(engine: Engine, workload: Workload): Waits {
  for (let round = 0; round < 3; round += 1) {
    for (const fix of fixesOf(workload, workload.nextRound())) applyFix(engine, fix)
  }
  // The clock goes on with every row: everybody was looked at once before.
  advanceTo(engine, workload.startMs + 3 * workload.intervalMs)
  const quiet: number[] = []
  for (let round = 0; round < 2; round += 1) {
    for (const fix of fixesOf(workload, workload.nextRound())) {
      quiet.push(time(() => applyFix(engine, fix)))
    }
  }
  const busy: number[] = []
  let longestUs = 0
  let offender = 0
  for (let round = 0; round < 6; round += 1) {
    for (const [at, fix] of fixesOf(workload, workload.nextRound()).entries()) {
      let waitUs = 0
      if (at % 9 === 0 && offender < workload.offenderCount) {
        const protectionOrder = changed(workload, offender, fix.recordedAtMs)
        offender += 1
        const change = { type: 'protection-order', protectionOrder } as const
        waitUs += time(() => applyRegistryChange(engine, change, fix.receivedAtMs))
      }
      if (at % 100 === 0) waitUs += time(() => advanceTo(engine, fix.receivedAtMs, pieceByPiece))
      longestUs = Math.max(longestUs, waitUs)
      // The fix waits for what is done before it on the same thread.
      busy.push(waitUs + time(() => applyFix(engine, fix)))
    }
  }
  return {
    quietP99Us: quantile(quiet, 0.99),
    busyP99Us: quantile(busy, 0.99),
    longestMs: longestUs / 1_000,
  }
}

/** As the evaluator lets time pass: a hundred of those that are due, and then whoever is seen. */
const pieceByPiece = { wholeMax: 100, countMax: 100, deviceIds: [], isEveryDevice: false }

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
