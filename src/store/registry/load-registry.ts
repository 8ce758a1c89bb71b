import type { Registry, RegistryChange } from '../../core/model/registry.ts'
import { listAllDeviceAssignments } from './device-assignments.ts'
import { encodeRegistryChange } from '../journal/journal-codec.ts'
import type { Db } from '../pg/pool.ts'
import { listAllProtectionOrders } from './protection-orders.ts'
import { listAllDevices, listAllPersons, listAllVendors, onlyRow } from './registry-rows.ts'

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
  // Whoever registers has no part in the journal: a function of the owner's appends this kind
  // alone.
  const { rows } = await tx.query<{ readonly id: number }>(
    'select hoede_journal_change($1) as id',
    [Buffer.from(encodeRegistryChange(change))],
  )
  return onlyRow(rows).id
}
