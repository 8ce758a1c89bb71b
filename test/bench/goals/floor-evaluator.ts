import type { Fix } from '../../../src/core/model/fix.ts'
import { exactMeters, offendersByVictim } from './exact-truth.ts'
import { separationMeters, unitsPerDegree, type Workload } from './workload.ts'

/**
 * How little the task can cost: numbers in flat arrays, the areas of one offender side by side,
 * edges of large areas in bands of latitude, pairs by index. It believes everything, confirms
 * nothing, and forgets why: a floor and no design.
 */
export function createFloor(workload: Workload): { judge: (fixes: readonly Fix[]) => number } {
  const deviceOf = new Map(workload.deviceIds.map((id, device) => [id, device]))
  const areas = packAreas(workload)
  const pairs = packPairs(workload)
  const placeX = new Int32Array(workload.deviceIds.length)
  const placeY = new Int32Array(workload.deviceIds.length)
  const judgeOne = (fix: Fix): number => {
    const device = deviceOf.get(fix.deviceId)
    if (device === undefined) return 0
    const x = Math.round(fix.longitude * unitsPerDegree)
    const y = Math.round(fix.latitude * unitsPerDegree)
    placeX[device] = x
    placeY[device] = y
    const entered = device < workload.offenderCount ? judgeAreas(areas, device, x, y) : 0
    return entered + judgePairs(pairs, device, placeX, placeY)
  }
  return {
    judge: (fixes) => {
      let count = 0
      for (const fix of fixes) count += judgeOne(fix)
      return count
    },
  }
}

/** Of one area of one offender: box, number of the shape, and whether he is inside. */
const recordSize = 6

type Areas = {
  readonly starts: Int32Array
  readonly records: Int32Array
  readonly shapes: readonly Shape[]
}

type Shape = {
  readonly minY: number
  readonly bandHeight: number
  readonly bandStarts: Int32Array
  /** Four numbers of each edge: from x, y to x, y. */
  readonly edges: Int32Array
}

function judgeAreas(areas: Areas, offender: number, x: number, y: number): number {
  const { starts, records } = areas
  let count = 0
  const end = starts[offender + 1] ?? 0
  for (let at = starts[offender] ?? 0; at < end; at += recordSize) {
    const isInBox =
      x >= records[at]! && x <= records[at + 2]! && y >= records[at + 1]! && y <= records[at + 3]!
    const isInside = isInBox ? crossings(areas.shapes[records[at + 4]!]!, x, y) & 1 : 0
    if (isInside === records[at + 5]) continue
    records[at + 5] = isInside
    count += 1
  }
  return count
}

function crossings(shape: Shape, x: number, y: number): number {
  const band = Math.floor((y - shape.minY) / shape.bandHeight)
  const { edges } = shape
  let count = 0
  const end = shape.bandStarts[band + 1] ?? 0
  for (let at = shape.bandStarts[band] ?? 0; at < end; at += 4) {
    const y0 = edges[at + 1]!
    const y1 = edges[at + 3]!
    if (y0 > y === y1 > y) continue
    const x0 = edges[at]!
    const cross = (edges[at + 2]! - x0) * (y - y0) - (x - x0) * (y1 - y0)
    if (cross !== 0 && cross > 0 === y1 > y0) count += 1
  }
  return count
}

function packAreas(workload: Workload): Areas {
  const shapes = workload.rings.map(packShape)
  const starts = new Int32Array(workload.orders.length + 1)
  for (const [offender, order] of workload.orders.entries()) {
    starts[offender + 1] = (starts[offender] ?? 0) + order.areas.length * recordSize
  }
  const records = new Int32Array(starts.at(-1) ?? 0)
  for (const [offender, order] of workload.orders.entries()) {
    for (const [slot, area] of order.areas.entries()) {
      const at = (starts[offender] ?? 0) + slot * recordSize
      records.set([...boxOf(workload.rings[area] ?? new Int32Array()), area, 0], at)
    }
  }
  return { starts, records, shapes }
}

function packShape(ring: Int32Array): Shape {
  const corners = ring.length / 2
  const [, minY, , maxY] = boxOf(ring)
  const bandCount = corners <= 16 ? 1 : Math.min(2_048, corners >> 2)
  const bandHeight = (maxY - minY + 1) / bandCount
  const bands = Array.from({ length: bandCount }, (): number[] => [])
  for (let corner = 0; corner < corners; corner += 1) {
    const next = (corner + 1) % corners
    const [x0, y0] = [ring[2 * corner]!, ring[2 * corner + 1]!]
    const [x1, y1] = [ring[2 * next]!, ring[2 * next + 1]!]
    const last = Math.floor((Math.max(y0, y1) - minY) / bandHeight)
    for (let band = Math.floor((Math.min(y0, y1) - minY) / bandHeight); band <= last; band += 1) {
      bands[band]?.push(x0, y0, x1, y1)
    }
  }
  const bandStarts = new Int32Array(bandCount + 1)
  for (const [at, band] of bands.entries()) {
    bandStarts[at + 1] = (bandStarts[at] ?? 0) + band.length
  }
  return { minY, bandHeight, bandStarts, edges: Int32Array.from(bands.flat()) }
}

function boxOf(ring: Int32Array): [number, number, number, number] {
  const box: [number, number, number, number] = [Infinity, Infinity, -Infinity, -Infinity]
  for (let at = 0; at < ring.length; at += 2) {
    box[0] = Math.min(box[0], ring[at]!)
    box[1] = Math.min(box[1], ring[at + 1]!)
    box[2] = Math.max(box[2], ring[at]!)
    box[3] = Math.max(box[3], ring[at + 1]!)
  }
  return box
}

type Pairs = {
  readonly starts: Int32Array
  /** The other device and the number of the pair, in turn. */
  readonly others: Int32Array
  readonly isNear: Uint8Array
}

function packPairs(workload: Workload): Pairs {
  const lists = Array.from(workload.deviceIds, (): number[] => [])
  let count = 0
  for (const [victim, offenders] of offendersByVictim(workload).entries()) {
    for (const offender of offenders) {
      lists[offender]?.push(workload.offenderCount + victim, count)
      lists[workload.offenderCount + victim]?.push(offender, count)
      count += 1
    }
  }
  const starts = new Int32Array(lists.length + 1)
  for (const [at, list] of lists.entries()) starts[at + 1] = (starts[at] ?? 0) + list.length
  return { starts, others: Int32Array.from(lists.flat()), isNear: new Uint8Array(count) }
}

function judgePairs(pairs: Pairs, device: number, placeX: Int32Array, placeY: Int32Array): number {
  const x = placeX[device]!
  const y = placeY[device]!
  let count = 0
  const end = pairs.starts[device + 1] ?? 0
  for (let at = pairs.starts[device] ?? 0; at < end; at += 2) {
    const other = pairs.others[at]!
    const otherX = placeX[other]!
    if (otherX === 0) continue
    const isNear = isWithin(x, y, otherX, placeY[other]!) ? 1 : 0
    const pair = pairs.others[at + 1]!
    if (pairs.isNear[pair] === isNear) continue
    pairs.isNear[pair] = isNear
    count += 1
  }
  return count
}

/** In a plane; exactly where the plane is too near the bound to say. */
function isWithin(x0: number, y0: number, x1: number, y1: number): boolean {
  const north = (y0 - y1) * 0.0111265
  if (north > 2 * separationMeters || north < -2 * separationMeters) return false
  const latitude = ((y0 + y1) / 2 / unitsPerDegree) * (Math.PI / 180)
  const east = (x0 - x1) * 0.0111526 * Math.cos(latitude)
  const squared = north * north + east * east
  const bound = separationMeters * separationMeters
  if (Math.abs(squared - bound) > 0.01 * bound) return squared < bound
  return exactMeters(x0, y0, x1, y1) <= separationMeters
}
