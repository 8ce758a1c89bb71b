import { z } from 'zod'
import { alertSchema } from './alert.ts'
import { idSchema, instantSchema } from './common.ts'

const nullableText = z.string().nullable()

const namedSchema = z.strictObject({ id: z.string().meta({ format: 'uuid' }), name: z.string() })

const rank = z
  .int()
  .min(0)
  .max(5)
  .describe('How urgent it was then: 0 a P1 that nobody has answered, 1 one that somebody has, …')

export const incidentSchema = z
  .strictObject({
    incidentId: z.string().meta({ format: 'uuid' }),
    protectionOrderReference: nullableText.describe('Of the order that its alerts are about.'),
    offenderReference: nullableText,
    vendorName: nullableText.describe('Of the vendor, where the trouble is with one.'),
    organisation: namedSchema
      .nullable()
      .describe('Whose case it is; null: of no case, such as trouble with a vendor.'),
    units: z.array(namedSchema).describe('Of that organisation, with which the case is now.'),
    acknowledgedByName: nullableText.describe('Who took over what is most urgent of it.'),
    shelved: z
      .array(
        z.strictObject({
          alertId: z.string().meta({ format: 'uuid' }),
          until: z.string().meta({ format: 'date-time' }),
          byName: nullableText,
        }),
      )
      .describe('Those that somebody has put aside for a while.'),
    looked: z
      .strictObject({ toldAt: z.string().meta({ format: 'date-time' }), rank })
      .nullable()
      .describe('How it stood when the caller last looked at it, at any seat; null: never.'),
    alerts: z.array(alertSchema).min(1).describe('Those that nobody has closed.'),
  })
  .meta({
    id: 'Incident',
    description: 'One stretch of trouble of one case: what a desk sees as one line.',
  })

export const incidentListSchema = z
  .strictObject({
    items: z.array(incidentSchema).describe('Most urgent first.'),
    sequence: z
      .number()
      .describe('The newest event of the stream that the list includes: follow from here.'),
    isComplete: z.boolean().describe('False when there are more alerts than are listed.'),
  })
  .meta({ id: 'IncidentList' })

export const lookBodySchema = z
  .strictObject({
    incidentId: idSchema,
    toldAt: instantSchema.describe('The latest `toldAt` of its alerts that was on screen.'),
    rank,
  })
  .meta({ id: 'Look' })
