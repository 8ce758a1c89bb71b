import type { CaseFix } from '../fixes/case-fix.ts'
import type { Limits } from '../model/limits.ts'
import { isSameMeasurement } from './same-position.ts'
import type { Track } from './track-state.ts'

/** The device suspected jamming about when it recorded this. `jammedAtMs` is in ascending order. */
export function isJammed(
  jammedAtMs: readonly number[] | undefined,
  fix: CaseFix,
  limits: Limits,
): boolean {
  if (jammedAtMs === undefined) return false
  for (let at = jammedAtMs.length - 1; at >= 0; at--) {
    const sinceMs = fix.recordedAtMs - (jammedAtMs[at] ?? Infinity)
    if (sinceMs > limits.jammedAfterMs) return false
    if (sinceMs >= -limits.jammedBeforeMs) return true
  }
  return false
}

/**
 * Satellites are counted for this wearer, and the device has none: wherever it says that it is, it
 * does not see the sky, and that nobody is in a ban any more is not to be taken from it. Whichever
 * of several devices counted them last: one that lies at home says nothing of the other one's sky.
 */
export function lacksSatellites({ withSatellites }: Pick<Track, 'withSatellites'>, fix: CaseFix) {
  return fix.satellites === 0 && withSatellites !== null
}

/**
 * That the person is still there is not to be taken from this fix, with which the device gives a
 * place: it has no satellites, or gives the place of the sighting once more and trusts it less.
 */
export function provesNothing(track: Track, fix: CaseFix, limits: Limits): boolean {
  if (lacksSatellites(track, fix)) return true
  const { sighting, provenAtMs } = track
  if (sighting === null || !isSameMeasurement(sighting, fix, limits)) return false
  const isProven = provenAtMs === sighting.recordedAtMs
  const { accuracyMeters } = sighting
  return isProven ? fix.accuracyMeters > accuracyMeters : fix.accuracyMeters >= accuracyMeters
}

/**
 * The device has lost its last satellite, and claims to know the place exactly as well as when it
 * had some: it repeats or reckons on. A device that never counts satellites is not meant, nor one
 * that admits a wider radius.
 */
export function hasLostSatellites(
  withSatellites: CaseFix | null,
  fix: CaseFix,
  limits: Limits,
): boolean {
  return (
    fix.satellites === 0 &&
    withSatellites !== null &&
    withSatellites.deviceSlot === fix.deviceSlot &&
    withSatellites.accuracyMeters === fix.accuracyMeters &&
    fix.recordedAtMs - withSatellites.recordedAtMs <= limits.beliefMemoryMsMax
  )
}
