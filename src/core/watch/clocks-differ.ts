import type { AlertDraft } from '../model/alert.ts'
import { alertId } from '../model/alert-id.ts'
import { draftAlert } from '../model/draft-alert.ts'
import type { Limits } from '../model/limits.ts'

/** The alert that a part of us has another clock than the database: one of the two is wrong. */
export function draftClocksDiffer(limits: Limits, differ: ClocksDiffer, atMs: number): AlertDraft {
  return draftAlert(limits, {
    id: alertId(['clocks-differ', differ.part], atMs),
    kind: 'detection-behind',
    // What is judged by a clock is judged late or early; what is heard is judged all the same.
    priority: 'P2',
    occurredAtMs: atMs,
    learnedAtMs: atMs,
    facts: { part: differ.part, clockAheadSeconds: Math.round(differ.aheadMs / 1_000) },
  })
}

export type ClocksDiffer = {
  /** Which process, in words: what it does and on which machine. */
  readonly part: string
  /** Of the database's clock; below 0: behind. */
  readonly aheadMs: number
}
