import type { CaseFix } from '../fixes/case-fix.ts'
import type { Track } from './track-state.ts'
import type { Plans } from './witness.ts'
import { findWitnessMs } from './witness.ts'

/**
 * Doubted for its distance, and so were two before it by the same device within half an hour, or as
 * long as a witness counts on a slower plan. However many places such a device gives in turn, and
 * whether or not one of them comes twice, none of them is truer than another: each may be where the
 * person is, the believed one with them.
 */
export function isJumping({ jumps }: Track, fix: CaseFix, plans: Plans): boolean {
  const { faultFixCountMin, jumpingMsMax } = plans.limits
  // Hot path: hardly anybody ever jumps.
  if (jumps.length === 0) return false
  const fromMs = fix.recordedAtMs - Math.max(jumpingMsMax, findWitnessMs(fix, plans))
  let count = 1
  for (let at = 0; at < jumps.length; at += 2) {
    if (jumps[at] === fix.deviceSlot && (jumps[at + 1] ?? Number.NaN) >= fromMs) count++
  }
  return count >= faultFixCountMin
}

/** Keeps the two newest of this device beside those of the others. */
export function noteJump(
  jumps: readonly number[],
  { deviceSlot, recordedAtMs }: CaseFix,
): readonly number[] {
  const kept: number[] = []
  let ownAt = -1
  for (let at = 0; at < jumps.length; at += 2) {
    const slot = jumps[at] ?? Number.NaN
    if (slot !== deviceSlot) kept.push(slot, jumps[at + 1] ?? Number.NaN)
    else ownAt = at
  }
  if (ownAt >= 0) kept.push(deviceSlot, jumps[ownAt + 1] ?? Number.NaN)
  kept.push(deviceSlot, recordedAtMs)
  return kept.slice(-jumpsKeptMax)
}

/** Slot and time of two jumps of eight devices: nobody wears more at once. */
const jumpsKeptMax = 32
