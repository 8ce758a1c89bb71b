/**
 * A closed ring in a plane with A at the origin and B at (length, 0): u along, v to the left.
 */
export type RingInPlane = { readonly u: Float64Array; readonly v: Float64Array }

/** Is the point (at, 0) within the ring? Parity of the crossings of the axis beyond it. */
export function holds(u: Float64Array, v: Float64Array, at: number): boolean {
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
export function shortestRound(ring: RingInPlane, length: number): number {
  const crossings = listCrossings(ring)
  const isCut = new Uint8Array(ring.u.length)
  for (const { edge, at } of crossings) if (at >= 0 && at <= length) isCut[edge] = 1
  let longest = 0
  for (let k = 0; k + 1 < crossings.length; k += 2) {
    const into = crossings[k]!
    const outOf = crossings[k + 1]!
    if (!(into.at >= 0 && outOf.at <= length)) continue
    const left = roundOneSide(ring, length, isCut, into.edge, outOf.edge, true)
    const right = roundOneSide(ring, length, isCut, into.edge, outOf.edge, false)
    longest = Math.max(longest, Math.min(left, right))
  }
  return longest
}

type Crossing = { readonly edge: number; readonly at: number }

/** Where the ring meets the straight line through A and B, from behind A to beyond B. */
function listCrossings({ u, v }: RingInPlane): Crossing[] {
  const crossings: Crossing[] = []
  for (let k = 0; k + 1 < u.length; k += 1) {
    if (v[k]! >= 0 !== v[k + 1]! >= 0) crossings.push({ edge: k, at: crossingAt(u, v, k) })
  }
  return crossings.sort((a, b) => a.at - b.at)
}

/**
 * What it costs more to follow the border, the shorter way each time, wherever the straight way
 * would enter. That is a way round, though seldom the shortest.
 */
export function extraAlongBorder(ring: RingInPlane, length: number): number {
  const { u, v } = ring
  const along = new Float64Array(u.length)
  for (let k = 1; k < u.length; k += 1) {
    along[k] = along[k - 1]! + Math.hypot(u[k]! - u[k - 1]!, v[k]! - v[k - 1]!)
  }
  const perimeter = along[u.length - 1]!
  const onWay = listCrossings(ring).filter(({ at }) => at >= 0 && at <= length)
  let extra = 0
  for (let k = 0; k + 1 < onWay.length; k += 2) {
    const [from, to] = [onWay[k]!, onWay[k + 1]!].map(
      ({ edge, at }) => along[edge]! + Math.hypot(at - u[edge]!, v[edge]!),
    )
    const oneWay = Math.abs(to! - from!)
    const straight = onWay[k + 1]!.at - onWay[k]!.at
    extra += Math.max(0, Math.min(oneWay, perimeter - oneWay) - straight)
  }
  return extra
}

/**
 * Round everything, along the hull of all shells and both ends; Infinity when an end lies in a bay
 * of it, and the way out of the bay is not looked for.
 */
export function roundHull(shells: readonly RingInPlane[], length: number): number {
  const points: [number, number][] = [
    [0, 0],
    [length, 0],
  ]
  for (const { u, v } of shells) {
    for (let k = 1; k < u.length; k += 1) points.push([u[k]!, v[k]!])
  }
  points.sort((a, b) => a[0] - b[0] || a[1] - b[1])
  const hull = [...chainOf(points, 1), ...chainOf(points, -1).slice(1, -1).toReversed()]
  const atA = hull.findIndex(([u, v]) => u === 0 && v === 0)
  const atB = hull.findIndex(([u, v]) => u === length && v === 0)
  if (atA < 0 || atB < 0) return Infinity
  const steps = hull.map((p, k) => {
    const next = hull[(k + 1) % hull.length]!
    return Math.hypot(next[0] - p[0], next[1] - p[1])
  })
  const sum = (from: number, until: number): number =>
    steps.slice(from, until).reduce((total, step) => total + step, 0)
  const oneWay = sum(Math.min(atA, atB), Math.max(atA, atB))
  return Math.min(oneWay, sum(0, steps.length) - oneWay)
}

function roundOneSide(
  ring: RingInPlane,
  length: number,
  isCut: Uint8Array,
  intoEdge: number,
  outOfEdge: number,
  isLeft: boolean,
): number {
  const points: [number, number][] = [
    [0, 0],
    [length, 0],
  ]
  for (const edge of [intoEdge, outOfEdge]) addBorder(ring, isCut, edge, isLeft, points)
  return hullPerimeter(points) - length
}

/** Walks the border from a crossing towards one side, until it meets the straight way again. */
function addBorder(
  ring: RingInPlane,
  isCut: Uint8Array,
  edge: number,
  isLeft: boolean,
  points: [number, number][],
): void {
  const { u, v } = ring
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

function chainLength(points: readonly [number, number][], side: 1 | -1): number {
  const chain = chainOf(points, side)
  let length = 0
  for (let k = 0; k + 1 < chain.length; k += 1) {
    length += Math.hypot(chain[k + 1]![0] - chain[k]![0], chain[k + 1]![1] - chain[k]![1])
  }
  return length
}

/** The lower (1) or upper (-1) chain of the convex hull of sorted points. */
function chainOf(points: readonly [number, number][], side: 1 | -1): (readonly [number, number])[] {
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
  return chain
}
