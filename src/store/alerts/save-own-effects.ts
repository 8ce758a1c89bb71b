import type { Effect } from '../../core/model/alert.ts'
import { escalationRows } from '../../core/model/escalation.ts'
import type { Limits } from '../../core/model/limits.ts'
import type { Db } from '../pg/pool.ts'
import { findEscalationLadder } from './escalation-ladders.ts'
import { findLadders } from './ladders-of-orders.ts'
import type { SaveContext } from './save-context.ts'
import { saveEffects, type SavedEffects } from './save-effects.ts'

/** Saves alerts of no order, or of one that cannot be read: by the ladder of all. */
export async function saveOwnEffects(
  tx: Db,
  work: OwnWork,
  effects: readonly Effect[],
): Promise<SavedEffects> {
  const ladder = (await findEscalationLadder(tx))?.steps ?? work.limits.escalation
  return await save(tx, work, effects, (_alert, fromMs) => escalationRows(null, ladder, fromMs))
}

/** Saves alerts of orders that are raised from rows: by the ladder of each, as detection does. */
export async function saveEffectsOfOrders(
  tx: Db,
  work: OwnWork,
  effects: readonly Effect[],
): Promise<SavedEffects> {
  const orderIds = effects.flatMap((effect) =>
    effect.type === 'alert-raised' ? [effect.alert.protectionOrderId] : [],
  )
  return await save(tx, work, effects, await findLadders(tx, work.limits, orderIds))
}

async function save(
  tx: Db,
  { nowMs }: OwnWork,
  effects: readonly Effect[],
  escalationsOf: SaveContext['escalationsOf'],
): Promise<SavedEffects> {
  // Of no row: nothing of it is ever judged again.
  return await saveEffects(tx, effects, { nowMs, journalId: 0, escalationsOf })
}

type OwnWork = { readonly nowMs: number; readonly limits: Limits }
