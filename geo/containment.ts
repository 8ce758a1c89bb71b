import type { BanShape, PolygonPart } from './ban-shape.ts'
import { polygonSignedDistanceMeters } from './border-distance.ts'
import { distanceMeters } from './distance.ts'
import { edgesPerRun, findRow } from './edge-index.ts'
import { sideOf } from './exact-side.ts'
import { latitudeAt, longitudeAt } from './ring-vertices.ts'
import type { RingVertices } from './ring-vertices.ts'

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
  const { west, east } = part
  if (!(latitude >= part.south && latitude <= part.north)) return false
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
  const { vertices, rows } = part
  const edgeCount = vertices.count - 1
  if (rows === null) return crossingsOf(vertices, 0, edgeCount, x, y)
  const row = findRow(rows, y, part.south, part.north)
  let parity: 0 | 1 = 0
  for (let at = rows[row]!, end = rows[row + 1]!; at < end; at += 1) {
    const from = rows[at]! * edgesPerRun
    const found = crossingsOf(vertices, from, Math.min(from + edgesPerRun, edgeCount), x, y)
    if (found === onBorder) return onBorder
    parity = (parity ^ found) as 0 | 1
  }
  return parity
}

/** Of the edges up to `end`, which is left out. */
function crossingsOf(
  vertices: RingVertices,
  from: number,
  end: number,
  x: number,
  y: number,
): 0 | 1 | 2 {
  let parity: 0 | 1 = 0
  let y2 = latitudeAt(vertices, from)
  for (let edge = from; edge < end; edge += 1) {
    const y1 = y2
    y2 = latitudeAt(vertices, edge + 1)
    // Hot path: most are told by their latitudes alone.
    if ((y1 > y && y2 > y) || (y1 < y && y2 < y)) continue
    const [x1, x2] = [longitudeAt(vertices, edge), longitudeAt(vertices, edge + 1)]
    const found = crossing(x1, y1, x2, y2, x, y)
    if (found === onBorder) return onBorder
    parity = (parity ^ found) as 0 | 1
  }
  return parity
}

/** Does the ray to the east from x, y cross the edge? Half-open at its upper end; 2 when on it. */
export function crossing(
  x1: number,
  y1: number,
  x2: number,
  y2: number,
  x: number,
  y: number,
): 0 | 1 | 2 {
  if ((y1 > y && y2 > y) || (y1 < y && y2 < y)) return 0
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
