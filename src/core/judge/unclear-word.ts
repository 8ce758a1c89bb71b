import { canOpen, disbeliefBits } from '../belief/believe-fix.ts'
import { findHeldUntilMs } from '../belief/held-sighting.ts'
import type { Track } from '../belief/track-state.ts'
import type { CaseFix } from '../fixes/case-fix.ts'
import { sigmaFromAccuracy } from '../../../geo/probability.ts'
import type { Limits } from '../model/limits.ts'
import type { Episode } from './episode.ts'
import { isUnusual } from './lower-rank.ts'
import type { UnclearWord } from './unclear-stay.ts'

/**
 * Of an area it takes a middle inside it. In an approach it is enough that the circle of one too
 * poor to be believed may hold the area; without one, of whoever was under way when last seen, half
 * that. Where the approach band is too narrow to say anything, the circle of a coarse one that is
 * believed counts alike.
 */
export function readAboutArea(
  { fix, disbelief, mine }: { readonly fix: CaseFix; readonly disbelief: number; mine: Track },
  about: AboutArea,
  limits: Limits,
): UnclearWord {
  if (!canOpen(disbelief & ~disbeliefBits['accuracy-too-poor'])) return 'nothing'
  const { borderMeters, probability, areaSquareMeters, approach } = about
  const isPoor = (disbelief & disbeliefBits['accuracy-too-poor']) !== 0
  const reachMeters = isPoor
    ? findPoorReach(fix, approach, mine, limits)
    : findCoarseReach(fix, approach, areaSquareMeters, limits)
  if (borderMeters > reachMeters) {
    return !isPoor && borderMeters > fix.accuracyMeters ? 'elsewhere' : 'astray'
  }
  return !isPoor && probability >= limits.breachProbabilityRepeated ? 'judged' : 'about'
}

/** How the fix lies to one area. */
type AboutArea = {
  readonly borderMeters: number
  readonly probability: number
  readonly areaSquareMeters: number
  /** The one that goes on. */
  readonly approach: Episode | null
}

/** How far from its middle a position too poor to be believed may hold for the area. */
function findPoorReach(
  { accuracyMeters }: CaseFix,
  approach: Episode | null,
  mine: Track,
  limits: Limits,
): number {
  if (approach !== null) return isUnusual(approach) ? accuracyMeters : 0
  const isUnderWay = mine.sighting !== null && findHeldUntilMs(mine, limits) === null
  const { unclearUnderWayShare, unclearReachMetersMax } = limits
  return isUnderWay ? Math.min(accuracyMeters * unclearUnderWayShare, unclearReachMetersMax) : 0
}

/** The same of one that is believed. */
function findCoarseReach(
  { accuracyMeters }: CaseFix,
  approach: Episode | null,
  areaSquareMeters: number,
  limits: Limits,
): number {
  if (approach !== null) return 0
  const ringMeters = Math.sqrt(areaSquareMeters / Math.PI)
  return isCoarse(accuracyMeters, ringMeters, limits) ? accuracyMeters : 0
}

/**
 * Of two people whose distance no approach and no breach speaks for: their circles may hold them
 * nearer to each other than is allowed, and are too wide to say so.
 */
export function readAboutPair(
  apartMeters: number,
  spreadMeters: number,
  { separationMeters, probability }: AboutPair,
  limits: Limits,
): UnclearWord {
  const borderMeters = apartMeters - separationMeters
  const isWide = isCoarse(spreadMeters, separationMeters, limits)
  if (borderMeters > spreadMeters) return isWide ? 'astray' : 'elsewhere'
  if (probability >= limits.breachProbabilityRepeated) return 'judged'
  return isWide ? 'about' : 'astray'
}

type AboutPair = { readonly separationMeters: number; readonly probability: number }

/**
 * Even with its middle in the middle of such a ring it would be as likely outside as inside; or
 * coarse by any measure.
 */
function isCoarse(accuracyMeters: number, ringMeters: number, limits: Limits): boolean {
  return (
    accuracyMeters >= limits.unclearAccuracyMetersMin ||
    sigmaFromAccuracy(accuracyMeters) > ringMeters
  )
}
