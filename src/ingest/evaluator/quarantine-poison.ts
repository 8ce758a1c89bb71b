import { alertId } from '../../core/model/alert-id.ts'
import { setAsideCode } from '../../core/model/alert-kinds/device-sentences.ts'
import type { AlertDraft, Effect } from '../../core/model/alert.ts'
import { draftAlert } from '../../core/model/draft-alert.ts'
import type { Limits } from '../../core/model/limits.ts'
import type { Log } from '../../log.ts'
import type { Clock } from '../../clock.ts'
import { insertPoison } from '../../store/journal/poison.ts'
import { withholdRows, type Withheld } from '../../store/journal/withheld.ts'
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
 * Notes rows that cannot be read, for good or until their key opens, in the transaction of the step
 * that came upon them. The alerts of the former are among its effects.
 */
export async function noteSetAside(
  { client, log, shard }: { readonly client: Db; readonly log: Log; readonly shard: number },
  { unreadable, withheld }: SetAside,
): Promise<void> {
  if (withheld.length > 0) {
    const keyIds = [...new Set(withheld.map(({ keyId }) => keyId))]
    log.error(
      { shard, keyIds, rowCount: withheld.length },
      'rows wait for a key that does not open',
    )
    await withholdRows(client, { reader: 'evaluator', shard }, withheld)
  }
  if (unreadable.length === 0) return
  const journalIds = unreadable.map(({ journalId }) => journalId)
  log.error({ shard, journalIds, err: unreadable[0]?.cause }, 'rows of the journal cannot be read')
  await insertPoison(client, unreadable, 'Acknowledged, but cannot be read.')
}

export type SetAside = {
  /** Passed over; their alerts are among the effects. */
  readonly unreadable: readonly PoisonEntry[]
  /** Passed over until their key opens. */
  readonly withheld: readonly Withheld[]
}

export const nothingAside: SetAside = { unreadable: [], withheld: [] }

export function isNothingAside({ unreadable, withheld }: SetAside): boolean {
  return unreadable.length + withheld.length === 0
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
