import type { Random } from '../../support/random.ts'
import type { Faults } from './ledger.ts'
import type { Load } from './load.ts'
import type { Stage, StageName } from './stage.ts'

/** One way to hurt the product, and what it must do all the same. */
export type Fault = {
  readonly name: string
  readonly stage: StageName
  /** The folder of an older version, as which the stage begins; it is set anew for each round. */
  readonly beginsAs?: string
  /** For `--list`: what is done. */
  readonly what: string
  /** Part of the short round that CI runs. */
  readonly isShort?: boolean
  /**
   * How late an alert of a violation may be; with `afterMend` counted from when the fault
   * was over, where nothing can be seen before.
   */
  readonly lateMsMax: number
  readonly afterMend?: boolean
  /** Kinds of alerts that may, and that must, be raised meanwhile beside the breaches. */
  readonly maySay?: readonly string[]
  readonly mustSay?: readonly string[]
  /** A lie of our own that the checker must find; the fault fails where it is not found. */
  readonly mustFind?: Finding
  /** Resolves when the fault is over. */
  readonly strike: (scene: Scene) => Promise<void>
}

export type Scene = {
  readonly stage: Stage
  readonly load: Load
  readonly random: Random
  /** A seeded time between two, in milliseconds. */
  readonly between: (min: number, max: number) => number
  /** Alerts of a kind that were raised since the fault began. */
  readonly saidCount: (kind: string) => number
  /** One more process was killed, where a round kills many. */
  readonly countKill: () => void
  /** What is done when the ledgers of this round were compared. */
  readonly afterwards: (work: () => void) => void
}

export type Finding = keyof Faults | 'lateAlerts'
