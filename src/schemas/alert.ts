import { z } from 'zod'
import { alertKinds, alertOutcomes, alertPriorities, alertStatuses } from '../core/model/alert.ts'
import { defaultLimits } from '../core/model/limits.ts'
import { idSchema, instantSchema, listQuerySchema } from './common.ts'

const instantAnswerSchema = z.string().meta({ format: 'date-time' })
const nullableId = z.string().meta({ format: 'uuid' }).nullable()

/** What the times and states of an alert mean, for its answer and for its events. */
export const alertWords = {
  incidentId:
    'Shared by the alerts of one offender and one stretch of trouble: the id of the first of them.',
  lastSeenAt: 'The newest report that shows it, by the device.',
  toldAt: 'When it was last put in front of people: raised, or told again.',
  stillGoingOn:
    'What it is about has not ended, as far as detection knows. An answer does not end it.',
  recallAt:
    'Of an answered alert whose matter goes on: it is open again from then on, and people are called anew, unless it has ended. Null: it is not, or nobody has answered it.',
} as const

const alertShape = {
  id: z.string().meta({ format: 'uuid' }),
  incidentId: z.string().meta({ format: 'uuid' }).describe(alertWords.incidentId),
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
  lastSeenAt: instantAnswerSchema.describe(alertWords.lastSeenAt),
  toldAt: instantAnswerSchema.describe(alertWords.toldAt),
  clearedAt: instantAnswerSchema
    .nullable()
    .describe('When what it is about ended. The alert stays until somebody closes it.'),
  stillGoingOn: z.boolean().describe(alertWords.stillGoingOn),
  recallAt: instantAnswerSchema.nullable().describe(alertWords.recallAt),
  late: z.boolean().describe('Learned long after it happened: not where anybody is now.'),
  detailLevel: z
    .enum(['whole', 'coarse'])
    .describe(
      'An alert that is, or belongs to, one about a protected person or about an area is whole by its id, for a supervisor and for the operator who has taken over the open proximity, panic or area alert. Else, and in every list, it is coarse: numbers are null, times are full hours, there is no fix.',
    ),
  distanceBand: z
    .enum(['within-separation', 'within-approach'])
    .nullable()
    .describe('By the distances of the order.'),
  probability: z.number().nullable(),
  distanceMeters: z.number().nullable(),
  reason: z.string(),
  unsupportedReason: z
    .string()
    .nullable()
    .describe('With all data now at hand the alert does not stand, and why.'),
  partOfAlertId: nullableId.describe('It belongs to what this other alert tells.'),
  acknowledgedAt: instantAnswerSchema.nullable(),
  acknowledgedBy: nullableId,
  closedAt: instantAnswerSchema.nullable(),
  closedBy: nullableId,
  outcome: z.enum(alertOutcomes).nullable(),
  permittedUntil: instantAnswerSchema.nullable().describe('Closed as `permitted` until then.'),
}

export const alertSchema = z.strictObject(alertShape).meta({ id: 'Alert' })

export const evidenceFixSchema = z.strictObject({
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

export const alertDetailSchema = z
  .strictObject({
    ...alertShape,
    reasonInDutch: z
      .string()
      .nullable()
      .describe(
        'What `reason` says, in Dutch. Null of a coarse alert, and where the evidence does not match its seal.',
      ),
    evidence: z.strictObject({
      limitsVersion: z.string(),
      algorithmVersion: z.string(),
      protectionOrderVersion: z
        .number()
        .nullable()
        .describe('The version of the order, and with it of its areas, that was applied.'),
      fixes: z.array(evidenceFixSchema).describe('Reading them is recorded.'),
      withheldFixCount: z.number().describe('Fixes that are not shown; `note` says why.'),
      offenderArea: z
        .strictObject({
          longitude: z.number(),
          latitude: z.number(),
          sizeMeters: z.number(),
        })
        .nullable()
        .describe(
          'Of a coarse alert: the square, by its middle and its side, in which the offender was.',
        ),
      note: z.string().nullable(),
      isAsSealed: z
        .boolean()
        .describe(
          'False: somebody has touched the evidence where it is stored, or the key it was sealed with. Its fixes are withheld; the alert stands.',
        ),
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
  .meta({
    id: 'AlertWithEvidence',
    description: 'An alert with what it rests on and what happened since.',
  })

export const alertQuerySchema = listQuerySchema.extend({
  status: z.enum(alertStatuses).optional(),
  kind: z.enum(alertKinds).optional(),
  protectionOrderId: idSchema.optional(),
})

/**
 * What staff write down: several lines, nothing that could steer a terminal. A refinement and
 * not a pattern: in the document a pattern with Unicode classes is read differently by
 * clients without the flag.
 */
export const noteSchema = z
  .string()
  .max(4_000)
  .refine((text) => !/[\p{Cc}\p{Cs}]/u.test(text.replaceAll(/[\n\r\t]/g, '')), {
    error: 'expected text without control characters',
  })

const recallAfterMinutesSchema = z
  .int()
  .min(1)
  .max(defaultLimits.recallMinutesSupervisorMax)
  .describe(
    `When the alert is back if what it is about goes on. ${defaultLimits.recallMinutes} if left out, a day for a P3; ` +
      `more than ${defaultLimits.recallMinutesMax} is for a supervisor, with a note that says why.`,
  )

export const acknowledgeBodySchema = z
  .strictObject({
    note: noteSchema.optional(),
    recallAfterMinutes: recallAfterMinutesSchema.optional(),
  })
  .meta({ id: 'AcknowledgeAlert' })

export const closeBodySchema = z
  .strictObject({
    outcome: z.enum(alertOutcomes),
    note: noteSchema,
    recallAfterMinutes: recallAfterMinutesSchema.optional(),
    permittedUntil: instantSchema
      .optional()
      .describe(
        'Only with the outcome `permitted`, and needed there while what the alert is about goes on: ' +
          `a moment within ${defaultLimits.permittedDaysMax} days at which the alert is back if it still does.`,
      ),
  })
  .meta({ id: 'CloseAlert' })
