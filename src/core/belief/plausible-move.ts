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
  const seconds = (later.recordedAtMs - earlier.recordedAtMs) / 1000
  const allowedMeters =
    seconds * limits.plausibleSpeedMetersPerSecondMax +
    limits.accuracySureFactor * (earlier.accuracyMeters + later.accuracyMeters)
  return !(meters <= allowedMeters)
}
