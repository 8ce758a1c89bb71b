import type { BanShape, CircleShape, PolygonPart, PolygonShape } from './ban-shape.ts'
import { containsPosition } from './containment.ts'
import { distanceMeters, planeLatitudeMax } from './distance.ts'
import { longitudeDelta, metersPerLatitudeDegree, metersPerLongitudeDegree } from './ellipsoid.ts'
import { layVertices } from './ring-vertices.ts'
import type { RingInPlane } from './way-round.ts'
import { extraAlongBorder, holds, roundHull, shortestRound } from './way-round.ts'

/**
 * Could somebody who can cover `travelBudgetMeters` have gone from A to B without entering?
 * `possible` only when a way round of that length is known, `no-time` only when the shortest is
 * proven to be longer, `no-way` when there is none: an end stands inside, or the two lie in
 * different places that the area encloses, or in one and outside it. All else, far away or near a
 * pole too, is `unknown`, and says nothing.
 */
export function findDetour(
  shape: BanShape,
  lonA: number,
  latA: number,
  lonB: number,
  latB: number,
  travelBudgetMeters: number,
): Detour {
  if (containsPosition(shape, lonA, latA) || containsPosition(shape, lonB, latB)) return 'no-way'
  const straightMeters = distanceMeters(lonA, latA, lonB, latB)
  if (!(straightMeters < planeMetersMax)) return 'unknown'
  if (Math.max(Math.abs(latA), Math.abs(latB)) > planeLatitudeMax) return 'unknown'
  if (shape.kind === 'circle') {
    const meters = shortestRoundCircle(shape, lonA, latA, lonB, latB)
    return meters === 0 ? 'possible' : compare(meters, meters, travelBudgetMeters)
  }
  return shape.hasSeam
    ? 'unknown'
    : detourRoundParts(shape, [lonA, latA, lonB, latB], straightMeters, travelBudgetMeters)
}

export type Detour = 'possible' | 'no-time' | 'no-way' | 'unknown'

type Ends = readonly [lonA: number, latA: number, lonB: number, latB: number]

function detourRoundParts(
  { parts }: PolygonShape,
  ends: Ends,
  straightMeters: number,
  budgetMeters: number,
): Detour {
  const planes = parts.map((part) => partInPlane(part, ...ends)).filter((plane) => plane !== null)
  if (planes.some(({ placeOfA, placeOfB }) => placeOfA !== placeOfB)) return 'no-way'
  let leastMeters = 0
  let extraMeters = 0
  for (const { rings, placeOfA, length } of planes) {
    const ring = rings[placeOfA]
    if (ring === undefined) continue
    // Out of a hole and back into it: the way along its border is known, the shortest is not.
    if (placeOfA === outside) leastMeters = Math.max(leastMeters, shortestRound(ring, length))
    extraMeters += extraAlongBorder(ring, length)
  }
  // The straight way is free, and it was gone.
  if (extraMeters === 0) return 'possible'
  const isAllAround = planes.every(({ placeOfA }) => placeOfA === outside)
  const shells = planes.flatMap(({ rings }) => rings.slice(0, 1))
  const roundAll = isAllAround ? roundHull(shells, planes[0]?.length ?? 0) : Infinity
  return compare(leastMeters, Math.min(straightMeters + extraMeters, roundAll), budgetMeters)
}

/** The plane is good to 0.1 %; neither answer may hang on that. */
function compare(leastMeters: number, knownMeters: number, budgetMeters: number): Detour {
  if (leastMeters > budgetMeters * 1.002 + 1) return 'no-time'
  return knownMeters * 1.002 + 1 <= budgetMeters ? 'possible' : 'unknown'
}

/** Beyond this the plane bends more than the margin above allows for. */
const planeMetersMax = 50_000

/** Two tangents and the arc between them: exact. 0 when the straight way is free. */
function shortestRoundCircle(
  circle: CircleShape,
  lonA: number,
  latA: number,
  lonB: number,
  latB: number,
): number {
  const kx = metersPerLongitudeDegree(circle.latitude)
  const ky = metersPerLatitudeDegree(circle.latitude)
  const ax = longitudeDelta(circle.longitude, lonA) * kx
  const ay = (latA - circle.latitude) * ky
  const bx = longitudeDelta(circle.longitude, lonB) * kx
  const by = (latB - circle.latitude) * ky
  const r = circle.radiusMeters
  const toA = Math.hypot(ax, ay)
  const toB = Math.hypot(bx, by)
  if (!(toA > r && toB > r)) return 0
  const between = Math.abs(Math.atan2(ax * by - ay * bx, ax * bx + ay * by))
  const arc = between - Math.acos(r / toA) - Math.acos(r / toB)
  if (!(arc > 0)) return 0
  return Math.sqrt(toA * toA - r * r) + Math.sqrt(toB * toB - r * r) + r * arc
}

/** The shell and then the holes, and in which of them A and B lie: 0 is outside the shell. */
type PartInPlane = {
  readonly rings: readonly RingInPlane[]
  readonly length: number
  readonly placeOfA: number
  readonly placeOfB: number
}

/** The ring that whoever is outside the part goes round is the shell, the first. */
const outside = 0

function partInPlane(
  part: PolygonPart,
  lonA: number,
  latA: number,
  lonB: number,
  latB: number,
): PartInPlane | null {
  const turn = 360 * Math.round(((part.west + part.east) / 2 - lonA) / 360)
  const x = lonA + turn
  const kx = metersPerLongitudeDegree((latA + latB) / 2)
  const ky = metersPerLatitudeDegree((latA + latB) / 2)
  const dx = longitudeDelta(lonA, lonB) * kx
  const dy = (latB - latA) * ky
  const length = Math.hypot(dx, dy)
  if (!(length > 0)) return null
  const rings: RingInPlane[] = []
  const { count: vertexCount } = part.vertices
  const c = layVertices(part.vertices, 0, vertexCount)
  for (let from = 0; from < 2 * vertexCount;) {
    let end = from
    while (end < 2 * vertexCount && !Number.isNaN(c[end]!)) end += 2
    const count = (end - from) / 2
    const u = new Float64Array(count)
    const v = new Float64Array(count)
    for (let k = 0; k < count; k += 1) {
      const px = (c[from + 2 * k]! - x) * kx
      const py = (c[from + 2 * k + 1]! - latA) * ky
      u[k] = (px * dx + py * dy) / length
      v[k] = (py * dx - px * dy) / length
    }
    rings.push({ u, v })
    from = end + 2
  }
  return { rings, length, placeOfA: findPlace(rings, 0), placeOfB: findPlace(rings, length) }
}

/** The caller has ruled out the area itself: within the shell is within a hole. */
function findPlace(rings: readonly RingInPlane[], at: number): number {
  const hole = rings.findIndex(({ u, v }, place) => place > 0 && holds(u, v, at))
  return Math.max(outside, hole)
}
