import type { Limits } from '../model/limits.ts'
import { maxOf } from '../model/lists.ts'
import { findBreachMeters } from './closing-pace.ts'
import type { EpisodeKind, Following, Opening } from './episode.ts'

/**
 * How near they are by what counts: of two people within the separation the distance between them,
 * of an approach what is left until the ban itself is broken. Within an area there is no nearer.
 */
export function measureNearness(kind: EpisodeKind, opening: Opening): number {
  if (kind === 'location-ban-breach') return 0
  const meters = opening.distanceMeters ?? Number.NaN
  return kind === 'proximity-breach' ? meters : findLeftMeters(meters, opening)
}

/** What is left of this distance until the ban itself is broken. */
export function findLeftMeters(meters: number, opening: Opening): number {
  return Math.max(0, meters - findBreachMeters(opening))
}

/** As near as this is markedly nearer than when last told; -1 is never. */
export function findNextMark(kind: EpisodeKind, toldMeters: number, limits: Limits): number {
  const { nearerMetersMin, nearerMarksMeters, nearerShare } = limits
  if (kind === 'location-ban-breach' || !(toldMeters > nearerMetersMin)) return -1
  const marks = kind === 'proximity-breach' ? nearerMarksMeters : []
  return maxOf([nearerShare * toldMeters, ...marks.filter((meters) => meters < toldMeters)])
}

/**
 * By more than what both receivers err by; less is no nearer by one reading. Several in a row err
 * less, as the mean of many coarse positions does, and whoever stays there would be told never.
 */
export function isMarkedlyNearer(
  meters: number,
  { toldMeters }: Following,
  nearerCount: number,
  opening: Opening,
  limits: Limits,
): boolean {
  if (nearerCount === 0) return false
  if (nearerCount >= limits.nearerReadingCountMin) return true
  return toldMeters - meters > findNoiseMeters(opening)
}

/** Readings in a row past the next mark, by more than half of what both receivers err by. */
export function countNearer(
  kind: EpisodeKind,
  meters: number,
  { toldMeters, nearerCount }: Following,
  opening: Opening,
  limits: Limits,
): number {
  const isPast =
    meters <= findNextMark(kind, toldMeters, limits) &&
    toldMeters - meters > findNoiseMeters(opening) / 2
  return isPast ? nearerCount + 1 : 0
}

function findNoiseMeters({ fix, other }: Opening): number {
  return Math.hypot(fix.accuracyMeters, other?.accuracyMeters ?? 0)
}
