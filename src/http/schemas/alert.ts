import { z } from 'zod'
import {
  alertKinds,
  alertOutcomes,
  alertPriorities,
  alertStatuses,
  type EvidenceFix,
} from '../../core/model/alert.ts'
import type { AlertDetail, AlertRow } from '../../store/alerts/alerts.ts'
import { formatInstant, formatInstantOrNull, idSchema, listQuerySchema } from './common.ts'

const instantAnswerSchema = z.string().meta({ format: 'date-time' })
const nullableId = z.string().meta({ format: 'uuid' }).nullable()

const alertShape = {
  id: z.string().meta({ format: 'uuid' }),
  kind: z.enum(alertKinds),
  priority: z.enum(alertPriorities),
  status: z.enum(alertStatuses),
  protectionOrderId: nullableId,
  offenderId: nullableId,
  victimId: nullableId,
  locationBanId: nullableId,
  proximityBanId: nullableId,
  deviceId: nullableId,
  vendorId: nullableId,
  occurredAt: instantAnswerSchema.describe('When it happened, by the device.'),
  learnedAt: instantAnswerSchema.describe('When it could first be known here.'),
  raisedAt: instantAnswerSchema.describe('When the alert was raised.'),
  clearedAt: instantAnswerSchema
    .nullable()
    .describe('When what it is about ended. The alert stays until somebody closes it.'),
  late: z.boolean().describe('Learned long after it happened: not where anybody is now.'),
  probability: z.number().nullable(),
  distanceMeters: z.number().nullable(),
  reason: z.string(),
  unsupportedReason: z
    .string()
    .nullable()
    .describe('With all data now at hand the alert does not stand, and why.'),
  acknowledgedAt: instantAnswerSchema.nullable(),
  acknowledgedBy: nullableId,
  closedAt: instantAnswerSchema.nullable(),
  closedBy: nullableId,
  outcome: z.enum(alertOutcomes).nullable(),
}

export const alertSchema = z.strictObject(alertShape)

const evidenceFixSchema = z.strictObject({
  role: z.enum(['offender', 'victim']),
  personId: z.string().meta({ format: 'uuid' }),
  deviceId: z.string().meta({ format: 'uuid' }),
  recordedAt: instantAnswerSchema,
  receivedAt: instantAnswerSchema,
  longitude: z.number(),
  latitude: z.number(),
  accuracyMeters: z.number(),
  isBelieved: z.boolean(),
  disbelief: z.array(z.string()),
  probability: z.number().nullable(),
})

export const alertDetailSchema = z.strictObject({
  ...alertShape,
  evidence: z.strictObject({
    limitsVersion: z.string(),
    algorithmVersion: z.string(),
    protectionOrderVersion: z
      .number()
      .nullable()
      .describe('The version of the order, and with it of its areas, that was applied.'),
    fixes: z.array(evidenceFixSchema).describe('Reading them is recorded.'),
    withheldFixCount: z.number().describe('Fixes of the victim that this alert no longer needs.'),
    note: z.string().nullable(),
    facts: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  }),
  history: z.array(
    z.strictObject({
      kind: z.string(),
      at: instantAnswerSchema,
      by: nullableId,
      note: z.string().nullable(),
      detail: z.record(z.string(), z.unknown()).nullable(),
    }),
  ),
})

export const alertQuerySchema = listQuerySchema.extend({
  status: z.enum(alertStatuses).optional(),
  kind: z.enum(alertKinds).optional(),
  protectionOrderId: idSchema.optional(),
})

/**
 * What staff write down: several lines, nothing that could steer a terminal. A refinement and not a pattern:
 * in the document a pattern with Unicode classes is read differently by clients without the flag.
 */
const noteSchema = z
  .string()
  .max(4_000)
  .refine((text) => !/[\p{Cc}\p{Cs}]/u.test(text.replaceAll(/[\n\r\t]/g, '')), {
    error: 'expected text without control characters',
  })

export const acknowledgeBodySchema = z.strictObject({ note: noteSchema.optional() })

export const closeBodySchema = z.strictObject({
  outcome: z.enum(alertOutcomes),
  note: noteSchema,
})

export function alertBodyOf(alert: AlertRow): z.infer<typeof alertSchema> {
  const {
    occurredAtMs,
    learnedAtMs,
    raisedAtMs,
    clearedAtMs,
    acknowledgedAtMs,
    closedAtMs,
    ...same
  } = alert
  return {
    ...same,
    occurredAt: formatInstant(occurredAtMs),
    learnedAt: formatInstant(learnedAtMs),
    raisedAt: formatInstant(raisedAtMs),
    clearedAt: formatInstantOrNull(clearedAtMs),
    acknowledgedAt: formatInstantOrNull(acknowledgedAtMs),
    closedAt: formatInstantOrNull(closedAtMs),
  }
}

/** The alert with the fixes that may be shown; the others are counted, and the note says why they are not there. */
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
