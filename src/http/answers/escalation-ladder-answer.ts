import type { z } from 'zod'
import type { EscalationStep } from '../../core/model/registry.ts'
import type { EscalationLadder } from '../../store/alerts/escalation-ladders.ts'
import { formatInstantOrNull } from '../../schemas/common.ts'
import type { escalationLadderSchema } from '../../schemas/escalation-ladder.ts'

export function escalationLadderBodyOf(
  ladder: EscalationLadder | null,
  delivered: readonly EscalationStep[],
): z.infer<typeof escalationLadderSchema> {
  return {
    steps: (ladder?.steps ?? delivered).map((step) => ({ ...step })),
    changedAt: formatInstantOrNull(ladder?.changedAtMs ?? null),
    changedBy: ladder?.changedBy ?? null,
  }
}
