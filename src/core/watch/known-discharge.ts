import { isAboutTheHour } from '../model/usual-hour.ts'
import type { BatteryEpisode } from './open-alerts.ts'
import type { Watch, WatchedDevice } from './watch-state.ts'

/**
 * Nearly empty as on the day before, which somebody was called for, and for markedly no longer. All
 * that may come of it is a silence, and that is told by itself: after one, and while its wearer is
 * near a ban or the other person, nothing of it is known.
 */
export function isKnownDischarge(
  watch: Watch,
  { knownDischarge, personId }: WatchedDevice,
  criticalMs: number,
  atMs: number,
): boolean {
  const { limits } = watch
  if (knownDischarge === null || personId === null) return false
  const { calledMs, lastMs, lastedMs } = knownDischarge
  if (
    criticalMs < lastMs ||
    criticalMs - lastMs > limits.knownDischargeMsMax ||
    criticalMs - calledMs > limits.habitMsMax
  ) {
    return false
  }
  if (!isAboutTheHour(lastMs, lastMs, criticalMs, limits)) return false
  if (atMs - criticalMs > lastedMs + limits.longerMsMin) return false
  return !watch.findSituation(personId).isInOpenApproach
}

/** It was charged in time. What nobody was called for sets no mark but that it was so again. */
export function noteDischarge(
  device: WatchedDevice,
  { priority, criticalMs }: BatteryEpisode,
  chargedMs: number,
): void {
  if (criticalMs === null) return
  const { knownDischarge } = device
  if (priority === 'P2') {
    const lastedMs = chargedMs - criticalMs
    device.knownDischarge = { calledMs: criticalMs, lastMs: criticalMs, lastedMs }
  } else if (knownDischarge !== null) {
    device.knownDischarge = { ...knownDischarge, lastMs: criticalMs }
  }
}
