import type { Effect } from '../../core/model/alert.ts'
import { escalationRows } from '../../core/model/escalation.ts'
import type { Limits } from '../../core/model/limits.ts'
import type { ProtectionOrder } from '../../core/model/registry.ts'
import { OperatingError } from '../../errors.ts'
import {
  findEscalationLadder,
  type EscalationLadder,
} from '../../store/alerts/escalation-ladders.ts'
import type { Lease } from '../../store/evaluator/evaluator-lease.ts'
import {
  findSnapshotKey,
  holdSnapshotPlace,
  saveSnapshots,
  type SnapshotSave,
} from '../../store/evaluator/evaluator-snapshots.ts'
import { windowScope } from '../../core/engine/engine.ts'
import type { Log } from '../../log.ts'
import type { EvaluatorCounts } from './evaluator-deps.ts'
import type { EvaluatorMemory } from './evaluator-memory.ts'
import {
  beginStep,
  beginStepWithEffects,
  moveEvaluatorPlace,
  type BegunStep,
} from '../../store/evaluator/evaluator-place.ts'
import { inTransactionBegunBy, type Db } from '../../store/pg/pool.ts'
import { saveEffects, type SavedEffects } from '../../store/alerts/save-effects.ts'
import type { SaveContext } from '../../store/alerts/save-context.ts'

/**
 * Saves effects and the place they bring us to in one transaction, with whatever else must be true
 * at the same moment. Throws when somebody else has taken the shard or moved the place; nothing is
 * saved then.
 */
export async function saveStep(db: Db, step: StepToSave): Promise<SavedEffects> {
  const { effects, nowMs, journalId, alongside } = step
  if (effects.length === 0 && alongside === null) {
    refuseUnmoved(await moveEvaluatorPlace(db, step))
    return { raised: 0, events: 0 }
  }
  const begin = (): Promise<BegunStep> =>
    effects.length === 0 ? beginStep(db, step) : beginStepWithEffects(db, step)
  return await inTransactionBegunBy(db, begin, async ({ isMoved, ladder }) => {
    refuseUnmoved(isMoved)
    const escalationsOf = callByLadder(step, ladder)
    const saved =
      effects.length === 0
        ? { raised: 0, events: 0 }
        : await saveEffects(db, effects, { nowMs, journalId, escalationsOf, isTurnTaken: true })
    await alongside?.()
    return saved
  })
}

function refuseUnmoved(isMoved: boolean): void {
  if (isMoved) return
  throw new OperatingError('conflict', 'Another evaluator has taken this shard or moved its place.')
}

/**
 * What memory is now, to be written later: nothing of it changes any more. Taken outside of any
 * transaction, which may run again and would find nothing the second time. What was sealed with a
 * key that cannot be used any more would not be read again, so all is taken anew; null where no key
 * can be used: detection goes on with what it had saved before.
 */
export async function takeMemory({
  client,
  counts,
  log,
  memory,
  shard,
}: MemoryToTake): Promise<TakenMemory | null> {
  const keyScope = await findSnapshotKey(client)
  if (keyScope === null) {
    counts.snapshotsUnsaved += 1
    log.error({ shard }, 'no key for snapshots can be used; memory is not saved')
    return null
  }
  const isEverything = keyScope !== memory.savedWith
  const taken = {
    shard,
    expected: [memory.savedPlace],
    journalId: memory.journalId,
    clockMs: memory.clockMs(),
    keyScope,
    isEverything,
    later: windowScope,
    snapshots: memory.takeSnapshots(isEverything),
  }
  memory.savedWith = keyScope
  memory.savedPlace = taken.journalId
  return taken
}

/**
 * In a transaction that has checked the fence. Of two that write memory the later one waits, and is
 * refused where it does not go on from the earlier one.
 */
export async function writeMemory(tx: Db, taken: TakenMemory): Promise<void> {
  const { expected, shard } = taken
  if (!expected.includes(await holdSnapshotPlace(tx, shard)))
    throw new OperatingError('conflict', 'Memory was saved by somebody else meanwhile.')
  await saveSnapshots(tx, taken)
}

/** Of two after each other, where the first could not be written: what came of it is not known. */
export function joinMemory(former: TakenMemory, later: TakenMemory): TakenMemory {
  const all = [...former.snapshots, ...later.snapshots]
  return {
    ...later,
    expected: [...new Set([...former.expected, ...later.expected])],
    isEverything: former.isEverything || later.isEverything,
    snapshots: [...new Map(all.map((snapshot) => [snapshot.scope, snapshot])).values()],
  }
}

export type TakenMemory = SnapshotSave & {
  /** Where memory may be saved up to now: it must be one of them. Null: nowhere. */
  readonly expected: readonly (number | null)[]
}

type MemoryToTake = {
  readonly client: Db
  readonly counts: EvaluatorCounts
  readonly log: Log
  readonly memory: Pick<
    EvaluatorMemory,
    'clockMs' | 'journalId' | 'savedPlace' | 'savedWith' | 'takeSnapshots'
  >
  readonly shard: number
}

export type StepToSave = Lease & {
  readonly expected: number
  readonly journalId: number
  readonly nowMs: number
  readonly limits: Limits
  readonly effects: readonly Effect[]
  readonly findOrder: (id: string) => ProtectionOrder | null
  /** What else must be true at the same moment; null: nothing. */
  readonly alongside: (() => Promise<void>) | null
}

/**
 * Urgent and serious alerts call on if nobody answers; the rest waits in the list. The ladder is
 * the order's, or that of the organisation as it is now: it changes nothing of what is detected, so
 * it needs no place in the journal.
 */
export async function callBy(
  db: Db,
  by: Pick<StepToSave, 'findOrder' | 'limits'>,
): Promise<SaveContext['escalationsOf']> {
  return callByLadder(by, await findEscalationLadder(db))
}

function callByLadder(
  by: Pick<StepToSave, 'findOrder' | 'limits'>,
  organisation: EscalationLadder | null,
): SaveContext['escalationsOf'] {
  const steps = organisation?.steps ?? by.limits.escalation
  return (alert, fromMs) => {
    if (alert.priority === 'P3') return []
    const order = alert.protectionOrderId === null ? null : by.findOrder(alert.protectionOrderId)
    return escalationRows(order, steps, fromMs)
  }
}
