import type { z } from 'zod'
import type { EvidenceFix } from '../../core/model/alert.ts'
import type { AlertDetail, AlertRow } from '../../store/alerts/alerts.ts'
import { findRecallMs, isStillGoingOn } from '../../core/model/recall.ts'
import { formatInstant, formatInstantOrNull } from '../../schemas/common.ts'
import type { alertSchema, evidenceFixSchema, alertDetailSchema } from '../../schemas/alert.ts'

export function alertBodyOf(alert: AlertRow): z.infer<typeof alertSchema> {
  const {
    occurredAtMs,
    learnedAtMs,
    raisedAtMs,
    clearedAtMs,
    acknowledgedAtMs,
    closedAtMs,
    lastSeenAtMs,
    toldAtMs,
    permittedUntilMs,
    recallAtMs: _recallAtMs,
    recallMinutes: _recallMinutes,
    ...same
  } = alert
  return {
    ...same,
    occurredAt: formatInstant(occurredAtMs),
    learnedAt: formatInstant(learnedAtMs),
    raisedAt: formatInstant(raisedAtMs),
    lastSeenAt: formatInstant(lastSeenAtMs),
    toldAt: formatInstant(toldAtMs),
    clearedAt: formatInstantOrNull(clearedAtMs),
    stillGoingOn: isStillGoingOn(alert),
    recallAt: formatInstantOrNull(findRecallMs(alert)),
    permittedUntil: formatInstantOrNull(permittedUntilMs),
    acknowledgedAt: formatInstantOrNull(acknowledgedAtMs),
    closedAt: formatInstantOrNull(closedAtMs),
  }
}

/**
 * The alert with the fixes that may be shown; the others are counted, and the note
 * says why they are not there.
 */
export function alertDetailBodyOf(
  detail: AlertDetail,
  shown: readonly EvidenceFix[],
): z.infer<typeof alertDetailSchema> {
  const { evidence } = detail
  const withheldFixCount = evidence.fixes.length - shown.length
  return {
    ...alertBodyOf(detail.alert),
    evidence: {
      limitsVersion: evidence.limitsVersion,
      algorithmVersion: evidence.algorithmVersion,
      protectionOrderVersion: evidence.protectionOrderVersion,
      fixes: shown.map(evidenceFixBodyOf),
      withheldFixCount,
      note:
        withheldFixCount === 0
          ? null
          : 'Positions of the victim are shown only in an alert that is not closed and needs them.',
      facts: { ...evidence.facts },
    },
    history: detail.transitions.map((transition) => ({
      kind: transition.kind,
      at: formatInstant(transition.atMs),
      by: transition.actor,
      note: transition.note,
      detail: transition.detail === null ? null : { ...transition.detail },
    })),
  }
}

function evidenceFixBodyOf(fix: EvidenceFix): z.infer<typeof evidenceFixSchema> {
  return {
    role: fix.role,
    personId: fix.personId,
    deviceId: fix.deviceId,
    recordedAt: formatInstant(fix.recordedAtMs),
    receivedAt: formatInstant(fix.receivedAtMs),
    longitude: fix.longitude,
    latitude: fix.latitude,
    accuracyMeters: fix.accuracyMeters,
    isBelieved: fix.isBelieved,
    disbelief: [...fix.disbelief],
    probability: fix.probability,
  }
}
