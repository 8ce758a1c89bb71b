import type { MultiPolygonGeometry, PolygonGeometry, Position } from './ban-shape.ts'

/**
 * Whether a border of one area crosses one of the other, however narrow either is. For areas of a
 * province at most, away from 180 degrees; that they only touch is no crossing.
 */
export function bordersCross(one: Geometry, other: Geometry): boolean {
  const around = ringsOf(other).map((ring) => ({ ring, box: boxOf(ring) }))
  return ringsOf(one).some((ring) =>
    piecesOf(ring).some((piece) => {
      const box = boxOf(piece)
      return around.some(
        (far) =>
          meet(box, far.box) &&
          piecesOf(far.ring).some((next) => meet(box, boxOf(next)) && isCrossed(piece, next)),
      )
    }),
  )
}

type Geometry = PolygonGeometry | MultiPolygonGeometry
type Piece = readonly [Position, Position]
type Box = readonly [west: number, south: number, east: number, north: number]

function ringsOf({ type, coordinates }: Geometry): readonly (readonly Position[])[] {
  return type === 'Polygon' ? coordinates : coordinates.flat()
}

function piecesOf(ring: readonly Position[]): Piece[] {
  return ring.slice(1).flatMap((to, index) => {
    const from = ring[index]
    return from === undefined ? [] : [[from, to] as const]
  })
}

function boxOf(corners: readonly Position[]): Box {
  return corners.reduce<Box>(
    ([west, south, east, north], [x, y]) => [
      Math.min(west, x),
      Math.min(south, y),
      Math.max(east, x),
      Math.max(north, y),
    ],
    [Infinity, Infinity, -Infinity, -Infinity],
  )
}

function meet(one: Box, other: Box): boolean {
  return one[0] <= other[2] && other[0] <= one[2] && one[1] <= other[3] && other[1] <= one[3]
}

function isCrossed([a, b]: Piece, [c, d]: Piece): boolean {
  return sideOf(a, b, c) * sideOf(a, b, d) < 0 && sideOf(c, d, a) * sideOf(c, d, b) < 0
}

function sideOf(from: Position, to: Position, place: Position): number {
  return Math.sign(
    (to[0] - from[0]) * (place[1] - from[1]) - (to[1] - from[1]) * (place[0] - from[0]),
  )
}
