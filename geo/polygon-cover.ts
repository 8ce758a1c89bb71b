import type { Box } from './box-index.ts'
import { sideOf } from './exact-side.ts'
import { buildStillIndex, type StillIndex } from './still-index.ts'

/**
 * Whether every position of the inner polygon is surely one of the outer, by what can be shown:
 * true is a proof, false only means that none was found, or that none could be with so little
 * effort (`effort.left` is below nothing then). Borders are straight in longitude and latitude, and
 * positions are compared as they are written: an area told a turn of the globe further is another
 * one.
 */
export function polygonCovers(outer: Rings, inner: Rings, effort: Effort): boolean {
  const [outerShell, ...outerHoles] = outer
  const [innerShell, ...innerHoles] = inner
  if (outerShell === undefined || innerShell === undefined) return false
  // A hole of the outer one is no gap where the inner one has the same.
  const isEveryHoleShared = outerHoles.every((hole) =>
    innerHoles.some((other) => isSameRing(hole, other, effort)),
  )
  if (!isEveryHoleShared) return false
  if (isSameRing(outerShell, innerShell, effort)) return true
  if (!spend(effort, outerShell.length + innerShell.length)) return false
  const shell = indexShell(outerShell, effort)
  return !touchesItself(shell) && holdsBorder(shell, innerShell) && effort.left >= 0
}

/** How many edges may still be looked at, for all areas of one question together. */
export type Effort = { left: number }

type Position = readonly [number, number]
type Ring = readonly Position[]
type Rings = readonly Ring[]

/** A border whose edges are found by where they are. */
type Shell = { readonly ring: Ring; readonly index: StillIndex; readonly effort: Effort }

function indexShell(ring: Ring, effort: Effort): Shell {
  const index = buildStillIndex(ring.length - 1, (edge) => boxOf(ring[edge]!, ring[edge + 1]!))
  return { ring, index, effort }
}

/** The edges of the border that touch this box, as their ends; none once the effort is spent. */
function edgesAt({ ring, index, effort }: Shell, box: Box): readonly Edge[] {
  if (effort.left < 0) return []
  const found = index.search(box)
  if (!spend(effort, found.length + 1)) return []
  return found.map((edge) => [ring[edge]!, ring[edge + 1]!])
}

type Edge = readonly [Position, Position]

function spend(effort: Effort, count: number): boolean {
  effort.left -= count
  return effort.left >= 0
}

function boxOf(one: Position, other: Position): Box {
  return {
    west: Math.min(one[0], other[0]),
    south: Math.min(one[1], other[1]),
    east: Math.max(one[0], other[0]),
    north: Math.max(one[1], other[1]),
  }
}

function isSameRing(one: Ring, other: Ring, effort: Effort): boolean {
  if (!spend(effort, 1) || one.length !== other.length) return false
  return one.every(
    (position, place) => spend(effort, 1) && isSamePosition(position, other[place] ?? []),
  )
}

function isSamePosition(one: Position, [x, y]: readonly number[]): boolean {
  return one[0] === x && one[1] === y
}

/**
 * A border that touches itself may enclose a pocket that is outside of it, with every corner of the
 * pocket on the border: nothing is shown by such a one.
 */
function touchesItself(shell: Shell): boolean {
  const corners = shell.ring.slice(1)
  if (new Set(corners.map(([x, y]) => `${x} ${y}`)).size < corners.length) return true
  return corners.some((corner) =>
    edgesAt(shell, boxOf(corner, corner)).some(
      ([start, end]) =>
        !isSamePosition(start, corner) &&
        !isSamePosition(end, corner) &&
        isOnEdge(start, end, corner),
    ),
  )
}

/** A border that nowhere leaves a simple shell bounds an area that lies in it. */
function holdsBorder(shell: Shell, border: Ring): boolean {
  for (let place = 1; place < border.length; place += 1) {
    if (!edgeStays(shell, border[place - 1]!, border[place]!)) return false
  }
  return true
}

/**
 * Cut where corners of the shell lie on it, an edge that properly crosses no border is on one side
 * of the shell in each of its pieces, so that the middle of each tells where the piece is.
 */
function edgeStays(shell: Shell, from: Position, to: Position): boolean {
  const cuts: Position[] = [from, to]
  for (const [a, b] of edgesAt(shell, boxOf(from, to))) {
    if (crossesProperly(from, to, a, b)) return false
    if (isOnEdge(from, to, a)) cuts.push(a)
  }
  const along = (one: Position): number => Math.abs(one[0] - from[0]) + Math.abs(one[1] - from[1])
  cuts.sort((one, other) => along(one) - along(other))
  for (let place = 1; place < cuts.length; place += 1) {
    const start = cuts[place - 1]!
    const end = cuts[place]!
    if (isSamePosition(start, end) || isEdgeOf(shell, start, end)) continue
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
function isEdgeOf(shell: Shell, start: Position, end: Position): boolean {
  return edgesAt(shell, boxOf(start, start)).some(
    ([a, b]) =>
      (isSamePosition(a, start) && isSamePosition(b, end)) ||
      (isSamePosition(a, end) && isSamePosition(b, start)),
  )
}

/** On the border is in it. Looked at are the edges that a line to the east may cross. */
function holds(shell: Shell, x: number, y: number): boolean {
  let isInside = false
  for (const [a, b] of edgesAt(shell, { west: x, south: y, east: Infinity, north: y })) {
    if (isOnEdge(a, b, [x, y])) return true
    if (a[1] > y === b[1] > y) continue
    const side = sideOf(a[0], a[1], b[0], b[1], x, y)
    if (side > 0 === b[1] > a[1]) isInside = !isInside
  }
  return isInside
}
