import type pg from 'pg'
import type { RegistryChange } from '../../core/model/registry.ts'
import { RefusedInput } from '../../errors.ts'
import { inTransaction, isUniqueViolation } from '../../store/pg/pool.ts'
import { journalRegistryChange } from '../../store/registry/load-registry.ts'
import type { RouteDeps } from '../route-deps.ts'

/**
 * Makes one change of the registry: the rows and the journal entry that tells detection commit
 * together, then the evaluator is woken. `change` null: nothing changed after all. A duplicate of
 * something that must be unique is a 409.
 */
export async function changeRegistry<Result>(
  deps: Pick<RouteDeps, 'pool' | 'onRegistryChanged'>,
  duplicateSentence: string,
  work: (tx: pg.PoolClient) => Promise<{ result: Result; change: RegistryChange | null }>,
): Promise<Result> {
  const made = await inTransaction(deps.pool, async (tx) => {
    const outcome = await work(tx).catch((error: unknown) => {
      if (isUniqueViolation(error)) throw new RefusedInput('already-exists', duplicateSentence)
      throw error
    })
    if (outcome.change !== null) await journalRegistryChange(tx, outcome.change)
    return outcome
  })
  if (made.change !== null) deps.onRegistryChanged()
  return made.result
}
