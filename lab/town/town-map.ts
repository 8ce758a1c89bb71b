import { metersPerDegree } from '../../geo/distance.ts'
import { townName } from '../simulate/names.ts'
import { between, pick } from '../../src/replay/seeded-random.ts'
import type { Random } from '../../src/replay/seeded-random.ts'

/**
 * A town of straight streets in a plane of metres around its market square: a street every 200 m,
 * a ring road, and a railway with three stations along its southern edge.
 */
export type TownMap = {
  readonly name: string
  readonly longitude: number
  readonly latitude: number
  readonly metersPerDegreeLongitude: number
  readonly metersPerDegreeLatitude: number
}

/** A place in the plane: metres east and north of the market square. */
export type Spot = { readonly eastMeters: number; readonly northMeters: number }

export const blockMeters = 200
const ringRoadMeters = 3_600
export const railwayNorthMeters = -3_000
export const stationEastMeters = [-3_000, 0, 3_000] as const

export function createTownMap(random: Random): TownMap {
  const longitude = between(random, 5.25, 5.35)
  const latitude = between(random, 52.15, 52.25)
  const scale = metersPerDegree(latitude)
  return {
    name: townName(random),
    longitude,
    latitude,
    metersPerDegreeLongitude: scale.longitude,
    metersPerDegreeLatitude: scale.latitude,
  }
}

/** Rounded to 1e-7 degree, about a centimetre, as devices send it. */
export function positionOf(
  map: TownMap,
  eastMeters: number,
  northMeters: number,
): { longitude: number; latitude: number } {
  const longitude = map.longitude + eastMeters / map.metersPerDegreeLongitude
  const latitude = map.latitude + northMeters / map.metersPerDegreeLatitude
  return {
    longitude: Math.round(longitude * 1e7) / 1e7,
    latitude: Math.round(latitude * 1e7) / 1e7,
  }
}

/** A crossing of two streets within the box. */
export function randomCrossing(random: Random, box: Box): Spot {
  const onStreet = (minimum: number, maximum: number): number =>
    Math.round(between(random, minimum, maximum) / blockMeters) * blockMeters
  return {
    eastMeters: onStreet(box.westMeters, box.eastMeters),
    northMeters: onStreet(box.southMeters, box.northMeters),
  }
}

export type Box = {
  readonly westMeters: number
  readonly eastMeters: number
  readonly southMeters: number
  readonly northMeters: number
}

/** Corners of a way along the streets, the end included, the start left out. */
export function wayAlongStreets(random: Random, from: Spot, to: Spot): readonly Spot[] {
  const corner = pick(random, [
    { eastMeters: to.eastMeters, northMeters: from.northMeters },
    { eastMeters: from.eastMeters, northMeters: to.northMeters },
  ])
  return [corner, to]
}

/** By the ring road's eastern or western side: out to it, along it, and back in. */
export function wayAlongRingRoad(from: Spot, to: Spot): readonly Spot[] {
  const eastMeters = from.eastMeters + to.eastMeters >= 0 ? ringRoadMeters : -ringRoadMeters
  return [
    { eastMeters, northMeters: from.northMeters },
    { eastMeters, northMeters: to.northMeters },
    to,
  ]
}

/** A ring of spots as a closed GeoJSON ring. */
export function ringOf(
  map: TownMap,
  spots: readonly Spot[],
): readonly (readonly [number, number])[] {
  const ring = spots.map(({ eastMeters, northMeters }) => {
    const { longitude, latitude } = positionOf(map, eastMeters, northMeters)
    return [longitude, latitude] as const
  })
  return [...ring, ring[0]!]
}

/** Corners of a rectangle around a spot, counter-clockwise. */
export function rectangle(center: Spot, halfEastMeters: number, halfNorthMeters: number): Spot[] {
  const { eastMeters, northMeters } = center
  return [
    { eastMeters: eastMeters - halfEastMeters, northMeters: northMeters - halfNorthMeters },
    { eastMeters: eastMeters + halfEastMeters, northMeters: northMeters - halfNorthMeters },
    { eastMeters: eastMeters + halfEastMeters, northMeters: northMeters + halfNorthMeters },
    { eastMeters: eastMeters - halfEastMeters, northMeters: northMeters + halfNorthMeters },
  ]
}

export function offsetSpot(spot: Spot, eastMeters: number, northMeters: number): Spot {
  return {
    eastMeters: spot.eastMeters + eastMeters,
    northMeters: spot.northMeters + northMeters,
  }
}
