import type { BanShape, CircleShape, PolygonPart } from './ban-shape.ts'
import type { Box } from './box-index.ts'
import { partContains } from './containment.ts'
import { distanceMeters } from './distance.ts'
import { radiansPerDegree } from './ellipsoid.ts'
import { sideOf } from './exact-side.ts'
import { layVertices } from './ring-vertices.ts'
import type { RingVertices } from './ring-vertices.ts'

/**
 * Does the area touch the box, its border and corners included? Exact for polygons, whose edges are
 * straight in longitude and latitude as the box's sides are. The box lies within [-180, 180] and
 * does not cross the antimeridian.
 */
export function touchesBox(shape: BanShape, box: Box): boolean {
  if (shape.kind === 'circle') return isWithinReach(shape, box)
  return shape.parts.some((part) => partTouches(part, box))
}

function partTouches(part: PolygonPart, box: Box): boolean {
  // The longitudes of a part are continuous, and may be of another turn of the
  // globe than those of the box.
  for (const turn of [-360, 0, 360]) {
    const west = box.west + turn
    const east = box.east + turn
    if (!(west <= part.east && east >= part.west)) continue
    if (!(box.south <= part.north && box.north >= part.south)) continue
    if (hasEdgeIn(part.vertices, { ...box, west, east })) return true
  }
  // No border in the box: all of it is inside, or none.
  return partContains(part, box.west, box.south)
}

function hasEdgeIn(vertices: RingVertices, box: Box): boolean {
  const c = layVertices(vertices, 0, vertices.count)
  for (let i = 0; i + 2 < 2 * vertices.count; i += 2) {
    if (edgeTouches(c[i]!, c[i + 1]!, c[i + 2]!, c[i + 3]!, box)) return true
  }
  return false
}

/**
 * Their boxes overlap, and the corners do not all lie on one side of the edge. NaN, between
 * two rings, touches nothing.
 */
function edgeTouches(x1: number, y1: number, x2: number, y2: number, box: Box): boolean {
  const { west, south, east, north } = box
  if (!(Math.max(x1, x2) >= west && Math.min(x1, x2) <= east)) return false
  if (!(Math.max(y1, y2) >= south && Math.min(y1, y2) <= north)) return false
  const southWest = sideOf(x1, y1, x2, y2, west, south)
  const southEast = sideOf(x1, y1, x2, y2, east, south)
  const northEast = sideOf(x1, y1, x2, y2, east, north)
  const northWest = sideOf(x1, y1, x2, y2, west, north)
  const isLeft = southWest > 0 && southEast > 0 && northEast > 0 && northWest > 0
  const isRight = southWest < 0 && southEast < 0 && northEast < 0 && northWest < 0
  return !isLeft && !isRight
}

/** Whether the position of the box nearest to the middle of the circle is within its radius. */
function isWithinReach(circle: CircleShape, box: Box): boolean {
  const { longitude, latitude, radiusMeters } = circle
  if (longitude >= box.west && longitude <= box.east) {
    const nearest = clamp(latitude, box)
    return distanceMeters(longitude, latitude, longitude, nearest) <= radiusMeters
  }
  return [box.west, box.east].some((side) => {
    const nearest = clamp(nearestLatitude(latitude, side - longitude), box)
    return distanceMeters(longitude, latitude, side, nearest) <= radiusMeters
  })
}

/**
 * On a meridian so far east or west the nearest position lies nearer to the pole
 * than the position itself.
 */
function nearestLatitude(latitude: number, eastDegrees: number): number {
  const tangent = Math.tan(latitude * radiansPerDegree)
  const cosine = Math.cos(eastDegrees * radiansPerDegree)
  return cosine <= 0 ? Math.sign(latitude) * 90 : Math.atan(tangent / cosine) / radiansPerDegree
}

function clamp(latitude: number, box: Box): number {
  return Math.min(box.north, Math.max(box.south, latitude))
}
