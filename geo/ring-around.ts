import type { PolygonGeometry, Position } from './ban-shape.ts'
import { metersPerDegree } from './distance.ts'

/** A circle as an area with corners, none of its border inside the true one. */
export function ringAround(longitude: number, latitude: number, meters: number): PolygonGeometry {
  const reach = meters / Math.cos(Math.PI / circleCorners)
  return { type: 'Polygon', coordinates: [roundRing([longitude, latitude], reach, circleCorners)] }
}

const circleCorners = 72

/** So many corners, and the first once more. */
export function roundRing(
  [longitude, latitude]: Position,
  meters: number,
  corners: number,
): [number, number][] {
  const per = metersPerDegree(latitude)
  const ring = Array.from({ length: corners }, (_, corner): [number, number] => {
    const angle = (2 * Math.PI * corner) / corners
    return [
      longitude + (Math.cos(angle) * meters) / per.longitude,
      latitude + (Math.sin(angle) * meters) / per.latitude,
    ]
  })
  const [first] = ring
  return first === undefined ? ring : [...ring, [...first]]
}
