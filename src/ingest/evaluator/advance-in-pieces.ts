import type { Effect } from '../../core/model/alert.ts'
import { pushAll } from '../../core/model/lists.ts'
import type { DueBound } from '../../core/watch/due-items.ts'

/**
 * Lets time pass, as far as whoever is seen now can wait for it: a few of what is due at once after
 * another, until ten milliseconds are over. What is left is judged in the next step, behind what
 * came in meanwhile.
 */
export function advanceInPieces(clocked: Clocked, toMs: number): readonly Effect[] {
  const startedAtMs = performance.now()
  const effects: Effect[] = []
  for (let piece = 0; piece < pieceCountMax; piece += 1) {
    pushAll(effects, clocked.advance(toMs, onePiece))
    if (!clocked.isDueLeft() || performance.now() - startedAtMs >= piecesMsMax) break
  }
  return effects
}

type Clocked = {
  readonly advance: (toMs: number, bound: DueBound) => readonly Effect[]
  readonly isDueLeft: () => boolean
}

/** Of dossiers that sleep each takes half a millisecond. */
const onePiece: DueBound = { wholeMax: 10, countMax: 10, deviceIds: [], isEveryDevice: false }
const piecesMsMax = 10
/** While the clock is held all is left however often it is asked. */
const pieceCountMax = 10
