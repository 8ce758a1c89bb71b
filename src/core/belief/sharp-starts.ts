import type { CaseFix } from '../fixes/case-fix.ts'
import type { SharpStart, Track } from './track-state.ts'
import { findProvenStart, heardDevicesMax } from './path-starts.ts'
import type { Plans } from './witness.ts'
import { findPathMsMax } from './witness.ts'

/**
 * A coarse position between two sharp ones says little of the way: the last sharp one before it is
 * kept beside it, with all that came since, for as long as a path may take. `fix` is proven, and
 * not the proven start yet.
 */
export function noteSharpStart(track: Track, fix: CaseFix, plans: Plans): readonly SharpStart[] {
  const { sharpStarts } = track
  const { limits } = plans
  const known = findSharpStart(track, fix.deviceSlot)
  const from = known?.from ?? findProvenStart(track, fix.deviceSlot)
  const isCoarse =
    from !== null && fix.accuracyMeters > limits.passageCoarseFactor * from.accuracyMeters
  // Hot path: nearly every fix is as good as the one before.
  if (known === null && !isCoarse) return sharpStarts
  const others = sharpStarts.filter((one) => one !== known)
  if (from === null || !isCoarse) return others
  const coarse = [...(known?.coarse ?? []), fix]
  const isLong = fix.recordedAtMs - from.recordedAtMs > findPathMsMax(fix, plans)
  // Of a way with so many turns too little is known.
  if (isLong || coarse.length > limits.passageCoarseCountMax) return others
  return [...others, { from, coarse }].slice(-heardDevicesMax)
}

export function findSharpStart({ sharpStarts }: Track, deviceSlot: number): SharpStart | null {
  return sharpStarts.find(({ from }) => from.deviceSlot === deviceSlot) ?? null
}
