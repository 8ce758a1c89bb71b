import { metersPerDegree } from '../../../geo/distance.ts'
import { longitudeDelta } from '../../../geo/ellipsoid.ts'
import type { TrueTrack } from '../cases/case-stream.ts'

/**
 * When two people are within a distance of each other, exactly: between two knots of either, one
 * moves straight and evenly as seen from the other, and that is a quadratic.
 */
export function findTogether(one: TrueTrack, other: TrueTrack, withinMeters: number): Together[] {
  const found: { startMs: number; endMs: number; nearestMeters: number }[] = []
  const scale = metersPerDegree(one.latitudes[0]!)
  let oneKnot = 0
  let otherKnot = 0
  let fromMs = Math.max(one.atMs[0]!, other.atMs[0]!)
  const untilMs = Math.min(one.atMs[one.count - 1]!, other.atMs[other.count - 1]!)
  while (fromMs < untilMs) {
    while (oneKnot + 2 < one.count && one.atMs[oneKnot + 1]! <= fromMs) oneKnot++
    while (otherKnot + 2 < other.count && other.atMs[otherKnot + 1]! <= fromMs) otherKnot++
    const toMs = Math.min(one.atMs[oneKnot + 1]!, other.atMs[otherKnot + 1]!, untilMs)
    if (toMs <= fromMs) break
    const latitude = one.latitudes[oneKnot]!
    // The scale follows the latitude slowly; within a kilometre the plane is
    // as good as the ellipsoid.
    const east = isNearby(latitude, other.latitudes[otherKnot]!) ? metersPerDegree(latitude) : scale
    const [x0, y0] = gapAt(
      { track: one, knot: oneKnot },
      { track: other, knot: otherKnot },
      fromMs,
      east,
    )
    const [x1, y1] = gapAt(
      { track: one, knot: oneKnot },
      { track: other, knot: otherKnot },
      toMs,
      east,
    )
    join(found, within(x0, y0, x1 - x0, y1 - y0, withinMeters), fromMs, toMs)
    fromMs = toMs
  }
  return found.map(({ startMs, endMs, nearestMeters }) => ({
    startMs: Math.round(startMs),
    endMs: Math.round(endMs),
    nearestMeters,
  }))
}

export type Together = {
  readonly startMs: number
  readonly endMs: number
  readonly nearestMeters: number
}

type Shares = { readonly from: number; readonly to: number; readonly nearestMeters: number }

function isNearby(latitude: number, otherLatitude: number): boolean {
  return Math.abs(latitude - otherLatitude) < 0.1
}

type OnTrack = { readonly track: TrueTrack; readonly knot: number }

function gapAt(
  one: OnTrack,
  other: OnTrack,
  atMs: number,
  scale: { readonly longitude: number; readonly latitude: number },
): readonly [east: number, north: number] {
  const [oneLongitude, oneLatitude] = positionOn(one.track, one.knot, atMs)
  const [otherLongitude, otherLatitude] = positionOn(other.track, other.knot, atMs)
  return [
    longitudeDelta(oneLongitude, otherLongitude) * scale.longitude,
    (otherLatitude - oneLatitude) * scale.latitude,
  ]
}

export function positionOn(
  track: TrueTrack,
  knot: number,
  atMs: number,
): readonly [longitude: number, latitude: number] {
  const fromMs = track.atMs[knot]!
  const share = Math.max(0, Math.min(1, (atMs - fromMs) / (track.atMs[knot + 1]! - fromMs)))
  const longitude = track.longitudes[knot]!
  const latitude = track.latitudes[knot]!
  return [
    longitude + share * (track.longitudes[knot + 1]! - longitude),
    latitude + share * (track.latitudes[knot + 1]! - latitude),
  ]
}

/** Which part of the stretch lies within the circle; null is none. */
function within(x: number, y: number, dx: number, dy: number, radius: number): Shares | null {
  const a = dx * dx + dy * dy
  const c = x * x + y * y - radius * radius
  if (a < 1e-12) {
    return c <= 0 ? { from: 0, to: 1, nearestMeters: Math.hypot(x, y) } : null
  }
  const b = x * dx + y * dy
  const square = b * b - a * c
  if (square <= 0) return null
  const root = Math.sqrt(square)
  const from = Math.max(0, (-b - root) / a)
  const to = Math.min(1, (-b + root) / a)
  if (from >= to) return null
  const nearest = Math.max(from, Math.min(to, -b / a))
  return { from, to, nearestMeters: Math.hypot(x + nearest * dx, y + nearest * dy) }
}

function join(
  found: { startMs: number; endMs: number; nearestMeters: number }[],
  shares: Shares | null,
  fromMs: number,
  toMs: number,
): void {
  if (shares === null) return
  const startMs = fromMs + shares.from * (toMs - fromMs)
  const endMs = fromMs + shares.to * (toMs - fromMs)
  const last = found.at(-1)
  if (last !== undefined && startMs - last.endMs < 1) {
    last.endMs = endMs
    last.nearestMeters = Math.min(last.nearestMeters, shares.nearestMeters)
    return
  }
  found.push({ startMs, endMs, nearestMeters: shares.nearestMeters })
}
