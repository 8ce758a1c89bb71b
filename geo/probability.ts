import { certainSigmas, massInDisc, massInPart } from './bell-mass.ts'
import type { BanShape, PolygonPart, PolygonShape } from './ban-shape.ts'
import { containsPosition, partContains, signedDistanceMeters } from './containment.ts'
import { borderDistanceMeters } from './border-distance.ts'
import { distanceMeters, planeLatitudeMax } from './distance.ts'
import { longitudeDelta, metersPerLongitudeDegree } from './ellipsoid.ts'
import { massInGrown } from './grown-mass.ts'
import { normalTail } from './normal.ts'

/**
 * Probability that the true position is in the area grown by `growMeters`, when the fix errs as an
 * isotropic normal with `sigmaMeters` in each direction. Not grown, or a circle: the exact integral
 * (error below 1e-6). A grown polygon: to 0.03 where it may be about a half (`massInGrown`), to
 * 0.12 elsewhere, and never less than not grown.
 */
export function probabilityInside(
  shape: BanShape,
  longitude: number,
  latitude: number,
  sigmaMeters: number,
  growMeters: number,
): number {
  if (shape.kind === 'circle') {
    const reachMeters = shape.radiusMeters + growMeters + certainSigmas * sigmaMeters
    // Degrees of latitude apart settle most questions without a root.
    if (Math.abs(latitude - shape.latitude) * metersPerLatitudeDegreeMin > reachMeters) return 0
    const toCentre = distanceMeters(shape.longitude, shape.latitude, longitude, latitude)
    return probabilityWithin(toCentre, sigmaMeters, shape.radiusMeters + growMeters)
  }
  if (!(sigmaMeters > 0)) return certainInside(shape, longitude, latitude, sigmaMeters, growMeters)
  if (shape.hasSeam && isBeyondPlane(shape, latitude)) {
    // Near a pole longitude and latitude make no plane; the nearest border is taken as straight.
    const signedMeters = signedDistanceMeters(shape, longitude, latitude)
    return normalTail((signedMeters - growMeters) / sigmaMeters)
  }
  let plainSum = 0
  let marginMost = -Infinity
  for (const part of shape.parts) {
    if (isBeyondBox(part, longitude, latitude, certainSigmas * sigmaMeters + growMeters)) continue
    const isInside = partContains(part, longitude, latitude)
    // A cut at the antimeridian counts as a border here: each side has its
    // own share, and they add up.
    const toBorder = borderDistanceMeters(part, longitude, latitude, false)
    plainSum += plainProbability(part, longitude, latitude, sigmaMeters, isInside, toBorder)
    if (!(growMeters > 0) || plainSum >= 1) continue
    const marginMeters = growMeters + (isInside ? toBorder : -toBorder)
    if (marginMeters > marginMost) marginMost = marginMeters
  }
  if (!(growMeters > 0) || plainSum >= 1) return Math.min(1, plainSum)
  const grown = grownProbability(shape, longitude, latitude, sigmaMeters, growMeters, marginMost)
  return Math.max(plainSum, grown)
}

/**
 * Probability that a normal error of `sigmaMeters` around a centre `distanceMeters`
 * away ends within `radiusMeters`: the Rician distribution (1 - Marcum's Q₁), stable
 * for any ratio of the three.
 */
export function probabilityWithin(
  distanceMeters: number,
  sigmaMeters: number,
  radiusMeters: number,
): number {
  if (!(radiusMeters >= 0)) return radiusMeters < 0 ? 0 : Number.NaN
  if (!(sigmaMeters > 0)) {
    return sigmaMeters === 0 ? (distanceMeters <= radiusMeters ? 1 : 0) : Number.NaN
  }
  const a = distanceMeters / sigmaMeters
  const b = radiusMeters / sigmaMeters
  if (!(Math.abs(a - b) <= certainSigmas)) return a - b > 0 ? 0 : b - a > 0 ? 1 : Number.NaN
  return massInDisc(a, b)
}

/** Radius of 68 % of a two-dimensional normal error to its standard deviation in each direction. */
export function sigmaFromAccuracy(accuracyMeters68: number): number {
  return accuracyMeters68 / radiusOf68
}

/** sqrt(-2 ln 0.32). */
const radiusOf68 = Math.sqrt(-2 * Math.log(0.32))

/** One degree of latitude is nowhere shorter than this, by which far bans are passed over. */
const metersPerLatitudeDegreeMin = 110_560

function certainInside(
  shape: PolygonShape,
  longitude: number,
  latitude: number,
  sigmaMeters: number,
  growMeters: number,
): number {
  if (sigmaMeters !== 0) return Number.NaN
  if (containsPosition(shape, longitude, latitude)) return 1
  for (const part of shape.parts) {
    if (borderDistanceMeters(part, longitude, latitude, shape.hasSeam) <= growMeters) return 1
  }
  return 0
}

function isBeyondPlane(shape: PolygonShape, latitude: number): boolean {
  return (
    Math.abs(latitude) > planeLatitudeMax ||
    shape.parts.some(({ west, east }) => east - west >= 360)
  )
}

function plainProbability(
  part: PolygonPart,
  longitude: number,
  latitude: number,
  sigmaMeters: number,
  isInside: boolean,
  toBorderMeters: number,
): number {
  if (toBorderMeters > certainSigmas * sigmaMeters) return isInside ? 1 : 0
  return massInPart(part, longitude, latitude, sigmaMeters, isInside, toBorderMeters)
}

/** The box first: most fixes are kilometres from most bans, and this costs a few nanoseconds. */
function isBeyondBox(
  part: PolygonPart,
  longitude: number,
  latitude: number,
  reachMeters: number,
): boolean {
  const { west, south, east, north } = part
  const beyond = latitude < south ? south - latitude : latitude - north
  if (beyond * metersPerLatitudeDegreeMin > reachMeters) return true
  const highest = Math.max(Math.abs(latitude), Math.abs(south), Math.abs(north))
  if (!(highest < 80)) return false
  const halfWidth = (east - west) / 2
  const aside = Math.abs(longitudeDelta(longitude, west + halfWidth)) - halfWidth
  // A great circle between two meridians is shorter than the parallel, by less
  // than this up to 10 degrees.
  return Math.min(aside, 10) * metersPerLongitudeDegree(highest) * 0.99 > reachMeters
}

/**
 * A whole disc of the margin lies in the grown area, or out of it: beyond 1.2 sigmas that settles
 * which side of a half the answer is on, and beyond two the border may be taken as straight, 0.12
 * off at most. Between, it costs some ten microseconds, more for thousands of vertices; kept within
 * what lies beyond, so that it rises with the growth.
 */
function grownProbability(
  shape: PolygonShape,
  longitude: number,
  latitude: number,
  sigmaMeters: number,
  growMeters: number,
  marginMeters: number,
): number {
  const sigmas = marginMeters / sigmaMeters
  if (!(Math.abs(sigmas) < straightSigmasMin)) return normalTail(-sigmas)
  const mass = massInGrown(shape, longitude, latitude, sigmaMeters, growMeters, marginMeters)
  return Math.min(Math.max(mass, normalTail(straightSigmasMin)), normalTail(-straightSigmasMin))
}

const straightSigmasMin = 2
