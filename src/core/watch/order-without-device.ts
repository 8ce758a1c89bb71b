import type { Effect } from '../model/alert.ts'
import type { ProtectionOrder } from '../model/registry.ts'
import { isOrderInForce } from '../rules/schedule.ts'
import { wake } from '../model/deadlines.ts'
import { draftAlert, endAlert, startAfter, subjectOfOrder } from './draft-alert.ts'
import type { Watch, WatchedDevice, WatchedOrder } from './watch-state.ts'
import { allowedSilenceMs, findHeardMs, loadPerson } from './watch-state.ts'

/** An order in force that nobody's device watches over: none assigned, or one that never reported. Ends with a fix. */
export function judgeOrderWithoutDevice(
  watch: Watch,
  watched: WatchedOrder,
  nowMs: number,
): Effect[] {
  const order = watch.index.protectionOrders.get(watched.id)
  if (order === undefined || !isOrderInForce(order, nowMs)) {
    if (order?.status === 'active' && nowMs < order.validFromMs) {
      wake(watch.deadlines, watched, order.validFromMs)
    }
    return endWithoutDevice(watched, nowMs)
  }
  const devices = loadPerson(watch, order.offenderId)
    .deviceIds.map((deviceId) => watch.devices.get(deviceId))
    .filter((device) => device !== undefined)
  if (watched.withoutDevice !== null) {
    const fixMs = findFirstFix(devices)
    return fixMs === null ? [] : endWithoutDevice(watched, fixMs)
  }
  if (devices.some((device) => findHeardMs(device) !== null)) return []
  if (devices.length === 0) {
    return [
      raiseWithoutDevice(
        watch,
        watched,
        order,
        findUnwornSince(watch, order, order.offenderId, nowMs),
        nowMs,
        null,
      ),
    ]
  }
  const graceUntilMs = devices.reduce((ms, { sinceMs, knownSinceMs }, position) => {
    const startedMs = Math.max(sinceMs, knownSinceMs, watch.receivingSinceMs)
    return Math.max(ms, startedMs + allowedSilenceMs(watch, devices[position]!))
  }, -Infinity)
  if (nowMs <= graceUntilMs) {
    wake(watch.deadlines, watched, graceUntilMs + 1)
    return []
  }
  return [raiseWithoutDevice(watch, watched, order, graceUntilMs, nowMs, devices[0]!.id)]
}

function findFirstFix(devices: readonly WatchedDevice[]): number | null {
  let fixMs: number | null = null
  for (const { lastFixHeardMs, sinceMs } of devices) {
    if (lastFixHeardMs === null || lastFixHeardMs < sinceMs) continue
    if (fixMs === null || lastFixHeardMs < fixMs) fixMs = lastFixHeardMs
  }
  return fixMs
}

/** Since when a person of the order has no device: its start, or the end of the last assignment if that came later. */
export function findUnwornSince(
  watch: Watch,
  order: ProtectionOrder,
  personId: string,
  nowMs: number,
): number {
  let sinceMs = order.validFromMs
  for (const assignment of watch.index.assignmentsByPerson.get(personId) ?? []) {
    const endMs = assignment.validUntilMs
    if (endMs !== null && endMs <= nowMs) sinceMs = Math.max(sinceMs, endMs)
  }
  return sinceMs
}

function endWithoutDevice(watched: WatchedOrder, endedMs: number): Effect[] {
  if (watched.withoutDevice === null) return []
  const { alertId } = watched.withoutDevice
  watched.withoutDevice = null
  watched.withoutDeviceEndedMs = endedMs
  return [endAlert(alertId, endedMs, endedMs)]
}

function raiseWithoutDevice(
  watch: Watch,
  watched: WatchedOrder,
  order: ProtectionOrder,
  sinceMs: number,
  nowMs: number,
  deviceId: string | null,
): Effect {
  const startMs = startAfter(sinceMs, watched.withoutDeviceEndedMs)
  const alert = draftAlert(watch, {
    kind: 'order-without-device',
    priority: 'P2',
    idParts: [order.id],
    startMs,
    subject: subjectOfOrder(order, null),
    ...(deviceId === null ? {} : { deviceId }),
    occurredAtMs: startMs,
    learnedAtMs: nowMs,
    reason:
      deviceId === null
        ? 'The order is in force and its offender has no ankle monitor: nothing of it is watched.'
        : 'The order is in force and the ankle monitor of its offender has never reported.',
    facts: {
      hasAssignedDevice: deviceId !== null,
      validFromMs: order.validFromMs,
      locationBanCount: order.locationBans.length,
      proximityBanCount: order.proximityBans.length,
    },
  })
  watched.withoutDevice = { alertId: alert.id, priority: 'P2' }
  return { type: 'alert-raised', alert }
}
