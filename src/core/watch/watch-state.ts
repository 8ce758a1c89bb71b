import type { Limits } from '../model/limits.ts'
import type { ProximityBan, ProtectionOrder } from '../model/registry.ts'
import type { RegistryIndex } from '../model/registry-index.ts'
import type { Deadlines, Due, DueByKind } from '../model/deadlines.ts'
import type { HeardRows } from './heard-rows.ts'
import type {
  CalledOut,
  FlappingAlert,
  HeardBetween,
  OpenAlert,
  SeldomCalled,
  UnplacedAlert,
  UnreliableAlert,
} from './open-alerts.ts'
import type { Share } from './share.ts'
import type { Situation } from './situation.ts'
import type { UsualPlace } from './usual-places.ts'
import { DeviceWithRow } from './watched-device.ts'
import { readNumber, takePlace, writeNumber } from '../model/number-slab.ts'

/** Everything judged by the clock: mutable, and written only by the files of this folder. */
export type Watch = {
  readonly limits: Limits
  readonly index: RegistryIndex
  /** What is judged here: all of it, unless judging is split. */
  share: Share
  /** The end of our last outage; null when there was none. */
  receivingSinceMs: number | null
  /** The deadlines at hand were found by the rules of now, here or before a restart. */
  isJudgedAsNow: boolean
  /** What the dossiers know of a person now. */
  readonly findSituation: (personId: string) => Situation
  /**
   * When a person was last seen of whom nothing else is to be said but, perhaps, that an approach
   * or a breach is open; NaN: the situation has to be asked.
   */
  readonly findSeenMs: (personId: string) => number
  readonly deadlines: Deadlines<Watched>
  /** What a report asks of its device. */
  readonly heard: HeardRows
  readonly due: DueByKind<Exclude<Watched, WatchedVendor>>
  readonly devices: Map<string, WatchedDevice>
  readonly persons: Map<string, WatchedPerson>
  readonly orders: Map<string, WatchedOrder>
  readonly pairs: Map<string, WatchedPair>
  readonly vendors: Map<string, WatchedVendor>
}

export type Watched = WatchedDevice | WatchedPerson | WatchedOrder | WatchedPair | WatchedVendor

export type WatchedDevice = DeviceWithRow

export type WatchedPerson = Due & {
  readonly type: 'person'
  /** Devices worn under an order in force. */
  deviceIds: readonly string[]
  /** Orders in force, whichever side of them the person is on. */
  orderIds: readonly string[]
  /**
   * When to work out again what is watched: a change, or the next start or end of an order or
   * assignment.
   */
  planDueMs: number
  /** Something about this person waits for a believed fix. */
  isTroubled: boolean
  unreliable: UnreliableAlert | null
  unreliableEndedMs: number | null
  /** One for each monitor that it is about, beside what is told of the whole person. */
  unplaced: readonly UnplacedAlert[]
  unplacedEndedMs: number | null
  /** When somebody was last called because no position is believed. */
  calledOut: CalledOut | null
  /** Of an offender: where the position is lost day after day. */
  usualPlaces: readonly UsualPlace[]
}

export type WatchedOrder = Due & {
  readonly type: 'order'
  offenderId: string
  victimIds: readonly string[]
  pairIds: readonly string[]
  /** When we first knew of it: its device may be registered a moment later. */
  knownSinceMs: number
  withoutDevice: OpenAlert | null
  withoutDeviceEndedMs: number | null
  ending: (OpenAlert & { readonly validUntilMs: number; isLapsed: boolean }) | null
  /** Ends that were called out and then changed. */
  readonly endedEndsMs: number[]
}

export type WatchedPair = Due & {
  readonly type: 'pair'
  readonly protectionOrderId: string
  readonly proximityBanId: string
  degraded:
    | (OpenAlert & {
        readonly personIds: readonly string[]
        /** Since when its lasting calls somebody; null while it is only listed. */
        lastingSinceMs: number | null
        /** That both are seen, too coarsely to judge by, was told with it. */
        isUnclearTold: boolean
      })
    | null
  degradedEndedMs: number | null
  seldomCalls: readonly SeldomCalled[]
  /** Since when the separation cannot be judged and may matter, told or not yet. */
  uncertainSinceMs: number | null
}

export type WatchedVendor = Due & {
  readonly type: 'vendor'
  /** Heard under their wearer; the others are the matter of order-without-device. */
  readonly devices: Set<WatchedDevice>
  readonly overdue: Set<WatchedDevice>
  lastHeardMs: number | null
  incident: OpenAlert | null
  /** When its last incident opened, or grew wider; kept. It speaks for no device heard since. */
  incidentSinceMs: number | null
  /** Of one that opened by less than half: it counts those heard since then. */
  partSinceMs: number | null
  /** When somebody was last told of an incident of it. */
  toldMs: number | null
  /** When its last incident ended. */
  returnedAtMs: number | null
  /** When it was heard between one incident and the next, newest first (`noteHeardBetween`). */
  heardBetween: readonly HeardBetween[]
  /** Of one that comes and goes: the alert of its incidents, also while it is back. */
  flapping: FlappingAlert | null
}

/** Nothing heard for this long is silence. */
export function allowedSilenceMs({ limits }: Watch, { intervalMs }: WatchedDevice): number {
  return Math.max(limits.silentIntervalsMax * intervalMs, limits.silenceMsMin)
}

/** The same in an open approach: a minute, or the second report of the device's own plan. */
export function allowedSilenceInPursuitMs(watch: Watch, device: WatchedDevice): number {
  const { silentInPursuitMsMax, silentInPursuitIntervalsMax, silentInPursuitJitterMs } =
    watch.limits
  const planMs = silentInPursuitIntervalsMax * device.intervalMs + silentInPursuitJitterMs
  return Math.min(Math.max(silentInPursuitMsMax, planMs), allowedSilenceMs(watch, device))
}

/** Later than one missed report explains: it counts towards its vendor being silent. */
export function overdueMs({ limits }: Watch, { intervalMs }: WatchedDevice): number {
  return Math.max(limits.overdueIntervalsMax * intervalMs, limits.overdueMsMin)
}

/** Receipt of the last message under the present wearer; null when there was none. */
export function findHeardMs(device: WatchedDevice): number | null {
  const { lastHeardMs } = device
  return lastHeardMs !== null && lastHeardMs >= device.sinceMs ? lastHeardMs : null
}

/**
 * From when its silence is counted; null when it was never heard. Not from before the end of our
 * own outage, unless its silence was shown by then: that goes on.
 */
export function findQuietSinceMs(watch: Watch, device: WatchedDevice): number | null {
  const heardMs = findHeardMs(device)
  if (heardMs === null || device.silence !== null) return heardMs
  return laterOf(heardMs, watch.receivingSinceMs)
}

/** The later of a moment and one that may be none. */
export function laterOf(atMs: number, otherMs: number | null): number {
  return otherMs === null ? atMs : Math.max(atMs, otherMs)
}

export function ensureDevice(watch: Watch, deviceId: string): WatchedDevice {
  const known = watch.devices.get(deviceId)
  if (known !== undefined) return known
  const registered = watch.index.devices.get(deviceId)
  const intervalSeconds =
    registered?.reportIntervalSeconds ?? watch.limits.reportIntervalSecondsUnknown
  const { heard } = watch
  const vendorId = registered?.vendorId ?? null
  const device = new DeviceWithRow(heard, deviceId, vendorId, intervalSeconds * 1_000)
  watch.devices.set(deviceId, device)
  return device
}

export function ensurePerson(watch: Watch, personId: string): WatchedPerson {
  const known = watch.persons.get(personId)
  if (known !== undefined) return known
  const person: WatchedPerson = {
    type: 'person',
    id: personId,
    dueMs: Infinity,
    deviceIds: [],
    orderIds: [],
    planDueMs: -Infinity,
    isTroubled: false,
    unreliable: null,
    unreliableEndedMs: null,
    unplaced: [],
    unplacedEndedMs: null,
    calledOut: null,
    usualPlaces: [],
  }
  watch.persons.set(personId, person)
  return person
}

export function ensureOrder(
  watch: Watch,
  orderId: string,
  offenderId: string,
  nowMs: number,
): WatchedOrder {
  const known = watch.orders.get(orderId)
  if (known !== undefined) return known
  const order: WatchedOrder = {
    type: 'order',
    id: orderId,
    dueMs: Infinity,
    offenderId,
    victimIds: [],
    pairIds: [],
    knownSinceMs: nowMs,
    withoutDevice: null,
    withoutDeviceEndedMs: null,
    ending: null,
    endedEndsMs: [],
  }
  watch.orders.set(orderId, order)
  return order
}

export function ensurePair(watch: Watch, order: ProtectionOrder, ban: ProximityBan): WatchedPair {
  const id = `${order.id}/${ban.id}`
  const known = watch.pairs.get(id)
  if (known !== undefined) return known
  const pair: WatchedPair = {
    type: 'pair',
    id,
    dueMs: Infinity,
    protectionOrderId: order.id,
    proximityBanId: ban.id,
    degraded: null,
    degradedEndedMs: null,
    seldomCalls: [],
    uncertainSinceMs: null,
  }
  watch.pairs.set(id, pair)
  return pair
}

export function ensureVendor(watch: Watch, vendorId: string): WatchedVendor {
  const known = watch.vendors.get(vendorId)
  if (known !== undefined) return known
  const { slab, vendorPlaces } = watch.heard
  const at = takePlace(slab, 1)
  vendorPlaces.set(vendorId, at)
  writeNumber(slab, at, Number.NaN)
  const vendor: WatchedVendor = {
    type: 'vendor',
    id: vendorId,
    dueMs: Infinity,
    devices: new Set(),
    overdue: new Set(),
    get lastHeardMs() {
      const ms = readNumber(slab.numbers, at)
      return Number.isNaN(ms) ? null : ms
    },
    set lastHeardMs(ms: number | null) {
      writeNumber(slab, at, ms ?? Number.NaN)
    },
    incident: null,
    incidentSinceMs: null,
    partSinceMs: null,
    toldMs: null,
    returnedAtMs: null,
    heardBetween: [],
    flapping: null,
  }
  watch.vendors.set(vendorId, vendor)
  return vendor
}
