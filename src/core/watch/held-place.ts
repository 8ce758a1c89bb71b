import type { Whereabouts } from '../belief/whereabouts.ts'
import { findAgreedReachMeters, findReachMeters } from '../belief/whereabouts.ts'
import type { Limits } from '../model/limits.ts'
import type { Situation } from './situation.ts'
import { isLostWhereBefore } from './unseen-offender.ts'
import type { WatchedPerson } from './watch-state.ts'

/**
 * Until when this person is taken to be where the last sighting was, at rest at one place; null
 * when not, or when the device says that the person is where nobody can be. Of an offender from
 * whose place a ban or the other person can be walked to before anybody could come, no longer than
 * that takes. A coarse position bears a rest out only where nothing lies within its own radius.
 */
export function findRestUntilMs(
  situation: Situation,
  role: 'offender' | 'victim',
  limits: Limits,
): number | null {
  const { lastBelievedAtMs, restSinceMs, whereabouts, fault } = situation
  if (restSinceMs === null || lastBelievedAtMs === null) return null
  if (whereabouts === null || fault !== null) return null
  // What no position has shown yet is not known by the place where nobody may be.
  if (role === 'offender' && situation.isTakenInside) return null
  const { atMs, radiusMeters, agreed } = whereabouts
  const findHoldEndMs = (fromMs: number): number =>
    Math.min(lastBelievedAtMs + limits.heldSightingMsMax, limitHold(fromMs, role, limits))
  if (role === 'victim' && agreed === null) return findHoldEndMs(atMs)
  // Hot path: only now is it measured how far every ban is.
  const leftMeters = situation.danger?.leftMeters ?? Infinity
  const walkMeters = (limits.ageingSpeedMetersPerSecondMin * limits.responseMs) / 1000
  if (role === 'offender' && leftMeters <= radiusMeters + walkMeters) {
    const isUsual = isSettled(situation, limits) && !situation.isInUnusualApproach
    return atMs + (isUsual ? limits.heldNearMsMax : limits.responseMs)
  }
  const isBorneOut = agreed !== null && leftMeters > agreed.radiusMeters
  return findHoldEndMs(isBorneOut ? agreed.atMs : atMs)
}

/** About where somebody is, for as long as that may be relied on; null is no longer. */
export function findReliable(
  situation: Situation,
  role: 'offender' | 'victim',
  limits: Limits,
  nowMs: number,
): Reach | null {
  const whereabouts = endRest(situation, role, limits, nowMs)
  if (whereabouts === null) return null
  const { longitude, latitude, atMs, agreed } = whereabouts
  if (nowMs <= limitHold(atMs, role, limits)) {
    // Whoever carries a device to be protected has no reason to make it say nothing.
    const isStaying = role === 'victim' && whereabouts.isStanding
    const untilMs = isStaying ? Math.min(nowMs, atMs + limits.sightingGapMsMax) : nowMs
    return { longitude, latitude, reachMeters: findReachMeters(whereabouts, limits, untilMs) }
  }
  if (agreed === null || nowMs > limitHold(agreed.atMs, role, limits)) return null
  return { longitude, latitude, reachMeters: findAgreedReachMeters(agreed, limits, nowMs) }
}

/** Whereabouts, with all the way that may lie behind the person by now. */
export type Reach = {
  readonly longitude: number
  readonly latitude: number
  readonly reachMeters: number
}

export function findLikelyMeters({ whereabouts }: Situation, limits: Limits): number {
  if (whereabouts === null) return Infinity
  return findReachMeters(whereabouts, limits, whereabouts.atMs + limits.sightingGapMsMax)
}

/**
 * Heard, and last seen at rest or no faster than on foot: nearly always somebody who has gone
 * indoors. That is listed, and nobody is called for it by its lasting alone.
 */
export function isListedOnlyBy(
  { heldUntilMs, whereabouts, fault }: Situation,
  role: 'offender' | 'victim',
  limits: Limits,
  nowMs: number,
): boolean {
  if (heldUntilMs === null || whereabouts === null || fault !== null) return false
  const agreedAtMs = whereabouts.agreed?.atMs ?? whereabouts.atMs
  return nowMs <= Math.min(heldUntilMs, limitHold(agreedAtMs, role, limits))
}

/**
 * A victim who stood when last seen, for too short to be at rest: judged by that place, and not
 * protected by it.
 */
export function isStandingStill(
  { whereabouts, fault }: Situation,
  limits: Limits,
  nowMs: number,
): boolean {
  if (whereabouts === null || !whereabouts.isStanding || fault !== null) return false
  return nowMs <= limitHold(whereabouts.atMs, 'victim', limits)
}

/** Where the wearer is day after day, walking towards a border is no news. */
export function isClosingIn(
  person: Pick<WatchedPerson, 'usualPlaces'>,
  situation: Situation,
  reliable: Reach | null,
  limits: Limits,
  nowMs: number,
): boolean {
  const { whereabouts, isInOpenApproach, isInUnusualApproach } = situation
  if (whereabouts === null || reliable === null) return false
  if (isInOpenApproach && !isInUnusualApproach) return false
  const { danger } = situation
  if (danger === null) return false
  const soonMeters = findSoonMeters(whereabouts, limits)
  if (danger.closingMeters <= Math.min(reliable.reachMeters, soonMeters)) return true
  // Whoever waits at a light goes on as they came: at the pace of all the way for as long as they
  // may be on it, and for some minutes at that of the road before the light.
  const awaySeconds = Math.max(nowMs - whereabouts.atMs, limits.reachMsMin) / 1000
  const { cameMetersPerSecond = 0, fastestMetersPerSecond = 0 } = danger
  const cameMeters = cameMetersPerSecond * Math.min(awaySeconds, limits.closingMsMax / 1000)
  if (danger.closingMeters <= whereabouts.radiusMeters + cameMeters) return true
  const onMeters = fastestMetersPerSecond * Math.min(awaySeconds, limits.afterLightMsMax / 1000)
  if (danger.closingMeters > whereabouts.radiusMeters + onMeters) return false
  // Where the position was lost on a day before, after hours of rest, is no light: it is home.
  return !isLostWhereBefore(person, situation, limits)
}

/**
 * Last seen on the way in, and there within minutes, wherever the wearer is day after day: who
 * stays at home does not walk at the border.
 */
export function isLedTowards({ danger, whereabouts }: Situation, limits: Limits): boolean {
  if (danger === null || whereabouts === null || danger.closingMeters === Infinity) return false
  return danger.closingMeters <= findSoonMeters(whereabouts, limits)
}

function findSoonMeters(whereabouts: Whereabouts, limits: Limits): number {
  return findReachMeters(whereabouts, limits, whereabouts.atMs + limits.closingMsMax)
}

/**
 * A rest that no longer stands for an offender is no reason either to think that nobody has walked
 * off: what may be judged by a place, and where somebody may be by now, end together.
 */
function endRest(
  situation: Situation,
  role: 'offender' | 'victim',
  limits: Limits,
  nowMs: number,
): Whereabouts | null {
  const { whereabouts } = situation
  if (whereabouts === null || role === 'victim') return whereabouts
  const restUntilMs = findRestUntilMs(situation, role, limits)
  if (restUntilMs === null || nowMs <= restUntilMs) return whereabouts
  return { ...whereabouts, paceMetersPerSecond: limits.ageingSpeedMetersPerSecondMin }
}

/**
 * Seen at rest for so long before it vanished that a longer time indoors is no news. Time unseen is
 * no rest: whoever shows up for a minute of every hour may have been anywhere in between.
 */
function isSettled(
  { restSeenSinceMs, lastBelievedAtMs }: Situation,
  { settledRestMsMin }: Limits,
): boolean {
  return restSeenSinceMs !== null && (lastBelievedAtMs ?? 0) - restSeenSinceMs >= settledRestMsMin
}

/**
 * Until when whereabouts may be relied on. Whoever wears a monitor against his will gets less of
 * that than whoever carries a device to be protected: a shielded receiver looks like one in a
 * cellar.
 */
function limitHold(atMs: number, role: 'offender' | 'victim', limits: Limits): number {
  return atMs + (role === 'victim' ? limits.heldSightingMsMax : limits.heldOffenderMsMax)
}
