import { metersBetween } from '../../../geo/distance.ts'
import type { CaseFix } from '../fixes/case-fix.ts'
import type { Limits } from '../model/limits.ts'
import { findPace } from './held-sighting.ts'
import { provesNothing } from './reception.ts'
import type { Track } from './track-state.ts'
import type { Plans } from './witness.ts'
import { findWitnessMs } from './witness.ts'

/**
 * The fix with which the stay at the present place began, once this believed fix is the last
 * sighting. Rest is a place and not a pace: everything since lies within a small radius of that
 * first fix. Whoever walks leaves it, however slowly, and begins anew.
 */
export function followAnchor(
  { sighting, anchor }: Pick<Track, 'sighting' | 'anchor'>,
  fix: CaseFix,
  limits: Limits,
): CaseFix {
  const isMoving = (one: CaseFix): boolean =>
    one.speedMetersPerSecond > limits.heldPaceMetersPerSecondMax
  if (sighting === null || anchor === null || isMoving(fix)) return fix
  if (isOnePlace(anchor, fix, limits)) return anchor
  return !isMoving(sighting) && isOnePlace(sighting, fix, limits) ? sighting : fix
}

/**
 * Since when the person has been seen at the anchor, once this believed fix is the last sighting.
 * Nobody knows of whoever was out of sight for longer than a sighting holds that they stayed: the
 * place may be the same, and how long it was seen counts anew.
 */
export function followSeen(
  track: Pick<Track, 'sighting' | 'anchor' | 'anchorSeenMs'>,
  fix: CaseFix,
  anchor: CaseFix,
  plans: Plans,
): number {
  const { sighting, anchorSeenMs } = track
  const seenMs = sighting?.recordedAtMs ?? -Infinity
  if (fix.recordedAtMs - seenMs > findWitnessMs(fix, plans)) return fix.recordedAtMs
  return anchor === track.anchor ? anchorSeenMs : anchor.recordedAtMs
}

/**
 * Since when the person has been at rest at one place; null is under way, or known by coarse
 * positions to be elsewhere by now. Only such a person is known while nobody sees anything new.
 */
export function findRestSinceMs(track: Track, limits: Limits): number | null {
  const { sighting, anchor, awayCount } = track
  if (sighting === null || anchor === null || awayCount >= limits.heldAwayCountMax) return null
  const restMs = sighting.recordedAtMs - anchor.recordedAtMs
  return restMs >= limits.restMsMin ? anchor.recordedAtMs : null
}

/**
 * About where a person is of whom no position is believed, while the device is heard: a device that
 * finds no satellites for minutes is in a building, and whoever was under way may have gone on.
 * Once coarse positions put it elsewhere, the last of those counts. Not for judging: for telling
 * whether it matters that nothing can be judged.
 */
export function findWhereabouts(track: Track, plans: Plans): Whereabouts | null {
  const { limits } = plans
  const { sighting, coarse, awayCount } = track
  if (sighting === null) return null
  const isAway = awayCount >= limits.heldAwayCountMax && coarse !== null
  const { longitude, latitude, accuracyMeters, recordedAtMs } = isAway ? coarse : sighting
  const isResting = !isAway && findRestSinceMs(track, limits) !== null
  const seenPace = findPace(track, plans)
  const pace = seenPace >= 0 ? seenPace : limits.ageingSpeedMetersPerSecond
  const goingPace = Math.max(pace, limits.ageingSpeedMetersPerSecondMin)
  return {
    longitude,
    latitude,
    radiusMeters: findSureMeters(accuracyMeters, limits),
    paceMetersPerSecond: isResting ? 0 : Math.min(goingPace, limits.travelMetersPerSecondMax),
    isStanding: !isAway && isStanding(track, limits),
    atMs: recordedAtMs,
    // One that agrees lies within its own radius of the sighting, and the person of it.
    agreed:
      coarse === null || awayCount > 0 || provesNothing(track, coarse, limits)
        ? null
        : {
            atMs: coarse.recordedAtMs,
            radiusMeters:
              findSureMeters(coarse.accuracyMeters, limits) +
              findSureMeters(coarse.accuracyMeters, limits),
          },
  }
}

/**
 * All of a person's whereabouts lie within so many metres of their middle at this moment, by the
 * last sighting and by the last coarse position that agrees with it.
 */
export function findReachMeters(where: Whereabouts, limits: Limits, atMs: number): number {
  const { radiusMeters, paceMetersPerSecond, agreed } = where
  const awayMs = Math.max(atMs - where.atMs, limits.reachMsMin)
  const reachMeters = radiusMeters + (paceMetersPerSecond * awayMs) / 1000
  if (agreed === null || paceMetersPerSecond === 0) return reachMeters
  return Math.min(reachMeters, findAgreedReachMeters(agreed, limits, atMs))
}

/** By the coarse position alone; whoever it is of may have walked on since. */
export function findAgreedReachMeters(agreed: Agreed, limits: Limits, atMs: number): number {
  const awayMs = Math.max(0, atMs - agreed.atMs)
  return agreed.radiusMeters + (limits.ageingSpeedMetersPerSecondMin * awayMs) / 1000
}

export type Whereabouts = {
  readonly longitude: number
  readonly latitude: number
  readonly radiusMeters: number
  /** How fast the person may be going on from there; 0 is at rest. */
  readonly paceMetersPerSecond: number
  /** Last seen standing, for too short to be at rest. */
  readonly isStanding: boolean
  /** When the person was last seen there. */
  readonly atMs: number
  /** The last coarse position since that agrees with it, which bounds where the person is. */
  readonly agreed: Agreed | null
}

type Agreed = { readonly atMs: number; readonly radiusMeters: number }

function findSureMeters(accuracyMeters: number, limits: Limits): number {
  return limits.accuracySureFactor * accuracyMeters + limits.heldRadiusMeters
}

/**
 * For a minute or more no further from there than a receiver errs: a phone says no more once it
 * lies still. Too short for a rest, and no walk.
 */
function isStanding({ sighting, anchor }: Track, limits: Limits): boolean {
  if (sighting === null || anchor === null) return false
  if (sighting.speedMetersPerSecond > limits.standPaceMetersPerSecondMax) return false
  const ms = sighting.recordedAtMs - anchor.recordedAtMs
  const meters = metersBetween(anchor, sighting)
  const driftMeters = (limits.standPaceMetersPerSecondMax * ms) / 1000
  const radii = anchor.accuracyMeters + sighting.accuracyMeters
  return ms >= limits.standMsMin && meters <= driftMeters + radii / 2
}

export function isOnePlace(one: CaseFix, other: CaseFix, limits: Limits): boolean {
  const radii = Math.min(one.accuracyMeters + other.accuracyMeters, limits.restRadiiMetersMax)
  return metersBetween(one, other) <= limits.restMetersMax + radii
}
