import type { Episode } from '../judge/episode.ts'
import type { Dossier, Reported } from './dossier-state.ts'

/** While a device that saw it is not heard, nobody knows that it is over. */
export function isUnheard(
  { state }: Dossier,
  { id, ceasesAtMs }: Episode,
  nowMs = -Infinity,
): boolean {
  return ceasesAtMs > nowMs && state.unheard.some(({ episodeId }) => episodeId === id)
}

/** The end that staff know of. */
export function findToldEndMs({ episode, isHeld }: Reported): number | null {
  return isHeld ? null : episode.endMs
}
