import type { DeviceEventKind } from '../../core/model/fix.ts'
import type { RecentEntries } from './recent-entries.ts'

/**
 * The recent events of every device: two are the same when device, kind and recorded time agree.
 */
export function createRecentDeviceEvents(): RecentEntries<DeviceEventKey> {
  const devices = new Map<string, Map<string, number>>()
  const primed = new Set<string>()
  let entryCount = 0

  return {
    isPrimed: (deviceId) => primed.has(deviceId),
    markPrimed: (deviceId) => void primed.add(deviceId),
    find: (deviceId, event) => devices.get(deviceId)?.get(keyOf(event)) ?? null,
    add(deviceId, event, groupId) {
      let entries = devices.get(deviceId)
      if (entries === undefined) {
        entries = new Map()
        devices.set(deviceId, entries)
      }
      entryCount -= entries.size
      entries.set(keyOf(event), groupId)
      if (entries.size > eventsPerDeviceMax) {
        // A map walks in order of insertion, so this is the oldest.
        for (const oldest of entries.keys()) {
          entries.delete(oldest)
          break
        }
      }
      entryCount += entries.size
    },
    forget(deviceId, groupId) {
      const entries = devices.get(deviceId)
      if (entries === undefined) return
      for (const [key, of] of entries) {
        if (of === groupId && entries.delete(key)) entryCount -= 1
      }
    },
    deviceCount: () => devices.size,
    entryCount: () => entryCount,
  }
}

export type DeviceEventKey = {
  readonly kind: DeviceEventKind
  readonly recordedAtMs: number
}

/** Devices report a few events a day, heartbeats apart; this is hours of heartbeats. */
const eventsPerDeviceMax = 256

function keyOf(event: DeviceEventKey): string {
  return `${event.recordedAtMs} ${event.kind}`
}
