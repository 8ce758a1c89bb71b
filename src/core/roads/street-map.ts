import type { Box } from '../../../geo/box-index.ts'
import type { StillIndex } from '../../../geo/still-index.ts'

/**
 * An imported map of an area: its road network to travel on, and what stands beside it. Numbers in
 * typed arrays, since a country has millions; coordinates in 1e-7 degrees.
 */
export type StreetMap = {
  /** Follows from its content: the same extract gives the same one. */
  readonly id: string
  /** When what it shows was so, in seconds since 1970; null when the extract does not say. */
  readonly sourceSeconds: number | null
  /** Where the map knows roads. Nothing is known beyond. */
  readonly bounds: Box
  readonly roads: RoadGraph
  readonly roadIndex: StillIndex
  readonly features: Features
  readonly featureIndex: StillIndex
  readonly addresses: Addresses
  readonly addressIndex: StillIndex
  /** Texts that roads, features and addresses name by number; the first is empty. */
  readonly names: readonly string[]
}

/** Junctions and dead ends as vertices; between two of them one edge with its shape. */
export type RoadGraph = {
  readonly vertexLongitudesE7: Int32Array
  readonly vertexLatitudesE7: Int32Array
  readonly edgeFrom: Uint32Array
  readonly edgeTo: Uint32Array
  readonly edgeMeters: Float32Array
  /** Place in `roadClasses`. */
  readonly edgeClass: Uint8Array
  /** Signed speed in km/h, 0 where there is no sign in the data. */
  readonly edgeSign: Uint8Array
  readonly edgeName: Uint32Array
  readonly shapes: Lines
  /** Where the edges of a vertex begin in `adjacent`; one more than vertices. */
  readonly adjacentStarts: Uint32Array
  /** Twice the number of the edge, plus one where the vertex is its end. */
  readonly adjacent: Uint32Array
}

/** Rows of positions, each from its start to the start of the next. */
export type Lines = {
  readonly starts: Uint32Array
  readonly longitudesE7: Int32Array
  readonly latitudesE7: Int32Array
}

/** Railways, buildings, stations and what daily life needs. */
export type Features = {
  /** Place in `featureKinds`. */
  readonly kinds: Uint8Array
  readonly names: Uint32Array
  readonly shapes: Lines
}

/** What stands beside the roads: areas, lines, or single positions. */
export const featureKinds = [
  'building',
  'rail',
  'station',
  'water',
  'wood',
  'shop',
  'pharmacy',
  'doctor',
  'hospital',
  'school',
  'town-hall',
  'mall',
] as const

export type FeatureKind = (typeof featureKinds)[number]

/** One row for each house number. */
export type Addresses = {
  readonly longitudesE7: Int32Array
  readonly latitudesE7: Int32Array
  readonly streets: Uint32Array
  readonly numbers: Uint32Array
  readonly postcodes: Uint32Array
  readonly towns: Uint32Array
}

export const degreesPerE7 = 1e-7
