import { sideOf } from './exact-side.ts'

/**
 * Whether every position of the inner polygon is surely one of the outer, by what can be shown:
 * true is a proof, false only means that none was found. Borders are straight in longitude and
 * latitude, and positions are compared as they are written: an area told a turn of the globe
 * further is another one.
 */
export function polygonCovers(outer: Rings, inner: Rings): boolean {
  const [outerShell, ...outerHoles] = outer
  const [innerShell, ...innerHoles] = inner
  if (outerShell === undefined || innerShell === undefined) return false
  if (outerShell.length * innerShell.length > edgePairsMax) return false
  if (!isSameRing(outerShell, innerShell) && touchesItself(outerShell)) return false
  // A hole of the outer one is no gap where the inner one has the same.
  const isEveryHoleShared = outerHoles.every((hole) =>
    innerHoles.some((other) => isSameRing(hole, other)),
  )
  return isEveryHoleShared && shellCovers(outerShell, innerShell)
}

type Ring = readonly (readonly [number, number])[]
type Rings = readonly Ring[]

/** Each pair of edges is looked at: half a second at most. What is larger is not shown. */
const edgePairsMax = 4_000_000

function isSameRing(one: Ring, other: Ring): boolean {
  return (
    one.length === other.length &&
    one.every(([x, y], place) => x === other[place]?.[0] && y === other[place]?.[1])
  )
}

/**
 * A border that touches itself may enclose a pocket that is outside of it, with every corner of the
 * pocket on the border: nothing is shown by such a one. A large one is taken for such a one.
 */
function touchesItself(ring: Ring): boolean {
  if (ring.length * ring.length > edgePairsMax) return true
  const corners = ring.slice(1)
  if (new Set(corners.map(([x, y]) => `${x} ${y}`)).size < corners.length) return true
  return corners.some((corner) =>
    corners.some((end, place) => {
      const start = ring[place]!
      const isEnd = (one: Position) => one[0] === corner[0] && one[1] === corner[1]
      return !isEnd(start) && !isEnd(end) && isOnEdge(start, end, corner)
    }),
  )
}

/** A border that nowhere leaves a simple shell bounds an area that lies in it. */
function shellCovers(shell: Ring, border: Ring): boolean {
  if (isSameRing(shell, border)) return true
  for (let place = 1; place < border.length; place += 1) {
    if (!edgeStays(shell, border[place - 1]!, border[place]!)) return false
  }
  return true
}

type Position = readonly [number, number]

/**
 * Cut where corners of the shell lie on it, an edge that properly crosses no border is on one side
 * of the shell in each of its pieces, so that the middle of each tells where the piece is.
 */
function edgeStays(shell: Ring, from: Position, to: Position): boolean {
  const cuts: Position[] = [from, to]
  for (let place = 1; place < shell.length; place += 1) {
    const a = shell[place - 1]!
    const b = shell[place]!
    if (crossesProperly(from, to, a, b)) return false
    if (isOnEdge(from, to, a)) cuts.push(a)
  }
  const along = (one: Position): number => Math.abs(one[0] - from[0]) + Math.abs(one[1] - from[1])
  cuts.sort((one, other) => along(one) - along(other))
  for (let place = 1; place < cuts.length; place += 1) {
    const start = cuts[place - 1]!
    const end = cuts[place]!
    const isPoint = start[0] === end[0] && start[1] === end[1]
    if (isPoint || isEdgeOf(shell, start, end)) continue
    if (!holds(shell, (start[0] + end[0]) / 2, (start[1] + end[1]) / 2)) return false
  }
  return holds(shell, from[0], from[1])
}

function crossesProperly(p: Position, q: Position, a: Position, b: Position): boolean {
  const ofA = sideOf(p[0], p[1], q[0], q[1], a[0], a[1])
  const ofB = sideOf(p[0], p[1], q[0], q[1], b[0], b[1])
  if (Math.sign(ofA) * Math.sign(ofB) >= 0) return false
  const ofP = sideOf(a[0], a[1], b[0], b[1], p[0], p[1])
  const ofQ = sideOf(a[0], a[1], b[0], b[1], q[0], q[1])
  return Math.sign(ofP) * Math.sign(ofQ) < 0
}

function isOnEdge(p: Position, q: Position, at: Position): boolean {
  return (
    at[0] >= Math.min(p[0], q[0]) &&
    at[0] <= Math.max(p[0], q[0]) &&
    at[1] >= Math.min(p[1], q[1]) &&
    at[1] <= Math.max(p[1], q[1]) &&
    sideOf(p[0], p[1], q[0], q[1], at[0], at[1]) === 0
  )
}

/** Both are compared with the ring as written, so that a border that is shared needs no middle. */
function isEdgeOf(ring: Ring, start: Position, end: Position): boolean {
  for (let place = 1; place < ring.length; place += 1) {
    const a = ring[place - 1]!
    const b = ring[place]!
    const isForward = a[0] === start[0] && a[1] === start[1] && b[0] === end[0] && b[1] === end[1]
    const isBack = a[0] === end[0] && a[1] === end[1] && b[0] === start[0] && b[1] === start[1]
    if (isForward || isBack) return true
  }
  return false
}

/** On the border is in it. */
function holds(ring: Ring, x: number, y: number): boolean {
  let isInside = false
  for (let place = 1; place < ring.length; place += 1) {
    const a = ring[place - 1]!
    const b = ring[place]!
    if (isOnEdge(a, b, [x, y])) return true
    if (a[1] > y === b[1] > y) continue
    const side = sideOf(a[0], a[1], b[0], b[1], x, y)
    if (side > 0 === b[1] > a[1]) isInside = !isInside
  }
  return isInside
}
