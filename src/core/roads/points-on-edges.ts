import { distanceMeters } from '../../../geo/distance.ts'
import type { Lines, StreetMap } from './street-map.ts'
import { degreesPerE7 } from './street-map.ts'

/** Walks along the shape of an edge, piece by piece. */
export function walkEdge(map: StreetMap, edge: number, visit: (piece: Piece) => void): void {
  walkLine(map.roads.shapes, edge, visit)
}

export function walkLine(lines: Lines, edge: number, visit: (piece: Piece) => void): void {
  const { starts, longitudesE7, latitudesE7 } = lines
  const end = starts[edge + 1] ?? 0
  const first = starts[edge] ?? 0
  let fromLongitude = (longitudesE7[first] ?? 0) * degreesPerE7
  let fromLatitude = (latitudesE7[first] ?? 0) * degreesPerE7
  let atMeters = 0
  for (let at = first + 1; at < end; at++) {
    const longitude = (longitudesE7[at] ?? 0) * degreesPerE7
    const latitude = (latitudesE7[at] ?? 0) * degreesPerE7
    const meters = distanceMeters(fromLongitude, fromLatitude, longitude, latitude)
    visit({ fromLongitude, fromLatitude, longitude, latitude, atMeters, meters })
    atMeters += meters
    fromLongitude = longitude
    fromLatitude = latitude
  }
}

/** A straight piece of an edge, `atMeters` from its start. */
export type Piece = {
  readonly fromLongitude: number
  readonly fromLatitude: number
  readonly longitude: number
  readonly latitude: number
  readonly atMeters: number
  readonly meters: number
}

export type Place = { readonly longitude: number; readonly latitude: number }

/** The positions of one line, first to last. */
export function readLine({ starts, longitudesE7, latitudesE7 }: Lines, line: number): Place[] {
  const places: Place[] = []
  for (let at = starts[line] ?? 0; at < (starts[line + 1] ?? 0); at++) {
    places.push(placeAt(longitudesE7, latitudesE7, at))
  }
  return places
}

/** Of a junction, an address, or whatever has a row in both. */
export function placeAt(longitudesE7: Int32Array, latitudesE7: Int32Array, at: number): Place {
  return {
    longitude: (longitudesE7[at] ?? Number.NaN) * degreesPerE7,
    latitude: (latitudesE7[at] ?? Number.NaN) * degreesPerE7,
  }
}

export function junctionAt({ roads }: StreetMap, vertex: number): Place {
  return placeAt(roads.vertexLongitudesE7, roads.vertexLatitudesE7, vertex)
}

/** The position on an edge that is nearest to a place. */
export function nearestOnEdge(map: StreetMap, edge: number, place: Place): PointOnEdge {
  let best: PointOnEdge = { edge, alongMeters: 0, gapMeters: Infinity }
  const squeeze = Math.cos((place.latitude * Math.PI) / 180)
  walkEdge(map, edge, (piece) => {
    const x = (piece.longitude - piece.fromLongitude) * squeeze
    const y = piece.latitude - piece.fromLatitude
    const toX = (place.longitude - piece.fromLongitude) * squeeze
    const toY = place.latitude - piece.fromLatitude
    const square = x * x + y * y
    const share = square === 0 ? 0 : Math.min(1, Math.max(0, (x * toX + y * toY) / square))
    const gapMeters = distanceMeters(
      place.longitude,
      place.latitude,
      piece.fromLongitude + share * (piece.longitude - piece.fromLongitude),
      piece.fromLatitude + share * (piece.latitude - piece.fromLatitude),
    )
    if (gapMeters < best.gapMeters) {
      best = { edge, alongMeters: piece.atMeters + share * piece.meters, gapMeters }
    }
  })
  return best
}

/** So far along an edge, so far beside it. */
export type PointOnEdge = {
  readonly edge: number
  readonly alongMeters: number
  readonly gapMeters: number
}
