-- breaking: no
-- Whoever lives with somebody of a case, or moved in it, is used for as long as the case keeps that: nobody of them is
-- erased as somebody whom no order ever named.
create function hoede_people_about_cases() returns setof uuid language sql stable set search_path = pg_catalog, pg_temp as $$
  select member_id from public.household_links where member_id is not null
  union select person_id from public.household_links
  union select person_id from public.relocations
$$;

create or replace function hoede_destroy_keys_of_unused(_people uuid[]) returns integer
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  _before text := coalesce(current_setting('hoede.part', true), '');
  _now timestamptz := public.hoede_clock();
  _term interval;
  _count integer;
begin
  perform set_config('hoede.part', 'retention', true);
  select days * interval '24 hours' into _term
    from public.retention_terms where purpose = 'unused' order by version desc limit 1;
  if _term is null
    or exists (select from public.persons p where p.id = any(_people) and p.created_at + _term >= _now)
    or exists (select from public.protection_orders o cross join lateral public.hoede_people_of(o.id) as p (id) where p.id = any(_people))
    or exists (select from public.hoede_people_about_cases() as p (id) where p.id = any(_people))
  then
    raise exception 'expected people of no case whose time is over';
  end if;
  update public.data_keys set wrapped = null, destroyed_at = _now
   where wrapped is not null and scope in (select 'person/' || p from unnest(_people) as p);
  get diagnostics _count = row_count;
  perform set_config('hoede.part', _before, true);
  return _count;
end $$;
