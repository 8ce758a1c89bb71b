import type { Effect } from '../../core/model/alert.ts'
import { escalationRows } from '../../core/model/escalation.ts'
import type { Limits } from '../../core/model/limits.ts'
import type { Db } from '../pg/pool.ts'
import { findEscalationLadder } from './escalation-ladders.ts'
import { saveEffects, type SavedEffects } from './save-effects.ts'

/** Saves alerts about ourselves, which are of no order: by the ladder of all. */
export async function saveOwnEffects(
  tx: Db,
  { nowMs, limits }: { readonly nowMs: number; readonly limits: Limits },
  effects: readonly Effect[],
): Promise<SavedEffects> {
  const ladder = (await findEscalationLadder(tx))?.steps ?? limits.escalation
  return await saveEffects(tx, effects, {
    nowMs,
    // Of no row: nothing of it is ever judged again.
    journalId: 0,
    escalationsOf: (_alert, fromMs) => escalationRows(null, ladder, fromMs),
  })
}
