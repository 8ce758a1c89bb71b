import type { PolygonPart, PolygonShape } from './ban-shape.ts'
import { isSeamEdge } from './ban-shape.ts'
import { distanceMeters, planeLatitudeMax } from './distance.ts'
import { chunksPerBlock, countBoxes, edgesPerChunk } from './edge-index.ts'
import { metersPerLatitudeDegree, metersPerLongitudeDegree } from './ellipsoid.ts'
import { globeBorderDistanceMeters } from './globe-border-distance.ts'
import { latitudeAt, layVertices, longitudeAt } from './ring-vertices.ts'
import type { RingVertices } from './ring-vertices.ts'

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
  const { west, south, east, north } = part
  if (
    mayHaveSeams ||
    east - west > 90 ||
    Math.abs(latitude) > planeLatitudeMax ||
    Math.max(Math.abs(south), Math.abs(north)) > planeLatitudeMax
  ) {
    return globeBorderDistanceMeters(part, longitude, latitude, isSeamEdge)
  }
  const x = longitude + 360 * Math.round(((west + east) / 2 - longitude) / 360)
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
  const { vertices } = part
  if (part.rows !== null) scanChunks(vertices, x, y, kx, ky, kxSlope, nearest)
  else scanEdges(vertices, 0, vertices.count - 1, x, y, kx, ky, kxSlope, nearest)
  if (nearest.edge < 0) return Number.NaN
  if (bend === 0) return Math.sqrt(nearest.squared)
  return refine(vertices, nearest.edge, x, y)
}

type Nearest = { squared: number; edge: number }

/** Reused, because this runs for every fix near a ban; nothing keeps it past one call. */
const scratch: Nearest = { squared: Infinity, edge: -1 }

/**
 * First the chunk whose box is nearest, then those whose box is no further than the nearest edge so
 * far. No chunk is nearer than its block, to the bit, as both are worked out in the same way: the
 * chunks of a block that is further than what was found are not looked at.
 */
function scanChunks(
  vertices: RingVertices,
  x: number,
  y: number,
  kx: number,
  ky: number,
  kxSlope: number,
  nearest: Nearest,
): void {
  const { chunkCount, blockCount } = countBoxes(vertices.count)
  const boxCount = chunkCount + blockCount
  if (boxSquares.length < boxCount) boxSquares = new Float64Array(boxCount)
  const squares = boxSquares
  let first = 0
  let firstSquared = Infinity
  for (let from = 0, block = chunkCount; block < boxCount; from += chunksPerBlock, block += 1) {
    squares[block] = boxSquared(vertices, block, x, y, kx, ky, kxSlope)
    squares[from] = Number.NaN
    if (squares[block]! >= firstSquared) continue
    const end = Math.min(from + chunksPerBlock, chunkCount)
    for (let chunk = from; chunk < end; chunk += 1) {
      const squared = boxSquared(vertices, chunk, x, y, kx, ky, kxSlope)
      squares[chunk] = squared
      if (squared >= firstSquared) continue
      firstSquared = squared
      first = chunk
    }
  }
  scanChunk(vertices, first, x, y, kx, ky, kxSlope, nearest)
  for (let from = 0, block = chunkCount; block < boxCount; from += chunksPerBlock, block += 1) {
    if (squares[block]! > nearest.squared) continue
    const isKnown = !Number.isNaN(squares[from]!)
    const end = Math.min(from + chunksPerBlock, chunkCount)
    for (let chunk = from; chunk < end; chunk += 1) {
      const squared = isKnown ? squares[chunk]! : boxSquared(vertices, chunk, x, y, kx, ky, kxSlope)
      if (chunk === first || squared > nearest.squared) continue
      scanChunk(vertices, chunk, x, y, kx, ky, kxSlope, nearest)
    }
  }
}

/**
 * How near each box is, by its number; NaN in place of the first chunk of a block that was passed
 * over. Reused, as what is above.
 */
let boxSquares = new Float64Array(0)

function scanChunk(
  vertices: RingVertices,
  chunk: number,
  x: number,
  y: number,
  kx: number,
  ky: number,
  kxSlope: number,
  nearest: Nearest,
): void {
  const from = chunk * edgesPerChunk
  const end = Math.min(from + edgesPerChunk, vertices.count - 1)
  scanEdges(vertices, from, end, x, y, kx, ky, kxSlope, nearest)
}

/** No edge in the box is nearer. */
function boxSquared(
  vertices: RingVertices,
  box: number,
  x: number,
  y: number,
  kx: number,
  ky: number,
  kxSlope: number,
): number {
  const corner = vertices.count + 2 * box
  const west = longitudeAt(vertices, corner)
  const south = latitudeAt(vertices, corner)
  const east = longitudeAt(vertices, corner + 1)
  const north = latitudeAt(vertices, corner + 1)
  // The smaller of the scales in this box.
  const scale = kx + Math.min(kxSlope * (south - y), kxSlope * (north - y))
  const dx = (x < west ? west - x : x > east ? x - east : 0) * scale
  const dy = (y < south ? south - y : y > north ? y - north : 0) * ky
  return dx * dx + dy * dy
}

/** The nearest of the edges up to `end`, which is left out; of two as near, the first. */
function scanEdges(
  vertices: RingVertices,
  from: number,
  end: number,
  x: number,
  y: number,
  kx: number,
  ky: number,
  kxSlope: number,
  nearest: Nearest,
): void {
  const c = layVertices(vertices, from, end + 1)
  let best = nearest.squared
  let bestEdge = nearest.edge
  let u2 = c[0]! - x
  let v2 = c[1]! - y
  for (let edge = from, at = 2; edge < end; edge += 1, at += 2) {
    const u1 = u2
    const v1 = v2
    u2 = c[at]! - x
    v2 = c[at + 1]! - y
    const scale = kx + (kxSlope * (v1 + v2)) / 2
    const ax = u1 * scale
    const ay = v1 * ky
    const ex = u2 * scale - ax
    const ey = v2 * ky - ay
    const length = ex * ex + ey * ey
    const along = -(ax * ex + ay * ey)
    // Most edges are nearest at an end, and no division tells that; what has no length is too.
    const t = along > 0 ? (along < length ? along / length : 1) : 0
    const dx = ax + t * ex
    const dy = ay + t * ey
    const squared = dx * dx + dy * dy
    // False for the NaN that keeps rings apart.
    if (squared < best) {
      best = squared
      bestEdge = edge
    }
  }
  nearest.squared = best
  nearest.edge = bestEdge
}

/**
 * The foot on one edge, found again with the scale at the latitude halfway to
 * it, then measured exactly.
 */
function refine(vertices: RingVertices, edge: number, x: number, y: number): number {
  const x1 = longitudeAt(vertices, edge)
  const y1 = latitudeAt(vertices, edge)
  const ex = longitudeAt(vertices, edge + 1) - x1
  const ey = latitudeAt(vertices, edge + 1) - y1
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
