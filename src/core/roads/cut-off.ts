import type { BanShape } from '../../../geo/ban-shape.ts'
import { shapeBoxes, type Box } from '../../../geo/box-index.ts'
import { containsPosition } from '../../../geo/containment.ts'
import { findCrossings } from './crossings.ts'
import { boxAround, enterNetwork, mainNetwork } from './enter-network.ts'
import {
  junctionAt,
  nearestOnEdge,
  placeAt,
  walkEdge,
  type Place,
  type PointOnEdge,
} from './points-on-edges.ts'
import { splitNetwork } from './split-network.ts'
import type { StreetMap } from './street-map.ts'

/**
 * Who can be reached only through an area: of these places, and of all addresses outside it. What
 * was no part of the main network before is not counted.
 */
export function countCutOff<P extends Place>(
  map: StreetMap,
  shape: BanShape,
  places: readonly P[],
): CutOff<P> {
  const blocked = findBlocked(map, shape)
  const main = mainNetwork(map)
  const split = splitNetwork(map, blocked)
  const isOutside = ({ longitude, latitude }: Place) =>
    !containsPosition(shape, longitude, latitude)
  const isCut = (entries: readonly PointOnEdge[]) => {
    const onMain = entries.filter(({ edge }) => main[map.roads.edgeFrom[edge] ?? 0] === 1)
    return onMain.length > 0 && !onMain.some((entry) => leadsOut(map, blocked, split, entry))
  }
  const doors = listDoors(map, blocked, split)
  return {
    places: places.filter(
      (place) => isOutside(place) && isCut(enterNetwork(map, place, doorMeters)),
    ),
    addressCount: doors.filter((door) => {
      const nearest = nearestEdge(map, door)
      return isOutside(door) && nearest !== null && isCut([nearest])
    }).length,
    isUncounted:
      doors.length === 0 && split.keys().some((vertex) => isOutside(junctionAt(map, vertex))),
  }
}

type CutOff<P> = {
  readonly places: readonly P[]
  readonly addressCount: number
  /** Roads are cut off, and the map has no house numbers here: no sign that nobody lives there. */
  readonly isUncounted: boolean
}

/** A door is on the road that is this near. */
const doorMeters = 60

/** Edges of which any piece lies in the area, with where along them its border is. */
type Blocked = ReadonlyMap<number, readonly number[]>

function findBlocked(map: StreetMap, shape: BanShape): Blocked {
  const blocked = new Map<number, number[]>()
  for (const { edge, alongMeters } of findCrossings(map, shape)) {
    blocked.set(edge, [...(blocked.get(edge) ?? []), alongMeters])
  }
  for (const box of shapeBoxes(shape, 1)) {
    for (const edge of map.roadIndex.search(box)) {
      if (!blocked.has(edge) && beginsInside(map, shape, edge)) blocked.set(edge, [])
    }
  }
  return blocked
}

/** What is nowhere crossed by the border is inside as a whole where it begins inside. */
function beginsInside(map: StreetMap, shape: BanShape, edge: number): boolean {
  const { longitude, latitude } = junctionAt(map, map.roads.edgeFrom[edge] ?? 0)
  return containsPosition(shape, longitude, latitude)
}

/** Is there an end of the road to which nothing of the area lies between, and that leads on? */
function leadsOut(
  map: StreetMap,
  blocked: Blocked,
  split: ReadonlySet<number>,
  { edge, alongMeters }: PointOnEdge,
): boolean {
  const { edgeFrom, edgeTo } = map.roads
  const main = mainNetwork(map)
  const isReached = (vertex: number) => main[vertex] === 1 && !split.has(vertex)
  const borders = blocked.get(edge) ?? []
  const isBackFree = !borders.some((border) => border < alongMeters)
  const isOnFree = !borders.some((border) => border >= alongMeters)
  return (
    (isBackFree && isReached(edgeFrom[edge] ?? 0)) || (isOnFree && isReached(edgeTo[edge] ?? 0))
  )
}

/** House numbers along roads that the area lies on, or that it may cut off. */
function listDoors(map: StreetMap, blocked: Blocked, split: ReadonlySet<number>): Place[] {
  const { adjacentStarts, adjacent } = map.roads
  const edges = new Set(blocked.keys())
  for (const vertex of split) {
    for (let at = adjacentStarts[vertex] ?? 0; at < (adjacentStarts[vertex + 1] ?? 0); at++) {
      edges.add((adjacent[at] ?? 0) >>> 1)
    }
  }
  const found = new Set<number>()
  for (const edge of edges) {
    for (const address of map.addressIndex.search(boxOf(map, edge))) found.add(address)
  }
  const { longitudesE7, latitudesE7 } = map.addresses
  return [...found].map((address) => placeAt(longitudesE7, latitudesE7, address))
}

function boxOf(map: StreetMap, edge: number): Box {
  let box: Box = { west: Infinity, south: Infinity, east: -Infinity, north: -Infinity }
  walkEdge(map, edge, (piece) => {
    const from = boxAround(
      { longitude: piece.fromLongitude, latitude: piece.fromLatitude },
      doorMeters,
    )
    const to = boxAround(piece, doorMeters)
    box = {
      west: Math.min(box.west, from.west, to.west),
      south: Math.min(box.south, from.south, to.south),
      east: Math.max(box.east, from.east, to.east),
      north: Math.max(box.north, from.north, to.north),
    }
  })
  return box
}

function nearestEdge(map: StreetMap, door: Place): PointOnEdge | null {
  const [nearest] = map.roadIndex
    .search(boxAround(door, doorMeters))
    .map((edge) => nearestOnEdge(map, edge, door))
    .toSorted((one, other) => one.gapMeters - other.gapMeters)
  return nearest ?? null
}
