import type { PolygonPart, PolygonShape } from './ban-shape.ts'
import { isSeamEdge, vertexOffset } from './ban-shape.ts'
import { distanceMeters, planeLatitudeMax } from './distance.ts'
import { edgesPerChunk } from './edge-index.ts'
import { metersPerLatitudeDegree, metersPerLongitudeDegree } from './ellipsoid.ts'
import { globeBorderDistanceMeters } from './globe-border-distance.ts'

/** Metres to the border, negative inside. The caller says how "inside" is decided. */
export function polygonSignedDistanceMeters(
  shape: PolygonShape,
  longitude: number,
  latitude: number,
  contains: (part: PolygonPart, longitude: number, latitude: number) => boolean,
): number {
  // Parts that only a cut of the map keeps apart have one border together; others have one each,
  // so that where parts overlap or touch, the depth is that of the deepest part.
  if (shape.hasSeam) {
    let nearest = Infinity
    let isInside = false
    for (const part of shape.parts) {
      nearest = Math.min(nearest, borderDistanceMeters(part, longitude, latitude, true))
      isInside = isInside || contains(part, longitude, latitude)
    }
    return isInside ? 0 - nearest : nearest
  }
  let signed = Infinity
  for (const part of shape.parts) {
    const toBorder = borderDistanceMeters(part, longitude, latitude, false)
    const partSigned = contains(part, longitude, latitude) ? 0 - toBorder : toBorder
    if (partSigned < signed) signed = partSigned
  }
  return signed
}

/**
 * Metres from the position to the nearest edge of the part. Hot path: one fix is asked about twice
 * in a row, for its distance and for its probability, and the last answer is kept.
 */
export function borderDistanceMeters(
  part: PolygonPart,
  longitude: number,
  latitude: number,
  mayHaveSeams: boolean,
): number {
  const { part: lastPart, at } = last
  if (
    part === lastPart &&
    longitude === at[0] &&
    latitude === at[1] &&
    Number(mayHaveSeams) === at[2]
  ) {
    return at[3]!
  }
  const meters = measureBorder(part, longitude, latitude, mayHaveSeams)
  last.part = part
  at[0] = longitude
  at[1] = latitude
  at[2] = Number(mayHaveSeams)
  at[3] = meters
  return meters
}

/** Longitude, latitude, whether seams are looked for, and the metres. */
const last: { part: PolygonPart | null; readonly at: Float64Array } = {
  part: null,
  at: new Float64Array(4),
}

function measureBorder(
  part: PolygonPart,
  longitude: number,
  latitude: number,
  mayHaveSeams: boolean,
): number {
  const box = part.coordinates
  if (
    mayHaveSeams ||
    box[2]! - box[0]! > 90 ||
    Math.abs(latitude) > planeLatitudeMax ||
    Math.max(Math.abs(box[1]!), Math.abs(box[3]!)) > planeLatitudeMax
  ) {
    return globeBorderDistanceMeters(part, longitude, latitude, isSeamEdge)
  }
  const x = longitude + 360 * Math.round(((box[0]! + box[2]!) / 2 - longitude) / 360)
  const plane = nearestInPlane(part, x, latitude, 0)
  if (plane < planeMetersMax) return plane
  if (plane > globeMetersMin) {
    return globeBorderDistanceMeters(part, longitude, latitude, isSeamEdge)
  }
  return nearestInPlane(part, x, latitude, 1)
}

/**
 * Up to here one plane at the position's own latitude is within 0.02 % between 60° south and north.
 */
const planeMetersMax = 1_000
/** From here the plane's choice of the nearest edge is no longer good enough. */
const globeMetersMin = 200_000

/**
 * The nearest edge in a plane around the position. `bend` 0: metres per degree as at the
 * position. `bend` 1: each edge measured at the latitude halfway to it, and the answer
 * measured on the ellipsoid.
 */
function nearestInPlane(part: PolygonPart, x: number, y: number, bend: 0 | 1): number {
  const kx = metersPerLongitudeDegree(y)
  const ky = metersPerLatitudeDegree(y)
  // Change of the east scale per degree towards an edge: half the slope,
  // because it is taken halfway.
  const kxSlope = bend === 0 ? 0 : metersPerLongitudeDegree(y + 0.5) - kx
  const nearest = scratch
  nearest.squared = Infinity
  nearest.edge = -1
  const c = part.coordinates
  const boxes = part.index === null ? null : part.index.chunkBoxes
  if (boxes === null) {
    scanEdges(c, vertexOffset, c.length - 2, x, y, kx, ky, kxSlope, nearest)
  } else {
    scanChunks(c, boxes, x, y, kx, ky, kxSlope, nearest)
  }
  if (nearest.edge < 0) return Number.NaN
  if (bend === 0) return Math.sqrt(nearest.squared)
  return refine(c, nearest.edge, x, y)
}

type Nearest = { squared: number; edge: number }

/** Reused, because this runs for every fix near a ban; nothing keeps it past one call. */
const scratch: Nearest = { squared: Infinity, edge: -1 }

function scanChunks(
  c: Float64Array,
  boxes: Float64Array,
  x: number,
  y: number,
  kx: number,
  ky: number,
  kxSlope: number,
  nearest: Nearest,
): void {
  let first = 0
  let firstSquared = Infinity
  for (let chunk = 0; chunk < boxes.length; chunk += 4) {
    const squared = boxSquared(boxes, chunk, x, y, kx, ky, kxSlope)
    if (squared < firstSquared) {
      firstSquared = squared
      first = chunk
    }
  }
  scanChunk(c, first, x, y, kx, ky, kxSlope, nearest)
  for (let chunk = 0; chunk < boxes.length; chunk += 4) {
    if (chunk === first) continue
    if (boxSquared(boxes, chunk, x, y, kx, ky, kxSlope) > nearest.squared) continue
    scanChunk(c, chunk, x, y, kx, ky, kxSlope, nearest)
  }
}

function scanChunk(
  c: Float64Array,
  chunk: number,
  x: number,
  y: number,
  kx: number,
  ky: number,
  kxSlope: number,
  nearest: Nearest,
): void {
  const from = vertexOffset + (chunk / 4) * edgesPerChunk * 2
  scanEdges(
    c,
    from,
    Math.min(from + edgesPerChunk * 2, c.length - 2),
    x,
    y,
    kx,
    ky,
    kxSlope,
    nearest,
  )
}

function boxSquared(
  boxes: Float64Array,
  at: number,
  x: number,
  y: number,
  kx: number,
  ky: number,
  kxSlope: number,
): number {
  const west = boxes[at]!
  const south = boxes[at + 1]!
  const east = boxes[at + 2]!
  const north = boxes[at + 3]!
  // The smaller of the scales in this box, so that no edge in it is nearer than the box.
  const scale = kx + Math.min(kxSlope * (south - y), kxSlope * (north - y))
  const dx = (x < west ? west - x : x > east ? x - east : 0) * scale
  const dy = (y < south ? south - y : y > north ? y - north : 0) * ky
  return dx * dx + dy * dy
}

function scanEdges(
  c: Float64Array,
  from: number,
  to: number,
  x: number,
  y: number,
  kx: number,
  ky: number,
  kxSlope: number,
  nearest: Nearest,
): void {
  let best = nearest.squared
  let bestEdge = nearest.edge
  for (let i = from; i < to; i += 2) {
    const v1 = c[i + 1]! - y
    const v2 = c[i + 3]! - y
    const scale = kx + (kxSlope * (v1 + v2)) / 2
    const ax = (c[i]! - x) * scale
    const ay = v1 * ky
    const ex = (c[i + 2]! - x) * scale - ax
    const ey = v2 * ky - ay
    const length = ex * ex + ey * ey
    const t = length > 0 ? -(ax * ex + ay * ey) / length : 0
    const bounded = t <= 0 ? 0 : t >= 1 ? 1 : t
    const dx = ax + bounded * ex
    const dy = ay + bounded * ey
    const squared = dx * dx + dy * dy
    // False for the NaN that keeps rings apart.
    if (squared < best) {
      best = squared
      bestEdge = i
    }
  }
  nearest.squared = best
  nearest.edge = bestEdge
}

/**
 * The foot on one edge, found again with the scale at the latitude halfway to
 * it, then measured exactly.
 */
function refine(c: Float64Array, edge: number, x: number, y: number): number {
  const x1 = c[edge]!
  const y1 = c[edge + 1]!
  const ex = c[edge + 2]! - x1
  const ey = c[edge + 3]! - y1
  let t = 0.5
  for (let round = 0; round < 4; round += 1) {
    const middle = (y + y1 + t * ey) / 2
    const kx = metersPerLongitudeDegree(middle)
    const ky = metersPerLatitudeDegree(middle)
    const length = ex * ex * kx * kx + ey * ey * ky * ky
    if (!(length > 0)) break
    const along = ((x - x1) * ex * kx * kx + (y - y1) * ey * ky * ky) / length
    t = along <= 0 ? 0 : along >= 1 ? 1 : along
  }
  return distanceMeters(x, y, x1 + t * ex, y1 + t * ey)
}
