import type { z } from 'zod'
import type { ProtectionReason } from '../../core/protection/judge-person-seen.ts'
import type { ProtectionRecord } from '../../store/evaluator/protection-states.ts'
import { formatInstantOrNull } from '../../schemas/common.ts'
import type { protectionStateSchema } from '../../schemas/protection-state.ts'

/**
 * An order as it stands. While detection is behind, what it said before is no longer vouched for.
 */
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
    protectionOrderReference: record.reference,
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
