import { alertKinds, type AlertKind } from '../../core/model/alert.ts'
import { alertTraits } from '../../core/model/alert-kinds/alert-kinds.ts'
import type { Db } from '../pg/pool.ts'

/**
 * What stands between these alerts and a place that nobody may learn from them: who is at the
 * centre of an alert of the same offender, in the same stretch of trouble or within two hours of
 * it, or protected by the order whose area it is about; whether one of those is about an area,
 * which may lie about a home whatever its order says; and who has taken over one that is still to
 * be handled.
 */
export async function findPairStandings(
  db: Db,
  alertIds: readonly string[],
): Promise<ReadonlyMap<string, PairStanding>> {
  if (alertIds.length === 0) return new Map()
  const { rows } = await db.query<PairStanding & { readonly id: string }>(
    `select a.id,
            coalesce(array_agg(distinct p.victim_id) filter (where p.victim_id is not null), '{}') as "victimIds",
            a.location_ban_id is not null or coalesce(bool_or(p.location_ban_id is not null), false) as "isOfArea",
            coalesce(array_agg(distinct p.acknowledged_by::text) filter (
              where p.status = 'acknowledged' and p.acknowledged_by is not null
                and p.kind = any($3)
                and p.incident_id = coalesce(a.incident_id, a.id)), '{}') as "handlerIds"
       from alerts a
       left join lateral (
         select q.victim_id, q.location_ban_id, q.status, q.kind, q.acknowledged_by, coalesce(q.incident_id, q.id) as incident_id
           from alerts q
          where (q.incident_id = coalesce(a.incident_id, a.id) or q.id = coalesce(a.incident_id, a.id))
            and q.offender_id = a.offender_id
            and (q.victim_id is not null or q.location_ban_id is not null)
         union all
         select q.victim_id, q.location_ban_id, q.status, q.kind, q.acknowledged_by, coalesce(q.incident_id, q.id)
           from alerts q
          where q.offender_id = a.offender_id and q.victim_id is not null
            and q.occurred_at between a.occurred_at - interval '2 hours' and a.occurred_at + interval '2 hours'
         union all
         select q.victim_id, q.location_ban_id, q.status, q.kind, q.acknowledged_by, coalesce(q.incident_id, q.id)
           from protection_orders o join alerts q on q.protection_order_id = o.id
          where o.offender_id = a.offender_id and q.location_ban_id is not null
            and q.occurred_at between a.occurred_at - interval '2 hours' and a.occurred_at + interval '2 hours'
         union all
         select a.victim_id, a.location_ban_id, a.status, a.kind, a.acknowledged_by, coalesce(a.incident_id, a.id)
          where a.offender_id is null and a.victim_id is not null
         union all
         select ${idIn("fix ->> 'personId'")}, a.location_ban_id, a.status, a.kind, a.acknowledged_by, coalesce(a.incident_id, a.id)
           from jsonb_path_query(a.evidence, '$.fixes[*]') fix
          where a.victim_id is null and a.kind = any($2) and fix ->> 'role' = 'victim'
         union all
         select ${idIn("ban ->> 'victimId'")}, a.location_ban_id, a.status, a.kind, a.acknowledged_by, coalesce(a.incident_id, a.id)
           from protection_orders o
           join protection_order_versions v on v.protection_order_id = o.id and v.version = o.version
          cross join jsonb_path_query(v.body, '$.proximityBans[*]') ban
          where a.location_ban_id is not null and o.id = a.protection_order_id
       ) p on true
      where a.id = any($1::uuid[])
      group by a.id`,
    [alertIds, kindsOfVictims, kindsToHandle],
  )
  return new Map(rows.map(({ id, ...standing }) => [id, standing]))
}

/**
 * Whether this client has taken over an alert of the order that nobody has closed, of a kind in
 * which somebody must be found.
 */
export async function handlesAlertOf(
  db: Db,
  { orderId, clientId }: { readonly orderId: string; readonly clientId: string },
): Promise<boolean> {
  const { rows } = await db.query(
    `select 1 from alerts
      where protection_order_id = $1 and status = 'acknowledged' and acknowledged_by = $2
        and kind = any($3) limit 1`,
    [orderId, clientId, kindsToHandle],
  )
  return rows.length > 0
}

export type PairStanding = {
  /** Empty: it says nothing of where anybody protected is. */
  readonly victimIds: readonly string[]
  /** It is about the border of an area, or beside one that is. */
  readonly isOfArea: boolean
  readonly handlerIds: readonly string[]
}

/** Their evidence may hold where somebody protected is, also where the alert names nobody. */
const kindsOfVictims = alertKinds.filter((kind) => alertTraits[kind].isVictimShown)

/** Whoever has taken over one of these is on the way to somebody, and must know where. */
export const kindsToHandle: readonly AlertKind[] = [
  'proximity-breach',
  'proximity-approach',
  'panic',
  'location-ban-breach',
  'location-ban-approach',
  'location-ban-passage',
]

/** Whoever writes into a row may leave anything there. */
function idIn(text: string): string {
  return `case when pg_input_is_valid(${text}, 'uuid') then (${text})::uuid end`
}

export const nobodysStanding: PairStanding = { victimIds: [], isOfArea: false, handlerIds: [] }
