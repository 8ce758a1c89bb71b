/**
 * A stretch of land in a plane of metres around its origin: a road network, and perhaps a
 * railway. The plane is laid linearly over longitude and latitude, so what is straight in one
 * is straight in the other.
 */
export type Region = {
  readonly name: string
  readonly originLongitude: number
  readonly originLatitude: number
  readonly metersPerDegreeLongitude: number
  readonly metersPerDegreeLatitude: number
  readonly nodeEast: Float64Array
  readonly nodeNorth: Float64Array
  /** The arcs that leave node n are firstArc[n] up to firstArc[n + 1]. */
  readonly firstArc: Uint32Array
  readonly arcFrom: Uint32Array
  readonly arcTo: Uint32Array
  readonly arcMeters: Float64Array
  /** Index into `roadClasses`. */
  readonly arcClass: Uint8Array
  readonly towns: readonly Town[]
  readonly railway: Railway | null
}

/** Where people live and work: nodes on ordinary streets, all reachable from each other. */
export type Town = {
  readonly name: string
  readonly eastMeters: number
  readonly northMeters: number
  readonly nodes: Uint32Array
}

/**
 * One line. `stationPoints` are indexes of points; `stationNodes` the road node at each station.
 */
export type Railway = {
  readonly east: Float64Array
  readonly north: Float64Array
  /** Whether the stretch from this point to the next runs underground. */
  readonly isTunnel: Uint8Array
  readonly stationPoints: readonly number[]
  readonly stationNodes: readonly number[]
}

export const roadClasses = [
  'street',
  'canyon',
  'ring',
  'country',
  'motorway',
  'motorway-tunnel',
  'ramp',
  'unknown',
] as const
export type RoadClass = (typeof roadClasses)[number]

export type RoadMode = 'walk' | 'bicycle' | 'car' | 'bus'

/** Metres per second by mode and road class, stops at crossings left out; 0 is forbidden. */
export const roadSpeeds: Readonly<Record<RoadMode, readonly number[]>> = {
  walk: [1.35, 1.25, 1.35, 1.35, 0, 0, 0, 1.35],
  bicycle: [4.7, 4.2, 5, 5.2, 0, 0, 0, 4.7],
  car: [9.5, 7, 19, 18, 31, 28, 16, 13],
  bus: [9, 6.5, 15, 18, 0, 0, 0, 11],
}

export function longitudeOf(region: Region, eastMeters: number): number {
  return region.originLongitude + eastMeters / region.metersPerDegreeLongitude
}

export function latitudeOf(region: Region, northMeters: number): number {
  return region.originLatitude + northMeters / region.metersPerDegreeLatitude
}

/**
 * By looking at every node: some hundred microseconds on a large network, and
 * asked a few times a case.
 */
export function nearestNode(
  region: Region,
  nodes: Uint32Array,
  eastMeters: number,
  northMeters: number,
): number {
  let best = nodes[0]!
  let bestSquare = Infinity
  for (const node of nodes) {
    const east = region.nodeEast[node]! - eastMeters
    const north = region.nodeNorth[node]! - northMeters
    const square = east * east + north * north
    if (square < bestSquare) {
      bestSquare = square
      best = node
    }
  }
  return best
}

export function nearestOfAll(region: Region, eastMeters: number, northMeters: number): number {
  let best = 0
  let bestSquare = Infinity
  for (let node = 0; node < region.nodeEast.length; node++) {
    const east = region.nodeEast[node]! - eastMeters
    const north = region.nodeNorth[node]! - northMeters
    const square = east * east + north * north
    if (square < bestSquare) {
      bestSquare = square
      best = node
    }
  }
  return best
}
