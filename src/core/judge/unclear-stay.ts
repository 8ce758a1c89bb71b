import type { CaseFix } from '../fixes/case-fix.ts'
import type { Limits } from '../model/limits.ts'
import type { ConfirmWindows } from '../rules/confirm-window.ts'
import { findConfirmWindowMs } from '../rules/confirm-window.ts'

/**
 * Takes the fix into how long the positions of its device have put the wearer in the area, or about
 * the other person, each too coarse to say whether that is true. Such positions open nothing by
 * themselves, however many come; staff hear that it is not known. A position that is clear, and
 * elsewhere, ends it; of coarse ones elsewhere it takes two in a row, for one may be a wrong mast.
 */
export function noteUnclear(
  stays: readonly UnclearStay[],
  fix: CaseFix,
  word: UnclearWord,
  { limits, gapMsMax, isApproached }: Noting,
): readonly UnclearStay[] {
  if (word === 'nothing') return stays
  const mine = stays.find(({ deviceSlot }) => deviceSlot === fix.deviceSlot) ?? null
  const known = mine !== null && fix.recordedAtMs - mine.lastMs <= gapMsMax ? mine : null
  const others = mine === null ? stays : stays.filter((one) => one !== mine)
  if (word === 'about' || word === 'judged') {
    if (known === null && word === 'judged') return others
    return [...others, extend(known, fix, isApproached)].slice(-staysMax)
  }
  if (known === null) return others
  const strayCount = known.strayCount + 1
  if (word === 'elsewhere' || strayCount >= limits.unclearStrayCountMax) return others
  return [...others, { ...known, strayCount }]
}

/**
 * What one position says of a stay. `about`: it may hold for it, and cannot say so; `judged`: sure
 * enough to be one of two that open; `elsewhere`: clear, and away; `astray`: not about it, and not
 * clear either.
 */
export type UnclearWord = 'nothing' | 'about' | 'judged' | 'elsewhere' | 'astray'

type Noting = {
  readonly limits: Limits
  /** After a longer time without a word it begins anew: what lies between is not known. */
  readonly gapMsMax: number
  /** An approach goes on, and not where the offender is day after day. */
  readonly isApproached: boolean
}

/** As long as a return would not be told, by the plan of the device. */
export function findStayGapMsMax(
  { deviceSlot, recordedAtMs }: Pick<CaseFix, 'deviceSlot' | 'recordedAtMs'>,
  confirmWindows: ConfirmWindows,
  limits: Limits,
): number {
  const windowMs = findConfirmWindowMs(confirmWindows, deviceSlot, recordedAtMs)
  const planMs = (limits.returnIntervalsMax * windowMs) / limits.confirmIntervalFactor
  return Math.max(limits.returnBreachMsMin, planMs)
}

/** Long enough to be told. After an approach that is sooner. */
export function isLastingStay(stay: UnclearStay, limits: Limits): boolean {
  const { sinceMs, lastMs, count, isApproached } = stay
  const lastingMs = isApproached ? limits.unclearApproachMsMin : limits.unclearMsMin
  return count >= limits.unclearFixCountMin && lastMs - sinceMs >= lastingMs
}

/** By the positions of one device. Never changed, only replaced. */
export type UnclearStay = {
  readonly deviceSlot: number
  readonly sinceMs: number
  readonly lastMs: number
  readonly count: number
  /** Coarse positions in a row that lie elsewhere. */
  readonly strayCount: number
  /** The last of them came in an approach, and not where the offender is day after day. */
  readonly isApproached: boolean
}

export const noUnclear: readonly UnclearStay[] = []

/** Nobody wears more at once. */
const staysMax = 8

function extend(
  known: UnclearStay | null,
  { deviceSlot, recordedAtMs }: CaseFix,
  isApproached: boolean,
): UnclearStay {
  return {
    deviceSlot,
    sinceMs: known?.sinceMs ?? recordedAtMs,
    lastMs: recordedAtMs,
    count: (known?.count ?? 0) + 1,
    strayCount: 0,
    isApproached,
  }
}
