import { z } from 'zod'
import { lineSchema } from './common.ts'
import { latitude, longitude } from './protection-order.ts'

export const namedAreaSearchBodySchema = z
  .strictObject({
    text: lineSchema(100)
      .optional()
      .describe('The beginning of a word of the name, or the whole code.'),
    at: z
      .strictObject({ longitude, latitude })
      .optional()
      .describe('A place that the areas hold, the smallest first.'),
  })
  .refine(({ text, at }) => (text === undefined) !== (at === undefined), {
    error: 'expected one of text and at',
  })
  .meta({ id: 'NamedAreaSearch', examples: [{ text: 'Centrum' }] })

export const foundNamedAreasSchema = z
  .strictObject({
    items: z.array(
      z
        .strictObject({
          code: z.string().describe('For `areaCodes` of an assessment.'),
          name: z.string(),
          kind: z.enum(['neighbourhood', 'district', 'municipality', 'other']),
          year: z.int().nullable().describe('Of the division it belongs to; null: not said.'),
        })
        .meta({ id: 'FoundNamedArea' }),
    ),
    truncated: z.boolean().describe('True: more fit than are answered. Ask for more of the name.'),
    hasAreas: z.boolean().describe('False: no areas were read in (`HOEDE_AREAS_PATH`).'),
  })
  .meta({ id: 'FoundNamedAreas' })
