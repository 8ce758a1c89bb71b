import { signedDistanceMeters } from '../../../geo/containment.ts'
import type { BanShape } from '../../../geo/ban-shape.ts'
import { distanceMeters } from '../../../geo/distance.ts'
import { longitudeDelta } from '../../../geo/ellipsoid.ts'
import type { TrueTrack } from '../cases/case-stream.ts'

/**
 * When the track lies within `growMeters` of the area, exactly: the distance to a border changes by
 * no more than a metre per metre, so one may stride ahead by as much, and halve the last stride to
 * find a crossing to the millisecond.
 */
export function findPresence(
  track: TrueTrack,
  shape: BanShape,
  middle: { readonly longitude: number; readonly latitude: number },
  reachMeters: number,
  growMeters: number,
): Presence[] {
  const found: Presence[] = []
  let open: Presence | null = null
  const enter = (atMs: number): void => {
    open ??= { startMs: atMs, endMs: atMs, nearestMeters: Infinity }
  }
  const leave = (atMs: number): void => {
    if (open !== null) found.push({ ...open, endMs: atMs })
    open = null
  }
  const note = (meters: number): void => {
    if (open !== null) open = { ...open, nearestMeters: Math.min(open.nearestMeters, meters) }
  }
  for (let knot = 0; knot + 1 < track.count; knot++) {
    if (isFarOff(track, knot, middle, reachMeters + growMeters)) {
      if (open !== null) leave(track.atMs[knot]!)
      continue
    }
    walkStretch(track, shape, knot, growMeters, { enter, leave, note })
  }
  leave(track.atMs[track.count - 1]!)
  return found
}

export type Presence = {
  readonly startMs: number
  readonly endMs: number
  /** To the border, negative inside. */
  readonly nearestMeters: number
}

type Walker = {
  readonly enter: (atMs: number) => void
  readonly leave: (atMs: number) => void
  readonly note: (meters: number) => void
}

/** Along one straight stretch. */
function walkStretch(
  track: TrueTrack,
  shape: BanShape,
  knot: number,
  growMeters: number,
  walker: Walker,
): void {
  const fromLongitude = track.longitudes[knot]!
  const fromLatitude = track.latitudes[knot]!
  const east = longitudeDelta(fromLongitude, track.longitudes[knot + 1]!)
  const north = track.latitudes[knot + 1]! - fromLatitude
  const lengthMeters = distanceMeters(
    fromLongitude,
    fromLatitude,
    track.longitudes[knot + 1]!,
    track.latitudes[knot + 1]!,
  )
  const fromMs = track.atMs[knot]!
  const durationMs = track.atMs[knot + 1]! - fromMs
  const metersAt = (share: number): number =>
    signedDistanceMeters(shape, fromLongitude + share * east, fromLatitude + share * north)
  const timeAt = (share: number): number => Math.round(fromMs + share * durationMs)
  let share = 0
  let meters = metersAt(0)
  if (meters <= growMeters) walker.enter(timeAt(0))
  else walker.leave(timeAt(0))
  walker.note(meters)
  while (share < 1 && lengthMeters > 0) {
    // Inside, short strides too, so that the deepest place is not stridden over.
    const strideMeters = Math.max(
      strideMin,
      Math.min(Math.abs(meters - growMeters), strideMax(meters)),
    )
    const next = Math.min(1, share + strideMeters / lengthMeters)
    const nextMeters = metersAt(next)
    if (meters <= growMeters !== nextMeters <= growMeters) {
      const crossing = halve(metersAt, share, next, growMeters)
      if (nextMeters <= growMeters) walker.enter(timeAt(crossing))
      else walker.leave(timeAt(crossing))
    }
    walker.note(nextMeters)
    share = next
    meters = nextMeters
  }
}

const strideMin = 0.5
const halvings = 24

function strideMax(meters: number): number {
  return meters <= 0 ? 2 : Math.max(2, meters / 4)
}

function halve(
  metersAt: (share: number) => number,
  from: number,
  to: number,
  growMeters: number,
): number {
  const isInsideBefore = metersAt(from) <= growMeters
  let low = from
  let high = to
  for (let round = 0; round < halvings; round++) {
    const middle = (low + high) / 2
    if (metersAt(middle) <= growMeters === isInsideBefore) low = middle
    else high = middle
  }
  return (low + high) / 2
}

/** By a box in degrees around the middle: most stretches are nowhere near. */
function isFarOff(
  track: TrueTrack,
  knot: number,
  middle: { readonly longitude: number; readonly latitude: number },
  reachMeters: number,
): boolean {
  const north = (reachMeters / metersPerDegreeMin) * 1.02
  const east = north / Math.cos((middle.latitude * Math.PI) / 180)
  const west = Math.min(track.longitudes[knot]!, track.longitudes[knot + 1]!)
  const eastern = Math.max(track.longitudes[knot]!, track.longitudes[knot + 1]!)
  const south = Math.min(track.latitudes[knot]!, track.latitudes[knot + 1]!)
  const northern = Math.max(track.latitudes[knot]!, track.latitudes[knot + 1]!)
  return (
    west > middle.longitude + east ||
    eastern < middle.longitude - east ||
    south > middle.latitude + north ||
    northern < middle.latitude - north
  )
}

const metersPerDegreeMin = 110_500
