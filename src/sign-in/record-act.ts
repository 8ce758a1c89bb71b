import type { Log } from '../log.ts'
import type { Db } from '../store/pg/pool.ts'

/**
 * Puts on record what somebody did, or was refused. In a transaction it is the last statement, so
 * that the act and its entry are there together or not at all. Ids and words; never a secret.
 */
export function recordAct(_tx: Db, log: Pick<Log, 'info' | 'warn'>, act: SignInAct): void {
  const { isRefused, ...facts } = act
  if (isRefused) log.warn(facts, 'a person was refused')
  else log.info(facts, 'a person acted')
}

export type SignInAct = {
  /** In the words of the API: `signInWithPassword`, `recoverStaff`. */
  readonly act: string
  readonly isRefused: boolean
  /** Whose access it is about; null: of nobody who exists. */
  readonly staffId: string | null
  /** Who did it: a person, a machine, or nobody yet. */
  readonly by: string | null
  readonly organisationId: string | null
  readonly sessionId: string | null
  /** Why it was refused. */
  readonly reason: string | null
}
