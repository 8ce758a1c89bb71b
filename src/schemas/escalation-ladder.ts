import { z } from 'zod'
import { idSchema, instantSchema } from './common.ts'

/** Of an order, or of the organisation. */
export const escalationStepsSchema = z
  .array(
    z.strictObject({
      afterSeconds: z
        .int()
        .min(1)
        .max(86_400)
        .describe('Counted from when the alert was put in front of people.'),
      target: z.enum(['second-operator', 'supervisor']),
    }),
  )
  .min(1)
  .max(10)

export const escalationLadderBodySchema = z
  .strictObject({ steps: escalationStepsSchema })
  .meta({ id: 'NewEscalationLadder' })

export const escalationLadderSchema = z
  .strictObject({
    steps: escalationStepsSchema,
    changedAt: instantSchema.nullable().describe('Null: as delivered, nobody has set it.'),
    changedBy: idSchema.nullable().describe('The API client that set it.'),
  })
  .meta({ id: 'EscalationLadder' })
