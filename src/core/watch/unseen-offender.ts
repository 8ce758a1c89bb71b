import type { Limits } from '../model/limits.ts'
import type { SideState } from '../model/side-state.ts'
import type { Situation } from './situation.ts'
import { countDaysLost, noteUsualPlace } from './usual-places.ts'
import type { WatchedPerson } from './watch-state.ts'

/**
 * From when on an offender who is heard, and of whom no position is believed, is somebody of whom
 * nobody knows where they are, however quietly they were last seen; null of whoever was never seen.
 * Unseen, anybody may get into a car: a rest or a walk kilometres off is a reason to wait for a
 * while, and a long one only where that wearer's position is lost day after day.
 */
export function findUnseenCallMs(
  person: Pick<WatchedPerson, 'usualPlaces'>,
  situation: Situation,
  limits: Limits,
): number | null {
  const { provenAtMs, whereabouts, danger } = situation
  if (provenAtMs === null || whereabouts === null || danger === null) return null
  // A coarse position that agrees bears the place out, where nothing lies within its radius.
  const { agreed } = whereabouts
  const isBorneOut = agreed !== null && danger.leftMeters > agreed.radiusMeters
  const fromMs = isBorneOut ? Math.max(agreed.atMs, provenAtMs) : provenAtMs
  return fromMs + findUnseenMs(person, situation, danger.leftMeters, limits)
}

/** Whether, by the fastest way there is, an area or the other person can have been reached. */
export function mayHaveDriven(
  { provenAtMs, whereabouts, danger }: Situation,
  { travelMetersPerSecondMax }: Limits,
  nowMs: number,
): boolean {
  if (provenAtMs === null || whereabouts === null || danger === null) return false
  const drivenMeters = (travelMetersPerSecondMax * (nowMs - provenAtMs)) / 1000
  const leftMeters = Math.min(danger.leftMeters, danger.bandMeters)
  return leftMeters <= whereabouts.radiusMeters + drivenMeters
}

/** The device is heard and its wearer no longer seen: remembered with the place, and the day. */
export function noteWhereLost(
  person: WatchedPerson,
  state: SideState,
  situation: Situation,
  limits: Limits,
): void {
  if (state !== 'held' && state !== 'stale' && state !== 'without-position') return
  person.usualPlaces = noteUsualPlace(person.usualPlaces, situation, limits)
}

/**
 * The position was lost there on a day before, after hours of rest: at rest or on the way home,
 * to lose it is mostly to go indoors.
 */
export function isLostWhereBefore(
  { usualPlaces }: Pick<WatchedPerson, 'usualPlaces'>,
  situation: Situation,
  limits: Limits,
): boolean {
  return situation.fault === null && countDaysLost(usualPlaces, situation, limits) > 0
}

/**
 * For how long after the last position, so far from all that is forbidden. Nobody gains by coming
 * home what an hour at any place does not give.
 */
export function findUnseenMs(
  { usualPlaces }: Pick<WatchedPerson, 'usualPlaces'>,
  situation: Pick<Situation, 'restProvenMs' | 'heldUntilMs' | 'lastBelievedAtMs' | 'whereabouts'>,
  leftMeters: number,
  limits: Limits,
): number {
  const { restProvenMs, heldUntilMs } = situation
  const daysLost = countDaysLost(usualPlaces, situation, limits)
  // What a device gives again and again, and time out of sight, make nobody rest.
  const isResting = restProvenMs >= limits.restMsMin
  if (isResting && daysLost >= limits.usualDaysMin) return limits.heldOffenderMsMax
  if (daysLost > 0 || restProvenMs >= limits.unseenLongRestMsMin) return limits.unseenRestMsMax
  // In a car, or elsewhere by now: where the pace last seen leads to an area, it is told sooner.
  if (heldUntilMs === null) return limits.unseenMsMax
  return findShortestUnseenMs(leftMeters, limits)
}

/** Of somebody of whom nothing is known that makes it longer. */
export function findShortestUnseenMs(leftMeters: number, limits: Limits): number {
  return leftMeters <= limits.unseenNearMeters ? limits.unseenNearMsMax : limits.unseenMsMax
}
