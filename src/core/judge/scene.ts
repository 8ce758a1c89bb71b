import { isJumping } from '../belief/jumping.ts'
import type { Track } from '../belief/track-state.ts'
import type { CaseFix } from '../fixes/case-fix.ts'
import type { BanRule, PairRule } from '../rules/ban-versions.ts'
import { findConfirmWindowMs } from '../rules/confirm-window.ts'
import type { Episode } from './episode.ts'
import type { FoldContext, FoldState } from './fold.ts'
import type { Hearing } from './leaving.ts'

/**
 * Everything a judge looks at beside the state of its rule. `theirs` is of
 * the other person of a pair.
 */
export function createScene<Rule extends BanRule | PairRule, Theirs extends Track | null>(
  stage: Stage,
  rule: Rule,
  theirs: Theirs,
): Scene & { readonly rule: Rule; readonly theirs: Theirs } {
  const { context, state, judged, mine } = stage
  const { limits, confirmWindows, isWorn } = context
  const { deviceSlot, recordedAtMs } = judged.fix
  const confirmWindowMs = findConfirmWindowMs(confirmWindows, deviceSlot, recordedAtMs)
  return {
    limits,
    confirmWindows,
    isWorn,
    rule,
    judged,
    mine,
    theirs,
    confirmWindowMs,
    questionMsMax: isJumping(mine, judged.fix, context)
      ? Math.max(confirmWindowMs, limits.jumpingMsMax)
      : confirmWindowMs,
    episodes: state.episodes,
    nextEpisodeId: state.nextEpisodeId,
  }
}

/** A fix and what is known of it before any rule is judged. Made once, by the step of the fold. */
export type JudgedFix = {
  readonly fix: CaseFix
  /** Why it is not believed, as bits; 0 is believed. */
  readonly disbelief: number
  /** How far it lies from the last sighting of the person. */
  readonly movedMeters: number
}

/**
 * What all rules have in common at one step. `mine` is the track of the person of the
 * fix, as it was before it.
 */
export type Stage = {
  readonly context: FoldContext
  readonly state: FoldState
  readonly judged: JudgedFix
  readonly mine: Track
}

export type Scene = Hearing & {
  readonly rule: BanRule | PairRule
  readonly judged: JudgedFix
  /** Two fixes of this device further apart than this do not confirm each other. */
  readonly confirmWindowMs: number
  /**
   * The same while it jumps: between false positions true ones come seldom, so for as long as two
   * jumps count with a third.
   */
  readonly questionMsMax: number
  /** All that were found before. */
  readonly episodes: readonly Episode[]
  /** The first that is free. */
  readonly nextEpisodeId: number
}
export type BanScene = Scene & { readonly rule: BanRule }
export type PairScene = Scene & { readonly rule: PairRule; readonly theirs: Track }
