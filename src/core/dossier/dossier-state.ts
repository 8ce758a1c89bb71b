import type { FixWindow } from '../fixes/fix-window.ts'
import type { Episode, Telling } from '../judge/episode.ts'
import type { FoldContext, FoldState } from '../judge/fold.ts'
import type { BanRule, PairRule } from '../rules/ban-versions.ts'
import { catchUp, countWaiting } from '../quiet/trail.ts'
import type { Trail } from '../quiet/trail.ts'
import type { ConfirmWindow } from '../rules/confirm-window.ts'
import { ReportBook } from './report-book.ts'

/**
 * Whoever asks for the fixes or the state gets them with every quiet fix read (`catchUp`); what has
 * not been read yet is the trail's own matter.
 */
export class FoldingDossier implements Dossier {
  readonly offenderId: string
  persons: readonly string[]
  readonly devices: string[] = []
  readonly context: Dossier['context']
  readonly checkpoints: Dossier['checkpoints']
  readonly trail: Trail
  evictedMs = -Infinity
  batch: Dossier['batch'] = null
  reported = new ReportBook()
  unsupported: Dossier['unsupported'] = []
  constructor(offenderId: string, context: Dossier['context'], base: FoldState, trail: Trail) {
    this.offenderId = offenderId
    this.persons = [offenderId]
    this.context = context
    this.checkpoints = [base]
    this.trail = trail
  }
  get window(): FixWindow {
    if (countWaiting(this.trail) > 0) catchUp(this.trail, this.context)
    return this.trail.window
  }
  get state(): FoldState {
    if (countWaiting(this.trail) > 0) catchUp(this.trail, this.context)
    return this.trail.state
  }
  set state(state: FoldState) {
    this.trail.state = state
  }
}

export type Dossier = {
  readonly offenderId: string
  /** Ids by slot. Slots are never given away again. */
  persons: readonly string[]
  readonly devices: string[]
  readonly context: FoldContext & {
    banRules: readonly BanRule[]
    pairRules: readonly PairRule[]
    readonly confirmWindows: (readonly ConfirmWindow[])[]
    readonly jammedAtMs: (readonly number[])[]
  }
  readonly window: FixWindow
  /** The fixes and the state as they stand, and the quiet ones that wait to be read. */
  readonly trail: Trail
  /** After every fix at hand. */
  state: FoldState
  /**
   * Before every `checkpointInterval`-th fix of the window; the first is what is
   * left of all fixes before it.
   */
  readonly checkpoints: [FoldState, ...FoldState[]]
  /** Fixes recorded up to here have left the window. */
  evictedMs: number
  /** Reports that came late, and may be followed by newer ones. */
  batch: Batch | null
  /** Every episode of the state as it was last reported. */
  reported: ReportBook
  /**
   * Reported once, not supported by the fixes since; kept so that they are
   * found again when they are.
   */
  unsupported: readonly Reported[]
}

/** When the first and the newest of them came. */
export type Batch = { readonly firstMs: number; readonly newestMs: number }

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

/** When something was learned, and how far the clock has been advanced. */
export type Moment = { readonly learnedAtMs: number; readonly nowMs: number }
