import { distanceMeters } from '../../../geo/distance.ts'
import type { CaseFix } from '../fixes/case-fix.ts'
import type { Limits } from '../model/limits.ts'
import type { Track } from './track-state.ts'
import { isTooFar } from './plausible-move.ts'

/**
 * Longitude and latitude exchanged, or a sign lost: the position as given cannot be reached from
 * the last sighting, and read the other way it is right beside it. Null when it is neither. Every
 * fix of such a device agrees with the next, so agreement does not make it believed; only an hour
 * without a better one does.
 */
export function findMirror(
  track: Track,
  fix: CaseFix,
  movedMeters: number,
  limits: Limits,
): 'swapped' | 'sign-flipped' | null {
  const { sighting } = track
  if (sighting === null || !isTooFar(sighting, fix, movedMeters, limits)) return null
  if (fix.recordedAtMs - sighting.recordedAtMs > limits.beliefMemoryMsMax) return null
  const { longitude, latitude } = fix
  const isBeside = (lon: number, lat: number) => isBesideSighting(sighting, fix, lon, lat, limits)
  if (Math.abs(longitude) <= 90 && isBeside(latitude, longitude)) return 'swapped'
  if (isBeside(-longitude, latitude)) return 'sign-flipped'
  if (isBeside(longitude, -latitude)) return 'sign-flipped'
  return isBeside(-longitude, -latitude) ? 'sign-flipped' : null
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
