import { z } from 'zod'
import { confidences } from '../core/model/order-terms.ts'
import { protocolSetNames } from '../core/model/protocol.ts'
import type { riskTermNames } from '../core/model/risk-profiles.ts'
import type { ChosenRisk, RiskTerms } from '../core/model/registry.ts'
import { idSchema, instantSchema, lineSchema } from './common.ts'
import { escalationStepsSchema } from './escalation-ladder.ts'
import { groundFields } from './order-life.ts'

export const riskNameSchema = z
  .strictObject({ nl: lineSchema(80), en: lineSchema(80) })
  .meta({ id: 'RiskProfileName' })

const terms = {
  reportIntervalSeconds: z
    .int()
    .min(5)
    .max(600)
    .nullable()
    .describe('How often the devices of everybody in the case are asked to report.'),
  recallMinutesMax: z
    .int()
    .min(1)
    .max(60)
    .nullable()
    .describe('An answered alert that goes on is back after at most so long.'),
  alsoCalled: z
    .array(escalationStepsSchema.element)
    .max(10)
    .describe('Who is called beside whom the ladder of the order or the organisation calls.'),
  protocol: z
    .enum(protocolSetNames)
    .nullable()
    .describe("By which set its alerts are answered. Null: the organisation's own."),
}

const row = {
  name: riskNameSchema,
  ...terms,
  source: lineSchema(1_000).describe('Where the figures come from.'),
  confidence: z
    .strictObject({
      reportIntervalSeconds: z.enum(confidences),
      recallMinutesMax: z.enum(confidences),
      alsoCalled: z.enum(confidences),
      protocol: z.enum(confidences),
    } satisfies Record<(typeof riskTermNames)[number], unknown>)
    .meta({ id: 'RiskProfileConfidence' })
    .describe('How sure we are of each figure.'),
}

export const riskKeySchema = z
  .string()
  .regex(/^[a-z][a-z0-9-]{1,39}$/, { error: 'expected lower-case words joined by hyphens' })

export const riskKeyParamsSchema = z.object({ key: riskKeySchema })

export const riskProfileBodySchema = z
  .strictObject({
    basedOnVersion: z.int().min(0).describe('The version that was read; 0: as delivered, or new.'),
    ...row,
    reason: lineSchema(500).optional(),
  })
  .meta({ id: 'NewRiskProfile' })

export const riskProfileSchema = z
  .strictObject({
    key: z.string(),
    version: z.int().describe('0: as delivered.'),
    ...row,
    changedAt: instantSchema.nullable(),
    changedBy: idSchema.nullable(),
    confirmedBy: idSchema.nullable(),
    behindCount: z
      .int()
      .describe('Cases that are watched by an older version of it, until somebody chooses anew.'),
  })
  .meta({ id: 'RiskProfile' })

export const riskProfileListSchema = z
  .strictObject({ items: z.array(riskProfileSchema) })
  .meta({ id: 'RiskProfiles' })

export const riskChoiceBodySchema = z
  .strictObject({
    profile: riskKeySchema.nullable().describe('Null: none any more.'),
    reason: lineSchema(500),
    documentReference: groundFields.documentReference,
  })
  .meta({ id: 'RiskProfileChoice' })

export const chosenRiskSchema = z
  .strictObject({ profile: z.string(), version: z.int(), name: riskNameSchema, ...terms })
  .meta({ id: 'ChosenRiskProfile' })

/** What a case follows, in the words of the contract. */
export function chosenRiskBodyOf(risk: ChosenRisk | undefined) {
  if (risk === undefined) return null
  const { profile, version, name } = risk
  return { profile, version, name, ...termsBodyOf(risk) }
}

export function termsBodyOf(risk: RiskTerms) {
  const { reportIntervalSeconds, recallMinutesMax, protocol } = risk
  const alsoCalled = risk.alsoCalled.map((step) => ({ ...step }))
  return { reportIntervalSeconds, recallMinutesMax, alsoCalled, protocol }
}
