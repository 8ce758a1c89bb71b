import type { BanShape } from '../../../geo/ban-shape.ts'
import type { Position } from '../../../geo/ban-shape.ts'
import { compilePolygon } from '../../../geo/ban-shape.ts'
import { shapeBoxes } from '../../../geo/box-index.ts'
import { checkGeometry } from '../../../geo/check-geometry.ts'
import { containsPosition, signedDistanceMeters } from '../../../geo/containment.ts'
import { distanceMeters, metersPerDegree } from '../../../geo/distance.ts'
import { findFaces, outlineFaces, walkFace, type PlanarFaces } from '../../../geo/planar-faces.ts'
import type { Limits } from '../model/limits.ts'
import type { MultiPolygonGeometry, PolygonGeometry } from '../model/registry.ts'
import { roadClasses } from '../model/road-classes.ts'
import { readLine, type Place } from '../roads/points-on-edges.ts'
import type { StreetMap } from '../roads/street-map.ts'
import { sharedBorderMeters } from './hold-protected.ts'
import type { ProposedBan } from './proposal.ts'
import { compileBan, geometryOfBan } from './reach.ts'

/**
 * The street blocks that an area touches, together: an outline that can be walked and written down
 * by the names of its streets. It holds all of the area but for three metres, so that its border
 * comes no nearer to anybody. Where streets close nothing in, or what is much larger than a block,
 * the border of the area stays. Made of the area alone, it tells no more of an address than that
 * does. Blocks with a place that is to be left out are not taken.
 */
export function outlineByStreets(
  map: StreetMap,
  ban: ProposedBan,
  leaveOut: readonly Place[],
  limits: Limits,
): StreetOutline | StreetObstacle {
  const [shape, asked] = [compileBan(ban), geometryOfBan(ban)]
  if (shape === null || asked === null) return 'no-streets-around'
  const edges = listStreets(map, shape)
  if (edges.length > streetCountMax) return 'too-large'
  const streets = edges.map((edge) => readLine(map.roads.shapes, edge).map(toPosition))
  const polygons = asked.type === 'Polygon' ? [asked.coordinates] : asked.coordinates
  const faces = findFaces([...streets, ...polygons.flat()])
  const isStreet = (side: number) => (faces.lineOf[side] ?? 0) < edges.length
  const taken = takeBlocks(faces, shape, isStreet)
  for (const face of blocksAt(faces, leaveOut, isStreet)) taken.delete(face)
  const rings = outlineFaces(faces, (face) => taken.has(face))
  const geometry = asGeometry(faces, rings, limits)
  if (geometry === null) return 'no-streets-around'
  const outline = compilePolygon(geometry)
  if (outline.areaSquareMeters > areaFactorMax * shape.areaSquareMeters) return 'too-large'
  if (leaveOut.some(({ longitude, latitude }) => containsPosition(outline, longitude, latitude))) {
    return 'no-better'
  }
  const sides = rings.flat()
  const along = sides.filter(isStreet)
  const streetShare = metersOf(faces, along) / metersOf(faces, sides)
  if (streetShare < streetShareMin) return 'no-streets-around'
  const named = along.map((side) => {
    const edge = edges[faces.lineOf[side] ?? 0] ?? 0
    return map.names[map.roads.edgeName[edge] ?? 0] ?? ''
  })
  return { geometry, streets: [...new Set(named)].filter((name) => name !== ''), streetShare }
}

export type StreetOutline = {
  readonly geometry: PolygonGeometry | MultiPolygonGeometry
  /** Along its border, in order, each once. */
  readonly streets: readonly string[]
  /** How much of its border runs along streets. */
  readonly streetShare: number
}

/** Why there is none. */
export const streetObstacles = [
  'no-map',
  'no-streets-around',
  'too-large',
  'points-to-secret-address',
  'protects-less',
  'no-better',
] as const
export type StreetObstacle = (typeof streetObstacles)[number]

/** What has a name on a sign: nobody finds a border along a farm track. */
const streetClassMax = roadClasses.indexOf('living-street')
const pedestrianClass = roadClasses.indexOf('pedestrian')

/** Beyond that blocks take more than a second. */
const streetCountMax = 15_000

/** As much more than asked nobody would call the same ban. */
const areaFactorMax = 4

/** Blocks that lie across the border reach out of it; those of a village further. */
const marginMeters = 1_000

function listStreets(map: StreetMap, shape: BanShape): number[] {
  const found = new Set(shapeBoxes(shape, marginMeters).flatMap((box) => map.roadIndex.search(box)))
  return [...found]
    .filter((edge) => {
      const roadClass = map.roads.edgeClass[edge] ?? Infinity
      return roadClass <= streetClassMax || roadClass === pedestrianClass
    })
    .toSorted((one, other) => one - other)
}

function toPosition({ longitude, latitude }: Place): Position {
  return [longitude, latitude]
}

/** All faces of the blocks that hold one of these places, on both sides of what is no street. */
function blocksAt(
  faces: PlanarFaces,
  places: readonly Place[],
  isStreet: (side: number) => boolean,
): Set<number> {
  const holding = places.length === 0 ? [] : faces.faces.keys().toArray()
  const found = new Set(
    holding.filter((number) => {
      const face = faces.faces[number]
      if (face === undefined || face.squareDegrees <= 0) return false
      const ring = walkFace(faces, face)
      return places.some(({ longitude, latitude }) => isWithin(ring, longitude, latitude))
    }),
  )
  for (const number of found) {
    for (const [side, face] of faces.faceOf.entries()) {
      if (face === number && !isStreet(side)) found.add(faces.faceOf[side ^ 1] ?? -1)
    }
  }
  return found
}

function isWithin(ring: readonly Position[], x: number, y: number): boolean {
  let isInside = false
  let [beforeX, beforeY] = ring.at(-1) ?? [0, 0]
  for (const [cornerX, cornerY] of ring) {
    if (cornerY > y !== beforeY > y) {
      const at = cornerX + ((y - cornerY) / (beforeY - cornerY)) * (beforeX - cornerX)
      if (x < at) isInside = !isInside
    }
    beforeX = cornerX
    beforeY = cornerY
  }
  return isInside
}

/**
 * What of the blocks lies in the area, and beyond its border what is no larger than a block. All
 * that lies within is taken, so that a block that is left out has a border again.
 */
function takeBlocks(
  faces: PlanarFaces,
  shape: BanShape,
  isStreet: (side: number) => boolean,
): Set<number> {
  const inside = listInside(faces, shape, isStreet)
  const taken = new Set(inside)
  const squareDegreesMax = blockMaxOf(shape)
  for (const [side, number] of faces.faceOf.entries()) {
    const { squareDegrees = 0 } = faces.faces[number] ?? {}
    if (isStreet(side) || squareDegrees <= 0 || squareDegrees > squareDegreesMax) continue
    if (inside.has(faces.faceOf[side ^ 1] ?? -1)) taken.add(number)
  }
  return taken
}

/** Faces that the area reaches into by more than a street is wide, and one that holds all of it. */
function listInside(
  faces: PlanarFaces,
  shape: BanShape,
  isStreet: (side: number) => boolean,
): Set<number> {
  const held = new Set<number>()
  const withStreet = new Set<number>()
  const within = new Set<number>()
  for (const [side, number] of faces.faceOf.entries()) {
    const [from, to] = [faces.starts[side], faces.starts[side ^ 1]]
    if (from === undefined || to === undefined) continue
    if (isStreet(side)) {
      withStreet.add(number)
      if (isHeld(shape, from, to)) held.add(number)
    } else if (isLeftInside(shape, from, to)) within.add(number)
  }
  const all = [...held, ...[...within].filter((number) => !withStreet.has(number))]
  return new Set(all.filter((number) => (faces.faces[number]?.squareDegrees ?? 0) > 0))
}

/** A larger one beyond the border is open land, or the rest of the town. */
const blockShareMax = 0.08
/** Blocks of a town are no larger, however small a ban is beside them. */
const blockSquareMeters = 30_000

/** In square degrees. */
function blockMaxOf(shape: BanShape): number {
  const per = metersPerDegree(shapeBoxes(shape, 0)[0]?.south ?? 0)
  const squareMeters = Math.max(blockSquareMeters, blockShareMax * shape.areaSquareMeters)
  return squareMeters / per.longitude / per.latitude
}

/** Is what lies to the left of a piece of the border in the area? */
function isLeftInside(shape: BanShape, from: Position, to: Position): boolean {
  const per = metersPerDegree((from[1] + to[1]) / 2)
  const [x, y] = [(to[0] - from[0]) * per.longitude, (to[1] - from[1]) * per.latitude]
  const length = Math.hypot(x, y)
  return containsPosition(
    shape,
    (from[0] + to[0]) / 2 - ((y / length) * besideMeters) / per.longitude,
    (from[1] + to[1]) / 2 + ((x / length) * besideMeters) / per.latitude,
  )
}

/** Corners of a circle lie up to a thousandth of its radius outside it. */
const besideMeters = 0.05

function isHeld(shape: BanShape, from: Position, to: Position): boolean {
  const depth = ([longitude, latitude]: Position) =>
    -signedDistanceMeters(shape, longitude, latitude)
  const meters = distanceMeters(from[0], from[1], to[0], to[1])
  if (depth(from) + 1.01 * meters + 1 < sharedBorderMeters) return false
  const count = Math.max(1, Math.ceil(meters / sharedBorderMeters))
  for (let step = 0; step <= count; step++) {
    const share = step / count
    const at: Position = [from[0] + share * (to[0] - from[0]), from[1] + share * (to[1] - from[1])]
    if (depth(at) > sharedBorderMeters) return true
  }
  return false
}

function metersOf({ starts }: PlanarFaces, sides: readonly number[]): number {
  return sides.reduce((sum, side) => {
    const [from, to] = [starts[side] ?? [0, 0], starts[side ^ 1] ?? [0, 0]]
    return sum + distanceMeters(from[0], from[1], to[0], to[1])
  }, 0)
}

/** With less of it along streets, nobody would call it so. */
const streetShareMin = 0.4

/** As an order would take it, or null. */
function asGeometry(
  { starts }: PlanarFaces,
  rings: readonly (readonly number[])[],
  limits: Limits,
): PolygonGeometry | MultiPolygonGeometry | null {
  const polygons = rings.map((ring) => {
    const corners = ring.map((side) => starts[side] ?? [0, 0])
    return [[...corners, corners[0] ?? [0, 0]]]
  })
  const checked = checkGeometry({ type: 'MultiPolygon', coordinates: polygons }, limits)
  if (!checked.ok) return null
  const { geometry } = checked
  const [only, other] = geometry.type === 'MultiPolygon' ? geometry.coordinates : []
  return only !== undefined && other === undefined
    ? { type: 'Polygon', coordinates: only }
    : geometry
}
