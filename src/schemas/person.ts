import { z } from 'zod'
import { beginningSchema, idSchema, instantSchema, lineSchema, listQuerySchema } from './common.ts'

const role = z.enum(['offender', 'victim'])

export const personBodySchema = z
  .strictObject({
    role,
    reference: lineSchema(200)
      .describe('A reference into the file of the caller, unique for the role. Never a name.')
      .meta({ examples: ['RECL-2026-00417'] }),
  })
  .meta({ id: 'NewPerson' })

export const personQuerySchema = listQuerySchema.extend({
  role: role.optional().describe('Only persons of this role.'),
  reference: beginningSchema,
})

export const personSchema = z
  .strictObject({ id: idSchema, role, reference: z.string(), createdAt: instantSchema })
  .meta({ id: 'Person', description: 'Somebody an order is about, known by a reference only.' })
