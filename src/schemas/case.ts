import { z } from 'zod'
import { caseGaps, caseRoleNames } from '../core/model/contract-words.ts'
import { idSchema, instantSchema, lineSchema } from './common.ts'
import { phoneSchema } from './response.ts'

const holder = z
  .strictObject({
    staffId: idSchema
      .optional()
      .describe('A colleague with an account; left out: somebody of another organisation.'),
    name: lineSchema(120).optional().describe('Needed without `staffId`.'),
    phone: phoneSchema.optional(),
  })
  .meta({ id: 'RoleHolder' })

export const caseRoleBodySchema = z
  .strictObject({
    role: z
      .enum(caseRoleNames)
      .describe('`contact-point`: whom the protected person can ask, and always the same one.'),
    holder,
    standIn: holder.describe('Who answers while they are away: somebody else.'),
    handOverNote: lineSchema(2_000)
      .optional()
      .describe('What the next one must know; needed where somebody had it before.'),
  })
  .meta({ id: 'CaseRoleGiven' })

const held = z.strictObject({
  staffId: idSchema.nullable(),
  name: z.string(),
  phone: z.string().nullable(),
  isHere: z.boolean().describe('False: they have no account here any more.'),
})

export const caseRoleSchema = z
  .strictObject({
    id: idSchema,
    role: z.enum(caseRoleNames),
    holder: held.meta({ id: 'HeldBy' }),
    standIn: held.meta({ id: 'StoodInBy' }),
    handOverNote: z.string().nullable(),
    givenBy: idSchema,
    from: instantSchema,
    until: instantSchema.nullable(),
  })
  .meta({ id: 'CaseRole' })

export const screeningBodySchema = z
  .strictObject({
    instrument: z.literal('sash'),
    screenedAt: instantSchema,
    authorId: idSchema.optional().describe('Who filled it in; left out: the caller.'),
    outcome: z.enum(['low', 'moderate', 'high']).describe('The concern that it came to.'),
    nextDueAt: instantSchema.describe('When it is done again: within a year.'),
    documentReference: lineSchema(200).optional(),
  })
  .meta({ id: 'NewScreening' })

export const screeningSchema = z
  .strictObject({
    id: idSchema,
    instrument: z.string(),
    screenedAt: instantSchema,
    authorId: idSchema,
    authorName: z.string().nullable(),
    outcome: z.enum(['low', 'moderate', 'high']),
    nextDueAt: instantSchema,
    documentReference: z.string().nullable(),
  })
  .meta({ id: 'Screening' })

const gaps = z
  .array(z.enum(caseGaps))
  .describe('What is missing. `…-alone`: one of holder and stand-in is not here any more.')

export const casePeopleSchema = z
  .strictObject({
    protectionOrderId: idSchema,
    gaps,
    roles: z.array(caseRoleSchema).describe('The newest first; without `until` they hold now.'),
    screenings: z.array(screeningSchema),
    authors: z
      .array(
        z
          .strictObject({ staffId: idSchema, name: z.string(), validUntil: instantSchema })
          .meta({ id: 'ScreeningAuthor' }),
      )
      .describe('Colleagues who are, or were, trained for a screening, and until when.'),
  })
  .meta({ id: 'CasePeople' })

export const caseGapSchema = z
  .strictObject({
    protectionOrderId: idSchema,
    reference: z.string(),
    gaps,
    since: instantSchema.describe('When the order was registered.'),
  })
  .meta({ id: 'CaseGaps' })

export const trainingBodySchema = z
  .strictObject({
    instrument: z.literal('sash'),
    trainedAt: instantSchema,
    validUntil: instantSchema,
  })
  .meta({ id: 'NewTraining' })

export const trainingSchema = trainingBodySchema
  .extend({ id: idSchema, staffId: idSchema, keptBy: idSchema })
  .meta({ id: 'Training' })

export const trainingsSchema = z
  .strictObject({ items: z.array(trainingSchema) })
  .meta({ id: 'Trainings' })
