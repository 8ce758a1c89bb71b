import { followHeld } from './belief/frozen.ts'
import { isSamePosition } from './belief/same-position.ts'
import { remember } from './belief/stale-repeat.ts'
import { canStand, canSupport, disbeliefBits, isBelieved } from './believe-fix.ts'
import type { CaseFix } from './case-fix.ts'
import { countAway, followRest } from './held-sighting.ts'
import type { Limits } from './limits.ts'

/** What is known of where one person was, after the fixes read so far. */
export function createTrack(): Track {
  return {
    sighting: null,
    previous: null,
    movedMeters: 0,
    standing: null,
    suspect: null,
    chainBefore: null,
    chainLast: null,
    remembered: [],
    repeat: null,
    held: null,
    standstill: null,
    withSatellites: null,
    restSinceMs: Number.NaN,
    awayCount: 0,
    agreedAtMs: 0,
    coarse: null,
  }
}

/** Whatever a track refers to is replaced and never changed, so a copy may share it. */
export function cloneTrack(track: Track): Track {
  return { ...track }
}

/** `movedMeters` is the distance from the sighting before. */
export function extendTrack(
  track: Track,
  fix: CaseFix,
  disbelief: number,
  movedMeters: number,
  limits: Limits,
): void {
  if (canStand(disbelief)) track.standing = fix
  if (!canSupport(disbelief)) return
  track.held = followHeld(track.held, fix, limits)
  if (fix.satellites > 0) track.withSatellites = fix
  if ((disbelief & ~disbeliefBits.teleport) === 0) {
    track.chainBefore = track.chainLast
    track.chainLast = fix
  }
  if (isBelieved(disbelief)) {
    track.remembered = remember(track.remembered, track.sighting, fix)
    track.restSinceMs = followRest(track, fix, movedMeters, limits)
    track.awayCount = 0
    track.agreedAtMs = fix.recordedAtMs
    track.coarse = null
    track.previous = track.sighting
    track.movedMeters = movedMeters
    track.sighting = fix
    // A second device of the same person may keep its own story: only its own next fix can settle that.
    if (track.suspect?.deviceSlot === fix.deviceSlot) track.suspect = null
    if (track.repeat?.deviceSlot === fix.deviceSlot) track.repeat = null
    return
  }
  if (disbelief === disbeliefBits['accuracy-too-poor']) {
    track.coarse = fix
    track.awayCount = countAway(track, fix, limits)
    if (track.awayCount === 0) track.agreedAtMs = fix.recordedAtMs
  }
  if (isDoubtedForDistance(disbelief)) track.suspect = fix
  if ((disbelief & disbeliefBits['stale-repeat']) !== 0 && !isHeldOn(track.repeat, fix)) {
    track.repeat = fix
  }
}

export type Track = {
  /** The last believed fix. */
  sighting: CaseFix | null
  /** The believed fix before it, and the metres between the two. */
  previous: CaseFix | null
  movedMeters: number
  /** The last fix, believed or not, that stands for its moment: another position of that moment is doubted. */
  standing: CaseFix | null
  /** The last fix doubted for nothing but its distance: a second one that agrees with it is believed. */
  suspect: CaseFix | null
  /** The last two fixes believed or doubted for nothing but their distance: a third may move on evenly from them. */
  chainBefore: CaseFix | null
  chainLast: CaseFix | null
  /** Positions a later fix may wrongly repeat (`remember`). */
  remembered: readonly number[]
  /** The first of a run of fixes that repeat one of them. */
  repeat: CaseFix | null
  /** The last fix of the device whose standstill is followed. */
  held: CaseFix | null
  standstill: Standstill | null
  /** The last fix of which the device said that it had satellites. */
  withSatellites: CaseFix | null
  /** Since when the person has been at rest; NaN is under way (`followRest`). */
  restSinceMs: number
  /** Coarse positions in a row that say the person is no longer at the last sighting (`countAway`). */
  awayCount: number
  /** When the last sighting was recorded, or the last coarse position since that agrees with it. */
  agreedAtMs: number
  /** The last coarse position since the last sighting. */
  coarse: CaseFix | null
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

function isDoubtedForDistance(disbelief: number): boolean {
  const { teleport, 'stale-repeat': staleRepeat } = disbeliefBits
  return (disbelief & teleport) !== 0 && (disbelief & ~(teleport | staleRepeat)) === 0
}

function isHeldOn(repeat: CaseFix | null, fix: CaseFix): boolean {
  return (
    repeat !== null &&
    repeat.deviceSlot === fix.deviceSlot &&
    isSamePosition(repeat.longitude, repeat.latitude, fix.longitude, fix.latitude)
  )
}
