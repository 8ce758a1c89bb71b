import type { Episode, Fact } from '../judge/episode.ts'
import { isNews } from '../judge/episode.ts'
import type { Dossier } from './dossier-state.ts'
import { listOthers } from './report-tellings.ts'
import type { Reported } from './reported-episode.ts'

/**
 * Until when a reading inside that is no news tells nothing of this episode, which goes on: after
 * that it is due to be shown as still seen. -Infinity where it was found or told otherwise than it
 * stands, or may rise.
 */
export function findToldUntilMs(dossier: Dossier, episode: Episode): number {
  const told = dossier.reported.get(episode.id)
  if (told === undefined || told.isOrdinary) return -Infinity
  if (episode.calledMs === null && !episode.isCovered) return -Infinity
  return findShownUntilMs(dossier, told, episode)
}

/** A reading inside that is no news, of what stands as it was told and was shown lately. */
export function isToldAlready(dossier: Dossier, fact: Fact): boolean {
  if (fact.type !== 'seen' || isNews(fact)) return false
  const { episode, opening } = fact
  const told = dossier.reported.get(episode.id)
  if (told === undefined) return false
  // What another alert spoke for may be called out by any reading.
  if (told.isOrdinary && episode.calledMs !== null) return false
  return opening.fix.recordedAtMs < findShownUntilMs(dossier, told, episode)
}

function findShownUntilMs({ context }: Dossier, told: Reported, episode: Episode): number {
  if (told.episode !== episode || episode.endMs !== null) return -Infinity
  if (told.isLate || told.isUnsupported) return -Infinity
  // Of one that is covered nothing is told, nor of one that another speaks for.
  if (episode.isCovered || told.alertId === null) return Infinity
  if (listOthers(episode.tellings, told.told).length > 0) return -Infinity
  return told.seenMs + context.limits.seenMsMin
}
