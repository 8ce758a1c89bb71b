import { z } from 'zod'
import { protectionReasonCodes } from '../core/protection/judge-person-seen.ts'
import type { ProtectionReasonCode } from '../core/protection/judge-person-seen.ts'
import { protectionStates } from '../core/protection/judge-protection.ts'
import { idSchema, instantSchema, listQuerySchema } from './common.ts'

const codes = Object.keys(protectionReasonCodes) as ProtectionReasonCode[]

const sentences = Object.entries(protectionReasonCodes)
  .map(([code, sentence]) => `\`${code}\`: ${sentence}`)
  .join(' ')

export const protectionStateSchema = z
  .strictObject({
    protectionOrderId: idSchema,
    protectionOrderReference: z.string().describe('What the order is known by.'),
    state: z
      .enum(protectionStates)
      .describe(
        '`protected`: every ban of the order is judged, and no approach or breach goes on. `degraded`: every ban is judged, or something is watched in its place, and something is wrong. `unknown`: a ban of the order cannot be judged now; never read it as protected.',
      ),
    reasons: z
      .array(
        z.strictObject({
          code: z.enum(codes).describe(sentences),
          since: instantSchema.nullable().describe('Null: not known.'),
          subject: z.enum(['offender', 'victim', 'order', 'detection']),
          personId: idSchema.nullable(),
          deviceId: idSchema.nullable(),
        }),
      )
      .describe('What is wrong; empty if and only if the state is `protected`.'),
    changedAt: instantSchema
      .nullable()
      .describe('When the state or its reasons last changed. Null: never judged.'),
    judgedAt: instantSchema
      .nullable()
      .describe('When detection last looked at every order. Null: it never did.'),
  })
  .meta({ id: 'ProtectionState' })

export const protectionStateQuerySchema = listQuerySchema.extend({
  state: z.enum(protectionStates).optional().describe('Only orders in this state.'),
})
