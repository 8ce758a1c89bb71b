import type { FixWindow } from '../fixes/fix-window.ts'
import type { FoldContext, FoldState } from '../judge/fold.ts'
import type { BanRule, PairRule } from '../rules/ban-versions.ts'
import { readNumber } from '../model/number-slab.ts'
import { dossierRow } from '../quiet/quiet-rows.ts'
import { catchUp, countWaiting } from '../quiet/trail.ts'
import type { Trail } from '../quiet/trail.ts'
import type { ConfirmWindow } from '../rules/confirm-window.ts'
import { ReportBook } from './report-book.ts'
import type { Reported } from './reported-episode.ts'

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
  get batch(): Batch | null {
    const { numbers } = this.trail.quiet.slab
    const newestMs = readNumber(numbers, this.trail.at + dossierRow.heldUpNewestMs)
    if (newestMs === 0) return null
    return { firstMs: readNumber(numbers, this.trail.at + dossierRow.heldUpFirstMs), newestMs }
  }
  set batch(batch: Batch | null) {
    const { numbers } = this.trail.quiet.slab
    numbers[this.trail.at + dossierRow.heldUpFirstMs] = batch?.firstMs ?? 0
    numbers[this.trail.at + dossierRow.heldUpNewestMs] = batch?.newestMs ?? 0
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

/** When something was learned, and how far the clock has been advanced. */
export type Moment = { readonly learnedAtMs: number; readonly nowMs: number }
