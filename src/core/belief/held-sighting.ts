import { distanceMeters, metersBetween } from '../../../geo/distance.ts'
import type { CaseFix } from '../fixes/case-fix.ts'
import type { Limits } from '../model/limits.ts'
import type { Track } from './track-state.ts'
import type { Plans } from './witness.ts'
import { findPathMsMax } from './witness.ts'

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
export function findPace(track: Track, plans: Plans): number {
  if (track.sighting === null) return Number.NaN
  const { speedMetersPerSecond } = track.sighting
  return speedMetersPerSecond >= 0 ? speedMetersPerSecond : findMovePace(track, plans)
}

/** The same by the move alone, whatever the device says. */
export function findMovePace(track: Track, plans: Plans): number {
  const { sighting, previous, movedMeters } = track
  if (sighting === null || previous === null) return Number.NaN
  const { deviceSlot } = sighting
  // Hot path: nearly everybody has one device.
  if (previous.deviceSlot === deviceSlot) return measurePace(previous, sighting, movedMeters)
  const from = findOwnBefore(track, sighting, plans) ?? previous
  const pace = measurePace(from, sighting, metersBetween(from, sighting))
  // Nobody came so: the two devices are put apart.
  return pace <= plans.limits.plausibleSpeedMetersPerSecondMax ? pace : Number.NaN
}

/**
 * From where the device of the last sighting came to it, whatever others say; null where it was not
 * heard of for too long, or has moved on in doubt since.
 */
function findOwnBefore(track: Track, sighting: CaseFix, plans: Plans): CaseFix | null {
  const { pathStart, pathStartPrevious, pathStartsBefore } = track
  const { deviceSlot, recordedAtMs } = sighting
  const from =
    pathStart?.deviceSlot === deviceSlot
      ? pathStartPrevious
      : pathStartsBefore.find(({ fix }) => fix.deviceSlot === deviceSlot)?.previous
  if (!from || from.recordedAtMs >= recordedAtMs) return null
  return recordedAtMs - from.recordedAtMs > findPathMsMax(sighting, plans) ? null : from
}

function measurePace(from: CaseFix, to: CaseFix, movedMeters: number): number {
  const ms = to.recordedAtMs - from.recordedAtMs
  return ms > 0 ? (1000 * movedMeters) / ms : Number.NaN
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
