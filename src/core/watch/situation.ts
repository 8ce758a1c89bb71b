import type { Fault } from '../belief/fault.ts'
import type { Jumps } from '../belief/jumping.ts'
import type { Whereabouts } from '../belief/whereabouts.ts'

/**
 * What the case evaluator knows of a person now; the periodic judge weighs silence and tamper by
 * it.
 */
export type Situation = {
  /** An approach or breach episode of this person (either side of a pair) is open. */
  readonly isInOpenApproach: boolean
  /** Since when one after the other has been, without a pause; null when none is. */
  readonly openSinceMs: number | null
  /** One of these is not where this person is day after day. */
  readonly isInUnusualApproach: boolean
  /**
   * Nothing has opened, and the last sightings lie within what is forbidden now: an order, or a
   * window of it, began since.
   */
  readonly isTakenInside: boolean
  /**
   * Last believed sighting lies within a ban's approach band or a pair's approach ring; null is not
   * known.
   */
  readonly isNearDanger: boolean | null
  /** Last believed fix of the person, by the device's clock; null when there is none. */
  readonly lastBelievedAtMs: number | null
  /** The last of these that proves where the person was: not without satellites. */
  readonly provenAtMs: number | null
  /**
   * Until when the person is taken to be where that fix found him or her, for what may open; null
   * when last seen faster than a walk, or never seen.
   */
  readonly heldUntilMs: number | null
  /** Since when the person has been at rest at one place; null when under way, or never seen. */
  readonly restSinceMs: number | null
  /** Since when the person was seen there, never out of sight for long; null when not at rest. */
  readonly restSeenSinceMs: number | null
  /** For how long the person was seen there, by what proves it; 0 when not at rest. */
  readonly restProvenMs: number
  /** About where the person is, for as long as the device is heard; null when never seen. */
  readonly whereabouts: Whereabouts | null
  /** What these whereabouts are near to; null when there are none. */
  readonly danger: Danger | null
  /** What is wrong with the positions of late, when they cannot be true; null when nothing is. */
  readonly fault: Fault | null
  /** Jumps of one device within a day, whatever is believed in between; null when too few. */
  readonly jumps: Jumps | null
  /** Positions too coarse to judge have lain about a ban of this person; null when not. */
  readonly unclear: UnclearSituation | null
  /** Networks and receiver have spoken against each other about a ban; null when they do not. */
  readonly disputed: DisputedSituation | null
  /** The same of an offender and each other person, whose distance is too coarse to judge. */
  readonly unclearPairs: readonly UnclearPair[]
  /** Where each device of an offender was last, by its own positions; empty of a victim. */
  readonly listLastPlaces: () => readonly LastPlace[]
}

export type LastPlace = {
  readonly deviceId: string
  readonly atMs: number
  /** From there to the nearest approach band, of an area or a person; Infinity without any. */
  readonly bandMeters: number
  /** The person was last seen elsewhere than there, by any device. */
  readonly isLeft: boolean
  /** It errs by so much. */
  readonly radiusMeters: number
  /** By its own last two positions; no less than on foot. */
  readonly paceMetersPerSecond: number
  /** To what those led towards (`Danger`); Infinity is nothing. */
  readonly closingMeters: number
  /** From there to where another device was last, beyond what both places err by. */
  readonly others: readonly ApartPlace[]
}

type ApartPlace = {
  readonly deviceId: string
  readonly atMs: number
  readonly beyondMeters: number
}

export type UnclearSituation = {
  readonly sinceMs: number
  readonly lastMs: number
  readonly isApproached: boolean
  /** For so long that it is to be told. */
  readonly isLasting: boolean
}

export type DisputedSituation = {
  readonly sinceMs: number
  /** Without another such position it is over then. */
  readonly untilMs: number
}

export type UnclearPair = UnclearSituation & {
  readonly protectionOrderId: string
  readonly proximityBanId: string
}

/**
 * Metres from the middle of a person's whereabouts; Infinity where there is nothing of the kind.
 */
export type Danger = {
  /** To the nearest approach band of an area. */
  readonly bandMeters: number
  /** To the nearest area, or to where the separation from the other person would be broken. */
  readonly leftMeters: number
  /** The same, of those that the last sightings led towards. */
  readonly closingMeters: number
  /** How fast the last sightings led on, a wait at their end counted in; absent where unknown. */
  readonly cameMetersPerSecond?: number
  /** Of an offender: the fastest stretch of the last minutes, before a wait. */
  readonly fastestMetersPerSecond?: number
}
