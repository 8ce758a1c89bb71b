import type pg from 'pg'
import type { ProtectionOrder, RegistryChange } from '../../core/model/registry.ts'
import { RefusedInput } from '../../errors.ts'
import type { Act } from '../../record/act.ts'
import { isUniqueViolation } from '../../store/pg/pool.ts'
import { recordAct } from '../../store/record/audit-entries.ts'
import { journalRegistryChange } from '../../store/registry/load-registry.ts'
import { actOf, type Calling } from '../door/act.ts'
import type { RouteDeps } from '../route-deps.ts'
import { askKnownMoves } from './ask-known-moves.ts'

/**
 * Makes one change of the registry: the rows, the journal entry that tells detection, and the entry
 * of the record that says who did it commit together, then the evaluator is woken. `change` null:
 * nothing changed after all. A duplicate of something that must be unique is a 409.
 */
export async function changeRegistry<Result>(
  deps: Pick<RouteDeps, 'onRegistryChanged' | 'clock'>,
  request: Calling,
  duplicateSentence: string,
  work: (tx: pg.PoolClient) => Promise<{ result: Result; change: RegistryChange | null }>,
): Promise<Result> {
  const made = await request.db.transaction(async (tx) => {
    const outcome = await work(tx).catch((error: unknown) => {
      if (isUniqueViolation(error)) throw new RefusedInput('already-exists', duplicateSentence)
      throw error
    })
    if (outcome.change !== null) {
      if (outcome.change.type === 'protection-order') {
        const nowMs = deps.clock.nowMs()
        await askKnownMoves(tx, request, outcome.change.protectionOrder, { nowMs })
      }
      await journalRegistryChange(tx, outcome.change)
      const about = aboutChange(outcome.change)
      await recordAct(tx, actOf(request, deps.clock.nowMs(), { kind: 'alteration', ...about }))
    }
    return outcome
  })
  if (made.change !== null) deps.onRegistryChanged()
  return made.result
}

type About = Pick<Act, 'personIds' | 'protectionOrderId' | 'subjectId' | 'detail'>

/** Whom a change is about. What it changed is in the journal and in the versions of the order. */
function aboutChange(change: RegistryChange): About {
  const nobody = { personIds: [], protectionOrderId: null, subjectId: null, detail: {} }
  switch (change.type) {
    case 'vendor':
      return { ...nobody, subjectId: change.vendor.id }
    case 'person':
      return { ...nobody, personIds: [change.person.id] }
    case 'device':
      return { ...nobody, subjectId: change.device.id }
    case 'device-assignment': {
      const { deviceId, personId } = change.deviceAssignment
      return { ...nobody, personIds: [personId], subjectId: deviceId }
    }
    case 'protection-order': {
      const { id, version, status } = change.protectionOrder
      const personIds = peopleOfOrder(change.protectionOrder)
      return { ...nobody, personIds, protectionOrderId: id, detail: { version, status } }
    }
  }
}

/** Whom it binds, and whom it protects by name. */
export function peopleOfOrder({ offenderId, proximityBans }: ProtectionOrder): readonly string[] {
  return [offenderId, ...new Set(proximityBans.map(({ victimId }) => victimId))]
}
