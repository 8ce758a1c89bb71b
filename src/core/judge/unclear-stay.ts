import { canOpen, disbeliefBits } from '../belief/believe-fix.ts'
import type { CaseFix } from '../fixes/case-fix.ts'
import type { Limits } from '../model/limits.ts'

/**
 * Takes the fix into how long the positions of its device have put the wearer in the area, each too
 * coarse to say whether that is true. Such positions open nothing by themselves, however many come;
 * staff hear that it is not known. In an approach it is enough that the circle of one too poor to
 * be believed may hold the area. A position that is clear, and elsewhere, ends it; of coarse ones
 * elsewhere it takes two in a row, for one may be a wrong mast.
 */
export function noteUnclear(
  stays: readonly UnclearStay[],
  { fix, disbelief }: JudgedFix,
  about: Position,
  limits: Limits,
): readonly UnclearStay[] {
  if (!canOpen(disbelief & ~disbeliefBits['accuracy-too-poor'])) return stays
  const { borderMeters, probability, isApproached } = about
  const isCoarse = (disbelief & disbeliefBits['accuracy-too-poor']) !== 0
  const isAbout = borderMeters <= (isCoarse && isApproached ? fix.accuracyMeters : 0)
  const mine = stays.find(({ deviceSlot }) => deviceSlot === fix.deviceSlot) ?? null
  const known = mine !== null && fix.recordedAtMs - mine.lastMs <= about.gapMsMax ? mine : null
  const others = mine === null ? stays : stays.filter((one) => one !== mine)
  if (isAbout) {
    const isJudged = !isCoarse && probability >= limits.breachProbabilityRepeated
    if (known === null && isJudged) return others
    return [...others, extend(known, fix, isApproached)].slice(-staysMax)
  }
  if (known === null) return others
  const isElsewhere = !isCoarse && borderMeters > fix.accuracyMeters
  const strayCount = known.strayCount + 1
  if (isElsewhere || strayCount >= limits.unclearStrayCountMax) return others
  return [...others, { ...known, strayCount }]
}

/** How the fix lies to one area. */
type Position = {
  readonly borderMeters: number
  readonly probability: number
  /** An approach goes on, and not where the offender is day after day. */
  readonly isApproached: boolean
  /** After a longer time without a word it begins anew: what lies between is not known. */
  readonly gapMsMax: number
}

/** As the step of the fold judged it; a scene holds more. */
type JudgedFix = { readonly fix: CaseFix; readonly disbelief: number }

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
