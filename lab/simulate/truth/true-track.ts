import type { TrueTrack } from '../cases/case-stream.ts'
import type { PersonTrack } from '../people/person-track.ts'
import type { Region } from '../region/region.ts'
import { latitudeOf, longitudeOf } from '../region/region.ts'

/** A track of the plane in longitude and latitude, cut to its length. */
export function toTrueTrack(
  region: Region,
  track: PersonTrack,
  personId: string,
  deviceId: string,
): TrueTrack {
  const { count } = track
  return {
    personId,
    deviceId,
    count,
    atMs: track.atMs.slice(0, count),
    longitudes: Float64Array.from(track.east.subarray(0, count), (east) =>
      longitudeOf(region, east),
    ),
    latitudes: Float64Array.from(track.north.subarray(0, count), (north) =>
      latitudeOf(region, north),
    ),
    modes: track.modes.slice(0, count),
    surroundings: track.surroundings.slice(0, count),
  }
}

/** The knot whose stretch the moment lies in; a stretch always follows it. */
export function knotOf(track: TrueTrack, atMs: number): number {
  let low = 0
  let high = track.count - 2
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (track.atMs[middle]! <= atMs) low = middle
    else high = middle - 1
  }
  return low
}
