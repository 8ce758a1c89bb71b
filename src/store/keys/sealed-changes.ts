import type { ProtectionOrder, RegistryChange } from '../../core/model/registry.ts'
import { journalKinds, type JournalKind } from '../journal/journal-kinds.ts'
import type { Db } from '../pg/pool.ts'
import { readChange } from '../registry/read-orders.ts'
import { openFixes, type Lock } from './sealed-fixes.ts'
import { openOrders, sealOrder, type StoredOrder } from './sealed-orders.ts'

/** As it goes into the journal: an order without its places. */
export async function sealChange(tx: Db, change: RegistryChange): Promise<RegistryChange> {
  if (change.type !== 'protection-order') return change
  return { ...change, protectionOrder: await sealOrder(tx, change.protectionOrder) }
}

/** Rows of the journal as they were before anything in them was sealed. */
export async function openRows<Row extends JournalPart>(
  db: Db,
  rows: readonly Row[],
): Promise<readonly (Row & Lock & Opened)[]> {
  return await openChanges(db, await openFixes(db, rows))
}

/**
 * Rows of the journal with the orders that were sealed in them, opened; others are left alone. An
 * order that does not open here is taken from the table, which has each version too. It is not put
 * back into its row: an area of thousands of vertices would be written and read once more, while
 * whoever is seen waits.
 */
export async function openChanges<Row extends JournalPart>(
  db: Db,
  rows: readonly Row[],
): Promise<(Row & Opened)[]> {
  const changes = new Map<Row, OrderChange>()
  for (const row of rows) {
    if (row.kind !== journalKinds.registryChange || !row.payload.includes(mark)) continue
    const change = readChange(row.payload)
    if (change?.type === 'protection-order') changes.set(row, change)
  }
  if (changes.size === 0) return rows.map((row) => ({ ...row, change: null }))
  const orders = Array.from(changes.values(), ({ protectionOrder }) => protectionOrder)
  const opened = (await openOrders(db, orders)).values()
  const openedOf = new Map<Row, RegistryChange>()
  for (const [row, change] of changes) {
    const { value: order } = opened.next()
    if (order === undefined) continue
    const found = order.isUnreadable === true ? await findInTable(db, order) : order
    // Its areas are read here, or what is sealed would be kept for them.
    openedOf.set(row, { ...change, protectionOrder: { ...found } })
  }
  return rows.map((row) => ({ ...row, change: openedOf.get(row) ?? null }))
}

/** The change of a row that held a sealed order; null: what the row says lies open. */
export type Opened = { readonly change: RegistryChange | null }

/** The same version whole, or what can be read of it. */
async function findInTable(db: Db, unread: ProtectionOrder): Promise<ProtectionOrder> {
  const { rows } = await db.query<{ readonly body: StoredOrder }>(
    `select body from protection_order_versions
      where protection_order_id = $1 and version = $2 and body ->> 'id' = $1::uuid::text`,
    [unread.id, unread.version],
  )
  const [found] = await openOrders(
    db,
    rows.map(({ body }) => body),
  )
  return found === undefined || found.isUnreadable === true ? unread : found
}

type OrderChange = Extract<RegistryChange, { readonly type: 'protection-order' }>

type JournalPart = { readonly kind: JournalKind; readonly payload: Buffer }

/** So that the others need not be read for it. */
const mark = Buffer.from('"sealed":{')
