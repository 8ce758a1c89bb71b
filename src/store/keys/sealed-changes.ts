import { CorruptJournal } from '../../errors.ts'
import type { RegistryChange } from '../../core/model/registry.ts'
import { decodeRegistryChange, encodeRegistryChange } from '../journal/journal-codec.ts'
import { journalKinds, type JournalKind } from '../journal/journal.ts'
import type { Db } from '../pg/pool.ts'
import { openOrders, sealOrder, type StoredOrder } from './sealed-orders.ts'

/** As it goes into the journal: an order without its places. */
export async function sealChange(tx: Db, change: RegistryChange): Promise<RegistryChange> {
  if (change.type !== 'protection-order') return change
  return { ...change, protectionOrder: await sealOrder(tx, change.protectionOrder) }
}

/** Rows of the journal as they were before orders in them were sealed; others are left alone. */
export async function openChanges<Row extends JournalPart>(
  db: Db,
  rows: readonly Row[],
): Promise<Row[]> {
  const orders = new Map<Row, StoredOrder>()
  for (const row of rows) {
    if (row.kind !== journalKinds.registryChange || !row.payload.includes(mark)) continue
    const change = readChange(row.payload)
    if (change?.type === 'protection-order') orders.set(row, change.protectionOrder)
  }
  if (orders.size === 0) return [...rows]
  const opened = (await openOrders(db, [...orders.values()])).values()
  return rows.map((row) => {
    if (!orders.has(row)) return row
    const { value: protectionOrder } = opened.next()
    if (protectionOrder === undefined) return row
    const change = { type: 'protection-order', protectionOrder } as const
    return { ...row, payload: encodeRegistryChange(change) }
  })
}

type JournalPart = { readonly kind: JournalKind; readonly payload: Buffer }

/** So that the others need not be read for it. */
const mark = Buffer.from('"sealed":{')

/** Null for a damaged row, which is told where it is judged. */
function readChange(payload: Buffer): RegistryChange | null {
  try {
    return decodeRegistryChange(payload)
  } catch (error) {
    if (!(error instanceof CorruptJournal)) throw error
    return null
  }
}
