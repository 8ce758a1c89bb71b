import { distanceMeters } from '../../../geo/distance.ts'
import type { TravelMode } from '../model/limits.ts'
import { enterNetwork } from './enter-network.ts'
import { walkEdge, type Place } from './points-on-edges.ts'
import type { StreetMap } from './street-map.ts'
import { edgesOfWay, secondsFrom, timesToPlace, traceWay } from './times-to-place.ts'

/**
 * The ways that somebody usually takes from place to place: the quickest, and the quickest that
 * keeps off it where it can. Empty where no way is known.
 */
export function findWays(map: StreetMap, from: Place, to: Place, mode: TravelMode): Way[] {
  const first = findWay(map, from, to, { mode, dearEdges: new Set() })
  if (first === null) return []
  const second = findWay(map, from, to, { mode, dearEdges: new Set(first.edges) })
  return second === null ? [first] : [first, second]
}

/** Positions from start to end, and when each is passed, in seconds from the start. */
export type Way = {
  readonly line: readonly Place[]
  readonly atSeconds: readonly number[]
  readonly edges: readonly number[]
}

type Wish = { readonly mode: TravelMode; readonly dearEdges: ReadonlySet<number> }

function findWay(map: StreetMap, from: Place, to: Place, { mode, dearEdges }: Wish): Way | null {
  const question = { mode, assumption: 'usual', limitSeconds: longestSeconds, dearEdges } as const
  const times = timesToPlace(map, to, question)
  const [entry] = enterNetwork(map, from, doorMeters)
  if (times === null || entry === undefined) return null
  const start = { ...entry, ...positionAlong(map, entry.edge, entry.alongMeters) }
  const seconds = secondsFrom(map, times, start)
  if (seconds === Infinity) return null
  const line = [from, ...traceWay(map, times, start)]
  const meters = [0]
  for (const [index, place] of line.entries()) {
    const before = line[index - 1]
    if (before !== undefined) meters.push((meters.at(-1) ?? 0) + gapMeters(before, place))
  }
  const total = meters.at(-1) ?? 0
  const atSeconds = meters.map((along) => (total === 0 ? 0 : (along / total) * seconds))
  return { line, atSeconds, edges: edgesOfWay(map, times, start) }
}

/** Nobody's daily way takes longer. */
const longestSeconds = 7_200
const doorMeters = 50

function gapMeters(one: Place, other: Place): number {
  return distanceMeters(one.longitude, one.latitude, other.longitude, other.latitude)
}

function positionAlong(map: StreetMap, edge: number, alongMeters: number): Place {
  let found: Place | null = null
  let last: Place = { longitude: 0, latitude: 0 }
  walkEdge(map, edge, (piece) => {
    last = { longitude: piece.longitude, latitude: piece.latitude }
    const share = piece.meters === 0 ? 0 : (alongMeters - piece.atMeters) / piece.meters
    if (found !== null || share > 1) return
    found = {
      longitude: piece.fromLongitude + share * (piece.longitude - piece.fromLongitude),
      latitude: piece.fromLatitude + share * (piece.latitude - piece.fromLatitude),
    }
  })
  return found ?? last
}
