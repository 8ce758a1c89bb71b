import { z } from 'zod'
import { idSchema, instantSchema, listQuerySchema } from './common.ts'

export const auditQuerySchema = listQuerySchema.extend({
  subjectId: idSchema
    .optional()
    .describe(
      'What an entry is about, or who acted: a person, an order, an alert, a device, a token.',
    ),
  from: instantSchema.optional().describe('Not before then.'),
  until: instantSchema.optional().describe('Before then.'),
})

export const auditEntrySchema = z
  .strictObject({
    index: z.int().describe('Its place in the log of the organisation, from 0 without a gap.'),
    body: z.string().describe('The bytes as they were hashed, in base64.'),
    entry: z
      .record(z.string(), z.unknown())
      .describe('The same, to read. The names are those of the Logboek Dataverwerkingen.'),
  })
  .meta({ id: 'AuditEntry', description: 'One act on record.' })

export const auditHeadSchema = z
  .strictObject({
    size: z.int().describe('How many entries it covers, from the first.'),
    note: z.string().describe('The head as it was signed: a signed note (C2SP checkpoint).'),
    at: instantSchema.describe('When it was signed.'),
  })
  .meta({ id: 'AuditHead', description: 'A signed head of the log.' })
