import type { BanShape, PolygonPart } from './ban-shape.ts'
import type { Path } from './circle-path.ts'
import { circleCuts, isCircleCrossed } from './circle-path.ts'
import { containsPosition, signedDistanceMeters } from './containment.ts'
import { distanceMeters } from './distance.ts'
import { edgesPerChunk } from './edge-index.ts'
import { longitudeDelta, metersPerLatitudeDegree, metersPerLongitudeDegree } from './ellipsoid.ts'
import { latitudeAt, layVertices, longitudeAt } from './ring-vertices.ts'
import type { RingVertices } from './ring-vertices.ts'

export type { Detour } from './detour.ts'
export { findDetour } from './detour.ts'

export type PathThrough = { readonly lengthInsideMeters: number; readonly depthMeters: number }

/**
 * How much of the straight move from A to B lies inside, all crossings together, and how deep
 * inside the border it came (to 0.1 m or 0.1 %, whichever is more). Both 0 when it does not cross.
 */
export function pathThrough(
  shape: BanShape,
  lonA: number,
  latA: number,
  lonB: number,
  latB: number,
): PathThrough {
  const path = createPath(lonA, latA, lonB, latB)
  const cuts = listCuts(shape, path)
  let insideFraction = 0
  let depthMeters = 0
  for (let k = 0; k + 1 < cuts.length; k += 1) {
    const from = cuts[k]!
    const to = cuts[k + 1]!
    const middle = (from + to) / 2
    if (!(to > from)) continue
    if (!containsPosition(shape, path.x + middle * path.dx, path.y + middle * path.dy)) continue
    insideFraction += to - from
    depthMeters = deepest(shape, path, from, to, depthMeters)
  }
  return { lengthInsideMeters: insideFraction * path.lengthMeters, depthMeters }
}

/**
 * Whether any of the straight move from A to B lies inside: what `pathThrough` says by its length.
 * Hot path: of a circle one distance tells it nearly always, where the rim itself takes hundreds.
 */
export function isCrossed(
  shape: BanShape,
  lonA: number,
  latA: number,
  lonB: number,
  latB: number,
): boolean {
  const path = createPath(lonA, latA, lonB, latB)
  const known = shape.kind === 'circle' ? isCircleCrossed(shape, path) : null
  if (known !== null) return known
  if (!(path.lengthMeters > 0)) return false
  const cuts = listCuts(shape, path)
  return cuts.some((from, k) => {
    const to = cuts[k + 1] ?? from
    const middle = (from + to) / 2
    if (!(to > from)) return false
    return containsPosition(shape, path.x + middle * path.dx, path.y + middle * path.dy)
  })
}

/**
 * No point of the straight move can be inside: metres to a border change by no more than the metres
 * gone, so that the two ends together would lie no further from it than the move is long. What is
 * left over is more than planes err by, and straight lines on the map are longer than the way.
 */
export function isOutOfReach(
  signedMetersA: number,
  signedMetersB: number,
  lengthMeters: number,
  latitudeB: number,
): boolean {
  if (!(signedMetersA > 0 && signedMetersB > 0)) return false
  if (!(lengthMeters < 50_000 && Math.abs(latitudeB) < 70)) return false
  return signedMetersA + signedMetersB > 1.02 * lengthMeters + 2
}

/**
 * Whether the straight move crosses whichever way each end lies aside of it, by these metres: so
 * it does from one side of a narrow area to the other, and not where it only touches a corner.
 */
export function isCrossedAside(
  shape: BanShape,
  lonA: number,
  latA: number,
  asideMetersA: number,
  lonB: number,
  latB: number,
  asideMetersB: number,
): boolean {
  const middle = (latA + latB) / 2
  const kx = metersPerLongitudeDegree(middle)
  const ky = metersPerLatitudeDegree(middle)
  const east = longitudeDelta(lonA, lonB) * kx
  const north = (latB - latA) * ky
  const length = Math.hypot(east, north)
  if (!(length > 0)) return false
  // One metre to the left of the move, in degrees.
  const left = [-north / length / kx, east / length / ky] as const
  const crosses = (metersA: number, metersB: number): boolean =>
    pathThrough(
      shape,
      lonA + metersA * left[0],
      latA + metersA * left[1],
      lonB + metersB * left[0],
      latB + metersB * left[1],
    ).lengthInsideMeters > 0
  return (
    crosses(asideMetersA, asideMetersB) &&
    crosses(-asideMetersA, -asideMetersB) &&
    crosses(asideMetersA, -asideMetersB) &&
    crosses(-asideMetersA, asideMetersB)
  )
}

export type Approach = {
  readonly distanceMeters: number
  /** When, as a fraction of the common stretch of time. */
  readonly fraction: number
}

/** The least distance between two who move straight and evenly over the same stretch of time. */
export function closestApproach(
  lonA0: number,
  latA0: number,
  lonA1: number,
  latA1: number,
  lonB0: number,
  latB0: number,
  lonB1: number,
  latB1: number,
): Approach {
  const middle = (latA0 + latB0) / 2
  const kx = metersPerLongitudeDegree(middle)
  const ky = metersPerLatitudeDegree(middle)
  const moveA = longitudeDelta(lonA0, lonA1)
  const moveB = longitudeDelta(lonB0, lonB1)
  const gapX = longitudeDelta(lonA0, lonB0) * kx
  const gapY = (latB0 - latA0) * ky
  const driftX = (moveB - moveA) * kx
  const driftY = (latB1 - latB0 - (latA1 - latA0)) * ky
  const drift = driftX * driftX + driftY * driftY
  const along = drift > 0 ? -(gapX * driftX + gapY * driftY) / drift : 0
  const at = (fraction: number): Approach => ({
    distanceMeters: distanceMeters(
      lonA0 + fraction * moveA,
      latA0 + fraction * (latA1 - latA0),
      lonB0 + fraction * moveB,
      latB0 + fraction * (latB1 - latB0),
    ),
    fraction,
  })
  // Far apart the plane is rough; what was really seen at either end bounds it.
  let best = at(along <= 0 ? 0 : along >= 1 ? 1 : along)
  for (const end of [at(0), at(1)]) if (end.distanceMeters < best.distanceMeters) best = end
  return best
}

function createPath(lonA: number, latA: number, lonB: number, latB: number): Path {
  return {
    x: lonA,
    y: latA,
    dx: longitudeDelta(lonA, lonB),
    dy: latB - latA,
    lengthMeters: distanceMeters(lonA, latA, lonB, latB),
  }
}

/**
 * Fractions of the path at which it may change between inside and outside;
 * a few too many do no harm.
 */
function listCuts(shape: BanShape, path: Path): number[] {
  return shape.kind === 'circle' ? circleCuts(shape, path) : polygonCuts(shape.parts, path)
}

function polygonCuts(parts: readonly PolygonPart[], path: Path): number[] {
  const cuts = [0, 1]
  for (const part of parts) {
    for (let turn = -720; turn <= 720; turn += 360) {
      const x = path.x + turn
      if (Math.max(x, x + path.dx) < part.west || Math.min(x, x + path.dx) > part.east) continue
      if (Math.max(path.y, path.y + path.dy) < part.south) continue
      if (Math.min(path.y, path.y + path.dy) > part.north) continue
      addCuts(part, path, x, cuts)
    }
  }
  return cuts.sort((a, b) => a - b)
}

/** Where the path meets the edges; of chunks only those whose box the box of the path touches. */
function addCuts({ vertices, rows }: PolygonPart, path: Path, x: number, cuts: number[]): void {
  const edgeCount = vertices.count - 1
  if (rows === null) {
    addCutsOfEdges(vertices, 0, edgeCount, path, x, cuts)
    return
  }
  const west = Math.min(x, x + path.dx) - slackDegrees
  const south = Math.min(path.y, path.y + path.dy) - slackDegrees
  const east = Math.max(x, x + path.dx) + slackDegrees
  const north = Math.max(path.y, path.y + path.dy) + slackDegrees
  for (
    let from = 0, corner = vertices.count;
    from < edgeCount;
    from += edgesPerChunk, corner += 2
  ) {
    if (latitudeAt(vertices, corner) > north || latitudeAt(vertices, corner + 1) < south) continue
    if (longitudeAt(vertices, corner) > east || longitudeAt(vertices, corner + 1) < west) continue
    const end = Math.min(from + edgesPerChunk, edgeCount)
    addCutsOfEdges(vertices, from, end, path, x, cuts)
  }
}

/** More than an edge is taken to be longer than it is. */
const slackDegrees = 1e-6

function addCutsOfEdges(
  vertices: RingVertices,
  from: number,
  end: number,
  path: Path,
  x: number,
  cuts: number[],
): void {
  const { y, dx, dy } = path
  const c = layVertices(vertices, from, end + 1)
  for (let i = 0; i < 2 * (end - from); i += 2) {
    const ax = c[i]! - x
    const ay = c[i + 1]! - y
    const ex = c[i + 2]! - x - ax
    const ey = c[i + 3]! - y - ay
    const cross = dx * ey - dy * ex
    const t = (ax * ey - ay * ex) / cross
    if (!(t > 0 && t < 1)) continue
    const u = (ax * dy - ay * dx) / cross
    if (u >= -1e-9 && u <= 1 + 1e-9) cuts.push(t)
  }
}

/**
 * The deepest point of a stretch. Depth changes by no more than a metre per metre, so two depths
 * bound all between them, and stretches that cannot beat the best known are never looked at.
 */
function deepest(shape: BanShape, path: Path, from: number, to: number, floor: number): number {
  const depthAt = (t: number): number =>
    -signedDistanceMeters(shape, path.x + t * path.dx, path.y + t * path.dy)
  let best = Math.max(floor, depthAt(from), depthAt(to))
  const open: [number, number, number, number][] = [[from, depthAt(from), to, depthAt(to)]]
  for (let round = 0; round < deepestRoundsMax; round += 1) {
    const stretch = open.pop()
    if (stretch === undefined) break
    const [a, depthA, b, depthB] = stretch
    const bound = (depthA + depthB + (b - a) * path.lengthMeters) / 2
    if (bound <= best + Math.max(0.1, best * 1e-3)) continue
    // Where the two bounds meet is where the deepest point would have to be.
    const shift = path.lengthMeters > 0 ? (depthB - depthA) / (2 * path.lengthMeters) : 0
    const middle = Math.min(Math.max((a + b) / 2 + shift, a), b)
    const depth = depthAt(middle)
    if (depth > best) best = depth
    open.push([a, depthA, middle, depth], [middle, depth, b, depthB])
  }
  return best
}

/**
 * Reached only along a path that hugs the middle of a corridor, where the
 * rest could add centimetres.
 */
const deepestRoundsMax = 400
