import type { Log } from '../log.ts'
import { defaultOrganisationId, type Act } from '../record/act.ts'
import type { Db } from '../store/pg/pool.ts'
import { recordAct as putOnRecord } from '../store/record/audit-entries.ts'

/**
 * Puts on record what somebody did. In a transaction it is the last statement, so that the act and
 * its entry are there together or not at all. Ids and words; never a secret.
 */
export async function recordAct(tx: Db, log: Pick<Log, 'info'>, act: SignInAct): Promise<void> {
  log.info(act, 'a person acted')
  await putOnRecord(tx, entryOf(act, 'allowed'))
}

/**
 * Puts a refusal on record by a connection of its own: what it was refused in is rolled back. Whom
 * nobody knows, and who is slowed down, is in the log alone, or a guesser could fill the record.
 * Nobody waits for it: who is refused is refused, also while nothing can be written.
 */
export function recordRefusal(db: Db, log: Pick<Log, 'warn'>, act: SignInAct): void {
  log.warn(act, 'a person was refused')
  if (act.staffId === null || act.reason === triedTooOften) return
  putOnRecord(db, entryOf(act, 'refused')).catch((error: unknown) => {
    log.warn({ err: error }, 'a refusal could not be put on record')
  })
}

/** Why somebody is slowed down. */
export const triedTooOften = 'tried too often'

export type SignInAct = {
  /** In the words of the API: `signInWithPassword`, `recoverStaff`. */
  readonly act: string
  readonly atMs: number
  /** Whose access it is about; null: of nobody who exists. */
  readonly staffId: string | null
  /** Who did it: a person, a machine, or nobody yet. */
  readonly by: string | null
  readonly isByMachine: boolean
  readonly organisationId: string | null
  readonly sessionId: string | null
  /** Why it was refused. */
  readonly reason: string | null
}

function entryOf(done: SignInAct, outcome: Act['outcome']): Act {
  const kind = done.by === null ? 'stranger' : done.isByMachine ? 'api-client' : 'staff'
  return {
    organisationId: done.organisationId ?? defaultOrganisationId,
    name: done.act,
    kind: 'sign-in',
    outcome,
    atMs: done.atMs,
    by: { kind, id: done.by, role: null },
    door: 'sign-in',
    personIds: [],
    alertId: null,
    protectionOrderId: null,
    subjectId: done.staffId,
    reason: done.reason,
    secondPersonId: null,
    detail: { sessionId: done.sessionId },
  }
}
