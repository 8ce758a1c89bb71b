import type { CaseFix } from '../fixes/case-fix.ts'
import type { Limits } from '../model/limits.ts'

/**
 * Further than the fastest plausible mover gets in the time between, with both sure radii given
 * away.
 */
export function isTooFar(
  earlier: CaseFix,
  later: CaseFix,
  meters: number,
  limits: Limits,
): boolean {
  return !isWithin(earlier, later, meters, limits.plausibleSpeedMetersPerSecondMax, limits)
}

/** As fast as an airliner: what a flight seen on its way may have covered. */
export function isWithinFlight(
  earlier: CaseFix,
  later: CaseFix,
  meters: number,
  limits: Limits,
): boolean {
  return isWithin(earlier, later, meters, limits.flightSpeedMetersPerSecondMax, limits)
}

function isWithin(
  earlier: CaseFix,
  later: CaseFix,
  meters: number,
  speedMetersPerSecond: number,
  { accuracySureFactor }: Limits,
): boolean {
  const seconds = (later.recordedAtMs - earlier.recordedAtMs) / 1000
  const allowedMeters =
    seconds * speedMetersPerSecond +
    accuracySureFactor * (earlier.accuracyMeters + later.accuracyMeters)
  return meters <= allowedMeters
}

/** By land, or after some hours by a flight that nobody saw. */
export function isReachable(
  earlier: CaseFix,
  later: CaseFix,
  meters: number,
  limits: Limits,
): boolean {
  if (!isTooFar(earlier, later, meters, limits)) return true
  const isLong = later.recordedAtMs - earlier.recordedAtMs >= limits.flightUnseenMsMin
  return isLong && isWithinFlight(earlier, later, meters, limits)
}
