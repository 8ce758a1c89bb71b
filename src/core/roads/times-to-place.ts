import { metersBetween } from '../../../geo/distance.ts'
import { fastestRoadSpeeds, usualRoadSpeeds } from '../model/road-classes.ts'
import type { TravelMode } from '../model/limits.ts'
import type { Crossing } from './crossings.ts'
import { enterNetwork } from './enter-network.ts'
import { leastTimes, type LeastTimes, type Start } from './least-times.ts'
import { readLine, type Place, type PointOnEdge } from './points-on-edges.ts'
import type { StreetMap } from './street-map.ts'
import { costsOf, type WayCosts } from './way-costs.ts'

/**
 * How long it takes to a place from everywhere on the network, one way of travelling: one search
 * backwards from the place answers every way in, and does not depend on the ban.
 */
export function timesToPlace(
  map: StreetMap,
  place: Place,
  { mode, assumption, limitSeconds, dearEdges }: TravelQuestion,
): TimesToPlace | null {
  const isFastest = assumption === 'fastest'
  const entries = enterNetwork(map, place, isFastest ? runMeters : entryMeters)
  if (entries.length === 0) return null
  const speeds = { usual: usualRoadSpeeds, fastest: fastestRoadSpeeds }[assumption][mode]
  const asksSigns = mode === 'car' && assumption === 'fastest'
  const plain = costsOf(map.roads, { mode, speeds, asksSigns })
  const costs = dearEdges === undefined ? plain : keepOff(plain, dearEdges)
  // From the road to the door as fast as on a road to the door.
  const besideMetersPerSecond = speeds.service / 3.6
  const starts = entries.flatMap((entry) => startsOf(map, entry, costs, besideMetersPerSecond))
  const least = leastTimes(map.roads, costs, starts, limitSeconds)
  return { place, entries, costs, least, besideMetersPerSecond, limitSeconds }
}

export type TravelQuestion = {
  readonly mode: TravelMode
  readonly assumption: 'usual' | 'fastest'
  readonly limitSeconds: number
  /** Edges to keep off where that takes no more than two fifths longer. */
  readonly dearEdges?: ReadonlySet<number>
}

export type TimesToPlace = {
  readonly place: Place
  readonly entries: readonly PointOnEdge[]
  readonly costs: WayCosts
  readonly least: LeastTimes
  readonly besideMetersPerSecond: number
  readonly limitSeconds: number
}

/** Seconds from a crossing to the place; Infinity when it takes longer than was searched for. */
export function secondsFrom(map: StreetMap, times: TimesToPlace, crossing: Crossing): number {
  const { edge, alongMeters } = crossing
  const perMeter = times.costs.secondsPerMeter(edge)
  const { seconds } = times.least
  const length = map.roads.edgeMeters[edge] ?? 0
  const back = (seconds[map.roads.edgeFrom[edge] ?? 0] ?? Infinity) + alongMeters * perMeter
  const on =
    (seconds[map.roads.edgeTo[edge] ?? 0] ?? Infinity) +
    Math.max(0, length - alongMeters) * perMeter
  return Math.min(back, on, secondsBeside(times, edge, alongMeters))
}

/** The edges of the way from a crossing to the place, its own first. */
export function edgesOfWay(map: StreetMap, times: TimesToPlace, crossing: Crossing): number[] {
  const edges = [crossing.edge]
  let vertex = firstVertex(map, times, crossing)?.vertex ?? -1
  for (let edge = viaOf(times, vertex); edge >= 0; edge = viaOf(times, vertex)) {
    edges.push(edge)
    vertex = otherEnd(map, edge, vertex)
  }
  return edges
}

/** The way from a crossing to the place, from junction to junction. */
export function traceWay(map: StreetMap, times: TimesToPlace, crossing: Crossing): Place[] {
  const { roads } = map
  const way: Place[] = [{ longitude: crossing.longitude, latitude: crossing.latitude }]
  const first = firstVertex(map, times, crossing)
  if (first !== null) {
    addShape(map, crossing.edge, first.isBack, crossing.alongMeters, way)
    let { vertex } = first
    for (let edge = viaOf(times, vertex); edge >= 0; edge = viaOf(times, vertex)) {
      const goesBack = roads.edgeTo[edge] === vertex && roads.edgeFrom[edge] !== vertex
      addShape(map, edge, goesBack, goesBack ? Infinity : -1, way)
      vertex = otherEnd(map, edge, vertex)
    }
  }
  way.push(times.place)
  return way
}

/** Over which end of its edge the way of a crossing goes; null when it meets no junction. */
function firstVertex(
  map: StreetMap,
  times: TimesToPlace,
  { edge, alongMeters }: Crossing,
): { readonly vertex: number; readonly isBack: boolean } | null {
  const { roads } = map
  const { seconds } = times.least
  const perMeter = times.costs.secondsPerMeter(edge)
  const from = roads.edgeFrom[edge] ?? 0
  const to = roads.edgeTo[edge] ?? 0
  const back = (seconds[from] ?? Infinity) + alongMeters * perMeter
  const length = roads.edgeMeters[edge] ?? 0
  const on = (seconds[to] ?? Infinity) + (length - alongMeters) * perMeter
  // A door on the same edge is gone to directly.
  if (secondsBeside(times, edge, alongMeters) < Math.min(back, on)) return null
  if (back === Infinity && on === Infinity) return null
  return back <= on ? { vertex: from, isBack: true } : { vertex: to, isBack: false }
}

function secondsBeside(times: TimesToPlace, edge: number, alongMeters: number): number {
  const perMeter = times.costs.secondsPerMeter(edge)
  let least = Infinity
  for (const entry of times.entries) {
    if (entry.edge !== edge) continue
    const beside = secondsAcross(entry.gapMeters, times.besideMetersPerSecond)
    least = Math.min(least, beside + Math.abs(entry.alongMeters - alongMeters) * perMeter)
  }
  return least
}

function viaOf(times: TimesToPlace, vertex: number): number {
  return times.least.viaEdge[vertex] ?? -1
}

function otherEnd({ roads }: StreetMap, edge: number, vertex: number): number {
  return (roads.edgeTo[edge] === vertex ? roads.edgeFrom[edge] : roads.edgeTo[edge]) ?? -1
}

function keepOff(costs: WayCosts, dearEdges: ReadonlySet<number>): WayCosts {
  const factorOf = (edge: number) => (dearEdges.has(edge) ? dearFactor : 1)
  return {
    secondsOf: (edge) => costs.secondsOf(edge) * factorOf(edge),
    secondsPerMeter: (edge) => costs.secondsPerMeter(edge) * factorOf(edge),
  }
}

const dearFactor = 1.4

/** Every road this near to a door may be the one it opens to. */
const entryMeters = 50
/** From a road this near somebody in a hurry runs across. */
const runMeters = 400

/** On a drive as on a road, further off at a run; whatever is sooner from the nearest. */
function secondsAcross(gapMeters: number, besideMetersPerSecond: number): number {
  const runMetersPerSecond = fastestRoadSpeeds.walk.path / 3.6
  const isNear = gapMeters <= entryMeters
  return (
    gapMeters /
    (isNear ? besideMetersPerSecond : Math.min(besideMetersPerSecond, runMetersPerSecond))
  )
}

function startsOf(
  map: StreetMap,
  { edge, alongMeters, gapMeters }: PointOnEdge,
  costs: WayCosts,
  besideMetersPerSecond: number,
): Start[] {
  const { edgeFrom, edgeTo, edgeMeters } = map.roads
  const beside = secondsAcross(gapMeters, besideMetersPerSecond)
  const perMeter = costs.secondsPerMeter(edge)
  const rest = Math.max(0, (edgeMeters[edge] ?? 0) - alongMeters)
  return [
    { vertex: edgeFrom[edge] ?? 0, seconds: beside + alongMeters * perMeter },
    { vertex: edgeTo[edge] ?? 0, seconds: beside + rest * perMeter },
  ]
}

/** The shape of an edge from `fromMeters` on, backwards or forwards, without where it begins. */
function addShape(
  map: StreetMap,
  edge: number,
  isBack: boolean,
  fromMeters: number,
  way: Place[],
): void {
  const points: (Place & { atMeters: number })[] = []
  let atMeters = 0
  for (const place of readLine(map.roads.shapes, edge)) {
    const before = points.at(-1)
    if (before !== undefined) atMeters += metersBetween(before, place)
    points.push({ ...place, atMeters })
  }
  const left = points.filter((point) =>
    isBack ? point.atMeters < fromMeters : point.atMeters > fromMeters,
  )
  for (const { longitude, latitude } of isBack ? left.reverse() : left) {
    way.push({ longitude, latitude })
  }
}
