-- breaking: no
-- A move that an order was asked about, and that was kept about somebody whom it does not name, goes with them and not with
-- that order: its addresses have a key of the case and the person. Where it was kept before; null: in this order itself.
alter table relocations add column copied_from uuid;

update relocations m set copied_from = (
  select o.protection_order_id from relocations o
   where o.person_id = m.person_id and o.moved_at = m.moved_at and o.protection_order_id <> m.protection_order_id
     and o.person_id in (select hoede_people_of(o.protection_order_id)) order by o.kept_at, o.id limit 1)
 where m.new_address is null and m.person_id not in (select hoede_people_of(m.protection_order_id));

create or replace function hoede_people_about(_order uuid) returns setof uuid language sql stable set search_path = pg_catalog, pg_temp as $$
  select * from public.hoede_people_of(_order)
  union select p from public.household_links cross join lateral unnest(array[person_id, member_id]) as p
   where protection_order_id = _order and p is not null
  union select person_id from public.relocations where protection_order_id = _order and copied_from is null
$$;

CREATE OR REPLACE FUNCTION public.hoede_destroy_keys_of_case(_order uuid, _people uuid[])
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $$
declare
  _before text := coalesce(current_setting('hoede.part', true), '');
  _count integer;
begin
  -- A hold that is being set is waited for, and seen.
  perform pg_advisory_xact_lock(7205759403792793660);
  perform set_config('hoede.part', 'retention', true);
  if not public.hoede_is_over(_order)
    or not exists (select from public.erasures e
      where e.protection_order_id = _order and e.purpose = 'evidence' and e.done_at is null)
    or exists (select from public.alerts a where a.protection_order_id = _order and a.status <> 'closed')
    or exists (select from unnest(_people) as p where p not in (select public.hoede_people_about(_order)))
    or exists (select from public.protection_orders o cross join lateral public.hoede_people_about(o.id) as p (id)
      where o.id <> _order and p.id = any(_people) and not (public.hoede_is_over(o.id) and exists (select from public.erasures e
        where e.protection_order_id = o.id and e.purpose = 'evidence' and e.done_at is not null)))
  then
    raise exception 'expected a case whose time is over and people of no other case';
  end if;
  update public.data_keys set wrapped = null, destroyed_at = public.hoede_clock()
   where wrapped is not null and (scope = 'case/' || _order or starts_with(scope, 'case/' || _order || '/person/')
     or scope in (select 'person/' || p from unnest(_people) as p)
     or scope like 'case/%/person/%' and split_part(scope, '/', 4) in (select p::text from unnest(_people) as p));
  get diagnostics _count = row_count;
  perform set_config('hoede.part', _before, true);
  return _count;
end $$;

CREATE OR REPLACE FUNCTION public.hoede_destroy_key_of_ended_case(_order uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $$
declare
  _before text := coalesce(current_setting('hoede.part', true), '');
  _now timestamptz := public.hoede_clock();
begin
  perform set_config('hoede.part', 'retention', true);
  if not exists (select from public.protection_orders o where o.id = _order and o.status = 'ended')
    or not exists (select from public.proposals p where p.protection_order_id = _order
      and p.act = 'eraseProtectionOrder' and p.status in ('open', 'confirmed'))
    or exists (select from public.alerts a where a.protection_order_id = _order and a.status <> 'closed')
    or exists (select from public.retention_holds h where h.protection_order_id = _order
      and least(h.until, coalesce(h.released_at, 'infinity')) > _now)
  then
    raise exception 'expected a case that has ended, that nobody holds, and that is asked to be erased';
  end if;
  update public.data_keys set wrapped = null, destroyed_at = _now
   where wrapped is not null and (scope = 'case/' || _order or starts_with(scope, 'case/' || _order || '/person/'));
  perform set_config('hoede.part', _before, true);
end $$;
