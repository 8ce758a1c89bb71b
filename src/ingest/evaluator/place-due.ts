/**
 * When the place is saved although nothing follows from what was judged: that is only a saving on
 * restart, and need not cost a commit each time. Behind a backlog sooner: how far judging is can be
 * seen by its place alone, and a restart would judge all of it again.
 */
export function createPlaceDue(elapsedMs: () => number): PlaceDue {
  let savedAtMs = elapsedMs()
  let backloggedAtMs = Number.NEGATIVE_INFINITY
  const dueInMs = (): number => {
    const nowMs = elapsedMs()
    return savedAtMs + (nowMs - backloggedAtMs < usualMs ? afterBacklogMs : usualMs) - nowMs
  }
  return {
    note(isBacklogged) {
      if (isBacklogged) backloggedAtMs = elapsedMs()
    },
    dueInMs,
    isDue: () => dueInMs() <= 0,
    noteSaved() {
      savedAtMs = elapsedMs()
    },
  }
}

export type PlaceDue = {
  /** With each step: whether more waits to be judged behind it. */
  readonly note: (isBacklogged: boolean) => void
  /** Not above 0: it is due. */
  readonly dueInMs: () => number
  readonly isDue: () => boolean
  /** Alone, or with what followed. */
  readonly noteSaved: () => void
}

const usualMs = 1_000
/** As long as what calls nobody waits for company. */
const afterBacklogMs = 250
