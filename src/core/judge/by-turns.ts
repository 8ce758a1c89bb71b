import type { Episode, Following, Opening, Turn } from './episode.ts'
import type { Scene } from './scene.ts'

/**
 * A breach that began so soon after another one of its ban is one coming and going: to be called
 * anew at each entry hides the one that matters.
 */
export function isByTurns(
  { kind, rule, startMs }: Episode,
  { episodes, limits }: Pick<Scene, 'episodes' | 'limits'>,
): boolean {
  if (kind !== 'location-ban-breach' && kind !== 'proximity-breach') return false
  return episodes.some(
    (other) =>
      other.kind === kind &&
      other.rule === rule &&
      other.endMs !== null &&
      other.endMs <= startMs &&
      startMs - other.endMs <= limits.byTurnsMsMax,
  )
}

/** They left, for all that is asked of one who comes once. */
export function noteTurn(following: Following): Following {
  const { lastInsideMs } = following
  return { ...following, turn: { lastInsideMs, enteredMs: Number.NaN } }
}

/** Inside again, since this reading or since before, and nobody has heard of it; null else. */
export function findTurn(
  { turn, lastInsideMs }: Following,
  isBack: boolean,
  { fix }: Opening,
): Turn | null {
  const entered = { lastInsideMs, enteredMs: fix.recordedAtMs }
  if (turn === null) return isBack ? entered : null
  return Number.isNaN(turn.enteredMs) ? { ...entered, lastInsideMs: turn.lastInsideMs } : turn
}

/**
 * Such an entry is told when none was for a while, when they stay, or when it leads markedly deeper
 * in than any before; that they come nearer to a person is told as ever.
 */
export function isTurnNews(
  { tellings, settledMs }: Episode,
  { enteredMs }: Turn,
  deepestMeters: number,
  opening: Opening,
  { byTurnsMsMax, insideAgainMsMin, nearerMetersMin }: Scene['limits'],
): boolean {
  const atMs = opening.fix.recordedAtMs
  const toldMs = tellings.at(-1)?.atMs ?? settledMs
  if (atMs - toldMs >= byTurnsMsMax || atMs - enteredMs >= insideAgainMsMin) return true
  return measureDepth(opening) >= deepestMeters + Math.max(nearerMetersMin, deepestMeters)
}

/** Of an area how far within its border; of two people nothing. */
export function measureDepth({ facts }: Opening): number {
  const { borderMeters } = facts
  return typeof borderMeters === 'number' ? Math.max(0, -borderMeters) : 0
}
