import type { Limits } from '../../core/model/limits.ts'
import { alignOrganisationAlert } from '../alerts/align-organisation-alert.ts'
import { epochMs } from '../pg/epoch-ms.ts'
import type { Db } from '../pg/pool.ts'

/**
 * One alert for each organisation while any decision that came to it has waited for an hour:
 * whoever decided believes that it holds. Another that has waited so long since is called out anew.
 * Call inside a transaction.
 */
export async function alignDecisionAlerts(tx: Db, work: DecisionWork): Promise<number> {
  const { rows } = await tx.query<Waiting>(waitingSql, [work.nowMs, graceMs])
  for (const { decisionCount, openId, organisationId } of rows) {
    const facts = decisionCount > 0 ? { decisionCount } : null
    const kind = 'decision-waiting'
    await alignOrganisationAlert(tx, { kind, organisationId, openId, facts }, work)
  }
  return rows.length
}

export type DecisionWork = { readonly nowMs: number; readonly limits: Limits }

type Waiting = {
  readonly organisationId: string
  readonly decisionCount: number
  readonly openId: string | null
}

/** Time for whoever sends them to send it right. */
const graceMs = 3_600_000

const waitingSql = `select coalesce(d.organisation_id, a.organisation_id) as "organisationId",
       coalesce(d.count, 0)::int as "decisionCount", a.id as "openId"
  from (select organisation_id, count(*) as count, max(${epochMs('waits_since')}) + $2::float8 as due_ms from decisions
         where status in ('incomplete', 'refused') and waits_since <= to_timestamp(($1::float8 - $2::float8) / 1000) group by 1) d
  full join (select distinct on (organisation_id) organisation_id, id, ${epochMs('occurred_at')} as told_ms from alerts
              where kind = 'decision-waiting' and cleared_at is null order by organisation_id, raised_at desc) a
    on a.organisation_id = d.organisation_id
 where a.id is null or d.count is null or d.due_ms > a.told_ms`
