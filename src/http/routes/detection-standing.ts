import type { DetectionStanding } from '../answers/protection-state-answer.ts'
import { findProtectionJudgedMs } from '../../store/evaluator/protection-states.ts'
import type { RouteDeps } from '../route-deps.ts'

/** Whether what detection has on record can be relied on now. */
export async function findDetectionStanding({
  clock,
  limits,
  pool,
}: Pick<RouteDeps, 'clock' | 'limits' | 'pool'>): Promise<DetectionStanding> {
  const judgedAtMs = await findProtectionJudgedMs(pool)
  const isBehind = judgedAtMs === null || clock.nowMs() - judgedAtMs > limits.detectionBehindMsMax
  return { isBehind, judgedAtMs }
}
