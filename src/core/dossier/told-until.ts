import type { Episode, Fact } from '../judge/episode.ts'
import { isNews } from '../judge/episode.ts'
import type { Dossier } from './dossier-state.ts'
import { listOthers } from './report-tellings.ts'

/**
 * Until when a reading inside that is no news tells nothing of this episode, which goes on: after
 * that it is due to be shown as still seen. -Infinity where it was found or told otherwise than it
 * stands, or may rise.
 */
export function findToldUntilMs({ reported, context }: Dossier, episode: Episode): number {
  const told = reported.get(episode.id)
  if (told === undefined || told.episode !== episode || episode.endMs !== null) return -Infinity
  if (told.isLate || told.isOrdinary || told.isUnsupported) return -Infinity
  // Of one that is covered nothing is told.
  if (episode.isCovered) return Infinity
  if (episode.calledMs === null) return -Infinity
  // Nor of one that another speaks for.
  if (told.alertId === null) return Infinity
  if (listOthers(episode.tellings, told.told).length > 0) return -Infinity
  return told.seenMs + context.limits.seenMsMin
}

/** A reading inside that is no news, of what stands as it was told and was shown lately. */
export function isToldAlready(dossier: Dossier, fact: Fact): boolean {
  if (fact.type !== 'seen' || isNews(fact)) return false
  return fact.opening.fix.recordedAtMs < findToldUntilMs(dossier, fact.episode)
}
