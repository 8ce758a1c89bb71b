import { compilePolygon } from '../../../geo/ban-shape.ts'
import type { BanShape, PolygonShape } from '../../../geo/ban-shape.ts'
import { shapeBoxes, type Box } from '../../../geo/box-index.ts'
import { touchesBox } from '../../../geo/box-touch.ts'
import { signedDistanceMeters } from '../../../geo/containment.ts'
import type { Effort } from '../../../geo/polygon-cover.ts'
import type { BanArea, LocationBan } from '../model/registry.ts'

/**
 * Whether the area reaches to where nobody was called for being. Whoever lives there breaks it from
 * then on without an end, and one breach that goes on is one call: entering what was banned before
 * would be none any more. A second ban beside the first takes one person and hides nothing.
 */
export function isGrownBeyondBand(
  before: Pick<LocationBan, 'area' | 'approachMeters'>,
  { area }: Pick<LocationBan, 'area'>,
  effort: Effort,
): boolean {
  const { area: was, approachMeters } = before
  if (was === area) return false
  if (was.type === 'circle' || area.type === 'circle') {
    if (was.type !== area.type) return false
    return radiusOf(area) > radiusOf(was) + approachMeters
  }
  if (effort.left < 0 || JSON.stringify(was) === JSON.stringify(area)) return false
  const [old, grown] = [shapeOf(was), shapeOf(area)]
  return shapeBoxes(grown, 0).some((box) => isBeyond({ old, grown, approachMeters, effort }, box))
}

function radiusOf(area: BanArea): number {
  return area.type === 'circle' ? area.radiusMeters : 0
}

function shapeOf({ geometry }: Extract<BanArea, { type: 'geometry' }>): PolygonShape {
  return compilePolygon(geometry) as PolygonShape
}

type Question = {
  readonly old: BanShape
  readonly grown: BanShape
  readonly approachMeters: number
  readonly effort: Effort
}

/**
 * Whether any of the area in this box lies further from the old one than its band. No place of the
 * box is nearer or further than its middle by more than its half diagonal: where that does not
 * decide, its quarters are asked. Once the effort is spent (`left` is below nothing) it is false.
 */
function isBeyond(question: Question, box: Box): boolean {
  const { old, grown, approachMeters, effort } = question
  const [x, y] = [(box.west + box.east) / 2, (box.south + box.north) / 2]
  effort.left -= costOf(old)
  if (effort.left < 0) return false
  const middleMeters = signedDistanceMeters(old, x, y)
  const halfMeters = halfDiagonalMeters(box)
  if (middleMeters + halfMeters <= approachMeters) return false
  effort.left -= costOf(grown)
  if (effort.left < 0 || !touchesBox(grown, box)) return false
  if (middleMeters - halfMeters > approachMeters) return true
  if (halfMeters <= smallestMeters) return false
  const { west, south, east, north } = box
  return (
    isBeyond(question, { west, south, east: x, north: y }) ||
    isBeyond(question, { west: x, south, east, north: y }) ||
    isBeyond(question, { west, south: y, east: x, north }) ||
    isBeyond(question, { west: x, south: y, east, north })
  )
}

/** What reaches less than twice as far beyond the band may be missed. */
const smallestMeters = 2

/** Most edges are passed over by the boxes of their chunks, or by one comparison. */
function costOf(shape: BanShape): number {
  if (shape.kind === 'circle') return 1
  const numbers = shape.parts.reduce((sum, { vertices }) => sum + 4 + 2 * vertices.count, 0)
  return 16 + Math.ceil(numbers / 8)
}

/** Never too little: by the longest degrees there are between these latitudes. */
function halfDiagonalMeters({ west, south, east, north }: Box): number {
  const lowest = south <= 0 && north >= 0 ? 0 : Math.min(Math.abs(south), Math.abs(north))
  const wide = (east - west) * longestDegreeMeters * Math.cos((lowest * Math.PI) / 180)
  return Math.hypot(wide, (north - south) * longestDegreeMeters) / 2
}

/** Of latitude at a pole; on the ellipsoid a degree of longitude is at most 0.3 % longer. */
const longestDegreeMeters = 111_700 * 1.004
