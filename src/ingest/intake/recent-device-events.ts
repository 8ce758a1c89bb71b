import type { DeviceEvent } from '../../core/model/fix.ts'
import type { Limits } from '../../core/model/limits.ts'
import type { RecentEntries } from './recent-entries.ts'

/**
 * The recent events of every device: two are the same when device, kind and the time that the
 * device gave agree. That alone proves nothing of a press of a panic button, nor of what had a
 * clock of no use: a clock may stand still, or begin in 1980 each time. Those are the same only
 * with equal sequence, and soon after: a sender that lost its answer.
 */
export function createRecentDeviceEvents({
  panicRetryMs,
}: Pick<Limits, 'panicRetryMs'>): RecentDeviceEvents {
  const devices = new Map<string, Map<string, Known>>()
  const primed = new Set<string>()
  let entryCount = 0

  const get = (deviceId: string, event: DeviceEventKey): Known | null =>
    devices.get(deviceId)?.get(keyOf(event)) ?? null

  return {
    isPrimed: (deviceId) => primed.has(deviceId),
    markPrimed: (deviceId) => void primed.add(deviceId),
    find(deviceId, event) {
      const known = get(deviceId, event)
      if (known === null) return null
      const isSame = !isTimeNoProof(event) || isRetry(known.event, event, panicRetryMs)
      return isSame ? known.groupId : null
    },
    hasTime: (deviceId, event) => get(deviceId, event) !== null,
    forgetEvent(deviceId, event) {
      if (devices.get(deviceId)?.delete(keyOf(event)) === true) entryCount -= 1
    },
    add(deviceId, event, groupId) {
      let entries = devices.get(deviceId)
      if (entries === undefined) {
        entries = new Map()
        devices.set(deviceId, entries)
      }
      entryCount -= entries.size
      entries.set(keyOf(event), { event, groupId })
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
      for (const [key, known] of entries) {
        if (known.groupId === groupId && entries.delete(key)) entryCount -= 1
      }
    },
    deviceCount: () => devices.size,
    entryCount: () => entryCount,
  }
}

export type RecentDeviceEvents = RecentEntries<DeviceEventKey> & {
  /** Whether an event of this kind and time was known, the same or not. */
  readonly hasTime: (deviceId: string, event: DeviceEventKey) => boolean
  readonly forgetEvent: (deviceId: string, event: DeviceEventKey) => void
}

export type DeviceEventKey = Pick<
  DeviceEvent,
  'kind' | 'recordedAtMs' | 'receivedAtMs' | 'sequence' | 'deviceClockAtMs'
>

/** Devices report a few events a day, heartbeats apart; this is hours of heartbeats. */
const eventsPerDeviceMax = 256

type Known = { readonly event: DeviceEventKey; readonly groupId: number }

function isTimeNoProof(event: DeviceEventKey): boolean {
  return event.kind === 'panic' || event.deviceClockAtMs !== undefined
}

function isRetry(known: DeviceEventKey, event: DeviceEventKey, retryMs: number): boolean {
  const apartMs = Math.abs(event.receivedAtMs - known.receivedAtMs)
  return known.sequence === event.sequence && apartMs <= retryMs
}

function keyOf(event: DeviceEventKey): string {
  return `${event.deviceClockAtMs ?? event.recordedAtMs} ${event.kind}`
}
