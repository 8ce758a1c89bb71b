import { z } from 'zod'
import { holdAuthorities, retentionPurposes } from '../core/model/retention-terms.ts'
import { idSchema, instantSchema, lineSchema } from './common.ts'

export const holdBodySchema = z
  .strictObject({
    heldFor: z.enum(holdAuthorities).describe('Who may still ask for what would be erased.'),
    reason: lineSchema(1_000),
    documentReference: lineSchema(200).optional(),
    until: instantSchema.describe('Five years ahead at most; hold it again for longer.'),
  })
  .meta({ id: 'NewRetentionHold' })

export const releaseBodySchema = z
  .strictObject({ reason: lineSchema(1_000) })
  .meta({ id: 'HoldRelease' })

export const holdSchema = z
  .strictObject({
    id: idSchema,
    protectionOrderId: idSchema,
    heldFor: z.enum(holdAuthorities),
    reason: z.string(),
    documentReference: z.string().nullable(),
    until: instantSchema,
    heldBy: idSchema,
    at: instantSchema,
    releasedBy: idSchema.nullable(),
    releasedAt: instantSchema.nullable(),
    releaseReason: z.string().nullable(),
    releaseConfirmedBy: idSchema.nullable().describe('The second person.'),
  })
  .meta({ id: 'RetentionHold' })

export const retentionSchema = z
  .strictObject({
    protectionOrderId: idSchema,
    isHeld: z.boolean().describe('Nothing of it is erased, nor for 30 days after.'),
    termsVersion: z.int().min(1),
    purposes: z.array(
      z
        .strictObject({
          purpose: z.enum(retentionPurposes),
          days: z
            .int()
            .nullable()
            .describe('After the end of the order; null: it does not end by itself.'),
          keptUntil: instantSchema
            .nullable()
            .describe('Null: the order has not ended, or it does not end by itself.'),
          erasingSince: instantSchema
            .nullable()
            .describe('Something of it has gone since then, and does not come back.'),
          erasedAt: instantSchema.nullable(),
          kept: z
            .enum(['held-elsewhere'])
            .nullable()
            .describe('Why what is due is still there: a case that is held needs it of somebody.'),
          erased: z
            .record(z.string(), z.int().min(0))
            .nullable()
            .describe('How many rows of what.'),
          confidence: z.string(),
          source: z.string(),
        })
        .meta({ id: 'RetentionOfPurpose' }),
    ),
    holds: z.array(holdSchema),
  })
  .meta({ id: 'CaseRetention' })
