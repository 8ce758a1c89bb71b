import type { Effect } from '../model/alert.ts'
import type { ProtectionOrder } from '../model/registry.ts'
import { isOrderInForce } from '../rules/schedule.ts'
import { wake } from '../model/deadlines.ts'
import { draftOfWatch, endAlert, findKeptEnd } from './draft-alert.ts'
import { startAfter, subjectOfOrder } from './draft-alert.ts'
import { awaitFixes } from './wake-person.ts'
import type { Watch, WatchedDevice, WatchedOrder } from './watch-state.ts'
import { allowedSilenceMs, ensurePerson, findHeardMs, laterOf } from './watch-state.ts'

/**
 * An order in force that nobody's device watches over: none assigned, or one that never reported.
 * Ends with a fix.
 */
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
  const devices = ensurePerson(watch, order.offenderId)
    .deviceIds.map((deviceId) => watch.devices.get(deviceId))
    .filter((device) => device !== undefined)
  if (watched.withoutDevice !== null) {
    const fixMs = findFirstFix(devices)
    return fixMs === null ? [] : endWithoutDevice(watched, fixMs)
  }
  if (devices.some((device) => findHeardMs(device) !== null)) return []
  const [first] = devices
  if (first === undefined) {
    const graceMs = watched.knownSinceMs + watch.limits.orderDeviceGraceMs
    if (nowMs < graceMs) {
      wake(watch.deadlines, watched, graceMs)
      return []
    }
    const sinceMs = findUnwornSince(watch, order, order.offenderId, nowMs)
    return [raiseWithoutDevice(watch, watched, order, { sinceMs, nowMs, deviceId: null })]
  }
  const graceUntilMs = devices.reduce((ms, device) => {
    const startedMs = Math.max(device.sinceMs, device.knownSinceMs)
    const audibleMs = laterOf(startedMs, watch.receivingSinceMs)
    return Math.max(ms, audibleMs + allowedSilenceMs(watch, device))
  }, -Infinity)
  if (nowMs <= graceUntilMs) {
    wake(watch.deadlines, watched, graceUntilMs + 1)
    return []
  }
  return [
    raiseWithoutDevice(watch, watched, order, { sinceMs: graceUntilMs, nowMs, deviceId: first.id }),
  ]
}

function findFirstFix(devices: readonly WatchedDevice[]): number | null {
  let fixMs: number | null = null
  for (const { lastFixHeardMs, sinceMs } of devices) {
    if (lastFixHeardMs === null || lastFixHeardMs < sinceMs) continue
    if (fixMs === null || lastFixHeardMs < fixMs) fixMs = lastFixHeardMs
  }
  return fixMs
}

/**
 * Since when a person of the order has no device: its start, or the end of the last assignment if
 * that came later.
 */
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
  const { withoutDevice } = watched
  watched.withoutDevice = null
  watched.withoutDeviceEndedMs = findKeptEnd(withoutDevice, endedMs)
  return [endAlert(withoutDevice.alertId, endedMs, endedMs)]
}

type Lack = {
  readonly sinceMs: number
  readonly nowMs: number
  /** The one that never reported; null: there is none. */
  readonly deviceId: string | null
}

function raiseWithoutDevice(
  watch: Watch,
  watched: WatchedOrder,
  order: ProtectionOrder,
  lack: Lack,
): Effect {
  const { sinceMs, nowMs, deviceId } = lack
  const startMs = startAfter(sinceMs, watched.withoutDeviceEndedMs)
  const device = deviceId === null ? undefined : watch.devices.get(deviceId)
  // Under another order or by another wearer: "never" would be untrue.
  const hasReportedBefore = (device?.lastHeardMs ?? null) !== null
  const alert = draftOfWatch(watch, {
    kind: 'order-without-device',
    idParts: [order.id],
    startMs,
    subject: subjectOfOrder(order, null),
    deviceId,
    occurredAtMs: startMs,
    learnedAtMs: nowMs,
    facts: {
      hasAssignedDevice: deviceId !== null,
      ...(hasReportedBefore ? { hasReportedBefore } : {}),
      validFromMs: order.validFromMs,
      locationBanCount: order.locationBans.length,
      proximityBanCount: order.proximityBans.length,
    },
  })
  watched.withoutDevice = { alertId: alert.id, priority: 'P2' }
  for (const personId of [watched.offenderId, ...watched.victimIds]) {
    awaitFixes(watch, watch.persons.get(personId)?.deviceIds ?? [])
  }
  return { type: 'alert-raised', alert }
}
