import type { Registry, RegistryChange } from '../../core/model/registry.ts'
import { listAllDeviceAssignments } from './device-assignments.ts'
import { encodeRegistryChange } from '../journal/journal-codec.ts'
import { appendJournal, journalKinds } from '../journal/journal.ts'
import type { Db } from '../pg/pool.ts'
import { listAllProtectionOrders } from './protection-orders.ts'
import { listAllDevices, listAllPersons, listAllVendors } from './registry-rows.ts'

/**
 * Everything registered, as it stands: what the evaluator starts from before it reads the journal.
 */
export async function loadRegistry(db: Db): Promise<Registry> {
  return {
    vendors: await listAllVendors(db),
    persons: await listAllPersons(db),
    devices: await listAllDevices(db),
    deviceAssignments: await listAllDeviceAssignments(db),
    protectionOrders: await listAllProtectionOrders(db),
  }
}

/**
 * Puts a change into the stream that detection reads, in the transaction that makes it. Call it
 * last in the transaction: the journal's lock is held from here to the commit.
 */
export async function journalRegistryChange(tx: Db, change: RegistryChange): Promise<number> {
  return appendJournal(tx, {
    shard: 0,
    kind: journalKinds.registryChange,
    entryCount: 1,
    payload: encodeRegistryChange(change),
  })
}
