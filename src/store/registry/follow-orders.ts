import type { ProtectionOrder } from '../../core/model/registry.ts'
import { journalKinds } from '../journal/journal.ts'
import { openOrders, type StoredOrder } from '../keys/sealed-orders.ts'
import type { Db } from '../pg/pool.ts'

/**
 * The newest change of the registry: while it stays the same, so do the orders. 0: there was none.
 */
export async function findLastRegistryChange(db: Db): Promise<number> {
  const { rows } = await db.query<{ readonly id: number }>(
    `select coalesce(max(id), 0) as id from journal where kind = ${journalKinds.registryChange}`,
  )
  return rows[0]?.id ?? 0
}

/** The orders whose version is not the known one, each in its current version. */
export async function listOrdersChangedSince(
  db: Db,
  knownVersions: ReadonlyMap<string, number>,
): Promise<readonly ProtectionOrder[]> {
  const { rows } = await db.query<{ readonly id: string; readonly version: number }>(
    'select id, version from protection_orders',
  )
  const changedIds = rows
    .filter(({ id, version }) => knownVersions.get(id) !== version)
    .map(({ id }) => id)
  if (changedIds.length === 0) return []
  const changed = await db.query<{ readonly body: StoredOrder }>(
    `select v.body from protection_orders o
       join protection_order_versions v on v.protection_order_id = o.id and v.version = o.version
      where o.id = any($1::uuid[])`,
    [changedIds],
  )
  return await openOrders(
    db,
    changed.rows.map(({ body }) => body),
  )
}
