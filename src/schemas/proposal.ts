import { z } from 'zod'
import { proposalStatuses } from '../core/model/contract-words.ts'
import { idSchema, instantSchema, lineSchema, listQuerySchema } from './common.ts'
import { reasonedFields } from './order-life.ts'
import { protectionOrderSchema } from './protection-order-answer.ts'

export const proposalQuerySchema = listQuerySchema.extend({
  status: z.enum(proposalStatuses).optional(),
})

const reason = lineSchema(500)

/** Of what weakens protection; nobody is asked for a reason who sends none. */
export const weakeningBodySchema = z
  .strictObject({
    ...reasonedFields,
    effectiveAt: instantSchema
      .optional()
      .describe(
        'From when on the order holds no more. Before now: it ends now, and that is kept. After now, and before its end: it runs until then, and a person confirms its end.',
      ),
  })
  .meta({ id: 'Weakening' })

export const erasureBodySchema = z
  .strictObject({ reason: reason.describe('By what right or duty.') })
  .meta({ id: 'Erasure' })

export const suspensionBodySchema = z
  .strictObject({
    ...reasonedFields,
    effectiveAt: instantSchema
      .optional()
      .describe('From when on it is not watched; after now it is planned (202). Left out: now.'),
    until: instantSchema
      .optional()
      .describe(
        'When the order is watched again by itself. Left out, by somebody who is signed in: after a week. A machine resumes it itself, and gives none.',
      ),
  })
  .meta({ id: 'Suspension' })

export const decisionBodySchema = z
  .strictObject({ note: lineSchema(500).optional() })
  .meta({ id: 'ProposalDecision' })

export const refusalBodySchema = z
  .strictObject({ note: lineSchema(500) })
  .meta({ id: 'ProposalRefusal' })

export const emergencyBodySchema = z
  .strictObject({ reason: reason.describe('Why it cannot wait for a second person.') })
  .meta({ id: 'Emergency' })

const fields = {
  id: idSchema,
  act: z.string().describe('The call that asked for it: `suspendProtectionOrder`.'),
  status: z
    .enum(proposalStatuses)
    .describe(
      '`open`: nothing has changed. `in-force`: it was done in an emergency, and still waits for a second person. `overtaken`: what it was about has changed since, and nothing was done. `planned`: it is decided, and done at `beginsAt`; `_refuse` takes it back until then. `begun`: it was. `alone`: one did it at once, as a token may, or what protects more and may be heard less; it is here for the hand-over, and nobody is asked.',
    ),
  weakens: z.array(z.string()).describe('In what protection would be less: `area-smaller`.'),
  changes: z
    .array(
      z
        .strictObject({
          what: z.string(),
          before: z.string().nullable(),
          after: z.string().nullable(),
        })
        .meta({ id: 'ProposedChange' }),
    )
    .describe('What would be another. Never a place.'),
  protectionOrderId: idSchema.nullable(),
  alertId: idSchema.nullable(),
  subjectId: idSchema.nullable(),
  reason: z.string().nullable(),
  until: instantSchema.nullable().describe('When it is over by itself; null: it does not end.'),
  beginsAt: instantSchema
    .nullable()
    .describe('When it is done by itself; null: as soon as it is decided.'),
  endedAt: instantSchema.nullable().describe('When it was over by itself.'),
  proposedBy: idSchema,
  proposedAt: instantSchema,
  expiresAt: instantSchema.describe('Unanswered until then, nothing is done.'),
  enactedAt: instantSchema.nullable(),
  decidedBy: idSchema.nullable(),
  decidedAt: instantSchema.nullable(),
  decisionNote: z.string().nullable(),
  taskAlertId: idSchema.nullable().describe('The alert that asks for the second person.'),
}

export const proposalSchema = z.strictObject(fields).meta({
  id: 'Proposal',
  description:
    'Less protection, as one person asks for it. Another one, of the same right, confirms or refuses it.',
})

export const proposalDetailSchema = z
  .strictObject({
    ...fields,
    proposedOrder: protectionOrderSchema
      .nullable()
      .describe(
        'The order as it would be, while nobody has decided; to a supervisor. Reading it is recorded.',
      ),
  })
  .meta({ id: 'ProposalDetail' })
