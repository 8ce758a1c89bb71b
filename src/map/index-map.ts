import type { Box } from '../../geo/box-index.ts'
import { buildStillIndex } from '../../geo/still-index.ts'
import type { Lines, RoadGraph, StreetMap } from '../core/roads/street-map.ts'
import { degreesPerE7 } from '../core/roads/street-map.ts'

/** What of a map is kept; bounds and indexes are made when it is read. */
export type StoredMap = Pick<
  StreetMap,
  'sourceSeconds' | 'roads' | 'features' | 'addresses' | 'names'
>

/** Makes what searches need. */
export function indexMap(id: string, map: StoredMap): StreetMap {
  const { roads, features, addresses } = map
  return {
    id,
    ...map,
    bounds: boundsOf(roads),
    roadIndex: indexLines(roads.shapes),
    featureIndex: indexLines(features.shapes),
    addressIndex: buildStillIndex(addresses.longitudesE7.length, (address) => {
      const longitude = (addresses.longitudesE7[address] ?? 0) * degreesPerE7
      const latitude = (addresses.latitudesE7[address] ?? 0) * degreesPerE7
      return { west: longitude, east: longitude, south: latitude, north: latitude }
    }),
  }
}

/** What of a map goes to a thread: its indexes are made there anew. */
export function sendableMap({ id, sourceSeconds, roads, features, addresses, names }: StreetMap) {
  return { id, map: { sourceSeconds, roads, features, addresses, names } }
}

function indexLines({ starts, longitudesE7, latitudesE7 }: Lines) {
  return buildStillIndex(starts.length - 1, (line) => {
    let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity]
    for (let at = starts[line] ?? 0; at < (starts[line + 1] ?? 0); at++) {
      const longitude = longitudesE7[at] ?? 0
      const latitude = latitudesE7[at] ?? 0
      if (longitude < west) west = longitude
      if (longitude > east) east = longitude
      if (latitude < south) south = latitude
      if (latitude > north) north = latitude
    }
    return {
      west: west * degreesPerE7,
      south: south * degreesPerE7,
      east: east * degreesPerE7,
      north: north * degreesPerE7,
    }
  })
}

/**
 * Ways are kept whole, and a few reach far beyond what was cut out: one junction in two hundred at
 * each side does not count.
 */
function boundsOf({ vertexLongitudesE7, vertexLatitudesE7 }: RoadGraph): Box {
  const [west, east] = middle(vertexLongitudesE7)
  const [south, north] = middle(vertexLatitudesE7)
  return { west, south, east, north }
}

function middle(values: Int32Array): [number, number] {
  const sorted = values.slice().sort()
  const aside = Math.floor(sorted.length / 200)
  return [
    (sorted[aside] ?? 0) * degreesPerE7,
    (sorted[sorted.length - 1 - aside] ?? 0) * degreesPerE7,
  ]
}
