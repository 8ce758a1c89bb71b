import type { Effect } from '../model/alert.ts'
import type { DeviceEvent, Fix, Heard, Outage } from '../model/fix.ts'
import type { Limits } from '../model/limits.ts'
import type { RegistryChange } from '../model/registry.ts'
import type { RegistryIndex } from '../model/registry-index.ts'
import type { Situation } from './situation.ts'
import { judgeBattery } from './battery.ts'
import { findOpenSpan, judgeClock } from './clock-behind.ts'
import { createDeadlines, findFirstDueMs, takeDue, wake } from '../model/deadlines.ts'
import {
  judgePanic,
  judgeTamper,
  judgeTamperedWearer,
  noteLinkRestored,
  noteTamperRestored,
} from './device-alerts.ts'
import { forgetHeard } from './hear-quietly.ts'
import { createHeardRows } from './heard-rows.ts'
import { judgeOrderEnding } from './order-ending.ts'
import { judgeOrderWithoutDevice } from './order-without-device.ts'
import { judgePosition } from './position-unreliable.ts'
import { judgePair } from './protection-degraded.ts'
import { judgeSilence, markOverdue, noteHeard } from './silence.ts'
import { judgeVendor } from './vendor-silence.ts'
import { planChange, refreshOrder, refreshPerson } from './watch-plan.ts'
import type {
  Watch,
  Watched,
  WatchedDevice,
  WatchedOrder,
  WatchedPair,
  WatchedPerson,
  WatchedVendor,
} from './watch-state.ts'
import { wakePerson } from './wake-person.ts'
import { ensureDevice, laterOf } from './watch-state.ts'
import { pushAll } from '../model/lists.ts'

/**
 * What is judged by the clock and by device events. The index is the engine's own; changes are in
 * it first.
 */
export function createWatch(
  limits: Limits,
  index: RegistryIndex,
  findSituation: (personId: string) => Situation,
): Watch {
  return {
    limits,
    index,
    findSituation,
    receivingSinceMs: null,
    isJudgedAsNow: true,
    deadlines: createDeadlines(),
    heard: createHeardRows(),
    devices: new Map(),
    persons: new Map(),
    orders: new Map(),
    pairs: new Map(),
    vendors: new Map(),
  }
}

/**
 * After the index took the change. What follows from it comes with the next advance, which is due
 * at once.
 */
export function watchRegistryChange(watch: Watch, change: RegistryChange, nowMs: number): Effect[] {
  planChange(watch, change, nowMs)
  return []
}

/** Reports came in that are judged later: the device is alive, and nothing else is known yet. */
export function watchHeard(watch: Watch, { deviceId, receivedAtMs }: Heard): Effect[] {
  return noteHeard(watch, ensureDevice(watch, deviceId), receivedAtMs)
}

/**
 * Any stored fix, believed or not, late or not; `personId` is its wearer at the time it was
 * recorded.
 */
export function watchFix(watch: Watch, fix: Fix, personId: string | null): Effect[] {
  const device = ensureDevice(watch, fix.deviceId)
  const heard = noteHeard(watch, device, fix.receivedAtMs)
  if (device.lastFixHeardMs === null || fix.receivedAtMs > device.lastFixHeardMs) {
    device.lastFixHeardMs = fix.receivedAtMs
  }
  if (personId !== null && watch.persons.get(personId)?.isTroubled === true) {
    wakePerson(watch, personId, fix.receivedAtMs)
  }
  wakeOrdersWithoutDevice(watch, device, fix.receivedAtMs)
  if (findOpenSpan(device) !== null) wake(watch.deadlines, device, fix.receivedAtMs)
  if (fix.batteryFraction === null) return heard
  return [...heard, ...judgeBattery(watch, device, fix)]
}

/**
 * `personId` is its wearer at the time it was recorded; how grave it is depends on where that
 * person is now.
 */
export function watchDeviceEvent(
  watch: Watch,
  event: DeviceEvent,
  personId: string | null,
): Effect[] {
  const device = ensureDevice(watch, event.deviceId)
  const heard = noteHeard(watch, device, event.receivedAtMs)
  const battery = judgeBattery(watch, device, event)
  switch (event.kind) {
    case 'panic':
      return [...heard, ...judgePanic(watch, device, event, personId), ...battery]
    case 'strap-tamper':
    case 'case-tamper':
    case 'jamming-suspected':
    case 'link-lost':
      return [...heard, ...judgeTamper(watch, device, event, personId), ...battery]
    case 'link-restored':
      return [...heard, ...noteLinkRestored(device, event), ...battery]
    case 'tamper-restored':
      noteTamperRestored(device, event, personId)
      return [...heard, ...battery]
    case 'battery-low':
    case 'battery-critical':
    case 'charging-started':
    case 'charging-stopped':
    case 'heartbeat':
      return [...heard, ...battery]
  }
}

/**
 * Whoever was silent in the outage gets a whole allowed silence from its end: what we did not hear,
 * we do not know. What was called out before it stays, and a device that is really silent is found
 * that much later and no more.
 */
export function watchOutage(watch: Watch, outage: Outage): void {
  watch.receivingSinceMs = laterOf(outage.untilMs, watch.receivingSinceMs)
  forgetHeard(watch, watch.devices.keys())
}

/**
 * Judges everything due by `nowMs`. Vendors come before their devices, so that one incident speaks
 * for all of them; devices before pairs and persons, so that a silence already shown is not shown
 * twice.
 */
export function advanceWatch(watch: Watch, nowMs: number): Effect[] {
  const due = createDue()
  const effects: Effect[] = []
  collectDue(watch, nowMs, due, effects)
  for (const device of sorted(due.devices)) markOverdue(watch, device, nowMs)
  collectDue(watch, nowMs, due, effects)
  for (const vendor of sorted(due.vendors)) {
    pushAll(effects, judgeVendor(watch, vendor, nowMs))
  }
  collectDue(watch, nowMs, due, effects)
  for (const device of sorted(due.devices)) {
    pushAll(effects, judgeSilence(watch, device, nowMs))
    pushAll(effects, judgeTamperedWearer(watch, device, nowMs))
    pushAll(effects, judgeClock(watch, device, nowMs))
  }
  for (const order of sorted(due.orders)) {
    pushAll(effects, judgeOrderWithoutDevice(watch, order, nowMs))
    pushAll(effects, judgeOrderEnding(watch, order, nowMs))
  }
  for (const pair of sorted(due.pairs)) {
    pushAll(effects, judgePair(watch, pair, nowMs))
  }
  for (const person of sorted(due.persons)) {
    pushAll(effects, judgePosition(watch, person, nowMs))
  }
  return effects
}

/** The earliest moment at which an advance could find anything; it may find nothing. */
export function nextWatchDeadlineMs(watch: Watch): number | null {
  return findFirstDueMs(watch.deadlines)
}

type DueItems = {
  readonly devices: Set<WatchedDevice>
  readonly persons: Set<WatchedPerson>
  readonly orders: Set<WatchedOrder>
  readonly pairs: Set<WatchedPair>
  readonly vendors: Set<WatchedVendor>
}

function createDue(): DueItems {
  return {
    devices: new Set(),
    persons: new Set(),
    orders: new Set(),
    pairs: new Set(),
    vendors: new Set(),
  }
}

/**
 * Sorts what is due by kind. Persons and orders are brought up to date on the way, which may make
 * more due.
 */
function collectDue(watch: Watch, nowMs: number, due: DueItems, effects: Effect[]): void {
  for (;;) {
    const item: Watched | null = takeDue(watch.deadlines, nowMs)
    if (item === null) return
    switch (item.type) {
      case 'device':
        due.devices.add(item)
        break
      case 'person':
        due.persons.add(item)
        pushAll(effects, refreshPerson(watch, item, nowMs))
        break
      case 'order':
        due.orders.add(item)
        pushAll(effects, refreshOrder(watch, item, nowMs))
        break
      case 'pair':
        due.pairs.add(item)
        break
      case 'vendor':
        due.vendors.add(item)
    }
  }
}

/** By id, so that equal moments give equal effects in every process. */
function sorted<T extends { readonly id: string }>(items: ReadonlySet<T>): T[] {
  return [...items].toSorted((one, other) => (one.id < other.id ? -1 : 1))
}

/** Alerts that wait for a fix of this device end with it. */
function wakeOrdersWithoutDevice(watch: Watch, device: WatchedDevice, atMs: number): void {
  if (device.personId === null) return
  const person = watch.persons.get(device.personId)
  if (person === undefined) return
  for (const orderId of person.orderIds) {
    const order = watch.orders.get(orderId)
    if (order !== undefined && order.withoutDevice !== null) wake(watch.deadlines, order, atMs)
  }
}
