import type { Effect } from '../model/alert.ts'
import type { ProtectionOrder, RegistryChange } from '../model/registry.ts'
import {
  findAssignment,
  findDevicesOf,
  ordersOfOffender,
  ordersOfVictim,
} from '../model/registry-index.ts'
import { isOrderInForce } from '../rules/schedule.ts'
import { wake } from '../model/deadlines.ts'
import { endClockBehind } from './clock-behind.ts'
import { endAlert, findKeptEnd } from './draft-alert.ts'
import { endHeld } from './held-silence.ts'
import { forgetHeard } from './hear-quietly.ts'
import { markOverdue } from './silence.ts'
import { awaitFixes, wakePerson } from './wake-person.ts'
import type { Watch, WatchedDevice, WatchedOrder, WatchedPerson } from './watch-state.ts'
import {
  allowedSilenceMs,
  ensureDevice,
  ensureOrder,
  ensurePair,
  ensurePerson,
  ensureVendor,
} from './watch-state.ts'
import { maxOf, pushAll } from '../model/lists.ts'

/**
 * Marks what the change touches; who is watched is worked out in the next advance. The index has
 * the change already.
 */
export function planChange(watch: Watch, change: RegistryChange, nowMs: number): void {
  switch (change.type) {
    case 'vendor':
    case 'person':
      return
    case 'device': {
      const device = watch.devices.get(change.device.id)
      if (device === undefined) return
      device.intervalMs = change.device.reportIntervalSeconds * 1_000
      wake(watch.deadlines, device, nowMs)
      return
    }
    case 'device-assignment': {
      const { deviceId, personId } = change.deviceAssignment
      forgetHeard(watch, [deviceId])
      planPerson(watch, personId, nowMs)
      const wearerId = watch.devices.get(deviceId)?.personId ?? null
      if (wearerId !== null) planPerson(watch, wearerId, nowMs)
      return
    }
    case 'protection-order':
      planOrderChange(watch, change.protectionOrder, nowMs)
  }
}

/** Which devices and orders of the person are watched from now on. */
export function refreshPerson(watch: Watch, person: WatchedPerson, nowMs: number): Effect[] {
  if (nowMs < person.planDueMs) {
    if (person.planDueMs < Infinity) wake(watch.deadlines, person, person.planDueMs)
    return []
  }
  const orders = listOrders(watch, person.id)
  const inForce = orders.filter((order) => isOrderInForce(order, nowMs))
  const deviceIds = inForce.length > 0 ? findDevicesOf(watch.index, person.id, nowMs) : []
  const effects: Effect[] = []
  for (const deviceId of person.deviceIds) {
    const device = watch.devices.get(deviceId)
    if (device === undefined || deviceIds.includes(deviceId)) continue
    if (device.personId === person.id) pushAll(effects, stopWatching(watch, device, nowMs))
  }
  const orderStartMs = inForce.reduce((ms, order) => Math.min(ms, order.validFromMs), Infinity)
  // Since the change that made it so, not since the clock was next read: only the change is on
  // record.
  const knownSinceMs = person.planDueMs > 0 ? Math.floor(person.planDueMs) : nowMs
  for (const deviceId of deviceIds) {
    const device = ensureDevice(watch, deviceId)
    if (device.personId === person.id) continue
    if (device.personId !== null) pushAll(effects, stopWatching(watch, device, nowMs))
    startWatching(watch, person.id, device, orderStartMs, nowMs)
    device.knownSinceMs = knownSinceMs
  }
  const orderIds = inForce.map((order) => order.id)
  const isChanged =
    !isSameList(deviceIds, person.deviceIds) || !isSameList(orderIds, person.orderIds)
  person.deviceIds = deviceIds
  person.orderIds = orderIds
  if (person.orderIds.length === 0) pushAll(effects, endUnplaced(person, knownSinceMs, nowMs))
  const boundaryMs = findNextBoundary(watch, person.id, orders, nowMs)
  person.planDueMs = boundaryMs ?? Infinity
  if (boundaryMs !== null) wake(watch.deadlines, person, boundaryMs)
  if (!isChanged) return effects
  // Of an order that was without a device before, each report of this person is waited for now.
  awaitFixes(watch, deviceIds)
  for (const orderId of orderIds) {
    const order = watch.orders.get(orderId)
    if (order !== undefined) wake(watch.deadlines, order, nowMs)
  }
  return effects
}

/** Where somebody is whom no order names is not asked. */
function endUnplaced(person: WatchedPerson, sinceMs: number, nowMs: number): Effect[] {
  const { unreliable, unplaced } = person
  const open = unreliable === null ? unplaced : [unreliable, ...unplaced]
  if (unreliable !== null) person.unreliableEndedMs = findKeptEnd(unreliable, sinceMs)
  if (unplaced.length > 0) {
    person.unplacedEndedMs = maxOf(unplaced.map((one) => findKeptEnd(one, sinceMs)))
  }
  person.isTroubled = false
  person.unreliable = null
  person.unplaced = []
  return open.map(({ alertId }) => endAlert(alertId, nowMs, nowMs))
}

/** Which pairs of the order are watched from now on. */
export function refreshOrder(watch: Watch, watched: WatchedOrder, nowMs: number): Effect[] {
  const order = watch.index.protectionOrders.get(watched.id)
  const effects: Effect[] = []
  const isInForce = order !== undefined && isOrderInForce(order, nowMs)
  const pairs = isInForce ? order.proximityBans.map((ban) => ensurePair(watch, order, ban)) : []
  const pairIds = pairs.map((pair) => pair.id)
  for (const pairId of watched.pairIds) {
    if (pairIds.includes(pairId)) continue
    const pair = watch.pairs.get(pairId)
    if (pair !== undefined) pair.uncertainSinceMs = null
    if (pair !== undefined && pair.degraded !== null) {
      effects.push(endAlert(pair.degraded.alertId, nowMs, nowMs))
      pair.degradedEndedMs = nowMs
      pair.degraded = null
    }
  }
  for (const pair of pairs) wake(watch.deadlines, pair, nowMs)
  watched.pairIds = pairIds
  return effects
}

function planOrderChange(watch: Watch, order: ProtectionOrder, nowMs: number): void {
  if (!watch.share.isOfVendors && !watch.share.isOwn(order.offenderId)) return
  const watched = ensureOrder(watch, order.id, order.offenderId, nowMs)
  const victimIds = [...new Set(order.proximityBans.map((ban) => ban.victimId))]
  const touched = new Set([
    watched.offenderId,
    order.offenderId,
    ...watched.victimIds,
    ...victimIds,
  ])
  watched.offenderId = order.offenderId
  watched.victimIds = victimIds
  wake(watch.deadlines, watched, nowMs)
  for (const personId of touched) {
    planPerson(watch, personId, nowMs)
    if (isUnbound(watch, personId)) ensurePerson(watch, personId).usualPlaces = []
  }
}

/**
 * Each order of this person has ended: what is remembered of where they are has no use any more,
 * and whoever erases them finds none of it here.
 */
export function isUnbound({ index }: Watch, personId: string): boolean {
  return ordersOfOffender(index, personId).every(({ status }) => status === 'ended')
}

/** Nobody who is judged elsewhere, but where the vendors of all are judged. */
function planPerson(watch: Watch, personId: string, nowMs: number): void {
  if (!watch.share.isOfVendors && !watch.share.isOwn(personId)) return
  ensurePerson(watch, personId).planDueMs = nowMs
  wakePerson(watch, personId, nowMs)
}

function isSameList(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((id, position) => id === other[position])
}

function listOrders(watch: Watch, personId: string): ProtectionOrder[] {
  const orders = [...ordersOfOffender(watch.index, personId)]
  for (const order of ordersOfVictim(watch.index, personId)) {
    if (!orders.includes(order)) orders.push(order)
  }
  return orders
}

/** The device has not been watched under this person before. */
function startWatching(
  watch: Watch,
  personId: string,
  device: WatchedDevice,
  orderStartMs: number,
  nowMs: number,
): void {
  const assignment = findAssignment(watch.index, device.id, nowMs)
  const registered = watch.index.devices.get(device.id)
  device.vendorId = registered?.vendorId ?? device.vendorId
  if (registered !== undefined) device.intervalMs = registered.reportIntervalSeconds * 1_000
  device.personId = personId
  const wornMs = assignment?.validFromMs ?? nowMs
  device.sinceMs = Math.max(wornMs, orderStartMs)
  const heardMs = device.lastHeardMs ?? -Infinity
  // One order follows another, and the same person wears it: what was heard a moment ago counts.
  if (heardMs >= wornMs && device.sinceMs - heardMs <= allowedSilenceMs(watch, device)) {
    device.sinceMs = Math.min(device.sinceMs, heardMs)
  }
  enlist(watch, device, nowMs)
}

/** Puts the device into its vendor's count when it has been heard under its wearer. */
function enlist(watch: Watch, device: WatchedDevice, nowMs: number): void {
  if (device.personId === null) return
  wake(watch.deadlines, device, nowMs)
  if (device.vendorId === null || device.lastHeardMs === null) return
  if (device.lastHeardMs < device.sinceMs) return
  const vendor = ensureVendor(watch, device.vendorId)
  vendor.devices.add(device)
  vendor.lastHeardMs = Math.max(vendor.lastHeardMs ?? device.lastHeardMs, device.lastHeardMs)
  markOverdue(watch, device, nowMs)
}

/**
 * The device is handed in or its order is over: what was open about it has ended, and is not for
 * the next wearer.
 */
function stopWatching(watch: Watch, device: WatchedDevice, nowMs: number): Effect[] {
  const effects: Effect[] = []
  if (device.silence !== null) effects.push(endAlert(device.silence.alertId, nowMs, nowMs))
  else pushAll(effects, endHeld(device, nowMs))
  if (device.battery !== null) effects.push(endAlert(device.battery.alertId, nowMs, nowMs))
  pushAll(effects, endClockBehind(device, nowMs))
  device.silence = null
  device.heldSilence = null
  device.pastSilences = null
  device.battery = null
  device.knownDischarge = null
  device.personId = null
  device.isOverdue = false
  device.resumedAtMs = null
  if (device.vendorId === null) return effects
  const vendor = ensureVendor(watch, device.vendorId)
  vendor.devices.delete(device)
  if (vendor.overdue.delete(device) && vendor.incident !== null) {
    wake(watch.deadlines, vendor, nowMs)
  }
  return effects
}

function findNextBoundary(
  watch: Watch,
  personId: string,
  orders: readonly ProtectionOrder[],
  nowMs: number,
): number | null {
  let nextMs = Infinity
  const consider = (atMs: number | null): void => {
    if (atMs !== null && atMs > nowMs && atMs < nextMs) nextMs = atMs
  }
  for (const order of orders) {
    if (order.status !== 'active') continue
    consider(order.validFromMs)
    consider(order.validUntilMs)
  }
  for (const assignment of watch.index.assignmentsByPerson.get(personId) ?? []) {
    consider(assignment.validFromMs)
    consider(assignment.validUntilMs)
    // A newer assignment of the same device to somebody else takes it away, and gives it back when
    // it ends.
    for (const other of watch.index.assignmentsByDevice.get(assignment.deviceId) ?? []) {
      consider(other.validFromMs)
      consider(other.validUntilMs)
    }
  }
  return nextMs === Infinity ? null : nextMs
}
