import { z } from 'zod'
import { deciders } from '../core/model/order-terms.ts'
import { legalBases } from '../core/model/registry.ts'
import { defaultLimits } from '../core/model/limits.ts'
import {
  advisorySchema,
  assessmentField,
  conditionsField,
  locationBanFields,
  proximityBanFields,
} from './protection-order.ts'
import { idSchema, instantSchema, lineSchema } from './common.ts'
import { supervisionSchema } from './read-order-text.ts'
import { draftScheduleSchema } from './schedule.ts'

const { victimId: _, ...pairFields } = proximityBanFields
const line = lineSchema(200)

/** What may be left out here is asked for by name: a decision that lacks it is answered 400. */
export const decisionBodySchema = z
  .strictObject({
    source: z
      .enum(['court', 'prosecutor', 'mayor', 'cjib'])
      .describe('Which system sends it: with `documentReference` the key of the decision.'),
    documentReference: line.describe('The number of the decision in the file of the sender.'),
    act: z.enum(['impose', 'extend', 'lift']),
    decidedBy: z
      .enum(deciders)
      .nullish()
      .describe('Needed of the CJIB, which passes on decisions of others.'),
    decidedAt: instantSchema
      .nullish()
      .describe(
        'Needed of an extension of an order that was ended before its time: which came first.',
      ),
    effectiveAt: instantSchema
      .nullish()
      .describe('Of a lift: from when on; the order is watched until then.'),
    supervision: supervisionSchema.nullish(),
    order: z.strictObject({
      reference: line.nullish(),
      legalBasis: z.enum(legalBases).nullish(),
      offenderReference: line.nullish(),
      validFrom: instantSchema
        .nullish()
        .describe(
          'Of an extension: the start of the order, or of a period of its own that goes on from it.',
        ),
      validUntil: instantSchema.nullish(),
      extensionCount: z
        .int()
        .min(0)
        .max(100)
        .default(0)
        .describe('How often it was extended before it came here.'),
      ...assessmentField,
      ...conditionsField,
      locationBans: z
        .array(
          z
            .strictObject({ ...locationBanFields, schedule: draftScheduleSchema.nullish() })
            .meta({ id: 'DecidedLocationBan' }),
        )
        .max(defaultLimits.bansPerOrderMax)
        .default([]),
      proximityBans: z
        .array(
          z
            .strictObject({ victimReference: line.nullish(), ...pairFields })
            .meta({ id: 'DecidedProximityBan' }),
        )
        .max(defaultLimits.victimsPerOrderMax)
        .default([]),
    }),
  })
  .meta({
    id: 'Decision',
    description:
      'A decision of a court, a prosecutor or a mayor about one order. People are named by reference, never by name.',
  })

export type DecisionBody = z.output<typeof decisionBodySchema>

export const decisionSchema = z
  .strictObject({
    id: idSchema,
    source: z.string(),
    documentReference: z.string(),
    act: z.string(),
    status: z
      .enum(['incomplete', 'refused', 'set-aside', 'imported', 'proposed', 'not-done'])
      .describe(
        '`proposed`: it weakens protection, and a second person is asked. `not-done`: they refused it, or nobody answered; sent again it is asked anew. `incomplete`, `refused`: it waits, and an hour later people are called.',
      ),
    missing: z
      .array(z.strictObject({ pointer: z.string(), code: z.string(), detail: z.string() }))
      .describe('What it lacks, or why it was refused.'),
    protectionOrderId: idSchema.nullable(),
    proposalId: idSchema.nullable(),
    receivedAt: instantSchema,
    receivedCount: z.int(),
    waitsSince: instantSchema.nullable().describe('Since when nobody has mended it.'),
    setAsideReason: z.string().nullable(),
  })
  .meta({ id: 'ReceivedDecision' })

export const setAsideBodySchema = z
  .strictObject({ reason: lineSchema(500) })
  .meta({ id: 'SetDecisionAside' })

export const decisionAnswerSchema = decisionSchema
  .extend({
    isKnown: z.boolean().describe('The same was imported before, and nothing was done now.'),
    textCheck: z
      .strictObject({ result: z.string(), sentence: z.string(), sentenceNl: z.string() })
      .nullable()
      .describe('E14 of the enforceability assessment: can a machine act on its text?'),
    advisories: z.array(advisorySchema),
    hasDevice: z
      .boolean()
      .nullable()
      .describe('False: nobody wears a device for it now, and an alert says so from its start.'),
  })
  .meta({ id: 'DecisionAnswer' })
