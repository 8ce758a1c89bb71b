import type { AlertPriority, Effect } from '../model/alert.ts'
import { wake } from '../model/deadlines.ts'
import { endAlert } from './draft-alert.ts'
import { comesAndGoes } from './vendor-flapping.ts'
import type { Watch, WatchedDevice } from './watch-state.ts'

/**
 * A device that comes and goes with its vendor was one alert each time: 110 in three hours, of four
 * weak ones. Its alert stays open, as that of the vendor does, until the device has been back for
 * half an hour, and what is silent meanwhile is part of it. Told again: each time in an approach,
 * or on the way in; what calls where it was only listed; and a time away twice as long as any
 * before.
 */
export function endSilence(
  watch: Watch,
  device: WatchedDevice,
  silentSinceMs: number | null,
  nowMs: number,
): Effect[] {
  const { silence, heldSilence } = device
  if (silence === null) return []
  device.silence = null
  device.heldSilence = null
  // The loudest was of an approach or a breach: another one is told by itself.
  if (silence.priority === 'P1' || !comesAndGoes(watch, device)) {
    return [endAlert(silence.alertId, nowMs, nowMs)]
  }
  const awayMs = nowMs - (silentSinceMs ?? nowMs)
  const longestMs = Math.max(awayMs, heldSilence?.longestMs ?? 0)
  device.heldSilence = { ...silence, backMs: nowMs, longestMs, isTold: false }
  wake(watch.deadlines, device, nowMs + watch.limits.vendorBackMsMin + 1)
  return []
}

/** It is back for long enough to say that it no longer comes and goes. */
export function endOnceHeard(watch: Watch, device: WatchedDevice, nowMs: number): Effect[] {
  if (device.silence !== null || device.heldSilence === null) return []
  const endMs = device.heldSilence.backMs + watch.limits.vendorBackMsMin
  if (nowMs > endMs) return endHeld(device, nowMs)
  wake(watch.deadlines, device, endMs + 1)
  return []
}

/** From when it was last back, whenever that is learned. */
export function endHeld(device: WatchedDevice, nowMs: number): Effect[] {
  const { heldSilence } = device
  if (heldSilence === null) return []
  device.heldSilence = null
  return [endAlert(heldSilence.alertId, heldSilence.backMs, nowMs)]
}

/** Silent again within the alert that stands, which says no less. */
export function joinHeld(device: WatchedDevice, priority: AlertPriority): boolean {
  const { heldSilence } = device
  if (heldSilence === null || heldSilence.priority > priority) return false
  device.silence = { alertId: heldSilence.alertId, priority: heldSilence.priority }
  return true
}

/** Somebody was called for this time away. */
export function noteTold(device: WatchedDevice): void {
  if (device.heldSilence !== null) device.heldSilence = { ...device.heldSilence, isTold: true }
}

/** Once in each time away that nobody was called for. */
export function tellOnceMore(
  { limits }: Watch,
  device: WatchedDevice,
  { heardMs, isNear }: { readonly heardMs: number; readonly isNear: boolean },
  nowMs: number,
): Effect[] {
  const { silence, heldSilence } = device
  if (silence === null || heldSilence === null || heldSilence.isTold) return []
  const longMs = Math.max(limits.longerMsMin, limits.longerFactor * heldSilence.longestMs)
  const isCalled = silence.priority !== 'P3' && (isNear || nowMs - heardMs > longMs)
  if (!isCalled) return []
  noteTold(device)
  const revision = { kind: 'repeated', recordedAtMs: nowMs } as const
  return [{ type: 'alert-revised', alertId: silence.alertId, revision, learnedAtMs: nowMs }]
}
