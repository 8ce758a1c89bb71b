import type { PolygonPart } from './ban-shape.ts'
import { distanceMeters } from './distance.ts'
import { toEarthCentred } from './ellipsoid.ts'
import { layVertices } from './ring-vertices.ts'

/**
 * Metres to the nearest edge anywhere on the globe: poles, antimeridian, half the world
 * away. Straight chords through the earth choose the nearest spot, the geodesic
 * measures it. Slow and rare.
 */
export function globeBorderDistanceMeters(
  part: PolygonPart,
  longitude: number,
  latitude: number,
  isSeam: (part: PolygonPart, x1: number, y1: number, x2: number, y2: number) => boolean,
): number {
  const { count } = part.vertices
  const c = layVertices(part.vertices, 0, count)
  toEarthCentred(longitude, latitude, here)
  let bestSquared = Infinity
  let bestX = Number.NaN
  let bestY = Number.NaN
  for (let i = 0; i + 2 < 2 * count; i += 2) {
    const x1 = c[i]!
    const y1 = c[i + 1]!
    const ex = c[i + 2]! - x1
    const ey = c[i + 3]! - y1
    if (Number.isNaN(ex) || isSeam(part, x1, y1, x1 + ex, y1 + ey)) continue
    const t = nearestFraction(x1, y1, ex, ey)
    const squared = chordSquared(x1 + t * ex, y1 + t * ey)
    if (squared < bestSquared) {
      bestSquared = squared
      bestX = x1 + t * ex
      bestY = y1 + t * ey
    }
  }
  return distanceMeters(longitude, latitude, bestX, bestY)
}

const here = new Float64Array(3)
const there = new Float64Array(3)
const goldenRatio = (Math.sqrt(5) - 1) / 2

function chordSquared(x: number, y: number): number {
  toEarthCentred(x, y, there)
  const dx = there[0]! - here[0]!
  const dy = there[1]! - here[1]!
  const dz = there[2]! - here[2]!
  return dx * dx + dy * dy + dz * dz
}

/**
 * Where along the edge the chord is shortest: a step per degree finds the valley,
 * golden section its floor.
 */
function nearestFraction(x1: number, y1: number, ex: number, ey: number): number {
  const steps = Math.max(2, Math.ceil(Math.max(Math.abs(ex), Math.abs(ey))))
  let best = 0
  let bestSquared = Infinity
  for (let step = 0; step <= steps; step += 1) {
    const squared = chordSquared(x1 + (step / steps) * ex, y1 + (step / steps) * ey)
    if (squared < bestSquared) {
      bestSquared = squared
      best = step
    }
  }
  let low = Math.max(0, best - 1) / steps
  let high = Math.min(steps, best + 1) / steps
  for (let round = 0; round < 60 && high - low > 1e-13; round += 1) {
    const a = high - goldenRatio * (high - low)
    const b = low + goldenRatio * (high - low)
    if (chordSquared(x1 + a * ex, y1 + a * ey) <= chordSquared(x1 + b * ex, y1 + b * ey)) high = b
    else low = a
  }
  return (low + high) / 2
}
