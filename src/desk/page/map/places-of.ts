import type { LocationBan } from '../net/api.ts'
import type { Place } from './projection.ts'
import type { MapFix } from './track.ts'

/**
 * What a picture must hold: every fix with its accuracy, and every ban; with its ring where that is
 * drawn to be read.
 */
export function placesOf(
  bans: readonly LocationBan[],
  fixes: readonly MapFix[],
  ringOf: (ban: LocationBan) => number = () => 0,
): readonly Framed[] {
  const places: (Place & { aroundMeters?: number })[] = fixes.map((fix) => ({
    longitude: fix.longitude,
    latitude: fix.latitude,
    aroundMeters: Math.min(fix.accuracyMeters, 2_000),
  }))
  for (const ban of bans) {
    if (ban.circle != null) {
      places.push({ ...ban.circle, aroundMeters: ban.circle.radiusMeters + ringOf(ban) })
      continue
    }
    for (const ring of ringsOf(ban)) {
      for (const [longitude = 0, latitude = 0] of ring)
        places.push({ longitude, latitude, aroundMeters: ringOf(ban) })
    }
  }
  return places
}

export type Framed = Place & { readonly aroundMeters?: number }

export type Ring = readonly (readonly number[])[]

/** The document leaves GeoJSON open; the server answers these two alone. */
type Area =
  | { readonly type: 'Polygon'; readonly coordinates: readonly Ring[] }
  | { readonly type: 'MultiPolygon'; readonly coordinates: readonly (readonly Ring[])[] }

/** All rings of a ban; none of what is still being typed and is no area yet. */
export function ringsOf(ban: LocationBan): readonly Ring[] {
  const { type, coordinates } = Object(ban.geometry) as Partial<Area>
  if (!Array.isArray(coordinates)) return []
  const rings = type === 'MultiPolygon' ? coordinates.flat() : coordinates
  return rings.filter((ring): ring is Ring => Array.isArray(ring) && ring.every(Array.isArray))
}
