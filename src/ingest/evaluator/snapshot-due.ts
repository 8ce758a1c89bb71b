/**
 * When memory is saved. Taking snapshots may cost a twentieth of the time; the rest of the safety
 * is reading the journal again. At the end of a backlog it is saved all the same: judging that took
 * so long that nobody wants to do it again because a process is started anew. And once after a
 * start that has much to read again: whoever ends each twenty seconds would never save, and begin
 * later each time.
 */
export function createSnapshotDue(start: {
  readonly journalId: number
  readonly everyMs: number
  readonly elapsedMs: () => number
}): SnapshotDue {
  const { everyMs, elapsedMs } = start
  let last = { journalId: start.journalId, atMs: elapsedMs(), restMs: everyMs }
  let isFirst = true
  return {
    isDue(journalId, isAtEnd) {
      if (isFirst && isAtEnd && journalId - last.journalId >= readAgainCountMax) return true
      const sinceMs = elapsedMs() - last.atMs
      if (sinceMs >= last.restMs) return true
      return isAtEnd && sinceMs >= everyMs && journalId - last.journalId >= unsavedRowCountMax
    },
    noteSaved(journalId, tookMs) {
      isFirst = false
      last = { journalId, atMs: elapsedMs(), restMs: Math.max(everyMs, tookMs * 20) }
    },
    noteFailed() {
      isFirst = false
      last = { ...last, atMs: elapsedMs(), restMs: everyMs }
    },
  }
}

export type SnapshotDue = {
  /** Of what was judged up to this row. */
  readonly isDue: (journalId: number, isAtEnd: boolean) => boolean
  readonly noteSaved: (journalId: number, tookMs: number) => void
  /** It could not be saved; it is tried again as if there had been nothing to save until now. */
  readonly noteFailed: () => void
}

/** A tenth of a second of judging. */
const readAgainCountMax = 1_000
/** Some seconds of judging. */
const unsavedRowCountMax = 20_000
