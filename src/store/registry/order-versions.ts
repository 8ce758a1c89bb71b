import type { ProtectionOrder } from '../../core/model/registry.ts'
import { openOrders, requireWhole, type StoredOrder } from '../keys/sealed-orders.ts'
import type { Db } from '../pg/pool.ts'
import { journalRegistryChange } from './load-registry.ts'
import { updateProtectionOrder, type OrderGround } from './protection-orders.ts'

/** The next version of an order, with the entry of the journal that tells detection. */
export async function makeOrderVersion(
  tx: Db,
  order: ProtectionOrder,
  changedBy: string,
  ground: OrderGround = {},
): Promise<ProtectionOrder> {
  const { order: made } = await updateProtectionOrder(tx, order, changedBy, ground)
  await journalRegistryChange(tx, { type: 'protection-order', protectionOrder: made })
  return made
}

/** As it was; null: there was no such version. */
export async function findOrderVersion(
  db: Db,
  orderId: string,
  version: number,
): Promise<ProtectionOrder | null> {
  const { rows } = await db.query<{ readonly body: StoredOrder }>(
    'select body from protection_order_versions where protection_order_id = $1 and version = $2',
    [orderId, version],
  )
  const [order] = await openOrders(
    db,
    rows.map(({ body }) => body),
  )
  return order === undefined ? null : requireWhole(order)
}
