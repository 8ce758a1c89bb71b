import { openNamedAreas } from './areas/read-areas.ts'
import { openPoliceTimes } from './areas/read-police-times.ts'
import { openStreetMap } from './stored-map.ts'

/** What the configuration names of roads, buildings and municipalities, read once. */
export async function openPlaces({ map, areas, policeTimes }: PlaceFiles) {
  return {
    map: await openStreetMap(map),
    areas: await openNamedAreas(areas),
    policeTimes: await openPoliceTimes(policeTimes),
  }
}

export type PlaceFiles = {
  readonly map: string | null
  readonly areas: string | null
  readonly policeTimes: string | null
}
