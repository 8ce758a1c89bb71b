import type { Registry, RegistryChange } from '../../core/model/registry.ts'
import { listAllDeviceAssignments } from './device-assignments.ts'
import { encodeRegistryChange } from '../journal/journal-codec.ts'
import { sealChange } from '../keys/sealed-changes.ts'
import type { Db } from '../pg/pool.ts'
import { listAllProtectionOrders } from './protection-orders.ts'
import { listAllDevices, listAllPersons, listAllVendors, onlyRow } from './registry-rows.ts'

/**
 * Everything registered, as it stands: what the evaluator starts from before it reads the journal.
 * To be read with more at once; what weighs most comes first.
 */
export const registryReadings = [
  listAllProtectionOrders,
  listAllDeviceAssignments,
  listAllDevices,
  listAllPersons,
  listAllVendors,
] as const

export function registryOf([
  protectionOrders,
  deviceAssignments,
  devices,
  persons,
  vendors,
]: RegistryFound): Registry {
  return { vendors, persons, devices, deviceAssignments, protectionOrders }
}

type RegistryFound = readonly [
  orders: Registry['protectionOrders'],
  assignments: Registry['deviceAssignments'],
  devices: Registry['devices'],
  persons: Registry['persons'],
  vendors: Registry['vendors'],
]

/**
 * Puts a change into the stream that detection reads, in the transaction that makes it. Call it
 * last in the transaction: the journal's lock is held from here to the commit.
 */
export async function journalRegistryChange(tx: Db, change: RegistryChange): Promise<number> {
  // Whoever registers has no part in the journal: a function of the owner's appends this kind
  // alone.
  const { rows } = await tx.query<{ readonly id: number }>(
    'select hoede_journal_change($1) as id',
    [encodeRegistryChange(await sealChange(tx, change))],
  )
  return onlyRow(rows).id
}
