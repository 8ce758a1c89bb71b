import { distanceMeters } from '../../../geo/distance.ts'
import type { CaseFix } from '../fixes/case-fix.ts'
import type { Limits } from '../model/limits.ts'
import type { Track } from './track-state.ts'

/**
 * Until when a person who has not been seen anew is taken to be where he or she was at rest: a
 * device indoors finds no satellites, and a phone that lies still says nothing. Not when the person
 * was under way, and not any more once coarse positions put the device elsewhere. A held sighting
 * may open a breach or an approach; it never ends one.
 */
export function findHeldUntilMs(track: Track, limits: Limits): number | null {
  const { sighting, awayCount, restSinceMs } = track
  if (sighting === null || awayCount >= limits.heldAwayCountMax) return null
  return sighting.recordedAtMs - restSinceMs >= limits.heldRestMsMin
    ? sighting.recordedAtMs + limits.heldSightingMsMax
    : null
}

/**
 * Since when the person has been at rest, once this believed fix is the last sighting: neither did
 * the device say that it moves, nor do the sightings lie further apart than a walk of the time that
 * rest takes, however long ago the one before was: after a night without a word, far away is not
 * slow. NaN is under way.
 */
export function followRest(
  { sighting, restSinceMs }: Pick<Track, 'sighting' | 'restSinceMs'>,
  fix: CaseFix,
  movedMeters: number,
  limits: Limits,
): number {
  const { heldPaceMetersPerSecondMax, heldRestMsMin } = limits
  if (fix.speedMetersPerSecond > heldPaceMetersPerSecondMax) return Number.NaN
  if (sighting === null) return fix.recordedAtMs
  const seconds = Math.min(fix.recordedAtMs - sighting.recordedAtMs, heldRestMsMin) / 1000
  const walkMeters = heldPaceMetersPerSecondMax * seconds
  if (!(movedMeters <= walkMeters + sighting.accuracyMeters + fix.accuracyMeters)) return Number.NaN
  return Number.isNaN(restSinceMs) ? sighting.recordedAtMs : restSinceMs
}

/**
 * Metres a second at the last sighting: as the device says, or as the move to it shows. NaN is not
 * known.
 */
export function findPace({ sighting, previous, movedMeters }: Track): number {
  if (sighting === null) return Number.NaN
  const { speedMetersPerSecond } = sighting
  if (speedMetersPerSecond >= 0) return speedMetersPerSecond
  if (previous === null || previous.recordedAtMs >= sighting.recordedAtMs) return Number.NaN
  return (1000 * movedMeters) / (sighting.recordedAtMs - previous.recordedAtMs)
}

/**
 * How many positions in a row, each too coarse to be believed, have put the person further from the
 * last sighting than their radius allows. One alone may be a wrong mast.
 */
export function countAway(track: Track, fix: CaseFix, limits: Limits): number {
  const { sighting, awayCount } = track
  if (sighting === null) return 0
  const { longitude, latitude } = sighting
  const meters = distanceMeters(longitude, latitude, fix.longitude, fix.latitude)
  const sureMeters = limits.accuracySureFactor * fix.accuracyMeters
  return meters > sureMeters + limits.heldRadiusMeters ? awayCount + 1 : 0
}
