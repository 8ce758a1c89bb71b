import type { Episode } from '../judge/episode.ts'
import { findLastInsideMs } from '../judge/fold.ts'
import type { Dossier } from './dossier-state.ts'
import type { Reported } from './reported-episode.ts'

/** While a device that saw it is worn, and not heard, nobody knows that it is over. */
export function isUnheard(
  { state, context }: Dossier,
  { id, ceasesAtMs }: Episode,
  nowMs = -Infinity,
): boolean {
  if (ceasesAtMs <= nowMs) return false
  return state.unheard.some(
    ({ episodeId, deviceSlot, personSlot }) =>
      episodeId === id &&
      (nowMs === -Infinity || context.findWornUntilMs(deviceSlot, personSlot, nowMs) !== null),
  )
}

/** When the last of those that are not heard is taken in, as far as that is known at `nowMs`. */
export function findTakenInMs({ state, context }: Dossier, { id }: Episode, nowMs: number): number {
  let takenInMs = nowMs
  for (const { episodeId, deviceSlot, personSlot } of state.unheard) {
    if (episodeId !== id) continue
    const untilMs = context.findWornUntilMs(deviceSlot, personSlot, nowMs) ?? nowMs
    takenInMs = Math.max(takenInMs, untilMs)
  }
  return takenInMs
}

/** Seen inside after the end that was known before, once for what comes in late. */
export function isFoundInside(dossier: Dossier, { episode }: Reported, before: Reported): boolean {
  const { endMs } = before.episode
  if (endMs === null || before.isLate) return false
  return findLastInsideMs(dossier.state, episode) > endMs
}
