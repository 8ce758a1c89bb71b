import geographiclib from 'geographiclib-geodesic'
import { separationMeters, unitsPerDegree, type Round, type Workload } from './workload.ts'

/**
 * Whether a position is inside, in whole numbers and by looking at every edge: the differences are
 * below 2^26, so that their products are exact. What is on the border may be either.
 */
export function isExactlyInside(ring: Int32Array, x: number, y: number): boolean {
  let isInside = false
  const length = ring.length
  for (let at = 0, before = length - 2; at < length; before = at, at += 2) {
    const y0 = ring[at + 1] ?? 0
    const y1 = ring[before + 1] ?? 0
    if (y0 > y === y1 > y) continue
    const x0 = ring[at] ?? 0
    const x1 = ring[before] ?? 0
    const cross = (x1 - x0) * (y - y0) - (x - x0) * (y1 - y0)
    if (cross !== 0 && cross > 0 === y1 > y0) isInside = !isInside
  }
  return isInside
}

/** Metres to the nearest edge, every one looked at, in a plane about the position. */
export function metersToBorder(ring: Int32Array, x: number, y: number): number {
  const perUnitNorth = 111_250 / unitsPerDegree
  const perUnitEast = (111_320 / unitsPerDegree) * Math.cos((y / unitsPerDegree) * (Math.PI / 180))
  let least = Infinity
  const length = ring.length
  for (let at = 0, before = length - 2; at < length; before = at, at += 2) {
    const east = ((ring[before] ?? 0) - x) * perUnitEast
    const north = ((ring[before + 1] ?? 0) - y) * perUnitNorth
    const alongEast = ((ring[at] ?? 0) - x) * perUnitEast - east
    const alongNorth = ((ring[at + 1] ?? 0) - y) * perUnitNorth - north
    const squared = alongEast * alongEast + alongNorth * alongNorth
    const share = squared === 0 ? 0 : -(east * alongEast + north * alongNorth) / squared
    const held = Math.min(1, Math.max(0, share))
    least = Math.min(least, Math.hypot(east + held * alongEast, north + held * alongNorth))
  }
  return least
}

export function exactMeters(x0: number, y0: number, x1: number, y1: number): number {
  const { s12 } = geographiclib.Geodesic.WGS84.Inverse(
    y0 / unitsPerDegree,
    x0 / unitsPerDegree,
    y1 / unitsPerDegree,
    x1 / unitsPerDegree,
  )
  return s12 ?? Number.NaN
}

/**
 * Counts what a program without policy must say: each position that is the first inside, or the
 * first outside, of an area of its offender, and each that brings a pair within the distance or out
 * of it. By brute force, and slow: for programs that are compared, over a part of the workload.
 */
export function createTransitionTruth(
  workload: Workload,
  hasPairs = true,
): (round: Round) => number {
  const inside = new Set<string>()
  const near = new Set<string>()
  const places = new Map<number, readonly [number, number]>()
  const offendersOf = offendersByVictim(workload)
  const flip = (set: Set<string>, key: string, is: boolean): number => {
    if (set.has(key) === is) return 0
    if (is) set.add(key)
    else set.delete(key)
    return 1
  }
  return (round) => {
    let count = 0
    for (const [at, device] of round.device.entries()) {
      const x = round.x[at] ?? 0
      const y = round.y[at] ?? 0
      places.set(device, [x, y])
      const order = workload.orders[device]
      for (const area of order?.areas ?? []) {
        const ring = workload.rings[area] ?? new Int32Array()
        count += flip(inside, `${device} ${area}`, isExactlyInside(ring, x, y))
      }
      if (!hasPairs) continue
      const victims = order?.victims.map((victim) => victim + workload.offenderCount)
      for (const other of victims ?? offendersOf[device - workload.offenderCount] ?? []) {
        const place = places.get(other)
        if (place === undefined) continue
        const key = device < other ? `${device} ${other}` : `${other} ${device}`
        count += flip(near, key, exactMeters(x, y, place[0], place[1]) <= separationMeters)
      }
    }
    return count
  }
}

export function offendersByVictim(workload: Workload): readonly number[][] {
  const offenders = Array.from({ length: workload.victimCount }, (): number[] => [])
  for (const [offender, { victims }] of workload.orders.entries()) {
    for (const victim of victims) offenders[victim]?.push(offender)
  }
  return offenders
}
