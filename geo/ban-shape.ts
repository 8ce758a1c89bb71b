import { buildEdgeRows, listBoxCorners, rangeOf } from './edge-index.ts'
import type { EdgeRows } from './edge-index.ts'
import { curvatureRadiusMetersMin, equatorialRadiusMeters } from './ellipsoid.ts'
import { latitudeAt, longitudeAt, packVertices } from './ring-vertices.ts'
import type { RingVertices } from './ring-vertices.ts'
import { ringAreaSquareMeters, unwrapRing } from './ring.ts'

/** A true geodesic circle: containment is a distance, never a polygon of so many sides. */
export function compileCircle(longitude: number, latitude: number, radiusMeters: number): BanShape {
  const angle = Math.min(radiusMeters / equatorialRadiusMeters, Math.PI)
  const half = Math.sin(angle / 2)
  // The cap of a sphere; the ellipsoid changes it by less than 0.7 %.
  const areaSquareMeters =
    4 * Math.PI * equatorialRadiusMeters * curvatureRadiusMetersMin * half * half
  return { kind: 'circle', longitude, latitude, radiusMeters, areaSquareMeters }
}

/**
 * Takes any closed rings of at least four positions, crossing the antimeridian or holding a pole or
 * not. Refusing what is not an area is the task of `checkGeometry`.
 */
export function compilePolygon(geometry: PolygonGeometry | MultiPolygonGeometry): BanShape {
  const polygons = geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates
  const parts: PolygonPart[] = []
  let areaSquareMeters = 0
  for (const rings of polygons) {
    const compiled = compilePart(rings)
    if (compiled === null) continue
    parts.push(compiled.part)
    areaSquareMeters += compiled.areaSquareMeters
  }
  // As long as it has to be: a list that was pushed to has room for sixteen more.
  return { kind: 'polygon', parts: parts.slice(), hasSeam: parts.some(hasSeam), areaSquareMeters }
}

export type BanShape = CircleShape | PolygonShape

export type CircleShape = {
  readonly kind: 'circle'
  readonly longitude: number
  readonly latitude: number
  readonly radiusMeters: number
  readonly areaSquareMeters: number
}

export type PolygonShape = {
  readonly kind: 'polygon'
  readonly parts: readonly PolygonPart[]
  /** Some edges are cuts of the map (the antimeridian, a pole), not borders. */
  readonly hasSeam: boolean
  readonly areaSquareMeters: number
}

/**
 * One shell with its holes, and the box around them. Rings are closed and kept apart by a vertex of
 * NaN, so that no loop needs to know where one ends: every comparison with the edge into or out of
 * the gap is false. The shell runs counter-clockwise, the holes clockwise. Longitudes are
 * continuous and may leave [-180, 180].
 */
export type PolygonPart = {
  readonly west: number
  readonly south: number
  readonly east: number
  readonly north: number
  /** Behind them, where there are rows, the corners of the boxes about their edges. */
  readonly vertices: RingVertices
  /** Null up to 64 vertices, where looking at every edge is faster. */
  readonly rows: EdgeRows | null
}

export type Position = readonly [longitude: number, latitude: number]
export type PolygonGeometry = {
  readonly type: 'Polygon'
  readonly coordinates: readonly (readonly Position[])[]
}
export type MultiPolygonGeometry = {
  readonly type: 'MultiPolygon'
  readonly coordinates: readonly (readonly (readonly Position[])[])[]
}

/**
 * An edge that is a cut of the map and not a border: along a pole, or on the
 * edge of the map both ways.
 */
export function isSeamEdge(
  part: PolygonPart,
  x1: number,
  y1: number,
  x2: number,
  y2: number,
): boolean {
  if ((y1 === 90 && y2 === 90) || (y1 === -90 && y2 === -90)) return true
  if (x1 !== x2) return false
  if (x1 === 180 || x1 === -180) return true
  return part.east - part.west >= 360 && (x1 === part.west || x1 === part.east)
}

const verticesUnindexedMax = 64

function compilePart(
  rings: readonly (readonly Position[])[],
): { readonly part: PolygonPart; readonly areaSquareMeters: number } | null {
  const flat: number[] = []
  let areaSquareMeters = 0
  let shellWest = 0
  let shellEast = 0
  for (const [ringNumber, ring] of rings.entries()) {
    const unwrapped = unwrapRing(ring)
    if (unwrapped.length < 8) continue
    const area = ringAreaSquareMeters(unwrapped)
    const isShell = ringNumber === 0
    areaSquareMeters += isShell ? Math.abs(area) : -Math.abs(area)
    if (area > 0 !== isShell) reverse(unwrapped)
    if (isShell) {
      ;[shellWest, shellEast] = rangeOf(unwrapped, 0, unwrapped.length)
    } else {
      shiftInto(unwrapped, shellWest, shellEast)
      flat.push(Number.NaN, Number.NaN)
    }
    for (const value of unwrapped) flat.push(value)
  }
  if (flat.length === 0) return null
  const [west, east] = rangeOf(flat, 0, flat.length)
  const [south, north] = rangeOf(flat, 1, flat.length)
  const isIndexed = flat.length / 2 > verticesUnindexedMax
  const part = {
    west,
    south,
    east,
    north,
    vertices: packVertices(flat, isIndexed ? listBoxCorners(flat) : []),
    rows: isIndexed ? buildEdgeRows(flat, south, north) : null,
  }
  return { part, areaSquareMeters }
}

function hasSeam(part: PolygonPart): boolean {
  const { vertices } = part
  for (let edge = 0; edge + 1 < vertices.count; edge += 1) {
    const [x1, y1] = [longitudeAt(vertices, edge), latitudeAt(vertices, edge)]
    const [x2, y2] = [longitudeAt(vertices, edge + 1), latitudeAt(vertices, edge + 1)]
    if (isSeamEdge(part, x1, y1, x2, y2)) return true
  }
  return false
}

/** A hole is unwrapped on its own; bring it onto the same turn of the globe as its shell. */
function shiftInto(ring: number[], shellWest: number, shellEast: number): void {
  const [west, east] = rangeOf(ring, 0, ring.length)
  for (const turn of [0, 360, -360]) {
    if (west + turn >= shellWest - 1e-9 && east + turn <= shellEast + 1e-9) {
      for (let i = 0; turn !== 0 && i < ring.length; i += 2) ring[i] = ring[i]! + turn
      return
    }
  }
}

function reverse(ring: number[]): void {
  for (let i = 0, j = ring.length - 2; i < j; i += 2, j -= 2) {
    const x = ring[i]!
    const y = ring[i + 1]!
    ring[i] = ring[j]!
    ring[i + 1] = ring[j + 1]!
    ring[j] = x
    ring[j + 1] = y
  }
}
