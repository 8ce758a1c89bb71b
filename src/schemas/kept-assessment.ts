import { z } from 'zod'
import { idSchema, instantSchema, lineSchema } from './common.ts'

/** One that was kept, in a list. */
export const keptAssessmentSchema = z
  .strictObject({
    id: z.uuid(),
    label: z.string(),
    madeAt: z.string().meta({ format: 'date-time' }),
    verdict: z.string().describe('`not-assessed`: proposed without an assessment.'),
    mapId: z.string().nullable(),
    limitsVersion: z.string(),
    state: z
      .enum(['proposed', 'assessed', 'declined', 'imposed'])
      .describe(
        'What became of it: `proposed` and `assessed` wait for whoever decides, and nobody has assessed the former.',
      ),
    protectionOrderId: idSchema.nullable().describe('Of the order that was made with it.'),
    orderReference: z.string().nullable(),
    declinedAt: instantSchema.nullable(),
    declineReason: z.string().nullable(),
  })
  .meta({ id: 'KeptAssessment' })

export const proposedBodySchema = z
  .strictObject({
    label: lineSchema(200).describe('By what it is known on the list, without a place.'),
    offenderId: idSchema.optional().describe('Whom it would bind, where they are registered.'),
  })
  .meta({ id: 'ProposedOrder' })

export const adviceQuerySchema = z.strictObject({
  edition: z
    .enum(['court', 'file'])
    .default('file')
    .describe(
      '`file`: for the file, which the defence reads; it tells nothing of where the victim lives. `court`: with the way to the door, for judge and prosecutor; each reading is recorded.',
    ),
})

export const declineBodySchema = z
  .strictObject({
    reason: lineSchema(500).describe('Why no order is made of it, without a place.'),
  })
  .meta({ id: 'DeclinedAssessment' })
