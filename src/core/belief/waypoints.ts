import { metersBetween } from '../../../geo/distance.ts'
import type { CaseFix } from '../fixes/case-fix.ts'
import type { Limits } from '../model/limits.ts'
import type { Track } from './track-state.ts'

/**
 * Where the person was seen lately, as numbers in one list, replaced and never changed: the first
 * sighting of each stretch of the clock (`wayApartMs`), so that the choice does not depend on where
 * one begins to read; of one position given again without a break, since when and until when.
 */
export function noteWay(way: readonly number[], fix: CaseFix, limits: Limits): readonly number[] {
  // Hot path: many fixes are of the stretch of the one before, and no list is written.
  if (isOnWay(way, fix, limits)) return way
  return isGivenAgain(way, fix, limits) ? keepPlace(way, fix) : addPlace(way, fix, limits)
}

/** Of the stretch of the newest place, and another position: nothing is noted. */
function isOnWay(way: readonly number[], fix: CaseFix, limits: Limits): boolean {
  const newest = way.length - wayStride
  if (newest < 0 || isGivenAgain(way, fix, limits)) return false
  const stretchOf = (atMs: number): number => Math.floor(atMs / limits.wayApartMs)
  return stretchOf(way[newest + 1] ?? Number.NaN) === stretchOf(fix.recordedAtMs)
}

function keepPlace(way: readonly number[], fix: CaseFix): readonly number[] {
  const longer = [...way]
  const newest = way.length - wayStride
  longer[newest] = fix.recordedAtMs
  longer[newest + 4] = Math.max(way[newest + 4] ?? Number.NaN, fix.accuracyMeters)
  return longer
}

/** Hot path: joined, a list is as long as it has to be; to one that is pushed to room is added. */
function addPlace(way: readonly number[], fix: CaseFix, limits: Limits): readonly number[] {
  const { recordedAtMs, longitude, latitude, accuracyMeters } = fix
  let from = Math.max(0, way.length - (limits.wayCountMax - 1) * wayStride)
  while (recordedAtMs - (way[from] ?? recordedAtMs) > limits.wayMsMax) from += wayStride
  const place = [recordedAtMs, recordedAtMs, longitude, latitude, accuracyMeters]
  return (from === 0 ? way : way.slice(from)).concat(place)
}

/** The newest position once more, without a break. */
function isGivenAgain(way: readonly number[], fix: CaseFix, limits: Limits): boolean {
  const newest = way.length - wayStride
  if (newest < 0) return false
  const isSame = way[newest + 2] === fix.longitude && way[newest + 3] === fix.latitude
  return isSame && fix.recordedAtMs - (way[newest] ?? Number.NaN) <= limits.passageGapMsMax
}

/** Until when, since when, longitude, latitude, accuracy in metres. */
const wayStride = 5

/**
 * The places of the way from a moment on, oldest first, with the last one before it. Whoever
 * reports less often may have been met by somebody anywhere on this way, and not on its last step
 * alone.
 */
export function listWaypoints(
  { way, previous, sighting }: Track,
  fromMs: number,
): readonly Waypoint[] {
  if (sighting === null) return []
  if (previous === null) return [sighting]
  const found: Waypoint[] = [previous, sighting]
  let earliestMs = previous.recordedAtMs
  for (let at = way.length - wayStride; at >= 0 && earliestMs > fromMs; at -= wayStride) {
    const [untilMs = NaN, sinceMs = NaN, longitude = NaN, latitude = NaN, accuracyMeters = NaN] =
      way.slice(at, at + wayStride)
    const place = { longitude, latitude, accuracyMeters }
    if (untilMs < earliestMs) found.unshift({ ...place, recordedAtMs: untilMs, isKept: false })
    // Where the way is asked for only in part, the part begins at the same place.
    const keptMs = Math.min(untilMs, Math.max(sinceMs, fromMs))
    if (keptMs < Math.min(untilMs, earliestMs)) {
      found.unshift({ ...place, recordedAtMs: keptMs, isKept: true })
    }
    earliestMs = Math.min(earliestMs, keptMs)
  }
  return found
}

/** Metres of the way from there on to the last sighting: no place of it is further from there. */
export function measureWaySince(track: Track, fromMs: number): number {
  // Hot path: they report as often as each other, or this one less often.
  if (track.previous === null || track.previous.recordedAtMs <= fromMs) return track.movedMeters
  const waypoints = listWaypoints(track, fromMs)
  let meters = 0
  for (const [index, to] of waypoints.entries()) {
    const from = waypoints[index - 1]
    if (from !== undefined) meters += metersBetween(from, to)
  }
  return meters
}

export type Waypoint = Pick<
  CaseFix,
  'recordedAtMs' | 'longitude' | 'latitude' | 'accuracyMeters'
> & {
  /** The same position was reported from here to the next one, without a break. */
  readonly isKept?: boolean
}
