import type { CaseFix } from '../fixes/case-fix.ts'
import { findConfirmWindowMs } from '../rules/confirm-window.ts'
import type { PairScene } from './scene.ts'

/**
 * Two likely readings confirm each other only while the other person's sighting is itself as recent
 * as a confirmation must be: twice the same old sighting is one doubt told twice, and takes a
 * reading that is sure by itself.
 */
export function findSupportProbability(scene: PairScene, other: CaseFix): number {
  const { limits } = scene
  return isSeenRecently(scene, other)
    ? limits.breachProbabilityRepeated
    : limits.breachProbabilitySingle
}

/** As recently as two fixes confirm each other. */
export function isSeenRecently({ confirmWindows, judged }: PairScene, other: CaseFix): boolean {
  const { recordedAtMs } = judged.fix
  const windowMs = findConfirmWindowMs(confirmWindows, other.deviceSlot, recordedAtMs)
  return recordedAtMs - other.recordedAtMs <= windowMs
}
