import { openPlaces, type PlaceFiles } from '../../map/open-places.ts'
import { createAssessorApart } from './assessor.ts'

/** What is known of places, read once, and the threads that answer by it. */
export async function openAssessing(files: PlaceFiles) {
  const places = await openPlaces(files)
  return { places, assessor: createAssessorApart(places, files.areas) }
}

/** Where nobody asks about bans. */
export const noPlaceFiles: PlaceFiles = { map: null, areas: null, policeTimes: null }
