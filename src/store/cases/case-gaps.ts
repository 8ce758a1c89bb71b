import type { Limits } from '../../core/model/limits.ts'
import type { CaseGap } from '../../core/model/contract-words.ts'
import { alignOrganisationAlert } from '../alerts/align-organisation-alert.ts'
import { epochMs } from '../pg/epoch-ms.ts'
import type { Db } from '../pg/pool.ts'
import { isHere } from './case-roles.ts'

/** Orders that run and lack somebody, or a screening; by id. */
export async function listCaseGaps(
  db: Db,
  query: {
    readonly nowMs: number
    readonly afterId: string | null
    readonly orderId: string | null
    readonly limit: number
  },
): Promise<readonly OrderGaps[]> {
  const { rows } = await db.query<OrderGaps>(
    `select id, reference, gaps, ${epochMs('since')} as "sinceMs" from (${gapsSql}) g
      where cardinality(gaps) > 0 and ($2::uuid is null or id > $2) and ($3::uuid is null or id = $3)
      order by id limit $4`,
    [query.nowMs, query.afterId, query.orderId, query.limit],
  )
  return rows
}

export type OrderGaps = {
  readonly id: string
  readonly reference: string
  readonly gaps: readonly CaseGap[]
  readonly sinceMs: number
}

/**
 * One alert for each organisation while any of its cases has lacked somebody for a day: on the list
 * and in each hand-over until none does. One a case would bury the desk on the day of an upgrade.
 * Call inside a transaction.
 */
export async function alignGapAlerts(tx: Db, work: GapWork): Promise<number> {
  const { rows } = await tx.query<OrganisationGaps>(alignSql, [work.nowMs, graceMs / 1_000])
  let changed = 0
  for (const { alertId: openId, caseCount, organisationId } of rows) {
    if (caseCount > 0 === (openId !== null)) continue
    changed += 1
    const facts = caseCount > 0 ? { caseCount } : null
    await alignOrganisationAlert(tx, { kind: 'case-unled', organisationId, openId, facts }, work)
  }
  return changed
}

export type GapWork = { readonly nowMs: number; readonly limits: Limits }

type OrganisationGaps = {
  readonly organisationId: string
  readonly caseCount: number
  readonly alertId: string | null
}

/** Who is registered today is given people today. */
const graceMs = 86_400_000

const roleSql = (role: string): string => `case
  when not exists (select from case_roles r where r.protection_order_id = o.id and r.until is null
    and r.role = '${role}' and (${isHere('staff_id')} or ${isHere('stand_in_staff_id')})) then 'no-${role}'
  when not exists (select from case_roles r where r.protection_order_id = o.id and r.until is null
    and r.role = '${role}' and ${isHere('staff_id')} and ${isHere('stand_in_staff_id')}) then '${role}-alone' end`

/** A profile that somebody chose, the standard one too, is an answer to what was found. */
const noRiskSql = `not exists (select from protection_order_versions v
    where v.protection_order_id = o.id and v.version = o.version and v.body #>> '{risk,profile}' is not null)`

const gapsSql = `select o.id, o.reference, o.organisation_id, o.created_at as since, array_remove(array[
    ${roleSql('case-lead')}, ${roleSql('contact-point')},
    case when s.next_due_at is null then 'no-screening'
         when s.next_due_at <= to_timestamp($1::float8 / 1000) then 'screening-due' end,
    case when s.outcome = 'high' and ${noRiskSql} then 'risk-not-chosen' end], null) as gaps
   from protection_orders o
   left join lateral (select c.next_due_at, c.outcome from screenings c where c.protection_order_id = o.id
     order by c.screened_at desc, c.id desc limit 1) s on true
  where o.status <> 'ended'`

const alignSql = `select coalesce(g.organisation_id, a.organisation_id) as "organisationId", coalesce(g.count, 0)::int as "caseCount",
       a.id as "alertId"
  from (select organisation_id, count(*) as count from (${gapsSql}) gaps
         where cardinality(gaps) > 0 and since <= to_timestamp($1::float8 / 1000 - $2::float8) group by 1) g
  full join (select distinct on (organisation_id) organisation_id, id from alerts
              where kind = 'case-unled' and cleared_at is null order by organisation_id, raised_at desc) a
    on a.organisation_id = g.organisation_id`
