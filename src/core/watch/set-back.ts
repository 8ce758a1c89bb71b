import { wake } from '../model/deadlines.ts'
import { forgetHeard } from './hear-quietly.ts'
import type { Watch, WatchedDevice, WatchedVendor } from './watch-state.ts'

/**
 * The clock was ahead and is right again. What was heard ahead of it counts as heard now, and
 * everything is looked at anew: or silence would go unseen for as long as the clock was ahead.
 */
export function setWatchBack(watch: Watch, nowMs: number): void {
  forgetHeard(watch, watch.devices.keys())
  watch.receivingSinceMs = noLater(watch.receivingSinceMs, nowMs)
  for (const device of watch.devices.values()) setDeviceBack(device, nowMs)
  for (const vendor of watch.vendors.values()) setVendorBack(vendor, nowMs)
  for (const person of watch.persons.values()) {
    person.planDueMs = Math.min(person.planDueMs, nowMs)
    person.unreliableEndedMs = noLater(person.unreliableEndedMs, nowMs)
    person.unplacedEndedMs = noLater(person.unplacedEndedMs, nowMs)
  }
  for (const order of watch.orders.values()) {
    order.knownSinceMs = Math.min(order.knownSinceMs, nowMs)
    order.withoutDeviceEndedMs = noLater(order.withoutDeviceEndedMs, nowMs)
  }
  for (const pair of watch.pairs.values()) {
    pair.degradedEndedMs = noLater(pair.degradedEndedMs, nowMs)
    pair.uncertainSinceMs = noLater(pair.uncertainSinceMs, nowMs)
    // By a clock that was wrong nothing is known of the day of those calls.
    pair.seldomCalls = []
  }
  const kinds = [watch.devices, watch.vendors, watch.persons, watch.orders, watch.pairs]
  for (const items of kinds) {
    for (const item of items.values()) wake(watch.deadlines, item, nowMs)
  }
}

function setDeviceBack(device: WatchedDevice, nowMs: number): void {
  device.knownSinceMs = Math.min(device.knownSinceMs, nowMs)
  device.lastHeardMs = noLater(device.lastHeardMs, nowMs)
  device.lastFixHeardMs = noLater(device.lastFixHeardMs, nowMs)
  device.resumedAtMs = noLater(device.resumedAtMs, nowMs)
  // By a clock that was wrong nothing is known of the hour.
  device.knownDischarge = null
  device.pastSilences = null
}

function setVendorBack(vendor: WatchedVendor, nowMs: number): void {
  vendor.lastHeardMs = noLater(vendor.lastHeardMs, nowMs)
  vendor.incidentSinceMs = noLater(vendor.incidentSinceMs, nowMs)
  vendor.toldMs = noLater(vendor.toldMs, nowMs)
  vendor.returnedAtMs = noLater(vendor.returnedAtMs, nowMs)
}

function noLater(atMs: number | null, nowMs: number): number | null {
  return atMs === null ? null : Math.min(atMs, nowMs)
}
