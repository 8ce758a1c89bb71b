import type { Db } from '../pg/pool.ts'
import { epochMs } from '../pg/epoch-ms.ts'
import {
  aboutHandOver,
  aboutPlan,
  openWords,
  scopeOfOrganisation,
  sealWords,
} from '../keys/sealed-words.ts'
import type { HandOverItem } from './hand-over-items.ts'

/** Keeps a report as it was closed. Nothing of it is ever changed. */
export async function insertHandOver(
  tx: Db,
  report: {
    readonly organisationId: string
    readonly by: string
    readonly note: string
    readonly items: readonly HandOverItem[]
    readonly nowMs: number
  },
): Promise<string> {
  const scope = scopeOfOrganisation(report.organisationId)
  const items: HandOverItem[] = []
  for (const item of report.items)
    items.push({ ...item, plan: await sealWords(tx, scope, aboutPlan(item.key), item.plan) })
  const { rows } = await tx.query<{ readonly id: string }>(
    `insert into hand_overs (organisation_id, by, note, items, at, case_ids, organisation_ids)
     values ($1, $2, $3, $4::jsonb, to_timestamp($5::float8 / 1000), $6::uuid[],
       coalesce((select array_agg(distinct o.organisation_id) from protection_orders o where o.id = any($6::uuid[])), '{}'))
     returning id`,
    [
      report.organisationId,
      report.by,
      await sealWords(tx, scope, aboutHandOver(report.by), report.note),
      JSON.stringify(items),
      report.nowMs,
      [...new Set(report.items.flatMap(({ protectionOrderId }) => protectionOrderId ?? []))],
    ],
  )
  return rows[0]?.id ?? ''
}

/**
 * The newest first; of those alone whose every case the caller may see still (a policy of the
 * table).
 */
export async function listHandOvers(
  db: Db,
  query: { readonly organisationId: string; readonly limit: number },
): Promise<readonly HandOver[]> {
  const { rows } = await db.query<HandOver & { readonly by: string }>(
    `select h.id, h.by, h.note, h.items, coalesce(s.display_name, c.name) as "byName",
       ${epochMs('h.at')} as "atMs"
       from hand_overs h left join staff s on s.id = h.by left join api_clients c on c.id = h.by
      where h.organisation_id = $1 order by h.at desc limit $2`,
    [query.organisationId, query.limit],
  )
  const reports = await openWords(db, rows, 'note', ({ by }) => aboutHandOver(by))
  const plans = await openWords(
    db,
    reports.flatMap(({ items }) => items),
    'plan',
    ({ key }) => aboutPlan(key),
  )
  const next = plans.values()
  return reports.map(({ by: _by, ...report }) => ({
    ...report,
    items: report.items.map((item) => next.next().value ?? item),
  }))
}

export type HandOver = {
  readonly id: string
  readonly note: string
  readonly items: readonly HandOverItem[]
  readonly byName: string | null
  readonly atMs: number
}
