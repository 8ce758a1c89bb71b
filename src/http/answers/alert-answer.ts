import type { z } from 'zod'
import type { EvidenceFix } from '../../core/model/alert.ts'
import type { AlertDetail, AlertRow } from '../../store/alerts/alerts.ts'
import type { PairStanding } from '../../store/alerts/pair-standing.ts'
import {
  coarsenAlert,
  distanceBandOf,
  isShownWhole,
  type CoarseDetail,
  type Viewer,
} from './alert-disclosure.ts'
import type { CoarseCell } from './coarse-cell.ts'
import { alertTraits } from '../../core/model/alert-kinds/alert-kinds.ts'
import { findRecallMs, isStillGoingOn } from '../../core/model/recall.ts'
import { formatInstant, formatInstantOrNull } from '../../schemas/common.ts'
import type { alertSchema, evidenceFixSchema, alertDetailSchema } from '../../schemas/alert.ts'

/** An alert as this viewer may see it. */
export function alertBodyFor(
  alert: AlertRow,
  standing: PairStanding,
  viewer: Viewer,
): z.infer<typeof alertSchema> {
  return isShownWhole(standing, viewer)
    ? alertBodyOf(alert, 'whole')
    : alertBodyOf(coarsenAlert(alert), 'coarse')
}

function alertBodyOf(
  alert: AlertRow,
  detailLevel: 'whole' | 'coarse',
): z.infer<typeof alertSchema> {
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
    detailLevel,
    distanceBand: distanceBandOf(alert),
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
  const withheldFixCount = detail.evidence.fixes.length - shown.length
  const note =
    withheldFixCount === 0
      ? null
      : 'Positions of the victim are shown only in an alert that is not closed and needs them.'
  return detailBodyOf(detail, 'whole', { shown, note, offenderArea: null })
}

/** The same of which a protected person's place does not follow. */
export function coarseAlertDetailBodyOf({
  detail,
  offenderArea,
}: CoarseDetail): z.infer<typeof alertDetailSchema> {
  const note =
    'Fixes and numbers are shown to the operator who takes over the open proximity or panic alert, and to a supervisor; the reading is on record.'
  return detailBodyOf(detail, 'coarse', { shown: [], note, offenderArea })
}

function detailBodyOf(
  detail: AlertDetail,
  detailLevel: 'whole' | 'coarse',
  { shown, note, offenderArea }: ShownEvidence,
): z.infer<typeof alertDetailSchema> {
  const { evidence } = detail
  const isAsSealed = evidence.isNotAsSealed !== true
  return {
    ...alertBodyOf(detail.alert, detailLevel),
    // It is made of numbers that somebody may have changed.
    reasonInDutch: detailLevel === 'whole' && isAsSealed ? tellInDutch(detail) : null,
    evidence: {
      limitsVersion: evidence.limitsVersion,
      algorithmVersion: evidence.algorithmVersion,
      protectionOrderVersion: evidence.protectionOrderVersion,
      fixes: shown.map(evidenceFixBodyOf),
      withheldFixCount: evidence.fixes.length - shown.length,
      offenderArea,
      note: isAsSealed ? note : notAsSealed,
      isAsSealed,
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

const notAsSealed =
  'The evidence does not match its seal: somebody has touched it where it is stored, or the key it was sealed with. Its fixes are withheld. The alert stands and is to be handled.'

function tellInDutch({ alert, evidence }: AlertDetail): string {
  const settledBy = evidence.fixes.at(-1)?.role ?? null
  return alertTraits[alert.kind].sentence.dutch({ ...alert, settledBy, facts: evidence.facts })
}

type ShownEvidence = {
  readonly shown: readonly EvidenceFix[]
  readonly note: string | null
  readonly offenderArea: CoarseCell | null
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
