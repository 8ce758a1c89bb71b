import type { DetectionStanding } from '../answers/protection-state-answer.ts'
import { findProtectionJudgedMs } from '../../store/evaluator/protection-states.ts'
import type { RouteDeps } from '../route-deps.ts'

/** Whether what detection has on record can be relied on now. */
export async function findDetectionStanding({
  clock,
  limits,
  machinery,
}: Pick<RouteDeps, 'clock' | 'limits' | 'machinery'>): Promise<DetectionStanding> {
  const judgedAtMs = await findProtectionJudgedMs(machinery)
  const isBehind = judgedAtMs === null || clock.nowMs() - judgedAtMs > limits.detectionBehindMsMax
  return { isBehind, judgedAtMs }
}
