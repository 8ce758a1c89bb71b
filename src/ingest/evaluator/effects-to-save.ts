import type { Effect } from '../../core/model/alert.ts'

/**
 * What follows from rows that were judged, until it is saved. What calls somebody is saved at once.
 * The rest, such as that a fix is not believed, waits for company while a backlog is judged: a
 * commit takes longer than a turn of it, and whoever is seen now would wait for both. Of a stretch
 * to be judged again only its earliest beginning waits: each late fix asks anew. The place is saved
 * with it, so whoever dies before judges the same rows again.
 */
export function createEffectsToSave(elapsedMs: () => number): EffectsToSave {
  let effects: Effect[] = []
  /** Where in the list it is asked to judge a stretch of this offender again. */
  const askedAt = new Map<string, number>()
  let isCalling = false
  let sinceMs = 0
  function ask(effect: RejudgeNeeded): void {
    const at = askedAt.get(effect.offenderId)
    const known = at === undefined ? undefined : effects[at]
    if (at === undefined || known?.type !== 'rejudge-needed') {
      askedAt.set(effect.offenderId, effects.push(effect) - 1)
    } else if (effect.fromMs < known.fromMs) effects[at] = effect
  }
  return {
    add(more) {
      if (effects.length === 0) sinceMs = elapsedMs()
      for (const effect of more) {
        if (effect.type === 'rejudge-needed') ask(effect)
        else effects.push(effect)
      }
      isCalling ||= callsSomebody(more)
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
      askedAt.clear()
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

/** Whether these raise, end or revise an alert. */
export function callsSomebody(effects: readonly Effect[]): boolean {
  return effects.some(({ type }) => !isPatient(type))
}

type RejudgeNeeded = Extract<Effect, { readonly type: 'rejudge-needed' }>

/** Of an alert that is told already, or of no alert. */
function isPatient(type: Effect['type']): boolean {
  return type === 'fix-disbelieved' || type === 'alert-seen' || type === 'rejudge-needed'
}

/** Some ten turns of a backlog; nobody looks at these more often. */
const patientMs = 250
/** A statement takes them in some ten milliseconds. */
const patientCountMax = 1_000
