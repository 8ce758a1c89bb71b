import { z } from 'zod'
import { protectionReasonCodes } from '../../core/protection/judge-person-seen.ts'
import type {
  ProtectionReason,
  ProtectionReasonCode,
} from '../../core/protection/judge-person-seen.ts'
import { protectionStates } from '../../core/protection/judge-protection.ts'
import type { ProtectionRecord } from '../../store/evaluator/protection-states.ts'
import { formatInstantOrNull, idSchema, instantSchema, listQuerySchema } from './common.ts'

const codes = Object.keys(protectionReasonCodes) as ProtectionReasonCode[]

const sentences = Object.entries(protectionReasonCodes)
  .map(([code, sentence]) => `\`${code}\`: ${sentence}`)
  .join(' ')

export const protectionStateSchema = z
  .strictObject({
    protectionOrderId: idSchema,
    state: z
      .enum(protectionStates)
      .describe(
        '`protected`: every ban of the order is judged. `degraded`: so it is, or something is watched in its place, and something is wrong. `unknown`: a ban of the order cannot be judged now; never read it as protected.',
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

/** An order as it stands. While detection is behind, what it said before is no longer vouched for. */
export function protectionStateBodyOf(
  record: ProtectionRecord,
  standing: DetectionStanding,
): z.infer<typeof protectionStateSchema> {
  const reasons: z.infer<typeof protectionStateSchema>['reasons'] = (record.reasons ?? []).map(
    reasonBodyOf,
  )
  const subject = { subject: 'detection', personId: null, deviceId: null } as const
  if (record.state === null) reasons.push({ code: 'not-judged-yet', since: null, ...subject })
  if (standing.isBehind) {
    const since = formatInstantOrNull(standing.judgedAtMs)
    reasons.push({ code: 'detection-behind', since, ...subject })
  }
  return {
    protectionOrderId: record.id,
    state: standing.isBehind ? 'unknown' : (record.state ?? 'unknown'),
    reasons,
    changedAt: formatInstantOrNull(record.changedAtMs),
    judgedAt: formatInstantOrNull(standing.judgedAtMs),
  }
}

export type DetectionStanding = { readonly isBehind: boolean; readonly judgedAtMs: number | null }

function reasonBodyOf({ code, sinceMs, subject, personId, deviceId }: ProtectionReason) {
  return { code, since: formatInstantOrNull(sinceMs), subject, personId, deviceId }
}
