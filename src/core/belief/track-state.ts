import type { CaseFix } from '../fixes/case-fix.ts'

export type Track = {
  /** The last believed fix. */
  sighting: CaseFix | null
  /** The believed fix before it, and the metres between the two. */
  previous: CaseFix | null
  movedMeters: number
  /**
   * The last fix, believed or not, that stands for its moment: another position of that moment is
   * doubted.
   */
  standing: CaseFix | null
  /** The last fix, believed or not. */
  last: CaseFix | null
  lastDisbelief: number
  /**
   * The person's other devices, each with the moment of its last fix: slot and time in turn, the
   * newest last.
   */
  heardBefore: readonly number[]
  /**
   * The last fix doubted for nothing but its distance: a second one that agrees with it may open,
   * and is believed once its place can be reached.
   */
  suspect: CaseFix | null
  /**
   * When devices were last doubted so: slot and time in turn, the newest last, two of each device
   * (`noteJump`).
   */
  jumps: readonly number[]
  /** The same of those that led somewhere anew, three of each device (`noteNewJump`). */
  newJumps: readonly number[]
  /** Where they led, of those that may have opened (`noteJumpPlace`). */
  jumpPlaces: readonly number[]
  /** The last believed fix of another device than the one of `sighting`. */
  sightingOfOther: CaseFix | null
  /**
   * Where each device other than the one of `sighting` was last, whatever the others say of it; the
   * newest last. Never changed, only replaced.
   */
  otherPlaces: readonly SeenPlace[]
  /**
   * Where the person may be as well, by fixes that may open and clear nothing: the newest of each
   * place, oldest first. Never changed, only replaced.
   */
  doubtful: readonly CaseFix[]
  /**
   * Where the person is by a clock that is ahead, since the last believed fix of that device: the
   * newest of each place. No witness for or against another fix, for its time is not known.
   */
  ahead: readonly CaseFix[]
  /** The last moment at which a device was in two places, and how many such moments in a row. */
  contradicted: Contradicted | null
  /** Fixes since the last believed one that cannot be true, and the reasons of the newest. */
  faultCount: number
  faultBits: number
  /**
   * The last two fixes believed or doubted for nothing but their distance: a third may move on
   * evenly from them.
   */
  chainBefore: CaseFix | null
  chainLast: CaseFix | null
  /**
   * The last fix that may open a breach and is no position given again, and why it is doubted: a
   * path begins there. Those of the person's other devices beside it, the newest last: a path
   * joins two fixes of one device.
   */
  pathStart: CaseFix | null
  pathStartDisbelief: number
  /** The one before it of its device, of a person of several devices; of one alone null. */
  pathStartPrevious: CaseFix | null
  pathStartsBefore: readonly PathPlace[]
  /**
   * The last fix of each device that is believed, and has satellites where they are counted, the
   * newest last. Never changed, only replaced.
   */
  provenStarts: readonly CaseFix[]
  /**
   * Of each device of which only coarser ones came since: the last sharp one before them. Never
   * changed, only replaced.
   */
  sharpStarts: readonly SharpStart[]
  /** How sharp the sharpest of the last minutes were (`noteSharpest`). */
  sharpest: readonly number[]
  /** Positions a later fix may wrongly repeat (`remember`). */
  remembered: readonly number[]
  /** Where the device gave one position again and again, for a day (`noteRestPlace`). */
  restPlaces: readonly number[]
  /** Where the person was seen lately (`noteWay`). */
  way: readonly number[]
  /** The first of a run of fixes that repeat one of those positions. */
  repeat: CaseFix | null
  /** The first of a row of believed fixes that repeat those, after a jump (`followGiven`). */
  given: CaseFix | null
  /** The last fix of the device whose standstill is followed. */
  standstillFix: CaseFix | null
  standstill: Standstill | null
  /** The last fix of which the device said that it had satellites. */
  withSatellites: CaseFix | null
  /** Since when the person has gone no faster than a walk; NaN is under way (`followRest`). */
  restSinceMs: number
  /**
   * The first fix of the stay at the present place, and that of the stay before (`followAnchor`).
   */
  anchor: CaseFix | null
  anchorBefore: CaseFix | null
  /** Since when the person has been seen there, never out of sight for long (`followSeen`). */
  anchorSeenMs: number
  /**
   * Coarse positions in a row that say the person is no longer at the last sighting (`countAway`).
   */
  awayCount: number
  /**
   * When the last believed fix that proves where the person is was recorded: a device that counts
   * its satellites, and has none, proves nothing by what it gives.
   */
  provenAtMs: number
  /** For how long such fixes have shown the person at the present place (`noteProven`). */
  restProvenMs: number
  /** The last coarse position since the last sighting. */
  coarse: CaseFix | null
}

/** With why it is doubted, as bits. */
export type SeenPlace = { readonly fix: CaseFix; readonly disbelief: number }

/** With the one before it of its own device. */
export type PathPlace = SeenPlace & { readonly previous: CaseFix | null }

/** A path may lead past coarse positions, where it leads through the circle of each. */
export type SharpStart = { readonly from: CaseFix; readonly coarse: readonly CaseFix[] }

/** Never changed, only replaced. */
export type Contradicted = {
  readonly deviceSlot: number
  readonly atMs: number
  readonly count: number
}

/** A device that gives one position while it says it moves. Never changed, only replaced. */
export type Standstill = {
  readonly deviceSlot: number
  /** Metres it says it covered in the last steps in a row, and how many steps those are. */
  readonly coveredMeters: number
  readonly moveCount: number
  /** When that was last enough to call it frozen; -Infinity is never. */
  readonly movedAtMs: number
}
