import type { Box } from '../../../geo/box-index.ts'
import { metersPerDegree } from '../../../geo/distance.ts'
import type { Place, PointOnEdge } from './points-on-edges.ts'
import { nearestOnEdge } from './points-on-edges.ts'
import type { StreetMap } from './street-map.ts'

/**
 * Where a place meets the roads: every edge within `withinMeters`, and the nearest of the main
 * network, since the nearest of all may be a yard that no road leads out of, and no way would read
 * as no danger. Empty when no road of the main network is within `searchMetersMax`.
 */
export function enterNetwork(map: StreetMap, place: Place, withinMeters: number): PointOnEdge[] {
  const main = mainNetwork(map)
  for (const meters of [withinMeters, 4 * withinMeters, searchMetersMax]) {
    const points = map.roadIndex
      .search(boxAround(place, meters))
      .map((edge) => nearestOnEdge(map, edge, place))
      .filter(({ gapMeters }) => gapMeters <= meters)
      .toSorted((one, other) => one.gapMeters - other.gapMeters || one.edge - other.edge)
    const nearest = points.find(({ edge }) => main[map.roads.edgeFrom[edge] ?? 0] === 1)
    if (nearest === undefined) continue
    const near = points.filter(({ gapMeters }) => gapMeters <= withinMeters)
    return near.includes(nearest) ? near : [...near, nearest]
  }
  return []
}

/** A box that holds all within so many metres. */
export function boxAround({ longitude, latitude }: Place, meters: number): Box {
  const perDegree = metersPerDegree(latitude)
  const east = meters / perDegree.longitude
  const north = meters / perDegree.latitude
  return {
    west: longitude - east,
    east: longitude + east,
    south: latitude - north,
    north: latitude + north,
  }
}

/** Further from any road nobody lives, or the map lacks the road. */
const searchMetersMax = 2_000

const mainNetworks = new WeakMap<StreetMap, Uint8Array>()

/** 1 for each junction of the largest connected part. */
export function mainNetwork(map: StreetMap): Uint8Array {
  const known = mainNetworks.get(map)
  if (known !== undefined) return known
  const marks = largestPart(map, () => true)
  mainNetworks.set(map, marks)
  return marks
}

/** The same by the edges that are open alone. */
export function largestPart(map: StreetMap, isOpen: (edge: number) => boolean): Uint8Array {
  const { adjacentStarts, adjacent, edgeFrom, edgeTo, vertexLongitudesE7 } = map.roads
  const marks = new Uint8Array(vertexLongitudesE7.length)
  const seen = new Uint8Array(marks.length)
  let largest: number[] = []
  for (let seed = 0; seed < marks.length; seed++) {
    if (seen[seed] === 1) continue
    const part = [seed]
    seen[seed] = 1
    for (const vertex of part) {
      for (let at = adjacentStarts[vertex] ?? 0; at < (adjacentStarts[vertex + 1] ?? 0); at++) {
        const entry = adjacent[at] ?? 0
        const edge = entry >>> 1
        const other = ((entry & 1) === 0 ? edgeTo[edge] : edgeFrom[edge]) ?? 0
        if (seen[other] === 1 || !isOpen(edge)) continue
        seen[other] = 1
        part.push(other)
      }
    }
    if (part.length > largest.length) largest = part
  }
  for (const vertex of largest) marks[vertex] = 1
  return marks
}
