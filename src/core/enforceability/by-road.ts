import type { BanShape } from '../../../geo/ban-shape.ts'
import { shapeBoxes } from '../../../geo/box-index.ts'
import { signedDistanceMeters } from '../../../geo/containment.ts'
import { distanceMeters, metersBetween } from '../../../geo/distance.ts'
import type { Limits, TravelMode } from '../model/limits.ts'
import { fastestRoadSpeeds } from '../model/road-classes.ts'
import { findCrossings, type Crossing } from '../roads/crossings.ts'
import { isKnownGround } from '../roads/known-ground.ts'
import { featuresIn, middleOf } from '../roads/near-features.ts'
import type { Place } from '../roads/points-on-edges.ts'
import type { StreetMap } from '../roads/street-map.ts'
import { secondsFrom, timesToPlace, traceWay, type TimesToPlace } from '../roads/times-to-place.ts'

/**
 * How long a ban gives by the roads there are, from its border to the protected places inside it;
 * null where the map says it of none: beyond its edge, or far from any road. The searches go
 * backwards from the places and know nothing of the ban: of another outline they are not made
 * again.
 */
export function createByRoad(map: StreetMap, places: readonly Place[], limits: Limits): AskByRoad {
  const known = new Map<string, TimesToPlace | null>()
  const timesTo = (
    place: Place,
    mode: TravelMode,
    assumption: 'usual' | 'fastest',
    neededSeconds: number,
  ) => {
    const limitSeconds = Math.max(limits.roadSearchSecondsMax, neededSeconds)
    const key = `${places.indexOf(place)} ${mode} ${assumption} ${limitSeconds}`
    const made = known.get(key)
    if (made !== undefined) return made
    const times = timesToPlace(map, place, { mode, assumption, limitSeconds })
    known.set(key, times)
    return times
  }
  return (shape, mode, neededSeconds) => {
    if (!isKnownGround(map, shape)) return null
    const inside = places.filter(
      ({ longitude, latitude }) => signedDistanceMeters(shape, longitude, latitude) < 0,
    )
    if (inside.length < places.length) return noTime
    const ways = inside.map((place) => ({
      usual: timesTo(place, mode, 'usual', neededSeconds),
      fastest: timesTo(place, mode, 'fastest', neededSeconds),
    }))
    const crossings = findCrossings(map, shape)
    const told = ways.flatMap((way) => reachedBy(map, way, crossings))
    if (told.length === 0) return null
    const usual = told.map((way) => way.usual)
    const fastest = told.map((way) => way.fastest)
    const entered = mergeBeside(
      crossings.map((crossing) => ({ crossing, ...leastOf(map, fastest, crossing) })),
      limits.mergedCrossingMeters,
    )
    const [first] = entered
    if (first === undefined) return null
    const beside = Math.min(straightSeconds(shape, inside), fromStations(map, shape, inside, mode))
    return {
      isOfAll: told.length === inside.length,
      usualSeconds: crossings.reduce(
        (least, crossing) => Math.min(least, leastOf(map, usual, crossing).seconds),
        Infinity,
      ),
      fastestSeconds: Math.min(first.seconds, beside),
      ...describeWays(entered, neededSeconds),
      shortestWay: first.times === null ? [] : traceWay(map, first.times, first.crossing),
    }
  }
}

export type AskByRoad = (shape: BanShape, mode: TravelMode, neededSeconds: number) => ByRoad | null

export type ByRoad = {
  /** False: the map does not say of each of the places, and to one of them it may be less. */
  readonly isOfAll: boolean
  /** From the border to the place that is reached first; Infinity beyond what was searched. */
  readonly usualSeconds: number
  /** Never later than somebody who means it can be there. */
  readonly fastestSeconds: number
  /** Distinct ways in, those side by side counted once. */
  readonly crossingCount: number
  /** Of them, those that leave the time that is needed. */
  readonly enoughCount: number
  /** Where they are; which of them leave the time points to the door. */
  readonly waysIn: readonly (Place & { readonly isEnough: boolean })[]
  /** From the border to the door: whoever sees it knows where the victim lives. */
  readonly shortestWay: readonly Place[]
}

function describeWays(entered: readonly Entered[], neededSeconds: number) {
  const waysIn = entered.map(({ crossing: { longitude, latitude }, seconds }) => ({
    longitude,
    latitude,
    isEnough: seconds >= neededSeconds,
  }))
  return {
    crossingCount: waysIn.length,
    enoughCount: waysIn.filter(({ isEnough }) => isEnough).length,
    waysIn,
  }
}

type Entered = {
  readonly crossing: Crossing
  readonly seconds: number
  readonly times: TimesToPlace | null
}

function leastOf(
  map: StreetMap,
  all: readonly TimesToPlace[],
  crossing: Crossing,
): Pick<Entered, 'seconds' | 'times'> {
  let [least, by]: [number, TimesToPlace | null] = [Infinity, null]
  for (const times of all) {
    const seconds = secondsFrom(map, times, crossing)
    if (seconds >= least) continue
    least = seconds
    by = times
  }
  return { seconds: least, times: by }
}

/** No way is no safety: the map lacks it. */
function reachedBy(
  map: StreetMap,
  { usual, fastest }: Readonly<Record<'usual' | 'fastest', TimesToPlace | null>>,
  crossings: readonly Crossing[],
) {
  if (usual === null || fastest === null) return []
  return crossings.some((crossing) => secondsFrom(map, fastest, crossing) < Infinity)
    ? [{ usual, fastest }]
    : []
}

/** An address outside the ban is not protected by it for a second. */
const noTime: ByRoad = {
  isOfAll: true,
  usualSeconds: 0,
  fastestSeconds: 0,
  crossingCount: 0,
  enoughCount: 0,
  waysIn: [],
  shortestWay: [],
}

/** Whoever comes by train crosses no border on the way: the platform is one. */
function fromStations(
  map: StreetMap,
  shape: BanShape,
  places: readonly Place[],
  mode: TravelMode,
): number {
  const metersPerSecond = fastestRoadSpeeds[mode].path / 3.6
  let least = Infinity
  for (const station of shapeBoxes(shape, 1).flatMap((box) => featuresIn(map, box, ['station']))) {
    const platform = middleOf(station)
    if (signedDistanceMeters(shape, platform.longitude, platform.latitude) >= 0) continue
    for (const place of places) {
      least = Math.min(least, metersBetween(platform, place) / metersPerSecond)
    }
  }
  return least
}

/** Whoever comes on wheels may leave them, and cross fields that no map shows a path on. */
function straightSeconds(shape: BanShape, places: readonly Place[]): number {
  const metersPerSecond = fastestRoadSpeeds.walk.path / 3.6
  return places.reduce((least, { longitude, latitude }) => {
    const meters = -signedDistanceMeters(shape, longitude, latitude)
    return Math.min(least, meters / metersPerSecond)
  }, Infinity)
}

/** Carriageways and footpaths side by side are one way in, as fast as the fastest; that first. */
function mergeBeside(entered: readonly Entered[], meters: number): Entered[] {
  const kept: Entered[] = []
  const farDegrees = meters / shortestDegreeMeters
  for (const one of entered.toSorted((a, b) => a.seconds - b.seconds)) {
    const { longitude, latitude } = one.crossing
    const isBeside = kept.some(
      ({ crossing }) =>
        // Most are far to the north or south.
        Math.abs(crossing.latitude - latitude) <= farDegrees &&
        distanceMeters(longitude, latitude, crossing.longitude, crossing.latitude) <= meters,
    )
    if (!isBeside) kept.push(one)
  }
  return kept
}

/** A degree of latitude is nowhere shorter. */
const shortestDegreeMeters = 110_000
