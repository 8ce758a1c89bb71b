import { dayMs } from '../core/model/units.ts'
import type { Db } from '../store/pg/pool.ts'

/** How many rows stay behind when every case is taken: nobody was under an order then. */
export async function countInNoCase(db: Db): Promise<Readonly<Record<string, number>>> {
  const { rows } = await db.query<Record<string, number>>({
    query_timeout: dayMs,
    text: `with spans as (
      select o.id, o.organisation_id, hoede_span_of(o.id) as span from protection_orders o),
    people as (
      select distinct s.id, s.organisation_id, s.span, p.person from spans s
        join protection_order_versions v on v.protection_order_id = s.id
       cross join lateral (
         select hoede_uuid_in(v.body ->> 'offenderId') as person
         union all select hoede_victims_in(v.body)) p),
    worn as (
      select a.id, a.device_id, p.organisation_id, p.span, tstzrange(a.valid_from, a.valid_until) * p.span as worn
        from device_assignments a join people p on p.person = a.person_id and tstzrange(a.valid_from, a.valid_until) && p.span),
    covered as (select device_id, range_agg(worn) as worn from worn group by device_id)
    select
      (select count(*) from persons p where p.id not in (select person from people))::float8 as persons,
      (select count(*) from devices d where d.id not in (select device_id from worn))::float8 as devices,
      (select count(*) from device_assignments a where a.id not in (select id from worn))::float8 as device_assignments,
      (select count(*) from alerts a where a.protection_order_id is null and not exists (
         select from people p where p.organisation_id = a.organisation_id and p.person in (a.offender_id, a.victim_id)
            and a.occurred_at <@ p.span) and not exists (
         select from worn w where w.organisation_id = a.organisation_id and w.device_id = a.device_id
            and a.occurred_at <@ w.span))::float8 as alerts,
      (select count(*) from fixes f left join covered c on c.device_id = f.device_id
        where c.worn is null or not c.worn @> f.recorded_at)::float8 as fixes,
      (select count(*) from device_events e left join covered c on c.device_id = e.device_id
        where c.worn is null or not c.worn @> e.recorded_at)::float8 as device_events`,
  } as { text: string })
  return rows[0] ?? {}
}
