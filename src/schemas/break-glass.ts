import { z } from 'zod'
import { idSchema, instantSchema, lineSchema } from './common.ts'

export const breakGlassBodySchema = z
  .strictObject({ reason: lineSchema(500).describe('What it is needed for, now.') })
  .meta({ id: 'NewBreakGlass' })

export const breakGlassSchema = z
  .strictObject({
    id: idSchema,
    personId: idSchema,
    reason: z.string(),
    askedBy: idSchema,
    askedAt: instantSchema,
    expiresAt: instantSchema.describe('Nobody opens it after this.'),
    confirmedBy: idSchema.nullable(),
    confirmedAt: instantSchema.nullable(),
    openUntil: instantSchema.nullable().describe('Null: no second person has opened it.'),
    readCount: z.int().describe('How often the position was read by it.'),
    lastReadAt: instantSchema.nullable(),
  })
  .meta({
    id: 'BreakGlass',
    description:
      'A look at where a protected person is, outside an open alert. It holds no position.',
  })

export const brokenGlassPositionSchema = z
  .strictObject({
    breakGlassId: idSchema,
    personId: idSchema,
    openUntil: instantSchema,
    recordedAt: instantSchema,
    longitude: z.number(),
    latitude: z.number(),
    accuracyMeters: z.number().nullable(),
  })
  .meta({ id: 'BreakGlassPosition', description: 'Where somebody was last seen. Recorded before.' })

export const readingsOutsideQuerySchema = z.strictObject({
  from: instantSchema.optional().describe('Not before then. Left out: a week ago.'),
  until: instantSchema.optional().describe('Before then. Left out: now.'),
})

export const readingOutsideSchema = z
  .strictObject({
    at: instantSchema,
    by: idSchema.describe('The person, or the client of a machine.'),
    action: z.string(),
    alertId: idSchema.nullable(),
    personIds: z
      .array(idSchema)
      .describe('Whose position was read; empty: who was slowed, reading case after case.'),
    why: z
      .enum(['nothing-at-hand', 'after-hand-over'])
      .describe(
        'Nothing asked for it; or it was read more than a quarter of an hour after the reader had handed the shift over, in the session of before.',
      ),
  })
  .meta({ id: 'ReadingOutside' })

export const readingsOutsideSchema = z
  .strictObject({
    items: z.array(readingOutsideSchema),
    truncated: z.boolean().describe('There are more; ask for a shorter time.'),
    from: instantSchema,
    until: instantSchema,
  })
  .meta({
    id: 'ReadingsOutside',
    description:
      'Readings of positions outside an open alert and outside the caseload of whoever read. It holds no position.',
  })
