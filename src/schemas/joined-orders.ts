import { z } from 'zod'
import { legalBases } from '../core/model/registry.ts'
import { protectionStates } from '../core/protection/judge-protection.ts'
import { idSchema, instantSchema, lineSchema } from './common.ts'
import { riskKeySchema, riskNameSchema } from './risk-profile.ts'

export const joinBodySchema = z
  .strictObject({
    withOrderId: idSchema.describe('An order of the case that this one is part of from now on.'),
    handOverNote: lineSchema(2_000)
      .optional()
      .describe(
        'What whoever leads that case must know, where somebody else has a role in this one.',
      ),
  })
  .meta({ id: 'CaseJoin' })

export const caseSchema = z
  .strictObject({
    caseId: idSchema.nullable().describe('Null: the order is a case by itself.'),
    orders: z.array(
      z
        .strictObject({
          id: idSchema,
          reference: z.string(),
          legalBasis: z.enum(legalBases),
          status: z.enum(['active', 'suspended', 'ended']),
          offenderId: idSchema,
          victimIds: z.array(idSchema),
          riskProfile: z
            .strictObject({ profile: riskKeySchema, name: riskNameSchema })
            .nullable()
            .describe('How grave it is, which orders of one case may differ in; null: none.'),
          validFrom: instantSchema,
          validUntil: instantSchema,
        })
        .meta({ id: 'OrderOfCase' }),
    ),
    offenders: z.array(
      z.strictObject({ id: idSchema, reference: z.string() }).meta({ id: 'OffenderOfCase' }),
    ),
    victims: z.array(
      z
        .strictObject({
          id: idSchema,
          reference: z.string(),
          protection: z.array(
            z
              .strictObject({
                protectionOrderId: idSchema,
                state: z.enum(protectionStates),
                reasons: z.array(z.string()).describe('By their codes.'),
              })
              .meta({ id: 'ProtectionOfVictim' }),
          ),
        })
        .meta({ id: 'VictimOfCase' }),
    ),
  })
  .meta({
    id: 'Case',
    description: 'Orders that are one case, whom they bind, and how each protected person stands.',
  })
