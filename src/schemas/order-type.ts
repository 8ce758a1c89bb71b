import { z } from 'zod'
import { alertPriorities } from '../core/model/alert.ts'
import {
  audiences,
  confidences,
  deciders,
  reminderTasks,
  type OrderType,
} from '../core/model/order-terms.ts'
import { legalBases } from '../core/model/registry.ts'
import { idSchema, instantSchema, lineSchema } from './common.ts'

const term = z
  .strictObject({
    amount: z.int().min(1).max(10_000),
    unit: z.enum(['hours', 'days', 'weeks', 'months', 'years']),
  })
  .meta({ id: 'OrderTerm' })

const task = {
  to: z.enum(audiences),
  task: z.enum(reminderTasks),
  answerWithinHours: z
    .int()
    .min(1)
    .max(720)
    .describe('Unanswered for so long, whoever answers for them is asked.'),
}

const ladder = z
  .array(
    z
      .strictObject({
        before: term,
        ...task,
        everyHours: z
          .int()
          .min(1)
          .max(168)
          .nullable()
          .describe('An answer that decides nothing quiets it for so long at most.'),
        priority: z.enum(alertPriorities).describe('Of the alert that nobody answers it.'),
      })
      .meta({ id: 'OrderReminderStep' }),
  )
  .min(1)
  .max(20)

const row = {
  statute: lineSchema(200),
  term: term.nullable().describe('One term as imposed; null: set by the court.'),
  extensionTerm: term.nullable(),
  extensionCountMax: z.int().min(0).max(100).nullable(),
  maximum: term.nullable().describe('With every extension, from the start.'),
  extendedBy: z.array(z.enum(deciders)).min(1).max(deciders.length),
  reminders: ladder.describe('Before the end, the earliest first.'),
  afterExtension: ladder
    .nullable()
    .describe('The ladder of an order that was extended; null: the same.'),
  reviewEvery: z
    .strictObject({ every: term, ...task })
    .meta({ id: 'OrderReview' })
    .nullable()
    .describe('Of what has no fixed end: how often it is looked at; null: never.'),
  afterEnd: z
    .strictObject({
      to: z.enum(['supervisor', 'coordinator']),
      task: task.task,
      answerWithinHours: z.int().min(1).max(24),
    })
    .meta({ id: 'OrderAfterEnd' })
    .describe('Once the end has passed, again and again until somebody decides.'),
  afterLast: lineSchema(500).nullable().describe('What to ask for when no extension is left.'),
  confidence: z
    .strictObject({
      term: z.enum(confidences),
      extensions: z.enum(confidences),
      maximum: z.enum(confidences),
      reminders: z.enum(confidences),
    } satisfies Record<keyof OrderType['confidence'], unknown>)
    .meta({ id: 'OrderTypeConfidence' }),
  source: lineSchema(1_000).describe('Where the figures come from.'),
  sourceNl: lineSchema(1_000)
    .nullable()
    .default(null)
    .describe('The same in Dutch; null: it is said in one language.'),
}

export const orderTypeParamsSchema = z.object({ legalBasis: z.enum(legalBases) })

export const orderTypeBodySchema = z
  .strictObject({
    basedOnVersion: z.int().min(0).describe('The version that was read; 0: as delivered.'),
    ...row,
    reason: lineSchema(500).optional(),
  })
  .meta({ id: 'NewOrderType' })

export const orderTypeSchema = z
  .strictObject({
    legalBasis: z.enum(legalBases),
    version: z.int().describe('0: as delivered.'),
    ...row,
    // Whoever sets a kind is held to those two; what is delivered is not.
    afterEnd: z.strictObject(task).meta({ id: 'KnownAfterEnd' }),
    changedAt: instantSchema.nullable(),
    changedBy: idSchema.nullable(),
    confirmedBy: idSchema.nullable(),
  })
  .meta({ id: 'OrderType' })

export const orderTypesSchema = z
  .strictObject({
    version: z.int().describe('Of the table as it is delivered.'),
    items: z.array(orderTypeSchema),
  })
  .meta({
    id: 'OrderTypes',
    description:
      'What is known of each kind of order, and how sure we are. Orientation, no advice.',
  })
