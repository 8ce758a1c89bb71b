import type { PolygonGeometry, Position } from '../../../geo/ban-shape.ts'
import { metersPerDegree } from '../../../geo/distance.ts'
import type { Random } from '../../support/random.ts'

/** A star-shaped ring around a place: simple however wild its radii are. */
export function starRing(
  random: Random,
  longitude: number,
  latitude: number,
  radiusMeters: number,
  vertexCount: number,
): Position[] {
  const { longitude: kx, latitude: ky } = metersPerDegree(latitude)
  const ring: Position[] = []
  for (let k = 0; k < vertexCount; k += 1) {
    const angle = (2 * Math.PI * (k + 0.8 * random())) / vertexCount
    const radius = radiusMeters * (0.3 + 0.7 * random())
    ring.push([
      longitude + (radius * Math.cos(angle)) / kx,
      latitude + (radius * Math.sin(angle)) / ky,
    ])
  }
  return [...ring, ring[0]!]
}

/** The same with a hole half the time. */
export function starPolygon(
  random: Random,
  longitude: number,
  latitude: number,
  radiusMeters: number,
  vertexCount: number,
): PolygonGeometry {
  const shell = starRing(random, longitude, latitude, radiusMeters, vertexCount)
  if (random() < 0.5) return { type: 'Polygon', coordinates: [shell] }
  // Neighbouring spokes are at most 1.8 steps apart, so the shell never
  // comes nearer than this share.
  const holeCount = 3 + Math.floor(random() * 8)
  const nearest = 0.3 * Math.cos((0.9 * 2 * Math.PI) / vertexCount)
  const hole = starRing(random, longitude, latitude, radiusMeters * nearest * 0.99, holeCount)
  return { type: 'Polygon', coordinates: [shell, hole.reverse()] }
}

/** A rectangle by its corners, in metres east and north of a place. */
export function rectangle(
  longitude: number,
  latitude: number,
  west: number,
  south: number,
  east: number,
  north: number,
): Position[] {
  const { longitude: kx, latitude: ky } = metersPerDegree(latitude)
  const at = (x: number, y: number): Position => [longitude + x / kx, latitude + y / ky]
  return [at(west, south), at(east, south), at(east, north), at(west, north), at(west, south)]
}
