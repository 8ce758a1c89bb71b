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
  const newest = way.length - wayStride
  // Hot path: many fixes are of the stretch of the one before, and no list is written.
  if (isOnWay(way, newest, fix, limits)) return way
  return isGivenAgain(way, newest, fix, limits) ? keepPlace(way, fix) : addPlace(way, fix, limits)
}

/**
 * The same of many fixes in turn (`quiet-fold.ts`): places are added in numbers of its own, and the
 * list is written once.
 */
export class WayAhead {
  private list: readonly number[] = []
  private numbers = new Float64Array(0)
  private from = 0
  private until = 0
  /** What comes before is as in the list. */
  private sameUntil = 0

  begin(way: readonly number[], fixCount: number): void {
    const length = way.length + fixCount * wayStride
    if (this.numbers.length < length) this.numbers = new Float64Array(2 * length)
    const { numbers } = this
    for (let at = 0; at < way.length; at++) numbers[at] = way[at] ?? Number.NaN
    this.list = way
    this.from = 0
    this.until = way.length
    this.sameUntil = way.length
  }

  note(fix: CaseFix, limits: Limits): void {
    const { numbers, until } = this
    const newest = until - wayStride
    if (isOnWay(numbers, newest, fix, limits)) return
    if (isGivenAgain(numbers, newest, fix, limits)) {
      numbers[newest] = fix.recordedAtMs
      numbers[newest + 4] = Math.max(numbers[newest + 4] ?? Number.NaN, fix.accuracyMeters)
      this.sameUntil = Math.min(this.sameUntil, newest)
      return
    }
    const { recordedAtMs } = fix
    this.from = findKept(numbers, this.from, until, { recordedAtMs, limits })
    numbers[until] = fix.recordedAtMs
    numbers[until + 1] = fix.recordedAtMs
    numbers[until + 2] = fix.longitude
    numbers[until + 3] = fix.latitude
    numbers[until + 4] = fix.accuracyMeters
    this.until = until + wayStride
  }

  end(): readonly number[] {
    const { list, numbers, from, until, sameUntil } = this
    if (sameUntil === until) return list
    const added: number[] = []
    for (let at = Math.max(from, sameUntil); at < until; at++) added.push(numbers[at] ?? Number.NaN)
    return list.slice(Math.min(from, sameUntil), sameUntil).concat(added)
  }
}

/** Of the stretch of the newest place, and another position: nothing is noted. */
function isOnWay(way: Places, newest: number, fix: CaseFix, limits: Limits): boolean {
  if (newest < 0 || isGivenAgain(way, newest, fix, limits)) return false
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
  const from = findKept(way, 0, way.length, { recordedAtMs, limits })
  const place = [recordedAtMs, recordedAtMs, longitude, latitude, accuracyMeters]
  return (from === 0 ? way : way.slice(from)).concat(place)
}

/** Where those begin that are kept beside one more, recorded then. */
function findKept(
  way: Places,
  first: number,
  until: number,
  { recordedAtMs, limits }: { readonly recordedAtMs: number; readonly limits: Limits },
): number {
  let from = Math.max(first, until - (limits.wayCountMax - 1) * wayStride)
  while (from < until && recordedAtMs - (way[from] ?? recordedAtMs) > limits.wayMsMax) {
    from += wayStride
  }
  return from
}

/** The newest position once more, without a break. */
function isGivenAgain(way: Places, newest: number, fix: CaseFix, limits: Limits): boolean {
  if (newest < 0) return false
  const isSame = way[newest + 2] === fix.longitude && way[newest + 3] === fix.latitude
  return isSame && fix.recordedAtMs - (way[newest] ?? Number.NaN) <= limits.passageGapMsMax
}

type Places = { readonly [at: number]: number }

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
