import type { BanShape } from '../../geo/ban-shape.ts'
import { signedDistanceMeters } from '../../geo/containment.ts'
import { distanceMeters } from '../../geo/distance.ts'

/**
 * The stretches in which the track is inside the shape, and how deep; exits that are short
 * or shallow do not cut one.
 */
export function findStays(track: TruthTrack, shape: BanShape, bridgeMs: number): TrackStay[] {
  const stays: TrackStay[] = []
  let open: { startMs: number; endMs: number; deepestMeters: number } | null = null
  const close = (): void => {
    if (open !== null) stays.push(open)
    open = null
  }
  forEachMoment(track, (atMs, longitude, latitude, isAfterGap) => {
    const borderMeters = signedDistanceMeters(shape, longitude, latitude)
    if (open !== null && (isAfterGap || atMs - open.endMs > bridgeMs)) close()
    if (borderMeters > 0) return
    open ??= { startMs: atMs, endMs: atMs, deepestMeters: 0 }
    open.endMs = atMs
    open.deepestMeters = Math.max(open.deepestMeters, -borderMeters)
  })
  close()
  return stays
}

/** The stretches in which it is known where the person was. */
export function findKnown(track: TruthTrack): { startMs: number; endMs: number }[] {
  const known: { startMs: number; endMs: number }[] = []
  for (let index = 0; index < track.atMs.length; index++) {
    const last = known.at(-1)
    const atMs = track.atMs[index]!
    if (last === undefined || isGap(track, index)) known.push({ startMs: atMs, endMs: atMs })
    else last.endMs = atMs
  }
  return known
}

/** Where the person truly was; null where it is not known. */
export function positionAt(
  track: TruthTrack,
  atMs: number,
): { readonly longitude: number; readonly latitude: number } | null {
  const { atMs: times, longitudes, latitudes } = track
  if (times.length === 0 || atMs < times[0]! || atMs > times.at(-1)!) return null
  let low = 0
  let high = times.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (times[middle]! <= atMs) low = middle
    else high = middle - 1
  }
  if (times[low] === atMs || low === times.length - 1) {
    return { longitude: longitudes[low]!, latitude: latitudes[low]! }
  }
  if (isGap(track, low + 1)) return null
  return between(track, low, atMs)
}

/** The least distance of the whole track to a position. */
export function leastDistanceMeters(
  track: TruthTrack,
  longitude: number,
  latitude: number,
): number {
  let least = Infinity
  for (let index = 0; index < track.atMs.length; index++) {
    least = Math.min(
      least,
      distanceMeters(longitude, latitude, track.longitudes[index]!, track.latitudes[index]!),
    )
  }
  return least
}

/** Knots in order of time, straight and even between them. */
export type TruthTrack = {
  readonly atMs: Float64Array
  readonly longitudes: Float64Array
  readonly latitudes: Float64Array
  /**
   * Knots further apart than this leave it unknown where the person was between them,
   * unless they are one place.
   */
  readonly gapMsMax: number
}

export type TrackStay = {
  readonly startMs: number
  readonly endMs: number
  readonly deepestMeters: number
}

/**
 * Two knots this near each other are a rest, whatever the time between; a rest
 * of hours needs no report.
 */
const restMetersMax = 50
const restMsMax = 900_000
const stepMs = 5_000

function isGap(track: TruthTrack, index: number): boolean {
  if (index === 0) return false
  const gapMs = track.atMs[index]! - track.atMs[index - 1]!
  if (gapMs <= track.gapMsMax) return false
  if (gapMs > restMsMax) return true
  const meters = distanceMeters(
    track.longitudes[index - 1]!,
    track.latitudes[index - 1]!,
    track.longitudes[index]!,
    track.latitudes[index]!,
  )
  return meters > restMetersMax
}

/** Every knot, and moments of at most five seconds apart between them. */
function forEachMoment(
  track: TruthTrack,
  visit: (atMs: number, longitude: number, latitude: number, isAfterGap: boolean) => void,
): void {
  const { atMs, longitudes, latitudes } = track
  for (let index = 0; index < atMs.length; index++) {
    const isAfterGap = isGap(track, index)
    if (index > 0 && !isAfterGap) {
      for (let at = atMs[index - 1]! + stepMs; at < atMs[index]!; at += stepMs) {
        const { longitude, latitude } = between(track, index - 1, at)
        visit(at, longitude, latitude, false)
      }
    }
    visit(atMs[index]!, longitudes[index]!, latitudes[index]!, isAfterGap)
  }
}

function between(
  track: TruthTrack,
  index: number,
  atMs: number,
): { longitude: number; latitude: number } {
  const { atMs: times, longitudes, latitudes } = track
  const part = (atMs - times[index]!) / (times[index + 1]! - times[index]!)
  return {
    longitude: longitudes[index]! + part * (longitudes[index + 1]! - longitudes[index]!),
    latitude: latitudes[index]! + part * (latitudes[index + 1]! - latitudes[index]!),
  }
}
