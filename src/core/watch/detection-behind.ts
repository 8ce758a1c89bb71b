import type { AlertDraft } from '../model/alert.ts'
import { alertId } from '../model/alert-id.ts'
import { draftAlert } from '../model/draft-alert.ts'
import type { Limits } from '../model/limits.ts'

/**
 * The alert that detection itself is behind. One per stretch: its id is of the moment detection was
 * last up to date.
 */
export function draftDetectionBehind(behind: DetectionBehindFacts): AlertDraft {
  const { shard, limits, lastJudgedAtMs, learnedAtMs } = behind
  return draftAlert(limits, {
    id: detectionBehindId(shard, lastJudgedAtMs),
    kind: 'detection-behind',
    occurredAtMs: lastJudgedAtMs,
    learnedAtMs,
    facts: {
      shard,
      lastJudgedAtMs,
      detectionBehindSecondsMax: limits.detectionBehindMsMax / 1_000,
    },
  })
}

export function detectionBehindId(shard: number, lastJudgedAtMs: number): string {
  return alertId(['detection-behind', String(shard)], lastJudgedAtMs)
}

export type DetectionBehindFacts = {
  readonly shard: number
  readonly limits: Limits
  readonly lastJudgedAtMs: number
  readonly learnedAtMs: number
}
