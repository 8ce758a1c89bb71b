import type { BanRule, PairRule } from '../rules/ban-versions.ts'
import type { ConfirmWindows } from '../rules/confirm-window.ts'
import type { EpisodeLog, EpisodeState } from './episode.ts'
import type { Limits } from '../model/limits.ts'
import type { Track } from '../belief/track-state.ts'
import { cloneTrack, createTrack } from '../belief/track.ts'

/** What a dossier knows after the fixes read so far, and all it knows: the next step depends on nothing else. */
export type FoldState = {
  /** By person slot. */
  readonly tracks: Track[]
  /** By slot of the rule; null while nothing is going on. */
  readonly bans: (RuleState | null)[]
  readonly pairs: (RuleState | null)[]
}

/** Never changed, only replaced, so that checkpoints may share it. */
export type RuleState = {
  readonly breach: EpisodeState | null
  readonly approach: EpisodeState | null
}

/** What the judges are given beside the state. */
export type FoldContext = {
  readonly limits: Limits
  readonly banRules: readonly BanRule[]
  readonly pairRules: readonly PairRule[]
  /** Two fixes further apart than this do not confirm each other. */
  readonly confirmWindows: ConfirmWindows
  /** By device slot, ascending: when the device suspected that it was being jammed. */
  readonly jammedAtMs: readonly (readonly number[] | undefined)[]
  readonly log: EpisodeLog
}

export function createFoldState(
  personCount: number,
  banCount: number,
  pairCount: number,
): FoldState {
  return {
    tracks: Array.from({ length: personCount }, createTrack),
    bans: Array.from({ length: banCount }, () => null),
    pairs: Array.from({ length: pairCount }, () => null),
  }
}

export function cloneFoldState(state: FoldState): FoldState {
  return {
    tracks: state.tracks.map(cloneTrack),
    bans: state.bans.slice(),
    pairs: state.pairs.slice(),
  }
}

/** Makes room for persons and rules registered since the state was made. */
export function extendFoldState(state: FoldState, context: FoldContext, personCount: number): void {
  while (state.tracks.length < personCount) state.tracks.push(createTrack())
  while (state.bans.length < context.banRules.length) state.bans.push(null)
  while (state.pairs.length < context.pairRules.length) state.pairs.push(null)
}

export function composeRuleState(
  breach: EpisodeState | null,
  approach: EpisodeState | null,
): RuleState | null {
  return breach === null && approach === null ? null : { breach, approach }
}

export function isGoingOn(state: RuleState | null): boolean {
  return state !== null && (isOpen(state.breach) || isOpen(state.approach))
}

/** The clock may have ended an episode that the fold still carries. */
function isOpen(state: EpisodeState | null): boolean {
  return state !== null && state.episode !== null && state.episode.endMs === null
}
