import type { BanShape, PolygonPart } from './ban-shape.ts'
import { vertexOffset } from './ban-shape.ts'
import { polygonSignedDistanceMeters } from './border-distance.ts'
import { distanceMeters } from './distance.ts'
import { rowOf } from './edge-index.ts'
import { sideOf } from './exact-side.ts'

/**
 * Is the position in the banned area? A position exactly on the border, of the shell or of a hole,
 * is inside: with an area somebody may not enter, the doubt of zero metres falls to the ban. Edges
 * are straight in longitude and latitude, as RFC 7946 says. NaN is never inside.
 */
export function containsPosition(shape: BanShape, longitude: number, latitude: number): boolean {
  if (shape.kind === 'circle') {
    return (
      distanceMeters(shape.longitude, shape.latitude, longitude, latitude) <= shape.radiusMeters
    )
  }
  for (const part of shape.parts) {
    if (partContains(part, longitude, latitude)) return true
  }
  return false
}

/** Metres to the border, negative inside, 0 on it; the border of a hole is a border. */
export function signedDistanceMeters(shape: BanShape, longitude: number, latitude: number): number {
  if (shape.kind === 'circle') {
    return distanceMeters(shape.longitude, shape.latitude, longitude, latitude) - shape.radiusMeters
  }
  return polygonSignedDistanceMeters(shape, longitude, latitude, partContains)
}

/** The same for one shell with its holes, on every turn of the globe that its box reaches. */
export function partContains(part: PolygonPart, longitude: number, latitude: number): boolean {
  const c = part.coordinates
  if (!(latitude >= c[1]! && latitude <= c[3]!)) return false
  const west = c[0]!
  const east = c[2]!
  if (west >= -180 && east <= 180 && longitude > -180 && longitude < 180) {
    return longitude >= west && longitude <= east && crossings(part, longitude, latitude) !== 0
  }
  let isInside = false
  for (let turn = -720; turn <= 720; turn += 360) {
    const x = longitude + turn
    if (!(x >= west && x <= east)) continue
    const found = crossings(part, x, latitude)
    if (found === onBorder) return true
    if (found === inside) isInside = !isInside
  }
  return isInside
}

export const inside = 1
export const onBorder = 2

/**
 * 0 outside, 1 inside, 2 on an edge: parity of the edges that a ray to the east
 * crosses, decided exactly.
 */
function crossings(part: PolygonPart, x: number, y: number): 0 | 1 | 2 {
  const c = part.coordinates
  const index = part.index
  let parity: 0 | 1 = 0
  if (index === null) {
    for (let i = vertexOffset, last = c.length - 3; i < last; i += 2) {
      const found = crossing(c, i, x, y)
      if (found === onBorder) return onBorder
      parity = (parity ^ found) as 0 | 1
    }
    return parity
  }
  const row = rowOf(y, c[1]!, c[3]!, index.rowStarts.length - 1)
  const rowEdges = index.rowEdges
  for (let k = index.rowStarts[row]!, end = index.rowStarts[row + 1]!; k < end; k += 1) {
    const found = crossing(c, vertexOffset + 2 * rowEdges[k]!, x, y)
    if (found === onBorder) return onBorder
    parity = (parity ^ found) as 0 | 1
  }
  return parity
}

/**
 * Does the ray to the east from x, y cross the edge at `i`? Half-open at
 * its upper end; 2 when on it.
 */
export function crossing(c: Float64Array, i: number, x: number, y: number): 0 | 1 | 2 {
  const y1 = c[i + 1]!
  const y2 = c[i + 3]!
  if ((y1 > y && y2 > y) || (y1 < y && y2 < y)) return 0
  const x1 = c[i]!
  const x2 = c[i + 2]!
  if (x1 < x && x2 < x) return 0
  const isUpward = y1 <= y && y2 > y
  const isDownward = y2 <= y && y1 > y
  if (x1 > x && x2 > x) return isUpward || isDownward ? inside : 0
  if (isUpward || isDownward) {
    const side = sideOf(x1, y1, x2, y2, x, y)
    if (side === 0) return onBorder
    return side > 0 === isUpward ? inside : 0
  }
  // Left over: both ends at or below y and one at it (a peak), or level
  // with y. Only touching counts.
  if (y1 === y && y2 === y) return onBorder
  return (y1 === y && x1 === x) || (y2 === y && x2 === x) ? onBorder : 0
}
