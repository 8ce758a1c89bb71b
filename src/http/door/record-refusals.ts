import { defaultOrganisationId, type Act } from '../../record/act.ts'
import type { Db } from '../../store/pg/pool.ts'
import { recordAct } from '../../store/record/audit-entries.ts'
import type { AppDeps } from '../route-deps.ts'
import type { RefusalsTold } from './refused-callers.ts'

/**
 * Puts refusals on record as they are told in the log: gathered, so that whoever guesses tokens
 * cannot fill the record; one entry for all, and one for each token that asked for too much.
 */
export function recordRefusals({
  machinery,
  clock,
  log,
}: Pick<AppDeps, 'machinery' | 'clock' | 'log'>): (told: RefusalsTold) => void {
  const refused = {
    organisationId: defaultOrganisationId,
    name: 'refuseCallers',
    kind: 'sign-in',
    outcome: 'refused',
    door: 'api',
    personIds: [],
    alertId: null,
    protectionOrderId: null,
    subjectId: null,
    reason: null,
    secondPersonId: null,
  } as const
  return (told) => {
    // Nobody waits for it: who is refused is refused, also while nothing can be written.
    void recordAll(told, clock.nowMs()).catch((error: unknown) => {
      log.warn({ err: error }, 'refused callers could not be put on record')
    })
  }

  async function recordAll(told: RefusalsTold, atMs: number): Promise<void> {
    const { count, callers, byClient } = told
    const addresses = callers.map(({ ip }) => ip).join(' ')
    const by = { kind: 'stranger', id: null, role: null } as const
    await recordAct(machinery, { ...refused, atMs, by, detail: { count, addresses } })
    // Each on the record of their own organisation.
    for (const { id, kind, organisationId } of await findCallers(machinery, [...byClient.keys()])) {
      const act = { ...refused, organisationId, atMs, by: { kind, id, role: null } }
      await recordAct(machinery, { ...act, detail: { count: byClient.get(id) ?? 0 } })
    }
  }
}

async function findCallers(db: Db, ids: readonly string[]): Promise<readonly KnownCaller[]> {
  if (ids.length === 0) return []
  const { rows } = await db.query<KnownCaller>(
    `select id, 'api-client' as kind, organisation_id as "organisationId" from api_clients where id = any($1::uuid[])
      union all
     select id, 'staff', organisation_id from staff where id = any($1::uuid[])`,
    [ids],
  )
  return rows
}

type KnownCaller = Pick<Act, 'organisationId'> & {
  readonly id: string
  readonly kind: 'api-client' | 'staff'
}
