import type { BanRule } from '../rules/ban-versions.ts'
import type { Episode } from './episode.ts'
import type { Limits } from '../model/limits.ts'
import { dayMs } from '../model/units.ts'

/**
 * How near an area somebody usually comes who is near it day after day without entering: he
 * lives beside it, or his bus stops there. Null while that is not known, and as soon as he has
 * been in it, or passed through.
 */
export function findUsualMeters(
  episodes: readonly Episode[],
  rule: BanRule,
  atMs: number,
  limits: Limits,
): number | null {
  const days = new Set<number>()
  const nearest: number[] = []
  for (const episode of episodes) {
    if (episode.rule !== rule || episode.startMs >= atMs) continue
    if ((episode.endMs ?? Infinity) < atMs - limits.habitMsMax) continue
    if (episode.kind !== 'location-ban-approach') return null
    if (episode.endMs === null || episode.isCovered) continue
    days.add(Math.floor(episode.startMs / dayMs))
    nearest.push(episode.nearestMeters)
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
