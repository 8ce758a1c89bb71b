import { kindsToHandle } from './pair-standing.ts'
import { epochMs } from '../pg/epoch-ms.ts'
import type { Db } from '../pg/pool.ts'

/**
 * Readings of positions that nothing at hand asked for: no alert in which one of those people must
 * be found was waiting for an answer when they were read or within an hour before, nor the very
 * alert that was read, and none of their cases was in the hands of the reader or the reader's unit.
 * An empty battery is no reason to look where somebody is. And readings by somebody who had handed
 * the shift over and has not signed in since, whatever was at hand. The latest first.
 */
export async function listReadingsOutside(
  db: Db,
  query: {
    readonly organisationId: string
    readonly fromMs: number
    readonly untilMs: number
    readonly limit: number
  },
): Promise<readonly ReadingOutside[]> {
  const { rows } = await db.query<ReadingOutside>(
    `select ${epochMs('l.at')} as "atMs", l.api_client_id as by, l.action, l.alert_id as "alertId",
            l.person_ids as "personIds",
            case when not m.is_at_hand then 'nothing-at-hand' else 'after-hand-over' end as why
       from access_log l cross join lateral (
        select exists (
          select 1 from alerts a
           where (a.id = l.alert_id or (a.kind = any($5)
               and (a.offender_id = any(l.person_ids) or a.victim_id = any(l.person_ids))))
             and a.raised_at <= l.at and (a.closed_at is null or a.closed_at > l.at - interval '1 hour'))
        or exists (
          select 1 from caseloads c join protection_orders o on o.id = c.protection_order_id
            join protection_order_versions v on v.protection_order_id = o.id and v.version = o.version
           where c."from" <= l.at and (c.until is null or c.until > l.at)
             and (o.offender_id = any(l.person_ids) or exists (
               select 1 from hoede_victims_in(v.body) as victim_id where victim_id = any(l.person_ids)))
             and (c.staff_id = l.api_client_id or (c.staff_id is null and exists (
               select 1 from staff s where s.id = l.api_client_id and s.unit_id = c.unit_id)))) as is_at_hand,
        exists (
          select 1 from hand_overs h join staff s on s.id = h.by
           where h.by = l.api_client_id and h.at < l.at - interval '15 minutes' and h.at > l.at - interval '1 day'
             and not exists (
               select 1 from staff_sessions n
                where n.staff_id = h.by and n.created_at > h.at and n.created_at <= l.at)) as is_handed_over) m
      where l.organisation_id = $1 and l.at >= to_timestamp($2::float8 / 1000) and l.at < to_timestamp($3::float8 / 1000)
        and (not m.is_at_hand or m.is_handed_over)
      order by l.at desc, l.id desc limit $4`,
    [query.organisationId, query.fromMs, query.untilMs, query.limit, kindsToHandle],
  )
  return rows
}

export type ReadingOutside = {
  readonly atMs: number
  readonly by: string
  readonly action: string
  readonly alertId: string | null
  readonly personIds: readonly string[]
  readonly why: ReadingWhy
}

/** Why somebody should ask about a reading. */
export type ReadingWhy = 'nothing-at-hand' | 'after-hand-over'
