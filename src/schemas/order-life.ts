import { z } from 'zod'
import { audiences, deciders } from '../core/model/order-terms.ts'
import { lifeActNames, lifeStates } from '../core/orders/order-life.ts'
import { idSchema, instantSchema, lineSchema } from './common.ts'

/** By what right an order is changed. Left out it is not known, which its life says. */
export const groundFields = {
  documentReference: lineSchema(200)
    .optional()
    .describe('Where the decision can be read: its number in the file of whoever decided.'),
  decidedBy: z.enum(deciders).optional().describe('Who decided it.'),
}

/** The same, with why: of an act that is done at once or put to a second person. */
export const reasonedFields = {
  reason: lineSchema(500).optional().describe('Why, in one line.'),
  ...groundFields,
}

/** Of what changes nothing of the terms, and may say nothing at all. */
export const resumeBodySchema = z.strictObject(reasonedFields).meta({ id: 'Resumption' })

const actSchema = z
  .strictObject({
    act: z.enum(lifeActNames),
    at: instantSchema.describe('When it was done here.'),
    effectiveAt: instantSchema.describe('From when on it holds.'),
    validUntil: instantSchema.describe('The end of the order after it.'),
    extensionCount: z.int(),
    version: z.int(),
    by: idSchema.nullable(),
    byName: z.string().nullable().describe('Null: of another organisation, or not here any more.'),
    bySystem: z.boolean().describe('Done by the end of what a person had set.'),
    secondPersonId: idSchema.nullable(),
    secondPersonName: z.string().nullable(),
    decidedBy: z.enum(deciders).nullable(),
    documentReference: z.string().nullable(),
    reason: z.string().nullable(),
    findings: z
      .array(z.string())
      .describe(
        '`no-document`, `no-extension-left`, `beyond-one-extension`, `beyond-maximum`, `after-the-end`: for a lawyer. `assessed-…`: in what it is another order than the assessment it was made with.',
      ),
    assessmentId: idSchema.nullable().describe('The kept assessment that it was done with.'),
    typeVersion: z
      .int()
      .nullable()
      .describe(
        'Of its kind, as it was judged by; 0: as delivered, null: before there were versions.',
      ),
  })
  .meta({ id: 'OrderAct' })

export const orderReminderSchema = z
  .strictObject({
    id: idSchema,
    protectionOrderId: idSchema,
    reference: z.string(),
    task: z.string().describe('`prepare`, `ask-for-decision`, `decide`, `confirm-stop`, …'),
    audience: z
      .enum(audiences)
      .describe('Who must act now: whoever did not answer is passed over.'),
    owner: z
      .string()
      .nullable()
      .describe('Whoever leads the case, where they are asked. Null: nobody does, or another is.'),
    endsAt: instantSchema,
    dueAt: instantSchema,
    askAt: instantSchema.describe('When it is asked next, of whoever answers for them.'),
    askedCount: z.int(),
    answer: z.string().nullable(),
    answeredBy: idSchema.nullable(),
    answeredAt: instantSchema.nullable(),
    note: z.string().nullable(),
    documentReference: z.string().nullable(),
    typeVersion: z.int().describe('Of its kind, as it was planned by; 0: as delivered.'),
    needsDecision: z
      .boolean()
      .describe('Only an act on the order ends it: an extension, a resumption, or its end.'),
  })
  .meta({ id: 'OrderReminder' })

export const orderLifeSchema = z
  .strictObject({
    protectionOrderId: idSchema,
    state: z
      .enum(lifeStates)
      .describe('`lapsed` is a question: nothing stops being asked for until a person decides.'),
    end: z
      .strictObject({
        validUntil: instantSchema,
        verdict: z.enum(['not-counted', 'as-counted', 'earlier', 'later']),
        differenceHours: z.number().describe('From the nearest end that can be counted.'),
        countedAs: z.enum(['months-for-days']).nullable(),
        remindersCountTo: instantSchema.describe(
          'The earliest end that is possible; `validUntil` where that is past every count.',
        ),
        extensionCount: z.int(),
        extensionCountMax: z.int().nullable(),
        longestEnd: instantSchema.nullable().describe('That one more extension may have.'),
        extendedBy: z.array(z.enum(deciders)),
        afterLast: z.string().nullable().describe('Said when no extension is left.'),
      })
      .meta({ id: 'OrderEnd' }),
    next: orderReminderSchema.nullable().describe('What is asked next, and of whom.'),
    missing: z.array(z.string()).describe('What was done without: `extend: no-document`.'),
    planned: z
      .array(
        z
          .strictObject({
            proposalId: idSchema.describe('`_refuse` of it takes it back.'),
            act: z.string(),
            beginsAt: instantSchema,
            until: instantSchema.nullable(),
            by: idSchema,
            secondPersonId: idSchema.nullable(),
            reason: z.string().nullable(),
          })
          .meta({ id: 'PlannedChange' }),
      )
      .describe('What is decided and begins later, by itself.'),
    acts: z.array(actSchema),
    reminders: z.array(orderReminderSchema),
  })
  .meta({ id: 'OrderLife' })

export const reminderAnswers = [
  'in-hand',
  'extension-asked',
  'other-measure-asked',
  'no-extension-sought',
  'reviewed',
] as const

export const reminderAnswerBodySchema = z
  .strictObject({
    answer: z
      .enum(reminderAnswers)
      .describe('`reviewed`: of a review alone, which is asked again when the next is due.'),
    note: lineSchema(500).optional(),
    documentReference: lineSchema(200).optional(),
  })
  .meta({ id: 'ReminderAnswer' })

export const closeOrderBodySchema = z
  .strictObject({ reason: lineSchema(500), documentReference: lineSchema(200).optional() })
  .meta({ id: 'CloseOrder' })
