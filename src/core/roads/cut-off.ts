import type { BanShape } from '../../../geo/ban-shape.ts'
import { shapeBoxes } from '../../../geo/box-index.ts'
import { containsPosition } from '../../../geo/containment.ts'
import { findCrossings } from './crossings.ts'
import { boxAround, enterNetwork, mainNetwork } from './enter-network.ts'
import { nearestOnEdge, walkEdge, type Place } from './points-on-edges.ts'
import type { StreetMap } from './street-map.ts'
import { degreesPerE7 } from './street-map.ts'

/**
 * Who can be reached only through an area: of these places, and of all addresses outside it. What
 * was no part of the main network before is not counted.
 */
export function countCutOff<P extends Place>(
  map: StreetMap,
  shape: BanShape,
  places: readonly P[],
): { readonly places: readonly P[]; readonly addressCount: number } {
  const blocked = edgesInside(map, shape)
  const reached = largestWithout(map, blocked)
  const main = mainNetwork(map)
  const isCut = (vertex: number) =>
    main[vertex] === 1 && reached[vertex] !== 1 && !isVertexInside(map, shape, vertex)
  const isOutside = ({ longitude, latitude }: Place) =>
    !containsPosition(shape, longitude, latitude)
  const isPlaceCut = (place: Place) => {
    const entries = enterNetwork(map, place, doorMeters).filter(({ edge }) => !blocked.has(edge))
    return (
      entries.length > 0 &&
      entries.every(
        ({ edge }) => isCut(map.roads.edgeFrom[edge] ?? 0) && isCut(map.roads.edgeTo[edge] ?? 0),
      )
    )
  }
  const cutVertices: number[] = []
  for (let vertex = 0; vertex < main.length; vertex++) if (isCut(vertex)) cutVertices.push(vertex)
  return {
    places: places.filter((place) => isOutside(place) && isPlaceCut(place)),
    addressCount: countAddresses(map, cutVertices),
  }
}

/** A door is on the road that is this near. */
const doorMeters = 60

/** Edges of which any piece lies in the area. */
function edgesInside(map: StreetMap, shape: BanShape): Set<number> {
  const inside = new Set<number>()
  for (const box of shapeBoxes(shape, 1)) {
    for (const { edge } of findCrossings(map, shape, box)) inside.add(edge)
    for (const edge of map.roadIndex.search(box)) {
      walkEdge(map, edge, ({ longitude, latitude }) => {
        if (containsPosition(shape, longitude, latitude)) inside.add(edge)
      })
    }
  }
  return inside
}

function isVertexInside(map: StreetMap, shape: BanShape, vertex: number): boolean {
  const longitude = (map.roads.vertexLongitudesE7[vertex] ?? 0) * degreesPerE7
  const latitude = (map.roads.vertexLatitudesE7[vertex] ?? 0) * degreesPerE7
  return containsPosition(shape, longitude, latitude)
}

/** 1 for each junction of the largest part of the main network that is left. */
function largestWithout(map: StreetMap, blocked: ReadonlySet<number>): Uint8Array {
  const { adjacentStarts, adjacent, edgeFrom, edgeTo } = map.roads
  const main = mainNetwork(map)
  const seen = new Uint8Array(main.length)
  let largest: number[] = []
  for (let seed = 0; seed < main.length; seed++) {
    if (main[seed] !== 1 || seen[seed] === 1) continue
    const part = [seed]
    seen[seed] = 1
    for (const vertex of part) {
      for (let at = adjacentStarts[vertex] ?? 0; at < (adjacentStarts[vertex + 1] ?? 0); at++) {
        const entry = adjacent[at] ?? 0
        const edge = entry >>> 1
        if (blocked.has(edge)) continue
        const other = ((entry & 1) === 0 ? edgeTo[edge] : edgeFrom[edge]) ?? 0
        if (seen[other] === 1) continue
        seen[other] = 1
        part.push(other)
      }
    }
    if (part.length > largest.length) largest = part
  }
  const marks = new Uint8Array(main.length)
  for (const vertex of largest) marks[vertex] = 1
  return marks
}

/** House numbers whose nearest road is one of those that are cut off. */
function countAddresses(map: StreetMap, cutVertices: readonly number[]): number {
  const cut = new Set(cutVertices)
  const found = new Set<number>()
  const { roads, addresses } = map
  for (const vertex of cutVertices) {
    const place = {
      longitude: (roads.vertexLongitudesE7[vertex] ?? 0) * degreesPerE7,
      latitude: (roads.vertexLatitudesE7[vertex] ?? 0) * degreesPerE7,
    }
    for (const address of map.addressIndex.search(boxAround(place, addressMeters))) {
      if (found.has(address)) continue
      const door = {
        longitude: (addresses.longitudesE7[address] ?? 0) * degreesPerE7,
        latitude: (addresses.latitudesE7[address] ?? 0) * degreesPerE7,
      }
      const [nearest] = map.roadIndex
        .search(boxAround(door, doorMeters))
        .map((edge) => nearestOnEdge(map, edge, door))
        .toSorted((one, other) => one.gapMeters - other.gapMeters)
      if (nearest !== undefined && cut.has(roads.edgeTo[nearest.edge] ?? -1)) found.add(address)
    }
  }
  return found.size
}

/** Houses along a road lie no further from its end. */
const addressMeters = 300
