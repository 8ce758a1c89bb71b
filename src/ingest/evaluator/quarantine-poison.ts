import { alertId } from '../../core/model/alert-id.ts'
import { setAsideCode } from '../../core/model/alert-kinds/device-sentences.ts'
import type { AlertDraft, Effect } from '../../core/model/alert.ts'
import { draftAlert } from '../../core/model/draft-alert.ts'
import type { Limits } from '../../core/model/limits.ts'
import type { Log } from '../../log.ts'
import type { Clock } from '../../clock.ts'
import { insertPoison } from '../../store/journal/poison.ts'
import type { Db } from '../../store/pg/pool.ts'
import { saveEffects } from '../../store/alerts/save-effects.ts'
import { callBy } from './evaluator-saving.ts'
import type { PoisonEntry } from './judge-row.ts'

/**
 * Takes an entry that cannot be judged out of the way where it can be seen: a row beside the
 * refused fixes and an alert for the desk, because until somebody looks nobody knows what it would
 * have said. Call inside a transaction.
 */
export async function quarantinePoison(
  db: Db,
  poison: PoisonEntry,
  context: { readonly clock: Clock; readonly limits: Limits },
): Promise<void> {
  await insertPoison(db, [poison], 'Acknowledged, but could not be judged in three tries.')
  await saveEffects(db, tellPoison(poison, context.limits), {
    nowMs: context.clock.nowMs(),
    journalId: poison.journalId,
    escalationsOf: await callBy(db, { limits: context.limits, findOrder: () => null }),
  })
}

/**
 * Notes rows that cannot be read, in the transaction of the step that came upon them; their alerts
 * are among its effects.
 */
export async function noteUnreadable(
  { client, log, shard }: { readonly client: Db; readonly log: Log; readonly shard: number },
  rows: readonly PoisonEntry[],
): Promise<void> {
  if (rows.length === 0) return
  const journalIds = rows.map(({ journalId }) => journalId)
  log.error({ shard, journalIds, err: rows[0]?.cause }, 'rows of the journal cannot be read')
  await insertPoison(client, rows, 'Acknowledged, but cannot be read.')
}

export function tellPoison(poison: PoisonEntry, limits: Limits): readonly Effect[] {
  return [{ type: 'alert-raised', alert: poisonAlert(poison, limits) }]
}

function poisonAlert(poison: PoisonEntry, limits: Limits): AlertDraft {
  const { journalId, entryIndex, receivedAtMs } = poison
  const startMs = Math.max(0, Math.floor(receivedAtMs))
  return draftAlert(limits, {
    id: alertId(['poison', String(journalId), String(entryIndex)], startMs),
    kind: 'position-unreliable',
    priority: 'P2',
    deviceId: poison.deviceId,
    occurredAtMs: poison.recordedAtMs ?? receivedAtMs,
    learnedAtMs: receivedAtMs,
    facts: { code: setAsideCode, journalId, entryIndex },
  })
}
