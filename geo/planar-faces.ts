import type { Position } from './ban-shape.ts'
import { Drawing } from './planar-drawing.ts'

/**
 * The areas that lines on a map close in between them. Lines are cut where they cross, also where
 * one passes over the other; what ends nowhere closes nothing in. For areas of a province at most,
 * away from the poles and from 180 degrees.
 */
export function findFaces(lines: readonly (readonly Position[])[]): PlanarFaces {
  const drawing = new Drawing()
  for (const [line, positions] of lines.entries()) drawing.add(line, positions)
  drawing.cut()
  return traceFaces(drawing)
}

/**
 * Sides in pairs, `2 n` one way and `2 n + 1` the other: each has one face, on its left. A face of
 * negative size is what lies outside a connected part of the drawing.
 */
export type PlanarFaces = {
  /** Where each side begins. */
  readonly starts: readonly Position[]
  readonly faceOf: readonly number[]
  /** The side that follows along the same face. */
  readonly next: readonly number[]
  /** By number of the line that was given. */
  readonly lineOf: readonly number[]
  readonly faces: readonly Face[]
}

export type Face = {
  /** One of its sides. */
  readonly side: number
  /** In square degrees, negative outside. */
  readonly squareDegrees: number
}

/** The positions round a face; the first is not repeated. */
export function walkFace({ starts, next }: PlanarFaces, { side }: Face): Position[] {
  const ring: Position[] = []
  for (let at = side; ring.length === 0 || at !== side; at = next[at] ?? side) {
    ring.push(starts[at] ?? [0, 0])
  }
  return ring
}

/**
 * The outlines of some faces together, sides in order: their outer rings, without holes. What meets
 * in one point only is not connected.
 */
export function outlineFaces(
  { starts, faceOf, next }: PlanarFaces,
  isTaken: (face: number) => boolean,
): number[][] {
  const isBorder = (side: number) => isTaken(faceOf[side] ?? -1) && !isTaken(faceOf[side ^ 1] ?? -1)
  const seen = new Set<number>()
  const rings: number[][] = []
  for (let first = 0; first < starts.length; first++) {
    if (!isBorder(first) || seen.has(first)) continue
    const ring: number[] = []
    let side = first
    do {
      ring.push(side)
      seen.add(side)
      side = next[side] ?? first
      while (!isBorder(side)) side = next[side ^ 1] ?? first
    } while (side !== first)
    if (twiceAreaOf(ring.map((at) => starts[at] ?? [0, 0])) > 0) rings.push(ring)
  }
  return rings
}

/** Positive counter-clockwise, in square degrees. */
function twiceAreaOf(ring: readonly Position[]): number {
  const [originX, originY] = ring[0] ?? [0, 0]
  let twice = 0
  let before = ring.at(-1) ?? [0, 0]
  for (const corner of ring) {
    const [x1, y1] = [before[0] - originX, before[1] - originY]
    twice += x1 * (corner[1] - originY) - (corner[0] - originX) * y1
    before = corner
  }
  return twice
}

function traceFaces(drawing: Drawing): PlanarFaces {
  const { xs, ys } = drawing
  const kept = withoutDeadEnds(drawing)
  const ends = kept.flatMap((piece) => [drawing.from[piece] ?? 0, drawing.to[piece] ?? 0])
  const next = followLeft(drawing, ends)
  const starts = ends.map((vertex): Position => [(xs[vertex] ?? 0) / 1e7, (ys[vertex] ?? 0) / 1e7])
  const faceOf = ends.map(() => -1)
  const faces: Face[] = []
  for (let side = 0; side < ends.length; side++) {
    if (faceOf[side] !== -1) continue
    const ring: Position[] = []
    for (let at = side; faceOf[at] === -1; at = next[at] ?? side) {
      faceOf[at] = faces.length
      ring.push(starts[at] ?? [0, 0])
    }
    faces.push({ side, squareDegrees: twiceAreaOf(ring) / 2 })
  }
  const lineOf = kept.flatMap((piece) => [drawing.lines[piece] ?? 0, drawing.lines[piece] ?? 0])
  return { starts, faceOf, next, lineOf, faces }
}

/** Pieces that are part of something closed, or between two such. */
function withoutDeadEnds({ xs, from, to }: Drawing): number[] {
  const at: number[][] = xs.map(() => [])
  for (const [piece, start] of from.entries()) {
    at[start]?.push(piece)
    at[to[piece] ?? 0]?.push(piece)
  }
  const degrees = at.map((pieces) => pieces.length)
  const isGone = new Uint8Array(from.length)
  const ends = xs
    .keys()
    .filter((vertex) => degrees[vertex] === 1)
    .toArray()
  for (const vertex of ends) {
    const last = at[vertex]?.find((piece) => isGone[piece] === 0)
    if (last === undefined) continue
    isGone[last] = 1
    const other = (from[last] === vertex ? to[last] : from[last]) ?? 0
    degrees[other] = (degrees[other] ?? 0) - 1
    if (degrees[other] === 1) ends.push(other)
  }
  return from
    .keys()
    .filter((piece) => isGone[piece] === 0)
    .toArray()
}

/** At the end of each side, the one that turns furthest to the left, without turning back. */
function followLeft({ xs, ys }: Drawing, ends: readonly number[]): number[] {
  const leaving = new Map<number, number[]>()
  for (const [side, vertex] of ends.entries()) {
    const sides = leaving.get(vertex)
    if (sides === undefined) leaving.set(vertex, [side])
    else sides.push(side)
  }
  const next = ends.map(() => 0)
  for (const [vertex, sides] of leaving) {
    const angleOf = (side: number) => {
      const head = ends[side ^ 1] ?? 0
      return Math.atan2((ys[head] ?? 0) - (ys[vertex] ?? 0), (xs[head] ?? 0) - (xs[vertex] ?? 0))
    }
    const round = sides
      .map((side) => ({ side, angle: angleOf(side) }))
      .toSorted((one, other) => one.angle - other.angle)
    for (const [place, { side }] of round.entries()) {
      // Whoever comes in by the other way of `side` leaves by the one before it, clockwise.
      next[side ^ 1] = round.at(place - 1)?.side ?? side
    }
  }
  return next
}
