import type { CircleShape } from './ban-shape.ts'
import { distanceMeters } from './distance.ts'
import { longitudeDelta, metersPerLatitudeDegree, metersPerLongitudeDegree } from './ellipsoid.ts'

/** A straight move, in degrees from where it begins. */
export type Path = {
  readonly x: number
  readonly y: number
  readonly dx: number
  readonly dy: number
  readonly lengthMeters: number
}

/**
 * By the least distance in the plane at the centre; null where the rim is too near to tell. A few
 * kilometres wide the plane errs by a thousandth, also of where the path meets the rim.
 */
export function isCircleCrossed(circle: CircleShape, path: Path): boolean | null {
  const { lengthMeters } = path
  if (!(lengthMeters > 1 && lengthMeters < planeMetersMax)) return null
  if (!(Math.abs(circle.latitude) < 70)) return null
  const { apartMeters } = findNearest(circle, path)
  if (!(apartMeters < planeMetersMax)) return null
  if (0.99 * apartMeters > circle.radiusMeters + 1) return false
  return 1.02 * apartMeters + 5 < circle.radiusMeters ? true : null
}

const planeMetersMax = 2_000

/** The nearest point to the centre; it splits the path in two halves. */
function findNearest(circle: CircleShape, path: Path): Nearest {
  const kx = metersPerLongitudeDegree(circle.latitude)
  const ky = metersPerLatitudeDegree(circle.latitude)
  const toCentreX = longitudeDelta(path.x, circle.longitude) * kx
  const toCentreY = (circle.latitude - path.y) * ky
  const dx = path.dx * kx
  const dy = path.dy * ky
  const square = dx * dx + dy * dy
  const along = square > 0 ? (toCentreX * dx + toCentreY * dy) / square : 0
  const fraction = along <= 0 ? 0 : along >= 1 ? 1 : along
  const apartMeters = Math.hypot(toCentreX - fraction * dx, toCentreY - fraction * dy)
  return { fraction, apartMeters }
}

type Nearest = { readonly fraction: number; readonly apartMeters: number }

/** Where the path meets the rim: each half at most once. */
export function circleCuts(circle: CircleShape, path: Path): number[] {
  const { fraction: nearest } = findNearest(circle, path)
  const marginAt = (t: number): number =>
    circle.radiusMeters -
    distanceMeters(circle.longitude, circle.latitude, path.x + t * path.dx, path.y + t * path.dy)
  const cuts = [0]
  if (marginAt(nearest) > 0) {
    for (const end of [0, 1]) {
      if (marginAt(end) >= 0) continue
      let outside = end
      let inside = nearest
      for (let round = 0; round < 50; round += 1) {
        const middle = (outside + inside) / 2
        if (marginAt(middle) > 0) inside = middle
        else outside = middle
      }
      cuts.push(inside)
    }
  }
  cuts.push(1)
  return cuts.sort((a, b) => a - b)
}
