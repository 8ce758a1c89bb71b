import type { BanRule, PairRule } from '../rules/ban-versions.ts'
import type { Episode } from './episode.ts'
import { kindsOf } from './kinds.ts'
import type { Limits } from '../model/limits.ts'
import { dayMs } from '../model/units.ts'

/**
 * How near an area or a person somebody usually comes who is near day after day without entering,
 * living beside it or changing buses there. Null while that is not known, and for as long after a
 * breach or a passage.
 */
export function findUsualMeters(
  episodes: readonly Episode[],
  rule: BanRule | PairRule,
  atMs: number,
  limits: Limits,
): number | null {
  const days = new Set<number>()
  const nearest: number[] = []
  for (const episode of episodes) {
    if (episode.rule !== rule || episode.startMs >= atMs) continue
    if ((episode.endMs ?? Infinity) < atMs - limits.habitMsMax) continue
    if (episode.kind !== kindsOf(rule).approach) return null
    if (episode.endMs === null || episode.isCovered || isOfWay(episode)) continue
    const meters = findCountedMeters(episode)
    if (!Number.isFinite(meters)) continue
    days.add(Math.floor(episode.startMs / dayMs))
    nearest.push(meters)
  }
  if (nearest.length < limits.habitCountMin || days.size < limits.habitDaysMin) return null
  // The middle one: a single visit nearer than the others does not widen what is usual.
  return nearest.toSorted((one, other) => one - other)[nearest.length >> 1] ?? null
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
