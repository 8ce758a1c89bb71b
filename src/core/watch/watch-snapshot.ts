import assert from 'node:assert/strict'
import type { DeviceEventKind } from '../model/fix.ts'
import { algorithmVersion } from '../model/limits.ts'
import type { Due } from '../model/deadlines.ts'
import { wake } from '../model/deadlines.ts'
import type { ClockSpan } from './clock-run.ts'
import type {
  BatteryEpisode,
  CalledOut,
  HeldSilence,
  KnownDischarge,
  Latch,
  OpenAlert,
  PastSilences,
} from './open-alerts.ts'
import type { PackedClock } from './pack-clock.ts'
import { packClock, unpackClock } from './pack-clock.ts'
import type { SavedMonitor, SavedUnreliable } from './split-unreliable.ts'
import { splitUnreliable } from './split-unreliable.ts'
import type { UsualPlace } from './usual-places.ts'
import type {
  Watch,
  Watched,
  WatchedDevice,
  WatchedOrder,
  WatchedPair,
  WatchedPerson,
  WatchedVendor,
} from './watch-state.ts'
import { isUnbound } from './watch-plan.ts'
import { findHeardMs, ensureDevice, ensureOrder } from './watch-state.ts'
import { ensurePerson, ensureVendor } from './watch-state.ts'

/**
 * Everything the watch knows beyond the registry, as JSON: a restored watch goes on as if nothing
 * had happened. `nowMs` is how far the clock has been advanced.
 */
export function snapshotWatch(watch: Watch, nowMs = -Infinity): string {
  const state: WatchState = {
    version: stateVersion,
    judgedBy: nameRules(watch),
    nowMs: finiteOrNull(nowMs),
    receivingSinceMs: watch.receivingSinceMs,
    devices: Array.from(watch.devices.values(), deviceToState),
    persons: Array.from(watch.persons.values(), personToState),
    orders: Array.from(watch.orders.values(), withoutInfinity),
    pairs: Array.from(watch.pairs.values(), withoutInfinity),
    vendors: Array.from(watch.vendors.values(), vendorToState),
  }
  return JSON.stringify(state)
}

/**
 * Into a watch whose registry has been loaded. Deadlines set meanwhile stay: the earlier of the two
 * counts, and one too many costs a look. Gives how far the clock had been advanced, or null.
 */
export function restoreWatch(watch: Watch, json: string): number | null {
  const state = JSON.parse(json) as WatchState
  assert.equal(
    state.version,
    stateVersion,
    'a snapshot of the watch has the version this code writes',
  )
  watch.isJudgedAsNow = state.judgedBy === nameRules(watch)
  watch.receivingSinceMs = state.receivingSinceMs
  for (const saved of state.vendors) restoreVendor(watch, saved)
  for (const saved of state.devices) restoreDevice(watch, saved)
  for (const saved of state.persons) restorePerson(watch, saved)
  for (const saved of state.orders) restoreOrder(watch, saved)
  for (const saved of state.pairs) restorePair(watch, saved)
  return state.nowMs ?? null
}

const stateVersion = 13

/** Deadlines hold for as long as the rules that they were found by. */
function nameRules({ limits }: Watch): string {
  return `${limits.version} ${algorithmVersion}`
}

/**
 * Infinity does not survive JSON: no deadline is null. Devices are tuples, since there are tens of
 * thousands.
 */
export type WatchState = {
  readonly version: number
  /** Both are absent of what was saved before they were kept. */
  readonly judgedBy?: string
  readonly nowMs?: number | null
  readonly receivingSinceMs: number | null
  readonly devices: readonly DeviceState[]
  readonly persons: readonly PersonState[]
  readonly orders: readonly OrderState[]
  readonly pairs: readonly PairState[]
  readonly vendors: readonly VendorState[]
}

type DeviceState = readonly [
  id: string,
  dueMs: number | null,
  personId: string | null,
  sinceMs: number,
  knownSinceMs: number,
  lastHeardMs: number | null,
  lastFixHeardMs: number | null,
  lastFixRecordedMs: number | null,
  isOverdue: 0 | 1,
  /** What only few devices have; null for the rest. */
  rest: DeviceRest | null,
]
type DeviceRest = {
  readonly resumedAtMs: number | null
  readonly clock: PackedClock | null
  readonly clockSpans: readonly ClockSpan[]
  readonly clockBehind: OpenAlert | null
  readonly silence: OpenAlert | null
  readonly pastSilences: PastSilences | null
  /** Absent of what was saved before it was kept. */
  readonly heldSilence?: HeldSilence | null
  readonly battery: BatteryEpisode | null
  readonly batteryRecordedMs: number | null
  readonly knownDischarge: KnownDischarge | null
  readonly latches: readonly (readonly [DeviceEventKind, readonly Latch[]])[]
  readonly panicReceiptsMs: readonly number[]
  readonly link: OpenAlert | null
  readonly linkRestoredMs: number | null
  /** Likewise. */
  readonly tamperRestoredAtMs?: readonly number[]
}
type Saved<T extends Due> = Omit<T, 'dueMs'> & { readonly dueMs: number | null }
type PersonState = readonly [
  id: string,
  dueMs: number | null,
  planDueMs: number | null,
  deviceIds: readonly string[],
  orderIds: readonly string[],
  isTroubled: 0 | 1,
  unreliable: SavedUnreliable | null,
  unreliableEndedMs: number | null,
  /** Of before an update it is the moment alone. */
  calledOut: CalledOut | number | null,
  /** Absent of what was saved before it was kept. */
  usualPlaces?: readonly UsualPlace[],
  unplaced?: readonly SavedMonitor[],
  unplacedEndedMs?: number | null,
]
type OrderState = Saved<WatchedOrder>
type PairState = Saved<WatchedPair>
type VendorState = Saved<Omit<WatchedVendor, 'devices' | 'overdue'>>

export function deviceToState(device: WatchedDevice): DeviceState {
  const rest: DeviceRest = {
    resumedAtMs: device.resumedAtMs,
    clock: device.clock && packClock(device.clock),
    clockSpans: device.clockSpans,
    clockBehind: device.clockBehind,
    silence: device.silence,
    pastSilences: device.pastSilences,
    heldSilence: device.heldSilence,
    battery: device.battery,
    batteryRecordedMs: device.batteryRecordedMs,
    knownDischarge: device.knownDischarge,
    latches: [...device.latches],
    panicReceiptsMs: device.panicReceiptsMs,
    link: device.link,
    linkRestoredMs: device.linkRestoredMs,
    tamperRestoredAtMs: device.tamperRestoredAtMs,
  }
  const isPlain = Object.values(rest).every((value) =>
    Array.isArray(value) ? value.length === 0 : value === null,
  )
  return [
    device.id,
    finiteOrNull(device.dueMs),
    device.personId,
    device.sinceMs,
    device.knownSinceMs,
    device.lastHeardMs,
    device.lastFixHeardMs,
    device.lastFixRecordedMs,
    device.isOverdue ? 1 : 0,
    isPlain ? null : rest,
  ]
}

export function withoutInfinity<T extends Due>(item: T): Saved<T> {
  return { ...item, dueMs: finiteOrNull(item.dueMs) }
}

export function personToState(person: WatchedPerson): PersonState {
  return [
    person.id,
    finiteOrNull(person.dueMs),
    finiteOrNull(person.planDueMs),
    person.deviceIds,
    person.orderIds,
    person.isTroubled ? 1 : 0,
    person.unreliable,
    person.unreliableEndedMs,
    person.calledOut,
    person.usualPlaces,
    person.unplaced,
    person.unplacedEndedMs,
  ]
}

function vendorToState(vendor: WatchedVendor): VendorState {
  const { devices: _, overdue: __, ...saved } = vendor
  return withoutInfinity(saved)
}

export function restoreDevice(watch: Watch, saved: DeviceState): void {
  const [id, dueMs, personId, sinceMs, knownSinceMs, lastHeardMs, ...later] = saved
  const [lastFixHeardMs, lastFixRecordedMs, isOverdue, rest] = later
  const device = ensureDevice(watch, id)
  device.personId = personId
  device.sinceMs = sinceMs
  device.knownSinceMs = knownSinceMs
  device.lastHeardMs = lastHeardMs
  device.lastFixHeardMs = lastFixHeardMs
  device.lastFixRecordedMs = lastFixRecordedMs
  device.isOverdue = isOverdue === 1
  if (rest !== null) {
    device.resumedAtMs = rest.resumedAtMs
    device.clock = rest.clock && unpackClock(rest.clock)
    device.clockSpans = rest.clockSpans
    device.clockBehind = rest.clockBehind
    device.silence = rest.silence
    device.pastSilences = rest.pastSilences
    device.heldSilence = rest.heldSilence ?? null
    device.battery = rest.battery
    device.batteryRecordedMs = rest.batteryRecordedMs
    device.knownDischarge = rest.knownDischarge
    device.panicReceiptsMs = rest.panicReceiptsMs
    device.link = rest.link
    device.linkRestoredMs = rest.linkRestoredMs
    device.tamperRestoredAtMs = rest.tamperRestoredAtMs ?? []
    for (const [kind, latches] of rest.latches) device.latches.set(kind, [...latches])
  }
  restoreDue(watch, device, dueMs)
  if (device.vendorId === null || personId === null || findHeardMs(device) === null) return
  const vendor = ensureVendor(watch, device.vendorId)
  vendor.devices.add(device)
  if (device.isOverdue) vendor.overdue.add(device)
}

export function restorePerson(watch: Watch, saved: PersonState): void {
  const [id, dueMs, planDueMs, deviceIds, orderIds, isTroubled, ...told] = saved
  const [unreliable, unreliableEndedMs, calledOut, usualPlaces, unplaced, unplacedEndedMs] = told
  const person = ensurePerson(watch, id)
  person.planDueMs = planDueMs ?? -Infinity
  person.deviceIds = deviceIds
  person.orderIds = orderIds
  person.isTroubled = isTroubled === 1
  Object.assign(person, splitUnreliable(unreliable, unplaced))
  person.unreliableEndedMs = unreliableEndedMs
  person.unplacedEndedMs = unplacedEndedMs ?? null
  person.calledOut = typeof calledOut === 'number' ? { atMs: calledOut, alertId: null } : calledOut
  // One that was saved before it was forgotten comes back without it.
  person.usualPlaces = isUnbound(watch, id) ? [] : (usualPlaces ?? [])
  restoreDue(watch, person, dueMs)
}

export function restoreOrder(watch: Watch, { dueMs, ...saved }: OrderState): void {
  const order = Object.assign(
    ensureOrder(watch, saved.id, saved.offenderId, saved.knownSinceMs),
    saved,
  )
  restoreDue(watch, order, dueMs)
}

export function restorePair(watch: Watch, { dueMs, ...saved }: PairState): void {
  const known = watch.pairs.get(saved.id)
  const pair: WatchedPair = Object.assign(known ?? { dueMs: Infinity, seldomCalls: [] }, saved)
  watch.pairs.set(saved.id, pair)
  restoreDue(watch, pair, dueMs)
}

function restoreVendor(watch: Watch, { dueMs, ...saved }: VendorState): void {
  const vendor = Object.assign(ensureVendor(watch, saved.id), saved)
  restoreDue(watch, vendor, dueMs)
}

function restoreDue(watch: Watch, item: Watched, dueMs: number | null): void {
  if (dueMs !== null) wake(watch.deadlines, item, dueMs)
}

function finiteOrNull(ms: number): number | null {
  return Number.isFinite(ms) ? ms : null
}
