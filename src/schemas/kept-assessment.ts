import { z } from 'zod'

/** One that was kept, in a list. */
export const keptAssessmentSchema = z
  .strictObject({
    id: z.uuid(),
    label: z.string(),
    madeAt: z.string().meta({ format: 'date-time' }),
    verdict: z.string(),
    mapId: z.string().nullable(),
    limitsVersion: z.string(),
  })
  .meta({ id: 'KeptAssessment' })

export const adviceQuerySchema = z.strictObject({
  edition: z
    .enum(['court', 'file'])
    .default('file')
    .describe(
      '`file`: for the file, which the defence reads; it tells nothing of where the victim lives. `court`: with the way to the door, for judge and prosecutor; each reading is recorded.',
    ),
})
