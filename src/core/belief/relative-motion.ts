import { metersPerDegree } from '../../../geo/distance.ts'
import { longitudeDelta } from '../../../geo/ellipsoid.ts'
import type { CaseFix } from '../fixes/case-fix.ts'

/**
 * Metres east and north; of a velocity, metres a second. On the plane at their middle: for gaps of
 * kilometres.
 */
export type Move = { readonly east: number; readonly north: number }

/**
 * The straight pace between two sightings; null when they are too far apart in time to tell, or of
 * one moment.
 */
export function findVelocity(from: CaseFix, to: CaseFix, gapMsMax: number): Move | null {
  const gapMs = to.recordedAtMs - from.recordedAtMs
  if (!(gapMs > 0 && gapMs <= gapMsMax)) return null
  const { east, north } = findMove(from, to)
  return { east: (1000 * east) / gapMs, north: (1000 * north) / gapMs }
}

/** From this fix to where the other person is by now, at the pace last seen. */
export function findGap(fix: CaseFix, other: CaseFix, velocity: Move, ageSeconds: number): Move {
  const { east, north } = findMove(fix, other)
  return { east: east + ageSeconds * velocity.east, north: north + ageSeconds * velocity.north }
}

/**
 * Metres a second at which a gap shrinks; negative while it grows. `drift` is theirs relative to
 * mine.
 */
export function closingMetersPerSecond(gap: Move, drift: Move): number {
  return -(gap.east * drift.east + gap.north * drift.north) / Math.hypot(gap.east, gap.north)
}

export function subtract(one: Move, other: Move): Move {
  return { east: one.east - other.east, north: one.north - other.north }
}

function findMove(from: CaseFix, to: CaseFix): Move {
  const scale = metersPerDegree((from.latitude + to.latitude) / 2)
  return {
    east: longitudeDelta(from.longitude, to.longitude) * scale.longitude,
    north: (to.latitude - from.latitude) * scale.latitude,
  }
}
