import type { ProtectionOrder } from '../../core/model/registry.ts'
import { journalKinds } from '../journal/journal-kinds.ts'
import type { Db } from '../pg/pool.ts'
import { readOrders } from './read-orders.ts'
import { listCurrentRows } from './unreadable-orders.ts'

/**
 * The newest change of the registry: while it stays the same, so do the orders. 0: there was none.
 */
export async function findLastRegistryChange(db: Db): Promise<number> {
  const { rows } = await db.query<{ readonly id: number }>(
    `select coalesce(max(id), 0) as id from journal where kind = ${journalKinds.registryChange}`,
  )
  return rows[0]?.id ?? 0
}

/**
 * The orders whose version is not the known one, each in its current version; one that cannot be
 * read says so.
 */
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
  return await readOrders(db, await listCurrentRows(db, changedIds))
}
