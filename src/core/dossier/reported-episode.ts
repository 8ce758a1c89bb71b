import type { Episode, Telling } from '../judge/episode.ts'

/** An episode as it was last reported, the end that the clock gave it included. */
export type Reported = {
  readonly episode: Episode
  /** Null while it has had no alert of its own. */
  readonly alertId: string | null
  /** Reported once, and not supported by all the fixes at hand now. */
  readonly isUnsupported: boolean
  /** As last told: what it rested on did not say where anybody was. */
  readonly isLate: boolean
  /** As last told: of an everyday kind that ranks lower. */
  readonly isOrdinary: boolean
  /** How a breach ranks that was learned late (`report-over`). */
  readonly lateRank: LateRank
  /** The newest reading inside that the alert was given; -Infinity while it has none. */
  readonly seenMs: number
  /** When anything newer inside was last learned, of what was told as late. */
  readonly insideLearnedMs: number
  /** It has ended by others, and goes on as not known: a device that saw it was not heard since. */
  readonly isHeld: boolean
  /** What was told of it while it went on, also what later fixes did not bear out. */
  readonly told: readonly Telling[]
}

/**
 * `none`: it was told as of now, or is no breach. `full`: as its kind does, as it may go on, or it
 * is not known where they are now. `lower`: it was over for long when it was learned.
 */
export type LateRank = 'none' | 'full' | 'lower'

/** Of an episode that nobody was told of. */
export const untold = {
  alertId: null,
  isUnsupported: false,
  isLate: false,
  isOrdinary: false,
  lateRank: 'none',
  seenMs: -Infinity,
  insideLearnedMs: -Infinity,
  isHeld: false,
  told: [],
} as const satisfies Omit<Reported, 'episode'>

/** The end that staff know of. */
export function findToldEndMs({ episode, isHeld }: Reported): number | null {
  return isHeld ? null : episode.endMs
}
