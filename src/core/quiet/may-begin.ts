import type { Track } from '../belief/track-state.ts'
import type { CaseFix } from '../fixes/case-fix.ts'
import { offenderSlot } from '../fixes/case-fix.ts'
import type { FoldContext } from '../judge/fold.ts'
import { findNextBeginning } from '../rules/next-beginning.ts'

/** An order that begins finds two people by where they were seen before. */
export function mayPairBegin(
  { recordedAtMs }: CaseFix,
  { pairRules }: FoldContext,
  slot: number,
): boolean {
  return pairRules.some(
    (rule) =>
      (slot === offenderSlot || rule.victimSlot === slot) &&
      findNextBeginning(rule, recordedAtMs) !== Infinity,
  )
}

/** A ban that begins asks where the person's other devices were, however far off this one lies. */
export function mayBanBegin(
  { otherPlaces, sighting }: Track,
  { banRules }: FoldContext,
  slot: number,
): boolean {
  if (slot !== offenderSlot || otherPlaces.length === 0 || sighting === null) return false
  return banRules.some((rule) => findNextBeginning(rule, sighting.recordedAtMs) !== Infinity)
}
