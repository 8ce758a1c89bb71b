-- breaking: no
-- Whom a change that waits names is not erased with an older case: neither how they are reached, nor their key. One of
-- an order that has ended comes to nothing, and keeps nobody.
create function hoede_people_planned() returns setof uuid language sql stable set search_path = pg_catalog, pg_temp as $$
  select v from public.proposals p join public.protection_orders o on o.id = p.protection_order_id
    cross join lateral public.hoede_victims_in(p.change -> 'order') as v
   where p.status in ('open', 'planned') and p.change ->> 'type' = 'order' and o.status <> 'ended' and v is not null
$$;

create or replace function hoede_people_about_cases() returns setof uuid language sql stable set search_path = pg_catalog, pg_temp as $$
  select member_id from public.household_links where member_id is not null
  union select person_id from public.household_links
  union select person_id from public.relocations
  union select * from public.hoede_people_planned()
$$;

create or replace function hoede_destroy_keys_of_case(_order uuid, _people uuid[]) returns integer
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
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
    or exists (select from public.hoede_people_planned() as p (id) where p.id = any(_people))
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
