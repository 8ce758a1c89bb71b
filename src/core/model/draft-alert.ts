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
  const { settledBy = null, protectionOrderVersion = null, fixes = [], facts, ...given } = alert
  const row = {
    ...nothingSaid,
    incidentId: alert.id,
    priority: alertTraits[alert.kind].priority,
    ...given,
  }
  const { priority, probability, distanceMeters, late } = row
  const matter = { priority, probability, distanceMeters, late, settledBy }
  const evidence = {
    limitsVersion: limits.version,
    algorithmVersion,
    protectionOrderVersion,
    fixes,
    facts,
  }
  return { ...row, reason: tellAlert(alert.kind, facts, matter), evidence }
}

/** What is left out is null, or false. */
export type NewAlert = Pick<AlertDraft, 'id' | 'kind' | 'occurredAtMs' | 'learnedAtMs'> &
  Partial<Omit<AlertDraft, 'reason' | 'evidence'>> & {
    readonly facts: Evidence['facts']
    readonly fixes?: readonly EvidenceFix[]
    readonly protectionOrderVersion?: number | null
    readonly settledBy?: AlertMatter['settledBy']
  }

const nothingSaid = {
  protectionOrderId: null,
  offenderId: null,
  victimId: null,
  locationBanId: null,
  proximityBanId: null,
  deviceId: null,
  vendorId: null,
  lastSeenAtMs: null,
  late: false,
  probability: null,
  distanceMeters: null,
} as const satisfies Partial<AlertDraft>
