import { z } from 'zod'
import { householdRelations, moveAnswers } from '../core/model/contract-words.ts'
import { moveReasons, moveSubjects } from '../core/model/contract-words.ts'
import { audiences } from '../core/model/order-terms.ts'
import { idSchema, instantSchema, lineSchema, listQuerySchema, pageSchema } from './common.ts'
import { latitude, longitude } from './protection-order.ts'

const addressBody = z
  .strictObject({
    text: lineSchema(200).meta({ examples: ['Dorpsstraat 12, Ede'] }),
    longitude: longitude.optional(),
    latitude: latitude.optional(),
  })
  .refine((one) => (one.longitude === undefined) === (one.latitude === undefined), {
    path: ['latitude'],
    error: 'expected both longitude and latitude, or neither; got one of them',
  })
  .meta({ id: 'NewHomeAddress' })

export const relocationBodySchema = z
  .strictObject({
    movedAt: instantSchema,
    oldAddress: addressBody
      .optional()
      .describe('Left out, or without its place: every ban is asked about, as any may name it.'),
    newAddress: addressBody.optional(),
    protectionOrderId: idSchema
      .optional()
      .describe('An order of the case that does not name them, such as one of areas alone.'),
  })
  .meta({ id: 'NewRelocation' })

const address = z
  .strictObject({
    text: z.string(),
    longitude: z.number().nullable(),
    latitude: z.number().nullable(),
  })
  .meta({ id: 'HomeAddress' })

const relocationSchema = z
  .strictObject({
    id: idSchema,
    protectionOrderId: idSchema,
    personId: idSchema,
    movedAt: instantSchema,
    oldAddress: address.nullable().describe('Null: not known, or erased.'),
    newAddress: address.nullable(),
    keptBy: idSchema,
    keptAt: instantSchema,
  })
  .meta({ id: 'Relocation' })

export const moveQuestionSchema = z
  .strictObject({
    id: idSchema,
    protectionOrderId: idSchema,
    reference: z.string(),
    relocationId: idSchema,
    personId: idSchema.describe('Who has moved.'),
    about: z.enum(moveSubjects),
    because: z
      .enum(moveReasons)
      .describe(
        '`names-old`: it names where they lived. `old-unknown`: it may, as that is not known. `holds-new`: whom it binds lives in it, or beside it, now. `new-not-protected`: no ban reaches where they live now. `lived-with`: somebody lived with them.',
      ),
    subjectId: idSchema.nullable().describe('The ban, or the link; null: the order itself.'),
    placeIndex: z.int().nullable().describe('Of a fixed address: which one of its ban.'),
    audience: z.enum(audiences).describe('Who is asked now.'),
    askedAt: instantSchema,
    dueAt: instantSchema,
    askedCount: z.int(),
    isOver: z.boolean().describe('The order has ended.'),
    answer: z.enum(moveAnswers).nullable(),
    answeredBy: idSchema.nullable(),
    answeredAt: instantSchema.nullable(),
    note: z.string().nullable(),
  })
  .meta({ id: 'MoveQuestion' })

export const askedMoveSchema = z
  .strictObject({ question: moveQuestionSchema, relocation: relocationSchema })
  .meta({ id: 'AskedMove' })

export const moveQuestionsSchema = pageSchema(moveQuestionSchema)
export const moveQuestionQuerySchema = listQuerySchema

export const relocationsSchema = z
  .strictObject({
    relocations: z.array(relocationSchema).describe('One for each order of theirs that runs.'),
    questions: z.array(moveQuestionSchema),
  })
  .meta({ id: 'RelocationKept' })

export const moveAnswerBodySchema = z
  .strictObject({
    answer: z
      .enum(moveAnswers)
      .describe(
        '`changed`: that place is another, or the link ended, since; of the order: it reaches more. `stays`: it was looked at and is right.',
      ),
    note: lineSchema(500).describe('Why. Never an address.'),
  })
  .meta({ id: 'MoveAnswer' })

export const householdLinkBodySchema = z
  .strictObject({
    personId: idSchema.describe('Somebody of the case.'),
    memberId: idSchema.optional().describe('Somebody registered, who lives with them.'),
    memberReference: lineSchema(200)
      .optional()
      .describe("Or a reference in somebody else's file; never a name."),
    relation: z.enum(householdRelations).describe('What the other one is to them.'),
    since: instantSchema,
  })
  .refine((one) => (one.memberId === undefined) !== (one.memberReference === undefined), {
    path: ['memberId'],
    error: 'expected one of memberId and memberReference, got both or neither',
  })
  .meta({ id: 'NewHouseholdLink' })

export const householdLinkEndSchema = z
  .strictObject({ until: instantSchema })
  .meta({ id: 'HouseholdLinkEnd' })

export const householdLinkSchema = z
  .strictObject({
    id: idSchema,
    protectionOrderId: idSchema,
    personId: idSchema,
    memberId: idSchema.nullable(),
    memberReference: z.string().nullable(),
    relation: z.enum(householdRelations),
    since: instantSchema,
    until: instantSchema.nullable().describe('Null: it is so now.'),
    keptBy: idSchema,
    keptAt: instantSchema,
  })
  .meta({ id: 'HouseholdLink' })

export const householdSchema = z
  .strictObject({
    protectionOrderId: idSchema,
    links: z.array(householdLinkSchema),
    relocations: z.array(relocationSchema),
    questions: z.array(moveQuestionSchema),
  })
  .meta({ id: 'Household' })
