import type { BanRule, PairRule } from '../rules/ban-versions.ts'
import type { ConfirmWindow } from '../rules/confirm-window.ts'
import type { Episode } from '../judge/episode.ts'
import type { FixWindow } from '../fixes/fix-window.ts'
import type { FoldContext, FoldState } from '../judge/fold.ts'

export type Dossier = {
  readonly offenderId: string
  /** Ids by slot. Slots are never given away again. */
  readonly persons: string[]
  readonly devices: string[]
  readonly context: FoldContext & {
    readonly banRules: BanRule[]
    readonly pairRules: PairRule[]
    readonly confirmWindows: (readonly ConfirmWindow[])[]
    readonly jammedAtMs: (readonly number[])[]
  }
  readonly window: FixWindow
  /** After every fix at hand. */
  state: FoldState
  /** Before every `checkpointInterval`-th fix of the window; the first is what is left of all fixes before it. */
  readonly checkpoints: Checkpoint[]
  /** Fixes recorded up to here have left the window. */
  evictedMs: number
  /** How many of the oldest episodes are no longer in the log. */
  episodesDropped: number
  /** Reported once, not borne out since; kept so that they are found again when they are. */
  unsupported: Episode[]
}

export type Checkpoint = {
  readonly state: FoldState
  /** Episodes begun before it, those no longer in the log included. */
  readonly episodeCount: number
}

export type EpisodesBefore = {
  /** Open at the checkpoint, with the end they had. */
  readonly carried: readonly CarriedEpisode[]
  /** Begun after it. */
  readonly found: readonly Episode[]
}

export type CarriedEpisode = { readonly episode: Episode; readonly endMs: number | null }
