import type { CaseFix } from '../fixes/case-fix.ts'
import type { Limits } from '../model/limits.ts'
import type { Standstill, Track } from './track-state.ts'
import { isSameMeasurement } from './same-position.ts'

/**
 * The same measurement again and again while the device's own speed says that it should have moved
 * away. Identical positions alone are no sign: a parked phone and a receiver that holds its
 * position at rest give them for hours. The doubt lasts until the position changes, or an hour
 * passes without a sign of movement.
 */
export function isFrozen(standstill: Standstill | null, fix: CaseFix, limits: Limits): boolean {
  return (
    standstill !== null &&
    standstill.deviceSlot === fix.deviceSlot &&
    fix.recordedAtMs - standstill.movedAtMs <= limits.beliefMemoryMsMax
  )
}

/**
 * How long the device has been giving one position, and how far it says it went meanwhile; null
 * when it does not. Read before the fix is judged. A fix of the person's other device changes
 * nothing while this one is heard.
 */
export function followStandstill(track: Track, fix: CaseFix, limits: Limits): Standstill | null {
  const { standstillFix: last, standstill } = track
  if (last === null || isAbandoned(last, fix, limits)) return null
  if (last.deviceSlot !== fix.deviceSlot) return standstill
  if (!isSameMeasurement(last, fix, limits)) return null
  const covered = findCovered(last, fix, limits)
  // Hot path: parked, and saying so.
  if (covered === 0 && standstill === null) return null
  const before = standstill ?? { ...nothingCovered, deviceSlot: fix.deviceSlot }
  // In a row only: a receiver at rest shows a speed now and then.
  const coveredMeters = covered === 0 ? 0 : before.coveredMeters + covered
  const moveCount = covered === 0 ? 0 : before.moveCount + 1
  const isMoving =
    moveCount >= limits.frozenMoveCountMin &&
    coveredMeters > limits.frozenMetersMin + limits.accuracySureFactor * fix.accuracyMeters
  const movedAtMs = isMoving ? fix.recordedAtMs : before.movedAtMs
  return { deviceSlot: fix.deviceSlot, coveredMeters, moveCount, movedAtMs }
}

/** The fix the next of its device is compared with. */
export function followStandstillFix(last: CaseFix | null, fix: CaseFix, limits: Limits): CaseFix {
  if (last === null || last.deviceSlot === fix.deviceSlot) return fix
  return isAbandoned(last, fix, limits) ? fix : last
}

function isAbandoned(last: CaseFix, fix: CaseFix, limits: Limits): boolean {
  return (
    last.deviceSlot !== fix.deviceSlot &&
    fix.recordedAtMs - last.recordedAtMs > limits.passageGapMsMax
  )
}

const nothingCovered = { coveredMeters: 0, moveCount: 0, movedAtMs: -Infinity }

/**
 * What both fixes say was covered between them at least; nothing while either says it stood, or
 * does not say.
 */
function findCovered(from: CaseFix, to: CaseFix, limits: Limits): number {
  const gapMs = to.recordedAtMs - from.recordedAtMs
  if (!(gapMs > 0 && gapMs <= limits.passageGapMsMax)) return 0
  const pace = Math.min(from.speedMetersPerSecond, to.speedMetersPerSecond)
  return pace >= limits.frozenSpeedMetersPerSecondMin ? (pace * gapMs) / 1000 : 0
}
