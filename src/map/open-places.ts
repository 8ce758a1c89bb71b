import type { KnownPlaces } from '../core/enforceability/ground.ts'
import { openNamedAreas } from './areas/read-areas.ts'
import { openStreetMap } from './stored-map.ts'

/** What the configuration names of roads, buildings and municipalities, read once. */
export async function openPlaces({ map, areas }: PlaceFiles): Promise<KnownPlaces> {
  return { map: await openStreetMap(map), areas: await openNamedAreas(areas) }
}

export type PlaceFiles = { readonly map: string | null; readonly areas: string | null }
