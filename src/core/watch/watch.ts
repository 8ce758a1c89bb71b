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
import type { DueBound, DueItems } from './due-items.ts'
import { countDue, createDueItems, takeDueOf } from './due-items.ts'
import { wholeShare } from './share.ts'
import { judgeOrderEnding } from './order-ending.ts'
import { judgeOrderWithoutDevice } from './order-without-device.ts'
import { judgePosition } from './position-unreliable.ts'
import { judgePair } from './protection-degraded.ts'
import { judgeSilence, lookForOverdue, markOverdue, noteHeard } from './silence.ts'
import { judgeVendor } from './vendor-silence.ts'
import { planChange, refreshOrder, refreshPerson } from './watch-plan.ts'
import type { Watch, Watched, WatchedDevice, WatchedOrder, WatchedVendor } from './watch-state.ts'
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
  findSeenMs: (personId: string) => number = () => Number.NaN,
): Watch {
  return {
    limits,
    index,
    findSituation,
    findSeenMs,
    share: wholeShare,
    receivingSinceMs: null,
    isJudgedAsNow: true,
    deadlines: createDeadlines(),
    heard: createHeardRows(),
    due: createDueItems(),
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
 * Judges what is due by `nowMs`, as far as it is bounded. Vendors come before their devices, so
 * that one incident speaks for all of them; devices before pairs and persons, so that a silence
 * already shown is not shown twice.
 */
export function advanceWatch(watch: Watch, nowMs: number, bound: DueBound = unbounded): Effect[] {
  const effects: Effect[] = []
  gatherDue(watch, nowMs, effects)
  const { due } = watch
  const isWhole = countDue(due) <= bound.wholeMax
  if (!isWhole && bound.isEveryDevice) {
    judgeEach(due.device, Infinity, (device) => judgeDevice(watch, device, nowMs), effects)
  }
  if (!isWhole) judgeDue(watch, takeDueOf(watch, bound), Infinity, { nowMs, effects })
  judgeDue(watch, due, isWhole ? Infinity : bound.countMax, { nowMs, effects })
  due.sinceMs = nowMs
  return effects
}

const unbounded: DueBound = {
  wholeMax: Infinity,
  countMax: Infinity,
  deviceIds: [],
  isEveryDevice: false,
}

/** The earliest moment at which an advance could find anything; it may find nothing. */
export function nextWatchDeadlineMs(watch: Watch): number | null {
  const firstMs = findFirstDueMs(watch.deadlines)
  if (countDue(watch.due) === 0) return firstMs
  return Math.min(watch.due.sinceMs, firstMs ?? Infinity)
}

/**
 * Takes what has become due to the rest that waits, and judges the vendors. Persons and orders are
 * brought up to date on the way, which may make more due.
 */
function gatherDue(watch: Watch, nowMs: number, effects: Effect[]): void {
  const found = createDueItems()
  const vendors = new Set<WatchedVendor>()
  collectDue(watch, nowMs, { found, vendors }, effects)
  const devices = sorted(found.device)
  for (const device of devices) markOverdue(watch, device, nowMs)
  collectDue(watch, nowMs, { found, vendors }, effects)
  for (const vendor of sorted(vendors)) {
    pushAll(effects, judgeVendor(watch, vendor, nowMs))
  }
  collectDue(watch, nowMs, { found, vendors }, effects)
  const { due } = watch
  // Hot path: no other became due since.
  const isSame = found.device.size === devices.length
  for (const device of isSame ? devices : sorted(found.device)) due.device.add(device)
  for (const order of sorted(found.order)) due.order.add(order)
  for (const pair of sorted(found.pair)) due.pair.add(pair)
  for (const person of sorted(found.person)) due.person.add(person)
}

type Found = { readonly found: DueItems; readonly vendors: Set<WatchedVendor> }

/** Of whoever is judged elsewhere it is worked out what is watched, for their vendors. */
function collectDue(watch: Watch, nowMs: number, { found, vendors }: Found, effects: Effect[]) {
  const { isOwn, isOfVendors } = watch.share
  const planned = new Set<Planned>()
  for (;;) {
    const item: Watched | null = takeDue(watch.deadlines, nowMs)
    if (item === null) break
    switch (item.type) {
      case 'device':
        found.device.add(item)
        break
      case 'person': {
        const ended = refreshPerson(watch, item, nowMs)
        if (!isOwn(item.id)) break
        found.person.add(item)
        if (ended.length > 0) planned.add({ id: item.id, effects: ended })
        break
      }
      case 'order': {
        if (!isOwn(item.offenderId)) break
        found.order.add(item)
        const ended = refreshOrder(watch, item, nowMs)
        if (ended.length > 0) planned.add({ id: item.id, effects: ended })
        break
      }
      case 'pair':
        if (isOwn(watch.orders.get(item.protectionOrderId)?.offenderId ?? '')) found.pair.add(item)
        break
      case 'vendor':
        if (isOfVendors) vendors.add(item)
    }
  }
  for (const one of sorted(planned)) pushAll(effects, one.effects)
}

/** What ends, as somebody or something is watched no longer. */
type Planned = { readonly id: string; readonly effects: readonly Effect[] }

type Judged = { readonly nowMs: number; readonly effects: Effect[] }

/** So many of them at most; they are due no longer. */
function judgeDue(watch: Watch, due: DueItems, countMax: number, { nowMs, effects }: Judged): void {
  let left = countMax
  left -= judgeEach(due.device, left, (device) => judgeDevice(watch, device, nowMs), effects)
  left -= judgeEach(due.order, left, (order) => judgeOrder(watch, order, nowMs), effects)
  left -= judgeEach(due.pair, left, (pair) => judgePair(watch, pair, nowMs), effects)
  judgeEach(due.person, left, (person) => judgePosition(watch, person, nowMs), effects)
}

function judgeEach<T>(
  items: Set<T>,
  countMax: number,
  judge: (item: T) => readonly Effect[],
  effects: Effect[],
): number {
  let count = 0
  for (const item of items) {
    if (count >= countMax) break
    count += 1
    items.delete(item)
    pushAll(effects, judge(item))
  }
  return count
}

function judgeDevice(watch: Watch, device: WatchedDevice, nowMs: number): Effect[] {
  if (!watch.share.isOwn(device.id)) {
    lookForOverdue(watch, device)
    return []
  }
  return [
    ...judgeSilence(watch, device, nowMs),
    ...judgeTamperedWearer(watch, device, nowMs),
    ...judgeClock(watch, device, nowMs),
  ]
}

function judgeOrder(watch: Watch, order: WatchedOrder, nowMs: number): Effect[] {
  return [...judgeOrderWithoutDevice(watch, order, nowMs), ...judgeOrderEnding(watch, order, nowMs)]
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
