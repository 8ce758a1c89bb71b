import type { Limits } from '../model/limits.ts'
import { maxOf, minOf } from '../model/lists.ts'
import { isAboutTheHour } from '../model/usual-hour.ts'
import { findSecondsToBreach, findWayAhead, isLedInside } from './closing-pace.ts'
import type { Episode, Lower, Opening, Rise, Telling } from './episode.ts'
import { findLastedMs, findUsual, isLonger, isNearerThanUsual, isOfWay } from './habit.ts'
import { kindsOf } from './kinds.ts'
import { findLeftMeters, findNextMark, measureNearness } from './nearness.ts'
import { isMeasured } from './reading.ts'
import type { Scene } from './scene.ts'

/**
 * Why an approach that opens ranks lower than its kind does: what is known and no worse is listed,
 * what is new is called out. Null when it is called out.
 */
export function findLower(opening: Opening, scene: Scene): Lower | null {
  return (
    findHabit(opening, scene) ??
    findDay(opening, scene) ??
    findTravel(opening) ??
    findPassing(opening, scene.rule, scene.limits)
  )
}

/** How near they were known to come by what counts; null when nothing is known before it. */
export function findKnownMeters(lower: Lower | null, opening: Opening): number | null {
  switch (lower?.by) {
    case 'habit':
      return findLeftMeters(lower.usualMeters, opening)
    case 'day':
      return findLeftMeters(lower.nearestMeters, opening)
    case 'travel':
    case 'passing':
    case undefined:
      return null
  }
}

/** An approach goes on, and not of somebody who is there day after day. */
export function isUnusual(approach: Episode | null | undefined): boolean {
  return approach != null && (approach.calledMs !== null || approach.lower?.by !== 'habit')
}

/** Why an approach that ranked lower does so no more, by what is seen of it now. */
export function findRise(
  { rule, lower, calledMs, startMs }: Episode,
  seen: Seen,
  limits: Limits,
): Rise | null {
  if (calledMs !== null || lower === null) return null
  const { cause, opening, isInBreach } = seen
  if (isInBreach || cause === 'nearer') return 'nearer'
  const lastedMs = opening.fix.recordedAtMs - startMs
  switch (lower.by) {
    case 'habit':
      return isLonger(lastedMs, lower.longestMs, limits) ? 'lasting' : null
    case 'day': {
      if (isFaster(seen.paceMetersPerSecond, lower.metersPerSecond, limits)) return 'faster'
      const isLasting =
        lastedMs > limits.listedStayMsMax || isLonger(lastedMs, lower.longestMs, limits)
      return isLasting ? 'lasting' : null
    }
    case 'travel':
      if (findTravel(opening) !== null) return null
      return cause !== null ? 'nearer' : seen.isStopped() ? 'stopped' : null
    case 'passing':
      return findPassing(opening, rule, limits) === null ? 'turned' : null
  }
}

export type Seen = {
  readonly opening: Opening
  readonly cause: Telling['cause'] | null
  readonly paceMetersPerSecond: number
  /** One of two people has come to rest at one place. */
  readonly isStopped: () => boolean
  /** The breach it was an approach to goes on. */
  readonly isInBreach: boolean
}

function findHabit(opening: Opening, { rule, episodes, limits }: Scene): Lower | null {
  const { distanceMeters, fix } = opening
  if (!isMeasured(opening.facts)) return null
  const usual = findUsual(episodes, rule, fix.recordedAtMs, limits)
  if (usual === null || isNearerThanUsual(usual.usualMeters, distanceMeters, limits)) return null
  // Beside an area where somebody lives or works any time is usual; two people may be as far apart
  // as usual anywhere.
  const isAnyTime = rule.type === 'location' && usual.longestMs === null
  const ofRule = episodes.filter((one) => one.rule === rule)
  if (!isAnyTime && isAtAnotherHour(ofRule, fix.recordedAtMs, limits)) return null
  return { by: 'habit', ...usual }
}

/**
 * A further approach within a day of one that was called out, no nearer than those, no faster, and
 * about when they come; for as long as it lasts no markedly longer (`findRise`). Only those that
 * were called out set the mark, so that it cannot be crept.
 */
function findDay(opening: Opening, scene: Scene): Lower | null {
  const { rule, episodes, limits } = scene
  if (!isMeasured(opening.facts)) return null
  const atMs = opening.fix.recordedAtMs
  const { approach } = kindsOf(rule)
  const ofRule = episodes.filter((one) => one.rule === rule && one.startMs < atMs)
  const isSince = (ms: number): boolean => ms >= atMs - limits.quietMsMax
  if (ofRule.some(({ kind, endMs }) => kind !== approach && isSince(endMs ?? Infinity))) return null
  const called = ofRule.filter(
    ({ calledMs, isCovered, endMs }) =>
      calledMs !== null && !isCovered && endMs !== null && isSince(calledMs),
  )
  const nearestMeters = minOf(called.map((one) => one.nearestMeters))
  if (!Number.isFinite(nearestMeters)) return null
  const metersPerSecond = maxOf(called.map((one) => one.fastestMetersPerSecond))
  const longestMs = maxOf(called.map(findLastedMs))
  const { closingMetersPerSecond } = findSecondsToBreach(rule, opening, scene)
  const nextMark = findNextMark(approach, findLeftMeters(nearestMeters, opening), limits)
  const isWorse =
    measureNearness(approach, opening) <= nextMark ||
    isFaster(closingMetersPerSecond ?? 0, metersPerSecond, limits) ||
    isAtAnotherHour(ofRule, atMs, limits)
  return isWorse ? null : { by: 'day', nearestMeters, metersPerSecond, longestMs }
}

function isFaster(pace: number, knownPace: number, limits: Limits): boolean {
  const { fasterFactor, fasterMetersPerSecondMin } = limits
  return pace > fasterMetersPerSecondMin && pace > fasterFactor * knownPace
}

/** Not about the time of day of any approach of the last fortnight, its whole length counted. */
function isAtAnotherHour(ofRule: readonly Episode[], atMs: number, limits: Limits): boolean {
  return ofRule.every(({ startMs, endMs, lower, calledMs }) => {
    if (startMs >= atMs || isOfWay({ lower, calledMs })) return true
    if (endMs === null || endMs < atMs - limits.habitMsMax) return true
    return !isAboutTheHour(startMs, endMs, atMs, limits)
  })
}

/**
 * Seen to move past an area, along its border or away from it, so that it takes longer to reach
 * than police need, and straight on the way leads by it for as long. So near that a fix cannot tell
 * the way, nobody passes by; nor does who stands still, or walks at the border, however slowly. Of
 * two people nobody does: whoever comes no nearer may be following.
 */
function findPassing(opening: Opening, rule: Episode['rule'], limits: Limits): Lower | null {
  const left = opening.distanceMeters ?? Number.NaN
  if (rule.type !== 'location' || !(left > limits.nearerMetersMin)) return null
  const way = findWayAhead(rule, opening, limits)
  if (way === null || way.towardsShare > limits.passingTowardsShareMax) return null
  if (1000 * left <= limits.responseMs * way.metersPerSecond) return null
  return isLedInside(rule, opening, limits) ? null : { by: 'passing' }
}

function findTravel({ facts }: Opening): Lower | null {
  return typeof facts['coTravel'] === 'string' ? { by: 'travel' } : null
}
