import { z } from 'zod'
import { idSchema, instantSchema } from './common.ts'

export const accessSchema = z
  .strictObject({
    id: idSchema,
    at: instantSchema,
    action: z.string().meta({ examples: ['read-alert-positions'] }),
    apiClientId: idSchema.describe('Who read.'),
    alertId: idSchema.nullable(),
    personIds: z.array(idSchema).describe('Whose.'),
  })
  .meta({ id: 'Access', description: 'That somebody read where people were; never where.' })
