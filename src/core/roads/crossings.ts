import type { BanShape } from '../../../geo/ban-shape.ts'
import { shapeBoxes, type Box } from '../../../geo/box-index.ts'
import { containsPosition, signedDistanceMeters } from '../../../geo/containment.ts'
import { junctionAt, walkEdge, type Piece } from './points-on-edges.ts'
import type { StreetMap } from './street-map.ts'

/**
 * Where roads cross the border of an area: asked of the same geometry that detection asks, each
 * `stepMeters` along every road, and then closer. A road that is inside for less than a step is no
 * way in.
 */
export function findCrossings(map: StreetMap, shape: BanShape): readonly Crossing[] {
  const known = found.get(map)?.get(shape)
  if (known !== undefined) return known
  const crossings = shapeBoxes(shape, 1).flatMap((box) => searchBox(map, shape, box))
  const ofMap = found.get(map) ?? new WeakMap<BanShape, readonly Crossing[]>()
  found.set(map, ofMap.set(shape, crossings))
  return crossings
}

/** Each check of one question asks it again. */
const found = new WeakMap<StreetMap, WeakMap<BanShape, readonly Crossing[]>>()

function searchBox(map: StreetMap, shape: BanShape, box: Box): Crossing[] {
  const crossings: Crossing[] = []
  for (const edge of map.roadIndex.search(box).toSorted((one, other) => one - other)) {
    if (isFarFromBorder(map, shape, edge)) continue
    walkEdge(map, edge, (piece) => {
      collectCrossings(shape, edge, piece, crossings)
    })
  }
  return crossings
}

export type Crossing = {
  readonly edge: number
  readonly alongMeters: number
  readonly longitude: number
  readonly latitude: number
}

/** Further from the border than it is long: one question for most of the roads of a town. */
function isFarFromBorder(map: StreetMap, shape: BanShape, edge: number): boolean {
  const { roads } = map
  const { longitude, latitude } = junctionAt(map, roads.edgeFrom[edge] ?? 0)
  const meters = Math.abs(signedDistanceMeters(shape, longitude, latitude))
  // Two measures of one distance differ by a thousandth.
  return meters > 1.01 * (roads.edgeMeters[edge] ?? 0) + 1
}

const stepMeters = 10
const closerCount = 12

function collectCrossings(
  shape: BanShape,
  edge: number,
  piece: Piece,
  crossings: Crossing[],
): void {
  const steps = Math.max(1, Math.ceil(piece.meters / stepMeters))
  let wasInside = containsPosition(shape, piece.fromLongitude, piece.fromLatitude)
  for (let step = 1; step <= steps; step++) {
    const { longitude, latitude } = positionAt(piece, step / steps)
    const isInside = containsPosition(shape, longitude, latitude)
    if (isInside !== wasInside) {
      const share = closeIn(shape, piece, wasInside, (step - 1) / steps, step / steps)
      crossings.push({
        edge,
        alongMeters: piece.atMeters + share * piece.meters,
        ...positionAt(piece, share),
      })
    }
    wasInside = isInside
  }
}

/** Between two shares of a piece, one inside and one outside, the share at the border. */
function closeIn(
  shape: BanShape,
  piece: Piece,
  wasInside: boolean,
  from: number,
  to: number,
): number {
  let [low, high] = [from, to]
  for (let count = 0; count < closerCount; count++) {
    const middle = (low + high) / 2
    const { longitude, latitude } = positionAt(piece, middle)
    if (containsPosition(shape, longitude, latitude) === wasInside) low = middle
    else high = middle
  }
  return high
}

function positionAt(piece: Piece, share: number) {
  return {
    longitude: piece.fromLongitude + share * (piece.longitude - piece.fromLongitude),
    latitude: piece.fromLatitude + share * (piece.latitude - piece.fromLatitude),
  }
}
