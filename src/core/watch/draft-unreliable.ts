import type { AlertDraft } from '../model/alert.ts'
import { draftOfWatch, findSubject } from './draft-alert.ts'
import type { Watch, WatchedPerson } from './watch-state.ts'

/** That where somebody is cannot be said: of the whole person, or of one monitor of several. */
export function draftUnreliable(
  watch: Watch,
  person: WatchedPerson,
  { priority, idParts, startMs, occurredAtMs, deviceId, nowMs, ...found }: Unreliable,
): AlertDraft {
  const subject = findSubject(watch, person.id, nowMs)
  return draftOfWatch(watch, {
    kind: 'position-unreliable',
    priority,
    idParts,
    startMs,
    subject,
    deviceId,
    occurredAtMs,
    learnedAtMs: nowMs,
    facts: {
      wearerRole: subject.role,
      lastBelievedAtMs: found.lastBelievedAtMs,
      heardWithoutPosition: found.isHeardOnly,
      ...(found.isOtherSeen ? { otherDeviceSeen: true } : {}),
      sightingAgeSecondsMax: watch.limits.sightingAgeMsMax / 1_000,
      protectionOrderCount: subject.orderCount,
      inOpenApproach: found.inOpenApproach,
      fault: found.fault,
    },
  })
}

type Unreliable = {
  readonly priority: 'P2' | 'P3'
  readonly idParts: readonly string[]
  readonly startMs: number
  readonly occurredAtMs: number
  readonly deviceId: string | null
  readonly lastBelievedAtMs: number | null
  readonly isHeardOnly: boolean
  readonly isOtherSeen: boolean
  readonly inOpenApproach: boolean
  readonly fault: string | null
  readonly nowMs: number
}
