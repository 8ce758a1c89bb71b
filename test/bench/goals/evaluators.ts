import { booleanPointInPolygon, distance } from '@turf/turf'
import RBush from 'rbush'
import type { Fix } from '../../../src/core/model/fix.ts'
import type { Effect } from '../../../src/core/model/alert.ts'
import { defaultLimits } from '../../../src/core/model/limits.ts'
import {
  advanceTo,
  applyFix,
  applyRegistryChange,
  createEngine,
  nextDeadlineMs,
} from '../../../src/core/engine/engine.ts'
import { offendersByVictim } from './exact-truth.ts'
import { createFloor } from './floor-evaluator.ts'
import { separationMeters, type Workload } from './workload.ts'
import { cornersOf, registryOf } from './workload-registry.ts'

/** Takes fixes in order; the answer is how many transitions (ours: effects) they brought. */
export type Evaluator = { readonly judge: (fixes: readonly Fix[]) => number }

export const evaluatorNames = ['hoede', 'floor', 'rbush', 'turf'] as const
export type EvaluatorName = (typeof evaluatorNames)[number]

/** The product, and three plain programs without belief, confirmation, hysteresis or memory. */
export function createEvaluator(name: EvaluatorName, workload: Workload): Evaluator {
  switch (name) {
    case 'hoede':
      return createHoede(workload)
    case 'floor':
      return createFloor(workload)
    case 'rbush':
      return createGlobalTree(workload)
    case 'turf':
      return createTurf(workload)
  }
}

/** The whole policy, and the clock advanced before each hundred fixes, as for a journal row. */
function createHoede(workload: Workload): Evaluator {
  const { judge } = createHoedeEngine(workload)
  return { judge: (fixes) => judge(fixes).length }
}

export function createHoedeEngine(workload: Workload) {
  const engine = createEngine(defaultLimits)
  for (const change of registryOf(workload)) {
    applyRegistryChange(engine, change, workload.startMs - 1_000)
  }
  const judge = (fixes: readonly Fix[]): Effect[] => {
    const effects: Effect[] = []
    for (const [at, fix] of fixes.entries()) {
      if (at % 100 === 0) {
        const dueMs = nextDeadlineMs(engine)
        if (dueMs !== null && dueMs <= fix.receivedAtMs) {
          for (const effect of advanceTo(engine, fix.receivedAtMs)) effects.push(effect)
        }
      }
      const found = applyFix(engine, fix)
      if (found.length > 0) for (const effect of found) effects.push(effect)
    }
    return effects
  }
  return { engine, judge }
}

type AreaItem = { minX: number; minY: number; maxX: number; maxY: number; area: number }

/** One R-tree of everybody's areas, filtered by owner. */
function createGlobalTree(workload: Workload): Evaluator {
  const tree = new RBush<AreaItem>()
  tree.load(workload.rings.map((ring, area) => ({ ...boxOf(ring), area })))
  return createPlain(workload, ({ longitude, latitude }, own, isInside) => {
    const found = tree.search({ minX: longitude, minY: latitude, maxX: longitude, maxY: latitude })
    return found.filter(({ area }) => own.includes(area) && isInside(area)).map(({ area }) => area)
  })
}

/** Every own area asked in turn. */
function createTurf(workload: Workload): Evaluator {
  return createPlain(workload, (_fix, own, isInside) => own.filter(isInside))
}

type FindAreas = (
  fix: Fix,
  own: readonly number[],
  isInside: (area: number) => boolean,
) => readonly number[]

/** What an ordinary program does: maps of objects, turf for the geometry. */
function createPlain(workload: Workload, findAreas: FindAreas): Evaluator {
  const deviceOf = new Map(workload.deviceIds.map((id, device) => [id, device]))
  const polygons = workload.rings.map(toPolygon)
  const inside = workload.orders.map(() => new Set<number>())
  const offendersOf = offendersByVictim(workload)
  const places = new Map<number, [number, number]>()
  const near = new Set<number>()
  const judgeOne = (fix: Fix): number => {
    const device = deviceOf.get(fix.deviceId)
    if (device === undefined) return 0
    const position: [number, number] = [fix.longitude, fix.latitude]
    places.set(device, position)
    const isOffender = device < workload.offenderCount
    const order = workload.orders[device]
    let count = 0
    if (isOffender && order !== undefined) {
      const isInside = (area: number): boolean =>
        booleanPointInPolygon(position, polygons[area] ?? polygons[0]!, { ignoreBoundary: true })
      const now = findAreas(fix, order.areas, isInside)
      const was = inside[device] ?? new Set()
      for (const area of order.areas) {
        if (now.includes(area) === was.has(area)) continue
        if (!was.delete(area)) was.add(area)
        count += 1
      }
    }
    const others = isOffender
      ? (order?.victims.map((victim) => victim + workload.offenderCount) ?? [])
      : (offendersOf[device - workload.offenderCount] ?? [])
    for (const other of others) {
      const place = places.get(other)
      if (place === undefined) continue
      const isNear = distance(position, place, { units: 'meters' }) <= separationMeters
      const pair = isOffender ? device * pairBase + other : other * pairBase + device
      if (isNear === near.has(pair)) continue
      if (!near.delete(pair)) near.add(pair)
      count += 1
    }
    return count
  }
  return { judge: (fixes) => fixes.reduce((count, fix) => count + judgeOne(fix), 0) }
}

/** Above the number of any device, so that a pair of them is one number. */
const pairBase = 1_000_000

function toPolygon(ring: Int32Array): { type: 'Polygon'; coordinates: number[][][] } {
  return { type: 'Polygon', coordinates: [cornersOf(ring)] }
}

function boxOf(ring: Int32Array): Omit<AreaItem, 'area'> {
  const box = { minX: Infinity, minY: Infinity, maxX: -Infinity, maxY: -Infinity }
  for (const [longitude, latitude] of cornersOf(ring)) {
    box.minX = Math.min(box.minX, longitude)
    box.maxX = Math.max(box.maxX, longitude)
    box.minY = Math.min(box.minY, latitude)
    box.maxY = Math.max(box.maxY, latitude)
  }
  return box
}
