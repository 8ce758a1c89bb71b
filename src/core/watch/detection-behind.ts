import type { AlertDraft } from '../model/alert.ts'
import { alertId } from '../model/alert-id.ts'
import type { Limits } from '../model/limits.ts'
import { algorithmVersion } from '../model/limits.ts'

/**
 * The alert that detection itself is behind. One per stretch: its id is of the moment detection was
 * last up to date.
 */
export function draftDetectionBehind(facts: DetectionBehindFacts): AlertDraft {
  const { shard, limits, lastJudgedAtMs, learnedAtMs } = facts
  const secondsMax = limits.detectionBehindMsMax / 1_000
  return {
    id: detectionBehindId(shard, lastJudgedAtMs),
    kind: 'detection-behind',
    priority: 'P1',
    protectionOrderId: null,
    offenderId: null,
    victimId: null,
    locationBanId: null,
    proximityBanId: null,
    deviceId: null,
    vendorId: null,
    occurredAtMs: lastJudgedAtMs,
    learnedAtMs,
    late: false,
    probability: null,
    distanceMeters: null,
    reason: `Detection has not been up to date for more than ${secondsMax} s. Until it is, nobody's protection is watched.`,
    evidence: {
      limitsVersion: limits.version,
      algorithmVersion,
      protectionOrderVersion: null,
      fixes: [],
      facts: { shard, lastJudgedAtMs, detectionBehindSecondsMax: secondsMax },
    },
  }
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
