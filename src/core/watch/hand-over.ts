import { layBackDue } from './due-items.ts'
import { noteOftenMissed } from './vendor-flapping.ts'
import type { Watch, Watched } from './watch-state.ts'
import { ensureDevice } from './watch-state.ts'
import type { WatchState } from './watch-snapshot.ts'
import {
  deviceToState,
  personToState,
  restoreDevice,
  restoreOrder,
  restorePair,
  restorePerson,
  withoutInfinity,
} from './watch-snapshot.ts'

/**
 * Everything the watch knows of these people and devices and of the orders of these offenders; from
 * now on it is known elsewhere. Whoever judges vendors goes on hearing the devices.
 */
export function takeFromWatch(watch: Watch, ids: ReadonlySet<string>): WatchPart {
  layBackDue(watch)
  const isTaken = ({ id }: { readonly id: string }): boolean => ids.has(id)
  const orders = [...watch.orders.values()].filter(({ offenderId }) => ids.has(offenderId))
  const orderIds = new Set(orders.map(({ id }) => id))
  const part = {
    devices: [...watch.devices.values()].filter(isTaken).map(deviceToState),
    persons: [...watch.persons.values()].filter(isTaken).map(personToState),
    orders: orders.map(withoutInfinity),
    pairs: [...watch.pairs.values()]
      .filter(({ protectionOrderId }) => orderIds.has(protectionOrderId))
      .map(withoutInfinity),
    toldIds: listTold(watch).filter((id) => ids.has(id)),
  }
  const taken = structuredClone(part)
  if (!watch.share.isOfVendors) forgetPart(watch, part)
  return taken
}

/** Into a watch whose registry has been loaded; what it knew of them counts no longer. */
export function putIntoWatch(watch: Watch, part: WatchPart): void {
  layBackDue(watch)
  forgetPart(watch, part)
  for (const saved of part.devices) restoreDevice(watch, saved)
  for (const saved of part.persons) restorePerson(watch, saved)
  for (const saved of part.orders) restoreOrder(watch, saved)
  for (const saved of part.pairs) restorePair(watch, saved)
  // It may have been judged here before, and be named still.
  const told = new Set(listTold(watch))
  for (const id of new Set(part.toldIds).difference(told)) {
    noteOftenMissed(watch, ensureDevice(watch, id))
  }
}

export type WatchPart = Pick<WatchState, 'devices' | 'persons' | 'orders' | 'pairs'> & {
  /** Devices that were told by themselves while their vendor comes and goes. */
  readonly toldIds: readonly string[]
}

function listTold({ vendors }: Watch): string[] {
  return Array.from(vendors.values(), ({ flapping }) => flapping?.toldIds ?? []).flat()
}

function forgetPart(watch: Watch, { devices, persons, orders, pairs }: WatchPart): void {
  for (const [id] of devices) {
    const device = watch.devices.get(id)
    const vendor = device?.vendorId == null ? undefined : watch.vendors.get(device.vendorId)
    if (device !== undefined) vendor?.devices.delete(device)
    if (device !== undefined) vendor?.overdue.delete(device)
    forget(watch.devices, id)
    watch.heard.places.delete(id)
  }
  for (const [id] of persons) forget(watch.persons, id)
  for (const { id } of orders) forget(watch.orders, id)
  for (const { id } of pairs) forget(watch.pairs, id)
}

/** Its entry among the deadlines is skipped when it surfaces. */
function forget<T extends Watched>(items: Map<string, T>, id: string): void {
  const item = items.get(id)
  if (item !== undefined) item.dueMs = Infinity
  items.delete(id)
}
