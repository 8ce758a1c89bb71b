import type { DeviceAssignment, ProtectionOrder } from '../../src/core/model/registry.ts'
import { makePair } from '../core/engine-world.ts'
import type { Random } from './random.ts'
import type { Item, Town } from './town.ts'

/**
 * The same town, in which groups become one in the middle of what goes on: orders that come to name
 * a victim of the next offender, one after the other, until all of them are one chain; the same a
 * moment after an alert was raised; devices that are handed on twice within an hour; and vendors
 * that fall silent, come back and fall silent while these things are registered.
 */
export function joinInTown(town: Town, alerts: readonly Raised[], random: Random): Town {
  const joins = [...makeChain(town, random), ...joinInAlerts(town, alerts, random)]
  const changes = [...joins, ...handOnTwice(town, random)]
  const isLost = makeLoss(town, changes, random)
  const items = [...town.items.filter((item) => !isLost(item)), ...changes]
  return { ...town, items: numberVersions(town, items) }
}

/** When an alert about an offender was raised. */
export type Raised = { readonly offenderId: string; readonly learnedAtMs: number }

const minuteMs = 60_000

function makeChain(town: Town, random: Random): Item[] {
  const orders = listOrders(town)
  return orders.map((order, place) => {
    const next = orders[(place + 1) % orders.length] ?? order
    return name(order, victimOf(next), momentOf(town, random))
  })
}

/** Of the two who become one either may be the one whose alert is open. */
function joinInAlerts(town: Town, alerts: readonly Raised[], random: Random): Item[] {
  const orders = listOrders(town)
  return Array.from({ length: alertsJoined }, () => {
    const alert = pick(random, alerts)
    const own = orders.find(({ offenderId }) => offenderId === alert.offenderId)
    const other = pick(random, orders)
    const [order, named] = random.chance(0.5) ? [own ?? other, other] : [other, own ?? other]
    const atMs = alert.learnedAtMs + random.integer(0, 300) * 1_000
    return name(order, victimOf(named), atMs)
  })
}

function handOnTwice(town: Town, random: Random): Item[] {
  const worn = town.registry.flatMap((change) =>
    change.type === 'device-assignment' ? [change.deviceAssignment] : [],
  )
  const roles = new Map(
    town.registry.flatMap((change) =>
      change.type === 'person' ? [[change.person.id, change.person.role] as const] : [],
    ),
  )
  return Array.from({ length: devicesHandedOn }, (_, count) => {
    const first = pick(random, worn)
    const role = roles.get(first.personId)
    const others = [...roles.keys()].filter((id) => roles.get(id) === role)
    const firstMs = momentOf(town, random)
    const secondMs = firstMs + random.integer(1, 55) * minuteMs
    const id = `handed on ${count}`
    const second = { ...first, id, personId: pick(random, others), validFromMs: firstMs }
    // It may come back to whoever had it first.
    const third = { ...first, id: `${id} twice`, personId: pick(random, others) }
    return [
      wear({ ...first, validUntilMs: firstMs }, firstMs),
      wear(second, firstMs),
      wear({ ...second, validUntilMs: secondMs }, secondMs),
      wear({ ...third, validFromMs: secondMs }, secondMs),
    ]
  }).flat()
}

/** A vendor is away about some of these moments: before, at and after, and again. */
function makeLoss(town: Town, changes: readonly Item[], random: Random) {
  const vendorOf = new Map(
    town.registry.flatMap((change) =>
      change.type === 'device' ? [[change.device.id, change.device.vendorId] as const] : [],
    ),
  )
  const vendorIds = [...new Set(vendorOf.values())]
  const gone = Array.from({ length: vendorsGone }, () => {
    const vendorId = pick(random, vendorIds)
    let fromMs = pick(random, changes).atMs - random.integer(0, 12) * minuteMs
    return Array.from({ length: random.integer(1, 3) }, () => {
      const untilMs = fromMs + random.integer(4, 14) * minuteMs
      const away = { vendorId, fromMs, untilMs }
      fromMs = untilMs + random.integer(1, 6) * minuteMs
      return away
    })
  }).flat()
  return (item: Item): boolean => {
    const deviceId = deviceOf(item)
    if (deviceId === null) return false
    return gone.some(
      ({ vendorId, fromMs, untilMs }) =>
        vendorOf.get(deviceId) === vendorId && item.atMs >= fromMs && item.atMs < untilMs,
    )
  }
}

function deviceOf(item: Item): string | null {
  switch (item.type) {
    case 'fix':
      return item.fix.deviceId
    case 'event':
      return item.event.deviceId
    case 'heard':
      return item.heard.deviceId
    case 'outage':
    case 'change':
      return null
  }
}

function listOrders({ registry }: Town): ProtectionOrder[] {
  return registry.flatMap((change) =>
    change.type === 'protection-order' && change.protectionOrder.proximityBans.length > 0
      ? [change.protectionOrder]
      : [],
  )
}

function victimOf({ proximityBans }: ProtectionOrder): string {
  return proximityBans[0]?.victimId ?? ''
}

function momentOf({ items, endMs }: Town, random: Random): number {
  const startMs = items[0]?.atMs ?? endMs
  return Math.round(startMs + random.between(0.05, 0.8) * (endMs - startMs))
}

function name(order: ProtectionOrder, victimId: string, atMs: number): Item {
  const ban = makePair({ id: `${order.id} with ${victimId}`, victimId })
  const protectionOrder = { ...order, proximityBans: [...order.proximityBans, ban] }
  return { type: 'change', atMs, change: { type: 'protection-order', protectionOrder } }
}

function wear(deviceAssignment: DeviceAssignment, atMs: number): Item {
  return { type: 'change', atMs, change: { type: 'device-assignment', deviceAssignment } }
}

/** Each version of an order adds to the one before it, and none is as old as that. */
function numberVersions({ registry }: Town, unsorted: readonly Item[]): Item[] {
  const known = new Map(
    registry.flatMap((change) =>
      change.type === 'protection-order'
        ? [[change.protectionOrder.id, change.protectionOrder] as const]
        : [],
    ),
  )
  return unsorted
    .toSorted((one, other) => one.atMs - other.atMs)
    .map((item) => {
      if (item.type !== 'change' || item.change.type !== 'protection-order') return item
      const { protectionOrder } = item.change
      const before = known.get(protectionOrder.id) ?? protectionOrder
      const bans = new Map(
        [...before.proximityBans, ...protectionOrder.proximityBans].map((ban) => [
          ban.victimId,
          ban,
        ]),
      )
      const next: ProtectionOrder = {
        ...protectionOrder,
        version: before.version + 1,
        proximityBans: [...bans.values()].slice(0, bansMax),
      }
      known.set(next.id, next)
      return { ...item, change: { type: 'protection-order', protectionOrder: next } }
    })
}

function pick<T>(random: Random, list: readonly T[]): T {
  return list[random.integer(0, list.length - 1)]!
}

const alertsJoined = 4
const devicesHandedOn = 3
const vendorsGone = 3
const bansMax = 8
