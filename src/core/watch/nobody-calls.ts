import type { AlertDraft } from '../model/alert.ts'
import { nobodyCallsCause } from '../model/alert-kinds/order-sentences.ts'
import { alertId } from '../model/alert-id.ts'
import { draftAlert } from '../model/draft-alert.ts'
import type { Limits } from '../model/limits.ts'

/** The alert that nobody is called any more: it is seen at the desk alone. */
export function draftNobodyCalls(
  limits: Limits,
  uncalled: UncalledSince,
  atMs: number,
): AlertDraft {
  return draftAlert(limits, {
    // Whoever looks at it at once tells the same one.
    id: alertId(['nobody-calls', String(uncalled.shard)], uncalled.sinceMs),
    kind: 'detection-behind',
    occurredAtMs: uncalled.sinceMs,
    learnedAtMs: atMs,
    facts: { cause: nobodyCallsCause, shard: uncalled.shard },
  })
}

export type UncalledSince = { readonly shard: number; readonly sinceMs: number }
