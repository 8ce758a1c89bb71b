import { metersBetween } from '../../../geo/distance.ts'
import type { CaseFix } from '../fixes/case-fix.ts'
import type { Limits } from '../model/limits.ts'
import { isTooFar } from './plausible-move.ts'
import type { Track } from './track-state.ts'
import type { Plans } from './witness.ts'
import { findWitnessMs } from './witness.ts'

/**
 * Doubted for its distance, and so were two before it by the same device within half an hour, or as
 * long as a witness counts on a slower plan; or two within a day that led somewhere anew, as this
 * one does. However many places such a device gives in turn, and whether or not one of them comes
 * twice, none of them is truer than another: each may be where the person is, the believed one with
 * them.
 */
export function isJumping({ jumps, newJumps }: Track, fix: CaseFix, plans: Plans): boolean {
  const { faultFixCountMin, jumpingMsMax, jumpingDayMsMax } = plans.limits
  // Hot path: hardly anybody ever jumps.
  if (jumps.length === 0) return false
  const fromMs = fix.recordedAtMs - Math.max(jumpingMsMax, findWitnessMs(fix, plans))
  const dayMs = fix.recordedAtMs - jumpingDayMsMax
  const before = faultFixCountMin - 1
  return countSince(jumps, fix, fromMs) >= before || countSince(newJumps, fix, dayMs) >= before
}

/**
 * Away from where this device was believed to be, and not to where it has said within minutes that
 * its wearer is. That the believed place is given again is no jump, and nor is that two devices
 * were put apart.
 */
export function isNewJump(track: Track, fix: CaseFix, plans: Plans): boolean {
  const { suspect } = track
  const own = findOwnSighting(track, fix)
  const isAway = (from: CaseFix): boolean =>
    isTooFar(from, fix, metersBetween(from, fix), plans.limits)
  if (own === null || !isAway(own)) return false
  return (
    suspect === null ||
    suspect.deviceSlot !== fix.deviceSlot ||
    fix.recordedAtMs - suspect.recordedAtMs > findWitnessMs(fix, plans) ||
    isAway(suspect)
  )
}

/** The last sighting by this device; null when it never gave one, or others came between. */
export function findOwnSighting(
  { sighting, sightingOfOther }: Track,
  fix: CaseFix,
): CaseFix | null {
  if (sighting?.deviceSlot === fix.deviceSlot) return sighting
  return sightingOfOther?.deviceSlot === fix.deviceSlot ? sightingOfOther : null
}

/** Jumps somewhere anew, so often within a day that any position of the device may be true. */
export function findJumps({ newJumps }: Track, limits: Limits): Jumps | null {
  // Hot path: hardly anybody ever jumps.
  if (newJumps.length === 0) return null
  let found: Jumps | null = null
  for (let at = 0; at < newJumps.length; at += 2) {
    const times = timesOf(newJumps, newJumps[at] ?? Number.NaN)
    const sinceMs = times.at(-limits.faultFixCountMin)
    const lastMs = times.at(-1)
    if (sinceMs === undefined || lastMs === undefined) continue
    const untilMs = sinceMs + limits.jumpingDayMsMax
    if (lastMs <= untilMs && untilMs > (found?.untilMs ?? -Infinity)) {
      found = { sinceMs, lastMs, untilMs }
    }
  }
  return found
}

/** The last three; without another it is over when the first of them is a day old. */
export type Jumps = {
  readonly sinceMs: number
  readonly lastMs: number
  readonly untilMs: number
}

/** Keeps the two newest of this device beside those of the others. */
export function noteJump(jumps: readonly number[], fix: CaseFix): readonly number[] {
  return keepNewest(jumps, fix, 2)
}

/** Keeps the three newest: so many say of a device that it jumps. */
export function noteNewJump(jumps: readonly number[], fix: CaseFix): readonly number[] {
  return keepNewest(jumps, fix, 3)
}

function keepNewest(
  jumps: readonly number[],
  { deviceSlot, recordedAtMs }: CaseFix,
  count: number,
): readonly number[] {
  const kept: number[] = []
  for (let at = 0; at < jumps.length; at += 2) {
    const slot = jumps[at] ?? Number.NaN
    if (slot !== deviceSlot) kept.push(slot, jumps[at + 1] ?? Number.NaN)
  }
  for (const atMs of timesOf(jumps, deviceSlot).slice(1 - count)) kept.push(deviceSlot, atMs)
  kept.push(deviceSlot, recordedAtMs)
  return kept.slice(-2 * count * devicesMax)
}

/** Nobody wears more at once. */
const devicesMax = 8

function countSince(jumps: readonly number[], { deviceSlot }: CaseFix, fromMs: number): number {
  return timesOf(jumps, deviceSlot).filter((atMs) => atMs >= fromMs).length
}

/** Slot and time in turn; those of one device, oldest first. */
function timesOf(jumps: readonly number[], deviceSlot: number): number[] {
  const times: number[] = []
  for (let at = 0; at < jumps.length; at += 2) {
    if (jumps[at] === deviceSlot) times.push(jumps[at + 1] ?? Number.NaN)
  }
  return times
}
