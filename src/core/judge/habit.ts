import { signedDistanceMeters } from '../../../geo/containment.ts'
import { isOnePlace } from '../belief/whereabouts.ts'
import type { BanRule, PairRule } from '../rules/ban-versions.ts'
import { findVersion } from '../rules/ban-versions.ts'
import type { Episode, Usual } from './episode.ts'
import { kindsOf } from './kinds.ts'
import type { Limits } from '../model/limits.ts'
import { dayMs } from '../model/units.ts'
import type { Scene } from './scene.ts'

/**
 * How near an area or a person somebody usually comes who is near day after day without entering,
 * living beside it or changing buses there, and how long they stay. Null while that is not known,
 * and for as long after a breach or a passage; but for one short breach in a rest that was never
 * left, which is how a receiver drifts. Two of them are no chance.
 */
export function findUsual(
  episodes: readonly Episode[],
  rule: BanRule | PairRule,
  atMs: number,
  limits: Limits,
): Usual | null {
  const days = new Set<number>()
  const daysOfStay = new Set<number>()
  const nearest: number[] = []
  let longestMs = 0
  let driftCount = 0
  for (const episode of episodes) {
    if (episode.rule !== rule || episode.startMs >= atMs) continue
    if ((episode.endMs ?? Infinity) < atMs - limits.habitMsMax) continue
    if (episode.kind !== kindsOf(rule).approach) {
      driftCount++
      if (!episode.isOfRest || driftCount > limits.habitDriftCountMax) return null
      continue
    }
    if (episode.endMs === null || episode.isCovered || isOfWay(episode)) continue
    const meters = findCountedMeters(episode)
    if (!Number.isFinite(meters)) continue
    const lastedMs = findCountedMs(episode)
    const day = Math.floor(episode.startMs / dayMs)
    days.add(day)
    if (lastedMs >= limits.habitStayMsMin) daysOfStay.add(day)
    nearest.push(meters)
    longestMs = Math.max(longestMs, lastedMs)
  }
  if (nearest.length < limits.habitCountMin || days.size < limits.habitDaysMin) return null
  // The middle one: a single visit nearer than the others does not widen what is usual.
  const usualMeters = nearest.toSorted((one, other) => one - other)[nearest.length >> 1]
  if (usualMeters === undefined) return null
  return { usualMeters, longestMs: daysOfStay.size < limits.habitDaysMin ? longestMs : null }
}

/**
 * A short breach of an area by somebody who rested beside it before, and is there still when it is
 * over: seen all the time, and never further from there than the noise of two positions.
 */
export function isWithinRest(episode: Episode, { mine, judged, limits }: Scene): boolean {
  const { rule, kind, startMs } = episode
  const { anchor, anchorSeenMs } = mine
  if (rule.type !== 'location' || kind !== kindsOf(rule).breach || anchor === null) return false
  if (startMs - anchorSeenMs < limits.breachRestMsMin) return false
  if (findLastedMs(episode) > limits.breachRestMsMin) return false
  const { shape } = findVersion(rule.versions, startMs)
  const isOutside = signedDistanceMeters(shape, anchor.longitude, anchor.latitude) > 0
  return isOutside && isOnePlace(anchor, judged.fix, limits)
}

/** From the fix it began with to the newest inside; NaN of one that goes on. */
export function findLastedMs({ startMs, lastInsideMs }: Episode): number {
  return lastInsideMs - startMs
}

/** So much longer than those before it that it is something else. */
export function isLonger(lastedMs: number, longestMs: number | null, limits: Limits): boolean {
  if (longestMs === null) return false
  return lastedMs > Math.max(limits.longerMsMin, limits.longerFactor * longestMs)
}

/** So much nearer than usual that it is something else. */
export function isNearerThanUsual(
  usualMeters: number,
  distanceMeters: number | null,
  limits: Limits,
): boolean {
  return distanceMeters === null || distanceMeters < usualMeters - limits.habitMarginMeters
}

/** Listed only for the way they went, which says nothing of where somebody usually is. */
export function isOfWay({ lower, calledMs }: Pick<Episode, 'lower' | 'calledMs'>): boolean {
  return calledMs === null && (lower?.by === 'travel' || lower?.by === 'passing')
}

/**
 * One that nobody was called for counts as no nearer than what was known before it: else each a
 * little nearer than the last would make the next one usual, all the way to the border.
 */
function findCountedMeters({ lower, calledMs, nearestMeters }: Episode): number {
  if (calledMs !== null) return nearestMeters
  switch (lower?.by) {
    case 'habit':
      return Math.max(nearestMeters, lower.usualMeters)
    case 'day':
      return Math.max(nearestMeters, lower.nearestMeters)
    case 'travel':
    case 'passing':
    case undefined:
      return nearestMeters
  }
}

/** The same of how long it lasted: else each twice as long as the last would end in a stay. */
function findCountedMs(episode: Episode): number {
  const { lower, calledMs } = episode
  const lastedMs = findLastedMs(episode)
  const isKnown = calledMs === null && (lower?.by === 'habit' || lower?.by === 'day')
  return Math.min(lastedMs, (isKnown ? lower.longestMs : null) ?? Infinity)
}
