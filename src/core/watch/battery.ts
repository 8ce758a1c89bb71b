import type { AlertPriority, Effect } from '../model/alert.ts'
import type { DeviceEvent, Fix } from '../model/fix.ts'
import { draftOfWatch, endAlert, findSubject, raisePriority } from './draft-alert.ts'
import { isKnownDischarge, noteDischarge } from './known-discharge.ts'
import type { Watch, WatchedDevice } from './watch-state.ts'

/**
 * One alert from the first low reading until the battery has been charged well above it. Readings
 * older than the last are history and change nothing.
 */
export function judgeBattery(
  watch: Watch,
  device: WatchedDevice,
  source: Fix | DeviceEvent,
): Effect[] {
  if (device.personId === null) return []
  const eventKind = 'kind' in source ? source.kind : null
  const fraction = source.batteryFraction
  if (fraction === null && (eventKind === null || !batteryKinds.has(eventKind))) return []
  // A clock that runs ahead must not make every later reading look old.
  const atMs = Math.min(source.recordedAtMs, source.receivedAtMs)
  if (device.batteryRecordedMs !== null && atMs < device.batteryRecordedMs) return []
  device.batteryRecordedMs = atMs
  const { battery } = device
  if (battery !== null && eventKind === 'charging-started') battery.isCharging = true
  if (battery !== null && eventKind === 'charging-stopped') battery.isCharging = false
  const level = judgeLevel(watch, eventKind, fraction)
  if (level !== 'fine') return raiseOrRevise(watch, device, source, level)
  return battery === null || fraction === null
    ? []
    : endWhenCharged(watch, device, source, fraction)
}

type Level = 'critical' | 'low' | 'fine'

const batteryKinds: ReadonlySet<string> = new Set([
  'battery-low',
  'battery-critical',
  'charging-started',
  'charging-stopped',
])

function judgeLevel(watch: Watch, eventKind: string | null, fraction: number | null): Level {
  if (eventKind === 'battery-critical') return 'critical'
  if (fraction !== null && fraction <= watch.limits.batteryFractionCritical) return 'critical'
  if (eventKind === 'battery-low') return 'low'
  if (fraction !== null && fraction <= watch.limits.batteryFractionLow) return 'low'
  return 'fine'
}

function raiseOrRevise(
  watch: Watch,
  device: WatchedDevice,
  source: Fix | DeviceEvent,
  level: 'critical' | 'low',
): Effect[] {
  const { battery } = device
  const atMs = Math.min(source.recordedAtMs, source.receivedAtMs)
  const criticalMs = battery?.criticalMs ?? (level === 'critical' ? atMs : null)
  const isKnown = criticalMs !== null && isKnownDischarge(watch, device, criticalMs, atMs)
  const priority: AlertPriority = level === 'critical' && !isKnown ? 'P2' : 'P3'
  if (battery !== null) {
    battery.recoveredCount = 0
    battery.criticalMs = criticalMs
    if (battery.priority === 'P2' || priority === 'P3') return []
    battery.priority = 'P2'
    const reason = 'The battery is nearly empty.'
    return [raisePriority(battery.alertId, 'P2', reason, source.receivedAtMs)]
  }
  const subject = findSubject(watch, device.personId, source.receivedAtMs)
  const alert = draftOfWatch(watch, {
    kind: 'battery-low',
    priority,
    // By a clock that stands still each discharge is recorded at one moment.
    idParts: [device.id, String(source.receivedAtMs)],
    startMs: source.recordedAtMs,
    subject,
    deviceId: device.id,
    vendorId: device.vendorId,
    occurredAtMs: source.recordedAtMs,
    learnedAtMs: source.receivedAtMs,
    late: source.receivedAtMs - source.recordedAtMs > watch.limits.lateMs,
    facts: {
      wearerRole: subject.role,
      batteryFraction: source.batteryFraction,
      batteryFractionLow: watch.limits.batteryFractionLow,
      batteryFractionCritical: watch.limits.batteryFractionCritical,
    },
  })
  const counts = { isCharging: false, recoveredCount: 0, criticalMs }
  device.battery = { alertId: alert.id, priority, ...counts }
  return [{ type: 'alert-raised', alert }]
}

function endWhenCharged(
  watch: Watch,
  device: WatchedDevice,
  source: Fix | DeviceEvent,
  fraction: number,
): Effect[] {
  const { battery } = device
  const { batteryFractionLow, batteryRecoveryFraction, batteryRecoveredCountMin } = watch.limits
  if (battery === null) return []
  if (!(fraction > batteryFractionLow + batteryRecoveryFraction)) {
    battery.recoveredCount = 0
    return []
  }
  battery.recoveredCount++
  if (!battery.isCharging && battery.recoveredCount < batteryRecoveredCountMin) return []
  device.battery = null
  noteDischarge(device, battery, source.recordedAtMs)
  return [endAlert(battery.alertId, source.recordedAtMs, source.receivedAtMs)]
}
