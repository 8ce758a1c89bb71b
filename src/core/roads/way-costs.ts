import type { RoadSpeeds } from '../model/road-classes.ts'
import { roadClasses, signFactorFastest } from '../model/road-classes.ts'
import type { TravelMode } from '../model/limits.ts'
import type { RoadGraph } from './street-map.ts'

/** How long each edge takes, one way of travelling and one assumption about its speed. */
export function costsOf(roads: RoadGraph, way: WayOfTravel): WayCosts {
  const metersPerSecond = Float64Array.from(roadClasses, (name) => way.speeds[name] / 3.6)
  const speedOf = (edge: number): number => {
    const byClass = metersPerSecond[roads.edgeClass[edge] ?? 0] ?? 1
    if (!way.asksSigns) return byClass
    const sign = ((roads.edgeSign[edge] ?? 0) * signFactorFastest) / 3.6
    return sign > byClass ? sign : byClass
  }
  return {
    secondsPerMeter: (edge) => 1 / speedOf(edge),
    secondsOf: (edge) => (roads.edgeMeters[edge] ?? 0) / speedOf(edge),
  }
}

export type WayOfTravel = {
  readonly mode: TravelMode
  readonly speeds: RoadSpeeds
  /** A sign can only make somebody faster than his class of road: who drives ignores slow ones. */
  readonly asksSigns: boolean
}

export type WayCosts = {
  readonly secondsOf: (edge: number) => number
  readonly secondsPerMeter: (edge: number) => number
}
