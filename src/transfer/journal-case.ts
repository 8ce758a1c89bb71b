import { findDeviceAssignment, withoutCreated } from '../store/registry/device-assignments.ts'
import { journalRegistryChange } from '../store/registry/load-registry.ts'
import { findProtectionOrder } from '../store/registry/protection-orders.ts'
import { findDevice, findPerson, findVendor } from '../store/registry/registry-rows.ts'
import type { Db } from '../store/pg/pool.ts'
import { findCaseScope, type CaseScope } from './case-scope.ts'

/** Tells detection of everybody in a case that was just put in: wearers before the order. */
export async function journalCase(tx: Db, orderId: string): Promise<CaseScope> {
  const scope = present(await findCaseScope(tx, orderId))
  for (const id of scope.vendorIds) {
    const { name } = present(await findVendor(tx, id))
    await journalRegistryChange(tx, { type: 'vendor', vendor: { id, name } })
  }
  for (const id of scope.personIds) {
    const { role, reference } = present(await findPerson(tx, id))
    await journalRegistryChange(tx, { type: 'person', person: { id, role, reference } })
  }
  for (const id of scope.deviceIds) {
    const { createdAtMs: _, ...device } = present(await findDevice(tx, id))
    await journalRegistryChange(tx, { type: 'device', device })
  }
  for (const id of scope.assignmentIds) {
    const deviceAssignment = withoutCreated(present(await findDeviceAssignment(tx, id)))
    await journalRegistryChange(tx, { type: 'device-assignment', deviceAssignment })
  }
  const { order } = present(await findProtectionOrder(tx, orderId))
  await journalRegistryChange(tx, { type: 'protection-order', protectionOrder: order })
  return scope
}

function present<T>(found: T | null): T {
  if (found === null) throw new Error('a row that was put in a moment ago is not there')
  return found
}
