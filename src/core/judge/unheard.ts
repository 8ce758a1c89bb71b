import { isBelieved } from '../belief/believe-fix.ts'
import type { Episode, Fact } from './episode.ts'
import { noFacts } from './episode.ts'
import type { FoldContext, FoldState } from './fold.ts'
import type { Hearing, Leaving, Unheard } from './leaving.ts'
import type { JudgedFix } from './scene.ts'

/**
 * Those that saw it, were inside by their own last word, and have been silent too long to be waited
 * for: while they are still worn, where their wearer is, is not known.
 */
export function listUnheard(
  leaving: readonly Leaving[],
  episodeId: number,
  atMs: number,
  { isWorn }: Pick<Hearing, 'isWorn'>,
): readonly Unheard[] {
  return leaving
    .filter(
      ({ isUnheard, deviceSlot, personSlot }) => isUnheard && isWorn(deviceSlot, personSlot, atMs),
    )
    .map(({ personSlot, deviceSlot }) => ({ episodeId, personSlot, deviceSlot }))
}

/**
 * A breach is over by the devices that were seen leaving, and goes on as not known for as long as
 * another that saw it says nothing. What settles it is a believed position of that one, wherever it
 * lies: inside, it is a breach of its own. So does the end of its assignment, and of the ban.
 */
export function resolveUnheard(
  { isWorn }: FoldContext,
  state: FoldState,
  { fix, disbelief }: JudgedFix,
): readonly Fact[] {
  // Hot path: nearly always.
  if (state.unheard.length === 0) return noFacts
  const over = state.episodes.filter(({ id }) =>
    state.unheard.some(({ episodeId }) => episodeId === id),
  )
  const isSettled = ({ episodeId, personSlot, deviceSlot }: Unheard): boolean => {
    const isHeard = deviceSlot === fix.deviceSlot && personSlot === fix.personSlot
    if (isHeard && isBelieved(disbelief)) return true
    if (!isWorn(deviceSlot, personSlot, fix.recordedAtMs)) return true
    return over.every(({ id, ceasesAtMs }) => id !== episodeId || ceasesAtMs <= fix.recordedAtMs)
  }
  const unheard = state.unheard.filter((one) => !isSettled(one))
  if (unheard.length === state.unheard.length) return noFacts
  state.unheard = unheard
  const isOpen = ({ id }: Episode): boolean => unheard.some(({ episodeId }) => episodeId === id)
  return over
    .filter((episode) => !isOpen(episode))
    .map((episode) => ({ type: 'heard', episode }) as const)
}
