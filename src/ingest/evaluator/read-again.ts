import type { AlertKind, Effect } from '../../core/model/alert.ts'

/**
 * Of rows that were judged before the restart nothing is saved again, and memory takes for told
 * what it finds in them. Rows say what time it is then: what the clock finds by that may have
 * another id than what it had found, or be what it had not found yet. So each alert that goes on
 * at the end of them is raised, and called out, which changes nothing where that was done before.
 */
export function createReadAgain(): ReadAgain {
  const goingOn = new Map<string, Effect[]>()
  return {
    note(effects) {
      for (const effect of effects) {
        if (effect.type === 'alert-raised') {
          const { id, kind } = effect.alert
          if (!foundByRows.has(kind)) goingOn.set(id, [effect])
        } else if (effect.type === 'alert-ended') goingOn.delete(effect.alertId)
        else if (effect.type === 'alert-revised') revise(effect)
      }
    },
    take() {
      const effects = [...goingOn.values()].flat()
      goingOn.clear()
      return effects
    },
  }

  function revise(effect: Revised): void {
    const { alertId, revision } = effect
    const known = goingOn.get(alertId)
    if (revision.kind === 'part-of' || revision.kind === 'unsupported') goingOn.delete(alertId)
    else if (revision.kind === 'priority') goingOn.set(alertId, [...(known ?? []), effect])
  }
}

export type ReadAgain = {
  /** With what follows from rows up to the saved place. */
  readonly note: (effects: readonly Effect[]) => void
  /** At the end of them, once: to be saved before what follows from newer ones. */
  readonly take: () => readonly Effect[]
}

type Revised = Extract<Effect, { readonly type: 'alert-revised' }>

/** They latch, and no clock finds them: each was saved with its row, however long ago. */
const foundByRows: ReadonlySet<AlertKind> = new Set(['panic', 'device-tamper'])
