import type { Episode } from '../judge/episode.ts'
import type { Reported } from './reported-episode.ts'

/**
 * Which of the episodes found now is which of those reported before. By equal start first, then by
 * overlap, so that a shifted start does not make a second alert of one stay.
 */
export function matchEpisodes(
  told: readonly Reported[],
  found: readonly Episode[],
): Map<Episode, Reported> {
  const matches = new Map<Episode, Reported>()
  // Hot path: nothing was told that is not found.
  if (told.length === 0) return matches
  const free = new Set(told)
  for (const isMatch of [isSameStart, isOverlapping]) {
    for (const episode of found) {
      if (matches.has(episode)) continue
      for (const earlier of free) {
        if (!isSameRule(episode, earlier.episode) || !isMatch(episode, earlier.episode)) continue
        matches.set(episode, earlier)
        free.delete(earlier)
        break
      }
    }
  }
  return matches
}

function isSameRule(one: Episode, other: Episode): boolean {
  return one.kind === other.kind && one.rule === other.rule
}

function isSameStart(one: Episode, other: Episode): boolean {
  return one.startMs === other.startMs
}

function isOverlapping(one: Episode, other: Episode): boolean {
  return one.startMs <= (other.endMs ?? Infinity) && other.startMs <= (one.endMs ?? Infinity)
}
