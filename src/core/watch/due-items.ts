import { wake } from '../model/deadlines.ts'
import type { Watch } from './watch-state.ts'

/**
 * What is due and not judged yet. It is judged in the order of kinds below: devices before pairs
 * and persons, so that a silence already shown is not shown twice.
 */
export type DueItems = Watch['due']

const kinds = ['device', 'order', 'pair', 'person'] as const

/**
 * How much of what is due is judged at once. After a long outage ten thousand people are due in one
 * moment, and whoever is seen in it may not wait behind all of them.
 */
export type DueBound = {
  /** No more than this is judged whole. */
  readonly wholeMax: number
  /** Of more, so many of those who wait longest. */
  readonly countMax: number
  /** Before all others: whoever wears these, and the people of their orders. */
  readonly deviceIds: readonly string[]
  /** So are these people. */
  readonly personIds?: readonly string[]
  /** And the people of these orders. */
  readonly orderIds?: readonly string[]
  /** And every silence: what follows would put it off. */
  readonly isEveryDevice: boolean
}

export function createDueItems(): DueItems {
  return {
    device: new Set(),
    order: new Set(),
    pair: new Set(),
    person: new Set(),
    sinceMs: Infinity,
  }
}

export function countDue({ device, order, pair, person }: DueItems): number {
  return device.size + order.size + pair.size + person.size
}

/**
 * Takes what is due of these people, of the wearers of these devices and of their orders, and every
 * silence in those. Of the others no more: what else is known of them may speak for what is said of
 * them.
 */
export function takeDueOf(
  watch: Watch,
  { deviceIds, personIds = [], orderIds: ofOrders = [] }: DueBound,
): DueItems {
  const { due, orders, pairs, persons, devices } = watch
  const taken = createDueItems()
  const orderIds = new Set<string>(ofOrders)
  const about = new Set<string>(personIds)
  for (const deviceId of deviceIds) {
    const device = devices.get(deviceId)
    if (device !== undefined) take(due.device, device, taken.device)
    if (device?.personId != null) about.add(device.personId)
  }
  for (const personId of about) {
    const person = persons.get(personId)
    take(due.person, person, taken.person)
    for (const id of person?.deviceIds ?? []) take(due.device, devices.get(id), taken.device)
    for (const orderId of person?.orderIds ?? []) orderIds.add(orderId)
  }
  for (const orderId of [...orderIds].toSorted()) {
    const order = orders.get(orderId)
    if (order === undefined) continue
    take(due.order, order, taken.order)
    for (const pairId of order.pairIds) take(due.pair, pairs.get(pairId), taken.pair)
    for (const personId of [order.offenderId, ...order.victimIds]) {
      const ids = persons.get(personId)?.deviceIds ?? []
      for (const id of ids) take(due.device, devices.get(id), taken.device)
    }
  }
  return taken
}

/** What is left is due again, so that a snapshot says so. */
export function layBackDue({ due, deadlines }: Watch): void {
  for (const kind of kinds) {
    for (const item of due[kind]) wake(deadlines, item, due.sinceMs)
    due[kind].clear()
  }
}

function take<T>(from: Set<T>, item: T | undefined, taken: Set<T>): void {
  if (item !== undefined && from.delete(item)) taken.add(item)
}
