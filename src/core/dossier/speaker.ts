import type { Episode } from '../judge/episode.ts'
import { findSpeaker, mayBeSpokenFor } from '../judge/spoken-for.ts'
import type { Dossier } from './dossier-state.ts'

/**
 * What calls somebody about this approach under another ban, by what was reported: the ends that
 * the clock gave count as well.
 */
export function findSpeakerOf({ reported, context }: Dossier, episode: Episode): Episode | null {
  if (reported.size < 2 || !mayBeSpokenFor(episode)) return null
  const asked = reported.get(episode.id)?.episode ?? episode
  // What is over speaks for nothing that lasts longer.
  const others = asked.endMs === null ? reported.goingOn : [...reported.values()]
  return findSpeaker(
    others.map((known) => known.episode),
    asked,
    context.limits,
  )
}
