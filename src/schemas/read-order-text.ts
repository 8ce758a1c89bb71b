import { z } from 'zod'
import type { OrderText } from '../core/enforceability/order-text.ts'
import type { ProposedSchedule } from '../core/enforceability/proposal.ts'
import type { LegalBasis } from '../core/model/registry.ts'
import { instantMs, lineSchema } from './common.ts'
import type { draftScheduleSchema } from './schedule.ts'

/** Of a decision, and of a question before there is one. */
export const supervisionSchema = z.strictObject({
  body: lineSchema(200).nullish().describe('Who supervises the ban.'),
  electronicMonitoring: z
    .boolean()
    .nullish()
    .describe('Whether the decision itself names electronic monitoring.'),
})

/** Absent and null are the same: it does not say so. */
export function readOrderText({ legalBasis, validFrom, validUntil, supervision }: Said): OrderText {
  return {
    legalBasis: legalBasis ?? null,
    validFromMs: readMoment(validFrom),
    validUntilMs: readMoment(validUntil),
    supervisingBody: supervision?.body ?? null,
    isMonitoringNamed: supervision?.electronicMonitoring ?? null,
  }
}

type Said = {
  readonly legalBasis?: LegalBasis | null | undefined
  readonly validFrom?: string | null | undefined
  readonly validUntil?: string | null | undefined
  readonly supervision?: z.output<typeof supervisionSchema> | null | undefined
}

export function readDraftSchedule({ weekly, exceptions }: DraftSchedule): ProposedSchedule {
  return {
    weekly:
      weekly?.map(({ days, from, until }) => ({
        days: days ?? null,
        from: from ?? null,
        until: until ?? null,
      })) ?? null,
    exceptions: exceptions.map(({ from, until, reason }) => ({
      fromMs: readMoment(from),
      untilMs: readMoment(until),
      reason: reason ?? null,
    })),
  }
}

type DraftSchedule = z.output<typeof draftScheduleSchema>

function readMoment(moment: string | null | undefined): number | null {
  return moment == null ? null : instantMs(moment)
}
