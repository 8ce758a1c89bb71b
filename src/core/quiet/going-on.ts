import { sigmaFromAccuracy } from '../../../geo/probability.ts'
import type { Track } from '../belief/track-state.ts'
import { offenderSlot } from '../fixes/case-fix.ts'
import type { Episode, EpisodeState } from '../judge/episode.ts'
import type { FoldContext, FoldState, RuleState } from '../judge/fold.ts'
import { findNextMark } from '../judge/nearness.ts'
import type { Place } from '../judge/place-estimate.ts'
import type { Limits } from '../model/limits.ts'
import type { BanRule } from '../rules/ban-versions.ts'

/**
 * What goes on in a dossier, and within which bounds a fix changes nothing of it that anybody
 * hears of: no alert begins, ends, rises or is told again, and none is due to be shown as still
 * seen. What the fix does change (how long, how near, how fast) is the fold's, which judges it in
 * full later.
 */
export function findGoingOn(state: FoldState, context: FoldContext, known: KnownToStaff): GoingOn {
  const pairs = state.pairs.map((rule) =>
    rule === null ? undefined : findOpenPair(rule, state, context, known),
  )
  const bans = findOpenBans(state, context, known)
  let untilMs = bans?.untilMs ?? Infinity
  for (const pair of pairs) untilMs = Math.min(untilMs, pair?.untilMs ?? Infinity)
  return { untilMs, pairs, bans }
}

export type GoingOn = {
  /** Of fixes recorded before this. */
  readonly untilMs: number
  /** By slot of the rule; undefined: nothing goes on; null: whatever comes is judged in full. */
  readonly pairs: readonly (OpenPair | null | undefined)[]
  /** Null: whatever comes of the offender is judged in full. */
  readonly bans: OpenBans | null
}

export type KnownToStaff = {
  /** Until when a reading inside that is no news tells nothing of what goes on. */
  readonly findToldUntilMs: (episode: Episode) => number
  /** Nothing else is done with each fix while something goes on: what goes on may be put off. */
  readonly isSettled: boolean
}

type OpenPair = {
  readonly untilMs: number
  readonly markMeters: number
  readonly isHurryTold: boolean
  readonly sigmaMeters: number
}

type OpenBans = {
  readonly untilMs: number
  /** By slot of the rule. */
  readonly bits: number
  /** The least sure place that is kept. */
  readonly sigmaMeters: number
}

export const nothingOpen: OpenBans = { untilMs: Infinity, bits: 0, sigmaMeters: 0 }

export function isOpenBan(bits: number, { slot }: BanRule): boolean {
  return Math.floor(bits / 2 ** slot) % 2 === 1
}

/** An approach of two people, and nothing beside it. */
function findOpenPair(
  { breach, approach, places, unclear, disputes }: RuleState,
  { tracks }: FoldState,
  { limits }: FoldContext,
  known: KnownToStaff,
): OpenPair | null {
  // The pace is by the last move of one device.
  if (tracks.some(isSeenByAnother)) return null
  if (breach !== null || unclear.length > 0 || disputes.length > 0) return null
  const following = approach?.following ?? null
  // One that is covered is told once its breach is over.
  if (approach?.episode == null || approach.episode.isCovered || following === null) return null
  const untilMs = findUnchangedUntilMs(approach, limits, known)
  if (untilMs === -Infinity) return null
  return {
    untilMs,
    markMeters: findNextMark(approach.episode.kind, following.toldMeters, limits),
    isHurryTold: following.isHurryTold,
    sigmaMeters: findPlaceSigma(places, limits),
  }
}

/** The last two sightings are of two devices. */
function isSeenByAnother({ sighting, previous }: Track): boolean {
  return sighting !== null && previous !== null && sighting.deviceSlot !== previous.deviceSlot
}

/**
 * Areas beside which a place is remembered while nothing is open, and areas in which a breach is,
 * with the approach to it. Anything else is judged in full, and so is what a window may end.
 */
function findOpenBans(
  { bans, tracks }: FoldState,
  { banRules, limits }: FoldContext,
  known: KnownToStaff,
): OpenBans | null {
  let { untilMs, bits, sigmaMeters } = nothingOpen
  const deviceSlot = tracks[offenderSlot]?.sighting?.deviceSlot ?? -1
  for (const rule of banRules) {
    const state = bans[rule.slot] ?? null
    if (state === null) continue
    const { breach, approach, places, unclear, disputes } = state
    if (unclear.length > 0 || disputes.length > 0 || rule.slot >= bitsMax) return null
    bits += 2 ** rule.slot
    if (breach === null && approach === null) {
      sigmaMeters = Math.max(sigmaMeters, findPlaceSigma(places, limits))
      continue
    }
    // A further device that shows a breach is told.
    if (breach === null || approach === null) return null
    if (breach.following?.shownBySlots.includes(deviceSlot) !== true) return null
    const breachMs = findUnchangedUntilMs(breach, limits, known)
    untilMs = Math.min(untilMs, breachMs, findUnchangedUntilMs(approach, limits, known))
    if (untilMs === -Infinity) return null
  }
  return { untilMs, bits, sigmaMeters }
}

/** More bits a number does not hold with those of the slots. */
const bitsMax = 50

/**
 * Until when a reading inside, as sure as the proof of its caller, tells nothing of this ring;
 * -Infinity of what is not open yet, or was found or told otherwise than it stands.
 */
function findUnchangedUntilMs(
  { episode, question, following }: EpisodeState,
  limits: Limits,
  { findToldUntilMs, isSettled }: KnownToStaff,
): number {
  if (episode === null || following === null || question !== null || !isSettled) return -Infinity
  // Seen outside meanwhile, the next reading inside is told.
  if (following.isSeenOutside) return -Infinity
  const isBreach = episode.kind === 'location-ban-breach' || episode.kind === 'proximity-breach'
  const returnMs = isBreach ? limits.returnBreachMsMin : limits.returnApproachMsMin
  // It ceases; it would be a return; they would have been away from where they were near.
  return Math.min(
    findToldUntilMs(episode),
    episode.ceasesAtMs,
    following.lastInsideMs + returnMs,
    following.lastNearMs + returnMs,
  )
}

/**
 * No middle of any of these is less sure: the mean of some has the harmonic mean of their
 * variances, shared by how many count, and no more than that of the least sure stretch.
 */
function findPlaceSigma(places: readonly Place[], { accuracyMetersFloor }: Limits): number {
  let sigmaMeters = sigmaFromAccuracy(accuracyMetersFloor)
  for (const { sums } of places) {
    for (const [, , count, weight] of sums) {
      sigmaMeters = Math.max(sigmaMeters, Math.sqrt(count / weight))
    }
  }
  return sigmaMeters
}
