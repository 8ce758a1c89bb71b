import type { CaseFix } from '../fixes/case-fix.ts'
import { dropFirst } from '../model/lists.ts'
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
  const known = findSharpStart(track, fix.deviceSlot)
  const from = known?.from ?? findProvenStart(track, fix.deviceSlot)
  const isCoarse = from !== null && isCoarser(track, from, fix, plans)
  // Hot path: nearly every fix is as good as the one before.
  if (known === null && !isCoarse) return sharpStarts
  const others = sharpStarts.filter((one) => one !== known)
  if (from === null || !isCoarse) return others
  const coarse = [...(known?.coarse ?? []), fix]
  const isLong = fix.recordedAtMs - from.recordedAtMs > findPathMsMax(fix, plans)
  // Of a way with so many turns too little is known.
  if (isLong || coarse.length > plans.limits.passageCoarseCountMax) return others
  return [...others, { from, coarse }].slice(-heardDevicesMax)
}

/**
 * Than the one before; or, where each is only twice as coarse as the one before it, than the
 * sharpest of the minutes before by as much again.
 */
export function isCoarser(
  { sharpest }: Pick<Track, 'sharpest'>,
  from: CaseFix,
  fix: CaseFix,
  plans: Plans,
): boolean {
  const { passageCoarseFactor: factor } = plans.limits
  if (fix.accuracyMeters > factor * from.accuracyMeters) return true
  let sharpestMeters = Infinity
  const msMax = findPathMsMax(fix, plans)
  for (let at = 0; at < sharpest.length; at += sharpestStride) {
    if (sharpest[at] !== fix.deviceSlot || isOld(sharpest, at, fix, msMax)) continue
    sharpestMeters = Math.min(sharpestMeters, sharpest[at + 1] ?? Infinity)
  }
  return fix.accuracyMeters > factor * factor * sharpestMeters
}

/**
 * Of each device the radii of the last minutes than which none since was as small: slot, metres and
 * time in turn, the newest last.
 */
export function noteSharpest(
  sharpest: readonly number[],
  fix: CaseFix,
  plans: Plans,
): readonly number[] {
  const kept = sharpest.slice()
  followSharpest(kept, fix, plans)
  return kept
}

/** The same in place, of a list that nobody shares. */
export function followSharpest(sharpest: number[], fix: CaseFix, plans: Plans): void {
  let keptCount = 0
  const msMax = findPathMsMax(fix, plans)
  for (let at = 0; at < sharpest.length; at += sharpestStride) {
    const slot = sharpest[at] ?? -1
    const meters = sharpest[at + 1] ?? 0
    const isOver = meters >= fix.accuracyMeters || isOld(sharpest, at, fix, msMax)
    if (slot === fix.deviceSlot && isOver) continue
    if (keptCount < at) {
      sharpest[keptCount] = slot
      sharpest[keptCount + 1] = meters
      sharpest[keptCount + 2] = sharpest[at + 2] ?? 0
    }
    keptCount += sharpestStride
  }
  sharpest.length = keptCount
  sharpest.push(fix.deviceSlot, fix.accuracyMeters, fix.recordedAtMs)
  dropFirst(sharpest, Math.max(0, sharpest.length - sharpestStride * sharpestCountMax))
}

export const sharpestStride = 3
/** Of eight devices, by reports of half a minute, more than there ever are. */
const sharpestCountMax = 80

function isOld(sharpest: readonly number[], at: number, fix: CaseFix, msMax: number): boolean {
  return fix.recordedAtMs - (sharpest[at + 2] ?? -Infinity) > msMax
}

export function findSharpStart({ sharpStarts }: Track, deviceSlot: number): SharpStart | null {
  return sharpStarts.find(({ from }) => from.deviceSlot === deviceSlot) ?? null
}
