import type { AlertPriority, Effect } from '../../core/model/alert.ts'
import type { Limits } from '../../core/model/limits.ts'
import {
  draftStorageLow,
  type StorageLow,
  type WatchedStore,
} from '../../core/watch/storage-low.ts'
import { advisoryLocks } from '../pg/advisory-locks.ts'
import type { Db } from '../pg/pool.ts'
import { saveOwnEffects } from './save-own-effects.ts'

/**
 * Brings the alert of one store in line with how it is: raises it, raises it anew and ends the
 * milder one when it got worse, ends it when there is enough again. One that is raised stays as it
 * is while it only gets a little better. Call inside a transaction; gives the number of events.
 */
export async function alignStorageAlert(tx: Db, work: StorageWork): Promise<number> {
  const { store, low, nowMs, limits } = work
  await tx.query('select pg_advisory_xact_lock($1::bigint)', [advisoryLocks.storageLow])
  const open = await listOpen(tx, store)
  const isTold = low !== null && open.some(({ priority }) => priority <= low.priority)
  const over = low === null ? open : isTold ? [] : open
  const effects: Effect[] = over.map(({ id }) => ({
    type: 'alert-ended',
    alertId: id,
    clearedAtMs: nowMs,
    learnedAtMs: nowMs,
  }))
  if (low !== null && !isTold)
    effects.push({ type: 'alert-raised', alert: draftStorageLow(limits, low, nowMs) })
  if (effects.length === 0) return 0
  const saved = await saveOwnEffects(tx, { nowMs, limits }, effects)
  return saved.events
}

export type StorageWork = {
  readonly store: WatchedStore
  /** Null: there is enough. */
  readonly low: StorageLow | null
  readonly nowMs: number
  readonly limits: Limits
}

async function listOpen(
  tx: Db,
  store: WatchedStore,
): Promise<readonly { readonly id: string; readonly priority: AlertPriority }[]> {
  const { rows } = await tx.query<{ id: string; priority: AlertPriority }>(
    `select id, priority from alerts
      where kind = 'storage-low' and cleared_at is null and evidence->'facts'->>'store' = $1`,
    [store],
  )
  return rows
}
