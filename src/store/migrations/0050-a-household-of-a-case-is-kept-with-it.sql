-- breaking: no
-- Whoever lives with somebody of a case that goes on, or moved in it, is erased with no other case.
create function hoede_people_about(_order uuid) returns setof uuid language sql stable set search_path = pg_catalog, pg_temp as $$
  select * from public.hoede_people_of(_order)
  union select unnest(array[person_id, member_id]) from public.household_links where protection_order_id = _order
  union select person_id from public.relocations where protection_order_id = _order
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
    or exists (select from unnest(_people) as p where p not in (select public.hoede_people_of(_order)))
    or exists (select from public.protection_orders o cross join lateral public.hoede_people_about(o.id) as p (id)
      where o.id <> _order and p.id = any(_people) and not (public.hoede_is_over(o.id) and exists (select from public.erasures e
        where e.protection_order_id = o.id and e.purpose = 'evidence' and e.done_at is not null)))
  then
    raise exception 'expected a case whose time is over and people of no other case';
  end if;
  update public.data_keys set wrapped = null, destroyed_at = public.hoede_clock()
   where wrapped is not null and (scope = 'case/' || _order or scope in (select 'person/' || p from unnest(_people) as p));
  get diagnostics _count = row_count;
  perform set_config('hoede.part', _before, true);
  return _count;
end $$;
