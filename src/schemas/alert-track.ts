import { z } from 'zod'
import { evidenceFixSchema } from './alert.ts'

const instantAnswerSchema = z.string().meta({ format: 'date-time' })

export const alertTrackSchema = z
  .strictObject({
    alertId: z.string().meta({ format: 'uuid' }),
    from: instantAnswerSchema,
    until: instantAnswerSchema,
    shown: z
      .enum(['offender', 'both', 'nobody'])
      .describe(
        '`nobody`: this alert is not handled by whoever asks. `both`: it is open, and handling it needs to know where the protected person is.',
      ),
    truncated: z.boolean().describe('There are more than are answered: the oldest are missing.'),
    unreadableCount: z
      .int()
      .describe(
        'Positions of this hour that were received and whose place cannot be read: the key of their day is not to be had, or somebody touched them. They are not among the fixes.',
      ),
    fixes: z
      .array(evidenceFixSchema.omit({ probability: true }))
      .describe('By time. What came in within the last seconds may be missing.'),
  })
  .meta({ id: 'AlertTrack', description: 'The last hour of the people of an alert.' })
