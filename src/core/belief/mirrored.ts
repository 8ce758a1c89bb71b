import { distanceMeters } from '../../../geo/distance.ts'
import type { CaseFix } from '../fixes/case-fix.ts'
import type { Limits } from '../model/limits.ts'
import type { BanRule, PairRule } from '../rules/ban-versions.ts'
import { findVersion, isListed } from '../rules/ban-versions.ts'
import type { Track } from './track-state.ts'
import { isTooFar } from './plausible-move.ts'

/**
 * Longitude and latitude exchanged, or a sign lost. The position as given cannot be where the
 * person is, and read the other way it is right beside the last sighting, or beside a ban or an
 * address of the person's orders. Null when it is neither. Every fix of such a device agrees with
 * the next, and however long it goes on, it is not believed.
 */
export function findMirror(
  track: Track,
  fix: CaseFix,
  movedMeters: number,
  grounds: Grounds,
): Mirror | null {
  return (
    findMirrorOfSighting(track.sighting, fix, movedMeters, grounds.limits) ??
    findMirrorOfPlace(fix, grounds)
  )
}

export type Mirror = 'swapped' | 'sign-flipped'

/** Where a person of these rules may well be, and the numbers to judge by. */
export type Grounds = {
  readonly limits: Limits
  readonly banRules: readonly BanRule[]
  readonly pairRules: readonly PairRule[]
}

function findMirrorOfSighting(
  sighting: CaseFix | null,
  fix: CaseFix,
  movedMeters: number,
  limits: Limits,
): Mirror | null {
  if (sighting === null) return null
  const isAway =
    isTooFar(sighting, fix, movedMeters, limits) || movedMeters > limits.mirrorFarMetersMin
  // Hot path: on the way from the last sighting.
  if (!isAway) return null
  return readAnotherWay(fix, (lon, lat) => isBesideSighting(sighting, fix, lon, lat, limits))
}

/** Asked without a sighting, too: a device may be wrong from its first fix on. */
function findMirrorOfPlace(fix: CaseFix, { limits, banRules, pairRules }: Grounds): Mirror | null {
  const { mirrorFarMetersMin, mirrorMetersMax } = limits
  const { longitude, latitude, recordedAtMs } = fix
  const isNear = (lon: number, lat: number, meters: number): boolean =>
    banRules.some((rule) => isNearBan(rule, recordedAtMs, lon, lat, meters)) ||
    pairRules.some((rule) => isNearAddress(rule, recordedAtMs, lon, lat, meters))
  if (isNear(longitude, latitude, mirrorFarMetersMin)) return null
  return readAnotherWay(fix, (lon, lat) => isNear(lon, lat, mirrorMetersMax))
}

function readAnotherWay(
  { longitude, latitude }: CaseFix,
  isBeside: (longitude: number, latitude: number) => boolean,
): Mirror | null {
  if (Math.abs(longitude) <= 90 && isBeside(latitude, longitude)) return 'swapped'
  if (isBeside(-longitude, latitude)) return 'sign-flipped'
  if (isBeside(longitude, -latitude)) return 'sign-flipped'
  return isBeside(-longitude, -latitude) ? 'sign-flipped' : null
}

/** By the boxes around its band: to a few hundred metres is near enough for kilometres. */
function isNearBan(
  { versions }: BanRule,
  atMs: number,
  longitude: number,
  latitude: number,
  meters: number,
): boolean {
  const version = findVersion(versions, atMs)
  if (!isListed(version, atMs)) return false
  const { nearBoxes } = version
  for (let at = 0; at < nearBoxes.length; at += 4) {
    const west = nearBoxes[at] ?? Number.NaN
    const south = nearBoxes[at + 1] ?? Number.NaN
    const middleLon = (west + (nearBoxes[at + 2] ?? Number.NaN)) / 2
    const middleLat = (south + (nearBoxes[at + 3] ?? Number.NaN)) / 2
    // Hot path: in the same part of the country.
    const isInPart =
      Math.abs(longitude - middleLon) < partLongitudeDegrees &&
      Math.abs(latitude - middleLat) < partLatitudeDegrees
    if (isInPart && meters >= partMeters) return true
    const halfMeters = distanceMeters(west, south, middleLon, middleLat)
    if (distanceMeters(longitude, latitude, middleLon, middleLat) <= halfMeters + meters)
      return true
  }
  return false
}

/**
 * Nothing within so many degrees is further than so many metres: a degree of latitude is less than
 * 112 km, and one of longitude less than 111.4.
 */
export const partLongitudeDegrees = 2
export const partLatitudeDegrees = 1.5
const partMeters = 280_000

function isNearAddress(
  { versions }: PairRule,
  atMs: number,
  longitude: number,
  latitude: number,
  meters: number,
): boolean {
  const version = findVersion(versions, atMs)
  if (!isListed(version, atMs)) return false
  return (version.ban.fixedAddresses ?? []).some(
    (address) =>
      distanceMeters(longitude, latitude, address.longitude, address.latitude) <=
      address.radiusMeters + meters,
  )
}

/**
 * As near as an ordinary mover gets, and never further than a town: chance must not look like a
 * mirror.
 */
function isBesideSighting(
  sighting: CaseFix,
  fix: CaseFix,
  longitude: number,
  latitude: number,
  limits: Limits,
): boolean {
  const meters = distanceMeters(sighting.longitude, sighting.latitude, longitude, latitude)
  const seconds = (fix.recordedAtMs - sighting.recordedAtMs) / 1000
  const reach = seconds * limits.plausibleSpeedMetersPerSecondMax
  const radii = limits.accuracySureFactor * (sighting.accuracyMeters + fix.accuracyMeters)
  return meters <= Math.min(reach, limits.mirrorMetersMax) + radii
}
