import { alertTraits, tellAlert } from './alert-kinds/alert-kinds.ts'
import type { AlertMatter } from './alert-kinds/sentence.ts'
import type { AlertDraft, Evidence, EvidenceFix } from './alert.ts'
import type { Limits } from './limits.ts'
import { algorithmVersion } from './limits.ts'

/**
 * An alert as detection drafts it. Its kind gives the sentence, and the priority
 * where the rule gives none.
 */
export function draftAlert(limits: Limits, alert: NewAlert): AlertDraft {
  const { id, kind, facts, settledBy = null, late = false } = alert
  const { probability = null, distanceMeters = null, fixes = [] } = alert
  const { priority = alertTraits[kind].priority, protectionOrderVersion = null } = alert
  const matter = { priority, probability, distanceMeters, late, settledBy }
  const { version: limitsVersion } = limits
  return {
    protectionOrderId: alert.protectionOrderId ?? null,
    offenderId: alert.offenderId ?? null,
    victimId: alert.victimId ?? null,
    locationBanId: alert.locationBanId ?? null,
    proximityBanId: alert.proximityBanId ?? null,
    deviceId: alert.deviceId ?? null,
    vendorId: alert.vendorId ?? null,
    lastSeenAtMs: alert.lastSeenAtMs ?? null,
    late,
    probability,
    distanceMeters,
    incidentId: id,
    priority,
    id,
    kind,
    occurredAtMs: alert.occurredAtMs,
    learnedAtMs: alert.learnedAtMs,
    reason: tellAlert(kind, facts, matter),
    evidence: { limitsVersion, algorithmVersion, protectionOrderVersion, fixes, facts },
  }
}

/** What is left out is null, or false. */
export type NewAlert = Pick<AlertDraft, 'id' | 'kind' | 'occurredAtMs' | 'learnedAtMs'> &
  Partial<Omit<AlertDraft, 'incidentId' | 'reason' | 'evidence'>> & {
    readonly facts: Evidence['facts']
    readonly fixes?: readonly EvidenceFix[]
    readonly protectionOrderVersion?: number | null
    readonly settledBy?: AlertMatter['settledBy']
  }
