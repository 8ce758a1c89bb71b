import { metersBetween } from '../../../geo/distance.ts'
import type { CaseFix } from '../fixes/case-fix.ts'
import type { Limits } from '../model/limits.ts'
import type { Track } from './track-state.ts'
import { isRestPlace } from './rest-places.ts'
import { isSameMeasurement, isSamePosition } from './same-position.ts'
import { findIntervalMs } from './witness.ts'
import type { Plans } from './witness.ts'

/**
 * A position the device had before, given again as new: after a jump back, or first after a gap.
 * Nobody returns to a tenth of a metre, but a device at rest may report one measurement for hours;
 * so the doubt is over with the first position that differs, and, when none does, after
 * `staleDoubtMsMax`. A late upload is judged at its recorded time, so it never
 * counts as a stale repeat.
 */
export function isStaleRepeat(
  track: Track,
  fix: CaseFix,
  movedMeters: number,
  limits: Limits,
): boolean {
  const { sighting, repeat } = track
  // Hot path: still about where the person was last seen.
  if (sighting === null || movedMeters <= limits.staleJumpMetersMin) return false
  const radii = sighting.accuracyMeters + fix.accuracyMeters
  if (movedMeters <= limits.accuracySureFactor * radii) return false
  if (!isRemembered(track.remembered, fix, limits)) return false
  if (!isJump(track, sighting, fix, movedMeters, limits)) return false
  const isSettled =
    repeat !== null &&
    repeat.deviceSlot === fix.deviceSlot &&
    fix.recordedAtMs - repeat.recordedAtMs >= limits.staleDoubtMsMax &&
    isSameMeasurement(repeat, fix, limits)
  return !isSettled
}

/** One more of the row that this one began. */
export function isSameRepeat(repeat: CaseFix | null, fix: CaseFix, limits: Limits): boolean {
  return (
    repeat !== null &&
    repeat.deviceSlot === fix.deviceSlot &&
    isSameMeasurement(repeat, fix, limits)
  )
}

/**
 * The first of a row of believed fixes that each give a place the device gave before, where a jump
 * led back to the first; null of any other. A receiver without a view of the sky may give a place
 * it remembers, or two in turn, with times that are new, for as long as it is indoors. The first
 * position that is none of them ends the row. Read before the fix becomes the last sighting.
 */
export function followGiven(
  track: Track,
  fix: CaseFix,
  movedMeters: number,
  plans: Plans,
): CaseFix | null {
  const { sighting, given } = track
  const { limits } = plans
  if (sighting === null) return null
  if (given !== null) {
    // What another device says neither bears this one out nor moves it.
    if (given.deviceSlot !== fix.deviceSlot && isWithinDoubt(given, fix, plans)) return given
    if (given.deviceSlot === fix.deviceSlot && isGivenBefore(track, fix, limits)) return given
  }
  // Hot path: still about where the person was last seen.
  if (movedMeters <= limits.staleJumpMetersMin) return null
  const radii = sighting.accuracyMeters + fix.accuracyMeters
  if (movedMeters <= limits.accuracySureFactor * radii) return null
  if (!isGivenBefore(track, fix, limits)) return null
  const isBack =
    isJump(track, sighting, fix, movedMeters, limits) ||
    isLeftBehind(track, fix, movedMeters, limits)
  return isBack ? fix : null
}

/**
 * Seen on the way from there, and there: whoever turns round by car at once is hardly ever home.
 */
function isLeftBehind(track: Track, fix: CaseFix, movedMeters: number, limits: Limits): boolean {
  const { previous, restPlaces } = track
  if (previous === null || !isRestPlace(restPlaces, fix, limits)) return false
  return metersBetween(previous, fix) < movedMeters
}

function isGivenBefore(
  { given, remembered, restPlaces }: Track,
  fix: CaseFix,
  limits: Limits,
): boolean {
  return (
    (given !== null &&
      given.deviceSlot === fix.deviceSlot &&
      isSameMeasurement(given, fix, limits)) ||
    isRemembered(remembered, fix, limits) ||
    isRestPlace(restPlaces, fix, limits)
  )
}

/**
 * Since when what this fix says has been known: places given before, however often they are given,
 * are as old as the first giving, unless that goes on for so long that the wearer may be there.
 * `given` is the row that this fix belongs to.
 */
export function findEvidenceMs(given: CaseFix | null, fix: CaseFix, plans: Plans): number {
  const isGiven =
    given !== null && given.deviceSlot === fix.deviceSlot && isWithinDoubt(given, fix, plans)
  return isGiven ? given.recordedAtMs : fix.recordedAtMs
}

/** On a slow plan the way home is gone between two reports, and no row says that it was not. */
function isWithinDoubt(given: CaseFix, fix: CaseFix, plans: Plans): boolean {
  const { limits } = plans
  const isSlow = findIntervalMs(given, plans) >= limits.passageGapMsMax
  const doubtMs = isSlow ? limits.givenSlowMsMax : limits.givenMsMax
  return fix.recordedAtMs - given.recordedAtMs < doubtMs
}

/**
 * The sightings a later one may repeat: the first of each minute of the clock
 * (`staleRememberedApartMs`), so that the choice does not depend on where one begins to read, and
 * any that was itself reported twice running. As numbers in one list, replaced and never changed,
 * so that checkpoints may share it.
 */
export function remember(
  remembered: readonly number[],
  sighting: CaseFix | null,
  fix: CaseFix,
  limits: Limits,
): readonly number[] {
  if (!isRemembering(remembered, sighting, fix, limits)) return remembered
  const { recordedAtMs, deviceSlot, longitude, latitude } = fix
  const place = [recordedAtMs, deviceSlot, longitude, latitude]
  const newest = remembered.length - rememberedStride
  // In the place of the newest where it is the same.
  const isAgain = newest >= 0 && isAt(remembered, newest, fix, limits)
  const excess = newest + (2 - limits.staleRememberedCountMax) * rememberedStride
  if (!isAgain && !(excess > 0)) return remembered.concat(place)
  return remembered.slice(isAgain ? 0 : excess, isAgain ? newest : undefined).concat(place)
}

/** Whether this fix is one of them. */
function isRemembering(
  remembered: readonly number[],
  sighting: CaseFix | null,
  fix: CaseFix,
  limits: Limits,
): boolean {
  const newest = remembered.length - rememberedStride
  const newestMs = remembered[newest]
  const stretchOf = (atMs: number): number => Math.floor(atMs / limits.staleRememberedApartMs)
  if (newestMs === undefined || stretchOf(newestMs) < stretchOf(fix.recordedAtMs)) return true
  const isRepeated =
    sighting !== null &&
    sighting.deviceSlot === fix.deviceSlot &&
    isSameMeasurement(sighting, fix, limits)
  return isRepeated && !isAt(remembered, newest, fix, limits)
}

/** Recorded at, device slot, longitude, latitude. */
export const rememberedStride = 4

export function isRemembered(remembered: readonly number[], fix: CaseFix, limits: Limits): boolean {
  for (let at = remembered.length - rememberedStride; at >= 0; at -= rememberedStride) {
    if (fix.recordedAtMs - (remembered[at] ?? -Infinity) > limits.beliefMemoryMsMax) return false
    if (isAt(remembered, at, fix, limits)) return true
  }
  return false
}

function isAt(remembered: readonly number[], at: number, fix: CaseFix, limits: Limits): boolean {
  const longitude = remembered[at + 2] ?? Number.NaN
  const latitude = remembered[at + 3] ?? Number.NaN
  return (
    remembered[at + 1] === fix.deviceSlot &&
    isSamePosition(longitude, latitude, fix.longitude, fix.latitude, limits)
  )
}

/**
 * After a gap, or faster back than the person was moving: whoever turns round keeps about their
 * pace.
 */
function isJump(
  track: Track,
  sighting: CaseFix,
  fix: CaseFix,
  movedMeters: number,
  limits: Limits,
): boolean {
  const gapMs = fix.recordedAtMs - sighting.recordedAtMs
  if (gapMs > limits.passageGapMsMax) return true
  const { previous } = track
  const beforeMs = previous === null ? 0 : sighting.recordedAtMs - previous.recordedAtMs
  const seen = beforeMs > 0 ? (1000 * track.movedMeters) / beforeMs : 0
  const told = Math.max(sighting.speedMetersPerSecond || 0, fix.speedMetersPerSecond || 0)
  const pace = Math.max(seen, told, limits.ageingSpeedMetersPerSecondMin)
  return movedMeters > (limits.staleJumpPaceFactor * pace * gapMs) / 1000
}
