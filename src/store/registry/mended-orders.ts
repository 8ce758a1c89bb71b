import type { ProtectionOrder } from '../../core/model/registry.ts'
import type { Log } from '../../log.ts'
import { encodeRegistryChange } from '../journal/journal-codec.ts'
import { journalKinds } from '../journal/journal-kinds.ts'
import { appendJournal } from '../journal/journal.ts'
import { sealChange } from '../keys/sealed-changes.ts'
import type { Db } from '../pg/pool.ts'
import { readOrders } from './read-orders.ts'
import { listCurrentRows } from './unreadable-orders.ts'

/**
 * Says an order anew, in the journal like any other change, that could not be read when memory was
 * loaded and can be by now. Asked often, it looks each few seconds.
 */
export function createOrderMender({ client, log, shard }: MenderDeps): OrderMender {
  // Of the clock that only counts.
  let dueAtMs = performance.now()
  return {
    async mend(known) {
      const startedAtMs = performance.now()
      if (startedAtMs < dueAtMs) return
      const ids = [...known.values()].filter(isUnreadable).map(({ id }) => id)
      const rows = ids.length === 0 ? [] : await listCurrentRows(client, ids)
      for (const order of await readOrders(client, rows)) {
        if (isUnreadable(order)) continue
        log.warn({ shard, protectionOrderId: order.id }, 'an order can be read again')
        await repeatOrder(client, shard, order)
      }
      // Thousands of them may not take more than a twentieth of the time.
      dueAtMs = performance.now() + Math.max(lookMs, (performance.now() - startedAtMs) * 20)
    },
  }
}

export type OrderMender = {
  readonly mend: (known: ReadonlyMap<string, ProtectionOrder>) => Promise<void>
}

type MenderDeps = { readonly client: Db; readonly log: Log; readonly shard: number }

const lookMs = 5_000

function isUnreadable(order: ProtectionOrder): boolean {
  return order.isUnreadable === true
}

/** Puts the version that detection lacks at the end of what it reads. */
export async function repeatOrder(db: Db, shard: number, order: ProtectionOrder): Promise<void> {
  const change = { type: 'protection-order', protectionOrder: order, isRepeated: true } as const
  const payload = encodeRegistryChange(await sealChange(db, change))
  await appendJournal(db, { shard, kind: journalKinds.registryChange, entryCount: 1, payload })
}
