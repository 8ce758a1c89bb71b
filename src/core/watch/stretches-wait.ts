import type { AlertDraft } from '../model/alert.ts'
import { alertId } from '../model/alert-id.ts'
import { draftAlert } from '../model/draft-alert.ts'
import type { Limits } from '../model/limits.ts'

/** The `cause` of the alert that what came late is not judged. */
export const stretchesWaitCause = 'memory-unsaved'

/** The alert that old stretches are not judged, because memory cannot be saved with them. */
export function draftStretchesWait(limits: Limits, wait: StretchesWait, atMs: number): AlertDraft {
  return draftAlert(limits, {
    // Whoever looks at it at once tells the same one.
    id: alertId(['stretches-wait', String(wait.shard)], wait.sinceMs),
    kind: 'detection-behind',
    // What comes in time is judged all the same.
    priority: 'P2',
    occurredAtMs: wait.sinceMs,
    learnedAtMs: atMs,
    facts: { cause: stretchesWaitCause, shard: wait.shard },
  })
}

export type StretchesWait = {
  readonly shard: number
  /** Since when the first of them waits and nothing was saved. */
  readonly sinceMs: number
}
