import {
  longitudeDelta,
  metersPerLatitudeDegree,
  metersPerLongitudeDegree,
} from '../../../geo/ellipsoid.ts'
import { metersBetween } from '../../../geo/distance.ts'
import { probabilityWithin, sigmaFromAccuracy } from '../../../geo/probability.ts'
import { canOpen } from '../belief/believe-fix.ts'
import { isSameMeasurement } from '../belief/same-position.ts'
import type { CaseFix } from '../fixes/case-fix.ts'
import type { Limits } from '../model/limits.ts'

/**
 * Takes the fix into what is known of one place, by the device that saw it: readings of one place
 * add up, each too coarse to say anything. A fix that does not agree with the place is left out,
 * and of two in a row the second begins the place anew; one position given twice is one reading.
 * `isNear` is whether a place may begin here, for far from the ban it would say nothing.
 */
export function notePlace(
  places: readonly Place[],
  { fix, disbelief }: JudgedFix,
  isNear: boolean,
  limits: Limits,
): readonly Place[] {
  if (!canOpen(disbelief)) return places
  const known = places.find(({ first }) => first.deviceSlot === fix.deviceSlot) ?? null
  const next =
    known === null ? beginPlace(fix, isNear, limits) : extendPlace(known, fix, isNear, limits)
  if (next === known) return places
  const others = places.filter((place) => place !== known)
  return next === null ? others : [...others, next].slice(-placesMax)
}

/**
 * How likely two people who stay are within this of each other, by what each has shown of one
 * place: the errors of two receivers have nothing to do with each other, so the difference of two
 * means is as sure as both. Null when the newest of either is not of such a place.
 */
export function weighApart(
  places: readonly Place[],
  fix: CaseFix,
  other: CaseFix,
  separationMeters: number,
  limits: Limits,
): ApartReading | null {
  const mine = findSettled(places, fix, limits)
  const theirs = mine === null ? null : findSettled(places, other, limits)
  if (mine === null || theirs === null) return null
  const apartMeters = metersBetween(mine, theirs)
  const placeSigmaMeters = Math.hypot(mine.mean.sigmaMeters, theirs.mean.sigmaMeters)
  return {
    probability: probabilityWithin(apartMeters, placeSigmaMeters, separationMeters),
    apartMeters,
    facts: {
      placeFixCount: Math.min(mine.mean.count, theirs.mean.count),
      placeSpanMs: Math.min(mine.mean.spanMs, theirs.mean.spanMs),
      placeSigmaMeters,
    },
  }
}

export type ApartReading = {
  readonly probability: number
  readonly apartMeters: number
  readonly facts: Readonly<Record<string, number>>
}

function findSettled(places: readonly Place[], fix: CaseFix, limits: Limits): Settled | null {
  const place = places.find(({ last }) => isOfPlace(last, fix, limits))
  return place === undefined ? null : settle(place, limits)
}

/** Taken in as the last, or the same position given again. */
function isOfPlace(last: CaseFix, fix: CaseFix, limits: Limits): boolean {
  if (last.deviceSlot !== fix.deviceSlot || last.personSlot !== fix.personSlot) return false
  return last.recordedAtMs === fix.recordedAtMs || isSameMeasurement(last, fix, limits)
}

/** Null while there are too few fixes, or they are of somebody who walks about. */
export function settle(place: Place, limits: Limits): Settled | null {
  const mean = findMean(place, limits)
  if (mean.count < limits.placeFixCountMin) return null
  // Walking about is no place: further from each other than the radii explain.
  const spreadMax = 1 + limits.placeSpreadSigmaFactor / Math.sqrt(mean.effectiveCount)
  return mean.spread <= spreadMax ? { mean, ...locate(place, mean) } : null
}

export type Settled = {
  readonly mean: Mean
  readonly longitude: number
  readonly latitude: number
}

/** Never changed, only replaced, so that checkpoints may share it. */
export type Place = {
  /** Where it began, from which metres are counted. */
  readonly first: CaseFix
  /** The last fix that was taken in. */
  readonly last: CaseFix
  /** Fixes in a row that did not agree, and the radius of the surest of them; 0 when none. */
  readonly strayCount: number
  readonly strayAccuracyMeters: number
  /** Sums by stretch of the clock, the oldest first; those beyond the half hour are dropped. */
  readonly sums: readonly PlaceSum[]
}

/** Weights are one over the variance; metres east and north of the first fix. */
export type PlaceSum = readonly [
  stretch: number,
  fromMs: number,
  count: number,
  weight: number,
  east: number,
  north: number,
  square: number,
]

/** As the step of the fold judged it; a scene holds more. */
type JudgedFix = { readonly fix: CaseFix; readonly disbelief: number }

export const noPlaces: readonly Place[] = []

/** Nobody wears more at once. */
const placesMax = 8

type Mean = {
  readonly east: number
  readonly north: number
  readonly count: number
  readonly spanMs: number
  readonly effectiveCount: number
  readonly sigmaMeters: number
  /** Of the fixes about the mean, in shares of what their radii explain. */
  readonly spread: number
}

function extendPlace(place: Place, fix: CaseFix, isNear: boolean, limits: Limits): Place | null {
  const stretch = findStretch(fix, limits)
  const kept = place.sums.filter(([at]) => at > stretch - limits.placeStretchCount)
  if (kept.length === 0) return beginPlace(fix, isNear, limits)
  if (isSameMeasurement(place.last, fix, limits)) return place
  const recent = kept.length === place.sums.length ? place : { ...place, sums: kept }
  const mean = findMean(recent, limits)
  const { east, north } = measureFrom(place.first, fix)
  const apartMeters = Math.hypot(east - mean.east, north - mean.north)
  const sigmaMeters = Math.hypot(sigmaFromAccuracy(fix.accuracyMeters), mean.sigmaMeters)
  if (apartMeters > limits.placeStraySigmaFactor * sigmaMeters) {
    const strayCount = place.strayCount + 1
    if (strayCount >= limits.placeStrayCountMax) return beginPlace(fix, isNear, limits)
    const { strayAccuracyMeters: surest } = place
    const strayAccuracyMeters =
      strayCount === 1 ? fix.accuracyMeters : Math.min(surest, fix.accuracyMeters)
    return { ...recent, strayCount, strayAccuracyMeters }
  }
  // Much coarser than one that did not agree, it may be of either place.
  const surelyMeters = limits.placeStrayAccuracyFactor * place.strayAccuracyMeters
  if (place.strayCount > 0 && fix.accuracyMeters > surelyMeters) return recent
  const sums = addTo(kept, fix, stretch, east, north)
  return { first: place.first, last: fix, strayCount: 0, strayAccuracyMeters: 0, sums }
}

function beginPlace(fix: CaseFix, isNear: boolean, limits: Limits): Place | null {
  if (!isNear) return null
  const sums = addTo([], fix, findStretch(fix, limits), 0, 0)
  return { first: fix, last: fix, strayCount: 0, strayAccuracyMeters: 0, sums }
}

function findStretch({ recordedAtMs }: CaseFix, { placeStretchMs }: Limits): number {
  return Math.floor(recordedAtMs / placeStretchMs)
}

function addTo(
  sums: readonly PlaceSum[],
  fix: CaseFix,
  stretch: number,
  east: number,
  north: number,
): readonly PlaceSum[] {
  const weight = 1 / sigmaFromAccuracy(fix.accuracyMeters) ** 2
  const square = weight * (east * east + north * north)
  const last = sums.at(-1)
  if (last === undefined || last[0] !== stretch) {
    const begun = [stretch, fix.recordedAtMs, 1, weight, weight * east, weight * north] as const
    return [...sums, [...begun, square]]
  }
  const [, fromMs, count, weights, easts, norths, squares] = last
  return [
    ...sums.slice(0, -1),
    [
      stretch,
      fromMs,
      count + 1,
      weights + weight,
      easts + weight * east,
      norths + weight * north,
      squares + square,
    ],
  ]
}

/**
 * The weighted mean. Errors of one place drift together, so that so many fixes count as one more
 * each time the error has had time to change; and no mean is surer than a receiver ever is.
 */
function findMean({ last, sums }: Place, limits: Limits): Mean {
  let [count, weight, east, north, square] = [0, 0, 0, 0, 0]
  for (const sum of sums) {
    count += sum[2]
    weight += sum[3]
    east += sum[4]
    north += sum[5]
    square += sum[6]
  }
  east /= weight
  north /= weight
  const spanMs = last.recordedAtMs - (sums[0]?.[1] ?? last.recordedAtMs)
  const effectiveCount = Math.min(count, 1 + spanMs / limits.errorCorrelationMs)
  const spread = (square - weight * (east * east + north * north)) / (2 * Math.max(1, count - 1))
  const meanSigmaMeters = Math.sqrt(count / weight / effectiveCount)
  const floorMeters = sigmaFromAccuracy(limits.accuracyMetersFloor)
  const sigmaMeters = Math.max(floorMeters, meanSigmaMeters)
  return { east, north, count, spanMs, effectiveCount, sigmaMeters, spread }
}

function measureFrom(first: CaseFix, { longitude, latitude }: CaseFix) {
  return {
    east: longitudeDelta(first.longitude, longitude) * metersPerLongitudeDegree(first.latitude),
    north: (latitude - first.latitude) * metersPerLatitudeDegree(first.latitude),
  }
}

function locate({ first }: Place, { east, north }: Mean) {
  return {
    longitude: first.longitude + east / metersPerLongitudeDegree(first.latitude),
    latitude: first.latitude + north / metersPerLatitudeDegree(first.latitude),
  }
}
