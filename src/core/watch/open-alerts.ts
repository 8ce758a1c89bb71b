import type { AlertPriority } from '../model/alert.ts'
import type { SideState } from '../model/side-state.ts'

/** An alert whose condition still holds. */
export type OpenAlert = { readonly alertId: string; priority: AlertPriority }

export type BatteryEpisode = OpenAlert & {
  isCharging: boolean
  /** Readings in a row above the level that ends the episode. */
  recoveredCount: number
  /** When it was nearly empty first; null while it was only low. */
  criticalMs: number | null
}

/**
 * `isUnclearTold`: that its positions lie about a ban, too coarse to judge, was told with it;
 * `lastingSinceMs`: since when its lasting calls somebody, null while it is only listed.
 */
export type UnreliableAlert = OpenAlert & LastingAlert & { isUnclearTold: boolean }
type LastingAlert = { lastingSinceMs: number | null }

/** When somebody was last called, and by which alert; null of before that was kept. */
export type CalledOut = { readonly atMs: number; readonly alertId: string | null }

/**
 * The one monitor of several that gives no position, or lies elsewhere than another: when its
 * newest position was, and since when they have come without a hole; null is not yet.
 */
export type UnplacedAlert = OpenAlert &
  LastingAlert & {
    readonly deviceId: string
    lastPlaceAtMs: number | null
    backSinceMs: number | null
    /** It lies elsewhere than another one. */
    readonly isApart: boolean
    /** Than which; null where it is not apart, or was told before that was kept. */
    readonly apartFromId: string | null
  }

/**
 * A battery that is nearly empty day after day about one hour, and is charged then: when somebody
 * was called for it, when it was so last, and how long it took to be charged.
 */
export type KnownDischarge = {
  readonly calledMs: number
  readonly lastMs: number
  readonly lastedMs: number
}

/** Of a vendor that comes and goes. */
export type FlappingAlert = {
  readonly alertId: string
  /** Of the times away that are over. */
  readonly longestMs: number
  /** The one that goes on was told, or is the one that was raised. */
  readonly isTold: boolean
  /**
   * Of its last returns, the newest the lowest bit, which ones a device missed. Of devices that
   * missed one; absent of what was saved before it was kept, as the next two.
   */
  readonly missed?: Readonly<Record<string, number>>
  /** Devices that are in few of them, and those that were told by themselves for it: once each. */
  readonly oftenIds?: readonly string[]
  readonly toldIds?: readonly string[]
}

/** From the end of an incident to the last report before the next one. */
export type HeardBetween = { readonly fromMs: number; readonly untilMs: number }

/** Of a device that comes and goes with its vendor, since it was last back. */
export type HeldSilence = Readonly<OpenAlert> & {
  readonly backMs: number
  /** Of its times away that are over. */
  readonly longestMs: number
  /** Of the time away that goes on now somebody was called. */
  readonly isTold: boolean
}

/** When the newest silences of a device began, and when somebody was called for so many. */
export type PastSilences = {
  readonly startsMs: readonly number[]
  readonly calledMs: number | null
}

/** A stretch of equal events that is one alert, by the device's clock. */
export type Latch = OpenAlert & {
  readonly personId: string | null
  fromMs: number
  lastMs: number
  /** Its events, ascending. */
  timesMs: readonly number[]
}

/** A call for a plan too slow to judge two people by, of the last day. */
export type SeldomCalled = {
  readonly atMs: number
  /** Between where the two were last seen; null where one was not. */
  readonly apartMeters: number | null
  readonly victimId: string
  /** What was known of either. */
  readonly offenderState: SideState
  readonly victimState: SideState
}
