import type { CaseFix } from '../fixes/case-fix.ts'
import type { Track } from './track-state.ts'
import type { Plans } from './witness.ts'
import { findWitnessMs } from './witness.ts'

/**
 * Takes a believed fix that proves where the person is, once the anchor has followed it. A rest is
 * as long as it was seen: whoever shows up for a moment where they were an hour ago may have been
 * anywhere in between, and that hour counts for nothing.
 */
export function noteProven(
  track: Pick<Track, 'anchor' | 'provenAtMs' | 'restProvenMs'>,
  fix: CaseFix,
  plans: Plans,
): void {
  const { recordedAtMs } = fix
  const { anchor, provenAtMs } = track
  const pauseMsMax = Math.max(plans.limits.provenPauseMsMax, findWitnessMs(fix, plans))
  if (recordedAtMs - provenAtMs <= pauseMsMax) {
    track.restProvenMs += recordedAtMs - Math.max(provenAtMs, anchor?.recordedAtMs ?? recordedAtMs)
  }
  track.provenAtMs = recordedAtMs
}
