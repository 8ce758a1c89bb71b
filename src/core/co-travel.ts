import { metersPerDegree } from '../../geo/distance.ts'
import { longitudeDelta } from '../../geo/ellipsoid.ts'
import type { CaseFix } from './case-fix.ts'
import type { Limits } from './limits.ts'
import type { Track } from './track.ts'

/**
 * Two people on one road or railway: `together` the same way at the same pace and coming no closer, or `passing` each
 * other at speed, which is over within a minute. Null when it is neither, or not known: told from two believed
 * sightings of each, the latest of both about as old as one another.
 */
export function findCoTravel(
  fix: CaseFix,
  mine: Track,
  theirs: Track,
  limits: Limits,
): CoTravel | null {
  if (mine.sighting === null || theirs.sighting === null || theirs.previous === null) return null
  const ageMs = fix.recordedAtMs - theirs.sighting.recordedAtMs
  if (ageMs > limits.confirmWindowMs) return null
  const my = findVelocity(mine.sighting, fix, limits)
  const their = findVelocity(theirs.previous, theirs.sighting, limits)
  if (my === null || their === null) return null
  const slower = Math.min(Math.hypot(my.east, my.north), Math.hypot(their.east, their.north))
  if (!(slower >= limits.coTravelSpeedMetersPerSecondMin)) return null
  const cosine =
    (my.east * their.east + my.north * their.north) /
    (Math.hypot(my.east, my.north) * Math.hypot(their.east, their.north))
  const gap = findGap(fix, theirs.sighting, their, ageMs / 1000)
  const drift = { east: their.east - my.east, north: their.north - my.north }
  const driftPace = Math.hypot(drift.east, drift.north)
  const closing = -(gap.east * drift.east + gap.north * drift.north)
  const gapMeters = Math.hypot(gap.east, gap.north)
  if (cosine >= sameWayCosine && driftPace <= samePaceShare * slower) {
    // Metres a second at which the gap shrinks; the allowance is a walker's pace.
    return closing <= limits.ageingSpeedMetersPerSecondMin * gapMeters ? 'together' : null
  }
  const isOpposite = cosine <= -sameWayCosine
  return isOpposite && closing < (driftPace * driftPace * limits.passingMsMax) / 1000
    ? 'passing'
    : null
}

export type CoTravel = 'together' | 'passing'

/** 18 degrees: a road bends between two sightings. */
const sameWayCosine = 0.95
const samePaceShare = 0.15

type Move = { readonly east: number; readonly north: number }

function findVelocity(from: CaseFix, to: CaseFix, limits: Limits): Move | null {
  const gapMs = to.recordedAtMs - from.recordedAtMs
  if (!(gapMs > 0 && gapMs <= limits.passageGapMsMax)) return null
  const { east, north } = findMove(from, to)
  return { east: (1000 * east) / gapMs, north: (1000 * north) / gapMs }
}

/** From this fix to where the other person is by now, at the pace last seen. */
function findGap(fix: CaseFix, other: CaseFix, velocity: Move, ageSeconds: number): Move {
  const { east, north } = findMove(fix, other)
  return { east: east + ageSeconds * velocity.east, north: north + ageSeconds * velocity.north }
}

function findMove(from: CaseFix, to: CaseFix): Move {
  const scale = metersPerDegree((from.latitude + to.latitude) / 2)
  return {
    east: longitudeDelta(from.longitude, to.longitude) * scale.longitude,
    north: (to.latitude - from.latitude) * scale.latitude,
  }
}
