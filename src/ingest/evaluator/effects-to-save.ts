import type { Effect } from '../../core/model/alert.ts'
import { pushAll } from '../../core/model/lists.ts'

/**
 * What follows from rows that were judged, until it is saved. What calls somebody is saved at once.
 * The rest, such as that a fix is not believed, waits for company while a backlog is judged: a
 * commit takes longer than a turn of it, and whoever is seen now would wait for both. The place is
 * saved with it, so whoever dies before judges the same rows again.
 */
export function createEffectsToSave(elapsedMs: () => number): EffectsToSave {
  let effects: Effect[] = []
  let isCalling = false
  let sinceMs = 0
  return {
    add(more) {
      if (effects.length === 0) sinceMs = elapsedMs()
      pushAll(effects, more)
      isCalling ||= more.some(({ type }) => !isPatient(type))
    },
    isEmpty: () => effects.length === 0,
    isDue(isBacklogged) {
      if (effects.length === 0) return false
      const isFull = effects.length >= patientCountMax || elapsedMs() - sinceMs >= patientMs
      return isCalling || !isBacklogged || isFull
    },
    list: () => effects,
    clear() {
      effects = []
      isCalling = false
    },
  }
}

export type EffectsToSave = {
  readonly add: (effects: readonly Effect[]) => void
  readonly isEmpty: () => boolean
  /** Whether they are to be saved now; `isBacklogged` while rows wait to be judged. */
  readonly isDue: (isBacklogged: boolean) => boolean
  /** In the order in which they were decided. */
  readonly list: () => readonly Effect[]
  /** They are saved. */
  readonly clear: () => void
}

/** Of an alert that is told already, or of no alert. */
function isPatient(type: Effect['type']): boolean {
  return type === 'fix-disbelieved' || type === 'alert-seen' || type === 'rejudge-needed'
}

/** Some ten turns of a backlog; nobody looks at these more often. */
const patientMs = 250
/** A statement takes them in some ten milliseconds. */
const patientCountMax = 1_000
