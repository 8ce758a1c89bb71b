import type { Fix } from '../model/fix.ts'
import type { Limits } from '../model/limits.ts'
import { readNumber, writeNumber } from '../model/number-slab.ts'
import { explainedAgeMs } from './clock-run.ts'
import { heardRow } from './heard-rows.ts'
import { wakeAwaitingFix } from './wake-person.ts'
import type { Watch, WatchedDevice } from './watch-state.ts'
import { allowedSilenceInPursuitMs, overdueMs } from './watch-state.ts'

/**
 * Hears a device when its numbers prove that nothing but moments follows: the row of the device,
 * whose wearer is known then; null when they do not, and `watch.ts` and `clock-behind.ts` are asked
 * in full. Hot path: nearly every report ends here. Beside each condition stands what it proves.
 */
export function hearQuietly(watch: Watch, fix: Fix): number | null {
  const { heard, limits } = watch
  const at = heard.places.get(fix.deviceId)
  if (at === undefined) return null
  const { numbers } = heard.slab
  const { recordedAtMs, receivedAtMs, batteryFraction } = fix
  // Watched, heard before under this wearer, not silent, and nothing of it open (`isPlain`).
  if (numbers[at + heardRow.isPlain] !== 1) return null
  // The assignment that began last holds, whatever others there are.
  if (!(recordedAtMs >= readNumber(numbers, at + heardRow.wornFromMs))) return null
  if (!(recordedAtMs < readNumber(numbers, at + heardRow.wornUntilMs))) return null
  // As young as the plan explains, after others that were: no clock is behind, and no run begins.
  if (!(receivedAtMs - recordedAtMs <= readNumber(numbers, at + heardRow.explainedAgeMs))) {
    return null
  }
  // In the order of receipt; of what came together, the newest by its clock.
  const lastFixHeardMs = readNumber(numbers, at + heardRow.lastFixHeardMs)
  const isLater = receivedAtMs > lastFixHeardMs
  if (!isLater && receivedAtMs !== lastFixHeardMs) return null
  if (!isLater && !(recordedAtMs > readNumber(numbers, at + heardRow.lastFixRecordedMs))) {
    return null
  }
  // Full enough: no alert is open (`isPlain`), and none opens.
  if (batteryFraction !== null && !isFine(batteryFraction, limits)) return null
  const isHeardLater = receivedAtMs > readNumber(numbers, at + heardRow.lastHeardMs)
  // It is looked at early enough as it is.
  const lookMs = receivedAtMs + readNumber(numbers, at + heardRow.lookAfterMs)
  if (isHeardLater && !(lookMs >= readNumber(numbers, at + heardRow.dueMs))) return null
  if (isHeardLater) {
    numbers[at + heardRow.lastHeardMs] = receivedAtMs
    const vendorAt = readNumber(numbers, at + heardRow.vendorAt)
    if (vendorAt >= 0 && !(readNumber(numbers, vendorAt) >= receivedAtMs)) {
      numbers[vendorAt] = receivedAtMs
    }
  }
  numbers[at + heardRow.lastFixHeardMs] = receivedAtMs
  numbers[at + heardRow.lastFixRecordedMs] = recordedAtMs
  if (batteryFraction !== null) {
    // By a clock that is ahead no later reading looks old; an older one than the last is history.
    const atMs = Math.min(recordedAtMs, receivedAtMs)
    const isOld = atMs < readNumber(numbers, at + heardRow.batteryRecordedMs)
    if (!isOld) numbers[at + heardRow.batteryRecordedMs] = atMs
  }
  if (numbers[at + heardRow.isAwaited] === 1) wakeAwaiting(watch, fix, at)
  return at
}

/** After a device was heard in full: whether the next time its numbers will do. */
export function learnHeard(watch: Watch, device: WatchedDevice): void {
  const { slab, places, vendorPlaces } = watch.heard
  const at = places.get(device.id)
  const assignment = watch.index.assignmentsByDevice.get(device.id)?.at(-1)
  if (at === undefined || assignment === undefined) return
  const { numbers } = slab
  numbers[at + heardRow.isPlain] = 0
  if (assignment.personId !== device.personId || !isPlain(watch, device)) return
  numbers[at + heardRow.wornFromMs] = assignment.validFromMs
  numbers[at + heardRow.wornUntilMs] = assignment.validUntilMs ?? Infinity
  const lookAfterMs = Math.min(overdueMs(watch, device), allowedSilenceInPursuitMs(watch, device))
  numbers[at + heardRow.lookAfterMs] = lookAfterMs + 1
  numbers[at + heardRow.explainedAgeMs] = explainedAgeMs(device.intervalMs, watch.limits)
  const vendorAt = device.vendorId === null ? undefined : vendorPlaces.get(device.vendorId)
  numbers[at + heardRow.vendorAt] = vendorAt ?? -1
  numbers[at + heardRow.isAwaited] = 1
  numbers[at + heardRow.isPlain] = 1
}

/** What waits for a fix of whoever wears the device, as `watchFix` wakes it. */
function wakeAwaiting(watch: Watch, { deviceId, receivedAtMs }: Fix, at: number): void {
  const device = watch.devices.get(deviceId)
  if (device === undefined || device.personId === null) return
  const isAwaited = wakeAwaitingFix(watch, device.personId, receivedAtMs)
  writeNumber(watch.heard.slab, at + heardRow.isAwaited, isAwaited ? 1 : 0)
}

/** Something changed that the numbers of these devices do not show. */
export function forgetHeard({ heard }: Watch, deviceIds: Iterable<string>): void {
  for (const deviceId of deviceIds) {
    const at = heard.places.get(deviceId)
    if (at !== undefined) writeNumber(heard.slab, at + heardRow.isPlain, 0)
  }
}

/** Of all conditions of `noteClock`, `noteHeard`, `watchFix` and `judgeBattery` what lasts. */
function isPlain(watch: Watch, device: WatchedDevice): boolean {
  const { personId, lastHeardMs, lastFixHeardMs, lastFixRecordedMs } = device
  if (personId === null || lastHeardMs === null) return false
  if (lastFixHeardMs === null || lastFixRecordedMs === null) return false
  if (device.clock !== null || device.clockSpans.length > 0) return false
  if (device.isOverdue || device.silence !== null || device.battery !== null) return false
  // Heard under its wearer, and since our last outage: being heard now ends no silence.
  if (lastHeardMs < device.sinceMs) return false
  if (lastHeardMs < (watch.receivingSinceMs ?? -Infinity)) return false
  if (device.vendorId === null) return true
  return watch.vendors.get(device.vendorId)?.devices.has(device) === true
}

function isFine(batteryFraction: number, limits: Limits): boolean {
  return (
    batteryFraction > limits.batteryFractionLow && batteryFraction > limits.batteryFractionCritical
  )
}
