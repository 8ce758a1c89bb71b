import { z } from 'zod'
import { idSchema, instantSchema, lineSchema } from './common.ts'

export const organisationBodySchema = z
  .strictObject({
    name: lineSchema(200).meta({ examples: ['Reclassering Midden'] }),
    oin: z
      .string()
      .regex(/^\d{20}$/)
      .optional()
      .describe('Its identification number with the government, twenty digits.'),
  })
  .meta({ id: 'NewOrganisation' })

export const organisationSchema = z
  .strictObject({
    id: idSchema,
    name: z.string(),
    oin: z.string().nullable(),
    createdAt: instantSchema,
  })
  .meta({ id: 'Organisation', description: 'Whose cases nobody else sees.' })

export const unitBodySchema = z
  .strictObject({
    organisationId: idSchema.optional().describe('Left out: the organisation of the caller.'),
    name: lineSchema(200).meta({ examples: ['Team Noord'] }),
  })
  .meta({ id: 'NewUnit' })

export const unitSchema = z
  .strictObject({
    id: idSchema,
    organisationId: idSchema,
    name: z.string(),
    createdAt: instantSchema,
  })
  .meta({ id: 'Unit', description: 'A part of an organisation, with cases of its own.' })

export const deskBodySchema = z
  .strictObject({ name: lineSchema(200).meta({ examples: ['Meldkamer'] }) })
  .meta({ id: 'NewDesk' })

export const deskSchema = z
  .strictObject({
    id: idSchema,
    name: z.string(),
    organisationIds: z
      .array(idSchema)
      .describe('Those it watches for now, as far as the caller may know.'),
    createdAt: instantSchema,
  })
  .meta({ id: 'Desk', description: 'Where alerts of several organisations are answered.' })

export const watchBodySchema = z.strictObject({ organisationId: idSchema }).meta({ id: 'Watch' })

export const caseloadBodySchema = z
  .strictObject({ protectionOrderId: idSchema, unitId: idSchema })
  .meta({ id: 'NewCaseload' })

export const caseloadSchema = z
  .strictObject({
    id: idSchema,
    protectionOrderId: idSchema,
    unitId: idSchema,
    validFrom: instantSchema,
    validUntil: instantSchema.nullable(),
  })
  .meta({ id: 'Caseload', description: 'Which unit looks after which case, and when.' })

export const caseMoveBodySchema = z
  .strictObject({ protectionOrderId: idSchema, toOrganisationId: idSchema })
  .meta({ id: 'NewCaseMove' })

export const caseMoveSchema = z
  .strictObject({
    id: idSchema,
    protectionOrderId: idSchema,
    fromOrganisationId: idSchema,
    toOrganisationId: idSchema,
    proposedBy: idSchema,
    proposedAt: instantSchema,
    acceptedBy: idSchema.nullable(),
    acceptedAt: instantSchema.nullable().describe('When the case went over; null: it has not.'),
    declinedBy: idSchema.nullable(),
    declinedAt: instantSchema.nullable(),
  })
  .meta({ id: 'CaseMove', description: 'A case that one organisation offers to another.' })
