import type { BanShape, CircleShape, PolygonPart } from './ban-shape.ts'
import { vertexOffset } from './ban-shape.ts'
import { containsPosition } from './containment.ts'
import { distanceMeters, planeLatitudeMax } from './distance.ts'
import { longitudeDelta, metersPerLatitudeDegree, metersPerLongitudeDegree } from './ellipsoid.ts'

/**
 * Could somebody who can cover `travelBudgetMeters` have gone from A to B without entering?
 * False only when that is proven: the shortest way round is at least a known length, and the
 * budget is shorter. Whoever stands inside at either end has not avoided it. When unsure, and
 * far away or near a pole: true.
 */
export function isPathAvoidable(
  shape: BanShape,
  lonA: number,
  latA: number,
  lonB: number,
  latB: number,
  travelBudgetMeters: number,
): boolean {
  if (containsPosition(shape, lonA, latA) || containsPosition(shape, lonB, latB)) return false
  const straightMeters = distanceMeters(lonA, latA, lonB, latB)
  if (!(straightMeters < planeMetersMax)) return true
  if (Math.max(Math.abs(latA), Math.abs(latB)) > planeLatitudeMax) return true
  // The plane is good to 0.1 %; the proof must not hang on that.
  const budget = travelBudgetMeters * 1.002 + 1
  if (shape.kind === 'circle') return !(shortestRoundCircle(shape, lonA, latA, lonB, latB) > budget)
  if (shape.hasSeam) return true
  for (const part of shape.parts) {
    const plane = shellInPlane(part, lonA, latA, lonB, latB)
    if (plane === null) continue
    if (shortestRoundShell(plane) > budget) return false
  }
  return true
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

/**
 * The filled shell in a plane with A at the origin and B at (length, 0): u along, v to the left.
 * Null when it cannot stand in the way. `isEnclosed`: A or B is in a hole and the other is not.
 */
type ShellInPlane = {
  readonly u: Float64Array
  readonly v: Float64Array
  readonly length: number
  readonly isEnclosed: boolean
}

function shellInPlane(
  part: PolygonPart,
  lonA: number,
  latA: number,
  lonB: number,
  latB: number,
): ShellInPlane | null {
  const c = part.coordinates
  const turn = 360 * Math.round(((c[0]! + c[2]!) / 2 - lonA) / 360)
  const x = lonA + turn
  const kx = metersPerLongitudeDegree((latA + latB) / 2)
  const ky = metersPerLatitudeDegree((latA + latB) / 2)
  const dx = longitudeDelta(lonA, lonB) * kx
  const dy = (latB - latA) * ky
  const length = Math.hypot(dx, dy)
  if (!(length > 0)) return null
  let end = vertexOffset
  while (end < c.length && !Number.isNaN(c[end]!)) end += 2
  const count = (end - vertexOffset) / 2
  const u = new Float64Array(count)
  const v = new Float64Array(count)
  for (let k = 0; k < count; k += 1) {
    const px = (c[vertexOffset + 2 * k]! - x) * kx
    const py = (c[vertexOffset + 2 * k + 1]! - latA) * ky
    u[k] = (px * dx + py * dy) / length
    v[k] = (py * dx - px * dy) / length
  }
  const hasA = holds(u, v, 0)
  const hasB = holds(u, v, length)
  // Both in holes: perhaps the same one. One in a hole: it must cross. The caller has
  // ruled out the area itself.
  if (hasA && hasB) return null
  return { u, v, length, isEnclosed: hasA !== hasB }
}

/** Is the point (at, 0) within the ring? Parity of the crossings of the axis beyond it. */
function holds(u: Float64Array, v: Float64Array, at: number): boolean {
  let isInside = false
  for (let k = 0; k + 1 < u.length; k += 1) {
    if (v[k]! >= 0 !== v[k + 1]! >= 0 && crossingAt(u, v, k) > at) isInside = !isInside
  }
  return isInside
}

function crossingAt(u: Float64Array, v: Float64Array, k: number): number {
  return u[k]! + ((u[k + 1]! - u[k]!) * v[k]!) / (v[k]! - v[k + 1]!)
}

/**
 * A lower bound of the shortest way round. Each stretch of the straight way inside the shell
 * must be passed on the left or on the right; the way taken, closed by the straight way, then
 * goes round everything that hangs together on that side, so it is no shorter than the convex
 * hull of that and both ends.
 */
function shortestRoundShell(shell: ShellInPlane): number {
  if (shell.isEnclosed) return Infinity
  const { u, v, length } = shell
  const crossings: { readonly edge: number; readonly at: number }[] = []
  for (let k = 0; k + 1 < u.length; k += 1) {
    if (v[k]! >= 0 !== v[k + 1]! >= 0) crossings.push({ edge: k, at: crossingAt(u, v, k) })
  }
  crossings.sort((a, b) => a.at - b.at)
  const isCut = new Uint8Array(u.length)
  for (const { edge, at } of crossings) if (at >= 0 && at <= length) isCut[edge] = 1
  let longest = 0
  for (let k = 0; k + 1 < crossings.length; k += 2) {
    const into = crossings[k]!
    const outOf = crossings[k + 1]!
    if (!(into.at >= 0 && outOf.at <= length)) continue
    const left = roundOneSide(shell, isCut, into.edge, outOf.edge, true)
    const right = roundOneSide(shell, isCut, into.edge, outOf.edge, false)
    longest = Math.max(longest, Math.min(left, right))
  }
  return longest
}

function roundOneSide(
  shell: ShellInPlane,
  isCut: Uint8Array,
  intoEdge: number,
  outOfEdge: number,
  isLeft: boolean,
): number {
  const points: [number, number][] = [
    [0, 0],
    [shell.length, 0],
  ]
  for (const edge of [intoEdge, outOfEdge]) addBorder(shell, isCut, edge, isLeft, points)
  return hullPerimeter(points) - shell.length
}

/** Walks the border from a crossing towards one side, until it meets the straight way again. */
function addBorder(
  shell: ShellInPlane,
  isCut: Uint8Array,
  edge: number,
  isLeft: boolean,
  points: [number, number][],
): void {
  const { u, v } = shell
  const edgeCount = u.length - 1
  const isForward = v[edge + 1]! >= 0 === isLeft
  for (let k = 1; k <= edgeCount; k += 1) {
    const vertex = isForward ? (edge + k) % edgeCount : (edge - k + 1 + edgeCount) % edgeCount
    points.push([u[vertex]!, v[vertex]!])
    const nextEdge = isForward ? vertex : (vertex - 1 + edgeCount) % edgeCount
    if (isCut[nextEdge] === 1) return
  }
}

function hullPerimeter(points: [number, number][]): number {
  points.sort((a, b) => a[0] - b[0] || a[1] - b[1])
  return chainLength(points, 1) + chainLength(points, -1)
}

/** Length of the lower (1) or upper (-1) chain of the convex hull of sorted points. */
function chainLength(points: readonly [number, number][], side: 1 | -1): number {
  const chain: (readonly [number, number])[] = []
  for (const p of points) {
    for (; chain.length >= 2; chain.pop()) {
      const a = chain[chain.length - 2]!
      const b = chain[chain.length - 1]!
      const turn = (b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0])
      if (turn * side > 0) break
    }
    chain.push(p)
  }
  let length = 0
  for (let k = 0; k + 1 < chain.length; k += 1) {
    length += Math.hypot(chain[k + 1]![0] - chain[k]![0], chain[k + 1]![1] - chain[k]![1])
  }
  return length
}
