import { metersBetween } from '../../geo/distance.ts'
import type { TravelMode } from '../core/model/limits.ts'
import { walkEdge, type Place } from '../core/roads/points-on-edges.ts'
import type { StreetMap } from '../core/roads/street-map.ts'
import { timesToPlace, type TimesToPlace } from '../core/roads/times-to-place.ts'

/**
 * Where on the roads somebody is exactly so many seconds away from the nearest of the places, at
 * the fastest that is plausible.
 */
export function placesAway(
  map: StreetMap,
  places: readonly Place[],
  { mode, seconds }: Away,
): readonly Place[] {
  const asked = { mode, assumption: 'fastest', limitSeconds: 2 * seconds } as const
  const all = places
    .map((place) => timesToPlace(map, place, asked))
    .filter((times) => times !== null)
  const { edgeFrom, edgeTo } = map.roads
  const found: Place[] = []
  for (let edge = 0; edge < edgeFrom.length; edge++) {
    const near = all.filter(({ least }) =>
      [edgeFrom, edgeTo].some((ends) => (least.seconds[ends[edge] ?? 0] ?? Infinity) <= seconds),
    )
    if (near.length === 0) continue
    walkEdge(map, edge, (piece) => {
      const { atMeters, meters } = piece
      const first = leastAt(map, all, edge, atMeters)
      const last = leastAt(map, all, edge, atMeters + meters)
      if (first > seconds === last > seconds) return
      const share = (seconds - first) / (last - first)
      const longitude = piece.fromLongitude + share * (piece.longitude - piece.fromLongitude)
      const latitude = piece.fromLatitude + share * (piece.latitude - piece.fromLatitude)
      const isBeside = found.some(
        (one) => metersBetween(one, { longitude, latitude }) < besideMeters,
      )
      if (!isBeside) found.push({ longitude, latitude })
    })
  }
  return found
}

type Away = { readonly mode: TravelMode; readonly seconds: number }

/** Nearer to each other they are one place for whoever looks at a page. */
const besideMeters = 100

function leastAt(map: StreetMap, all: readonly TimesToPlace[], edge: number, meters: number) {
  const { edgeFrom, edgeTo, edgeMeters } = map.roads
  const length = edgeMeters[edge] ?? 0
  return all.reduce((least, { least: { seconds }, costs }) => {
    const perMeter = costs.secondsPerMeter(edge)
    const back = (seconds[edgeFrom[edge] ?? 0] ?? Infinity) + meters * perMeter
    const on = (seconds[edgeTo[edge] ?? 0] ?? Infinity) + Math.max(0, length - meters) * perMeter
    return Math.min(least, back, on)
  }, Infinity)
}
