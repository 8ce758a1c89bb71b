-- breaking: yes
-- No login may change a key: that of a case ends by a function, which asks itself whether it may. A version before this
-- one reads no order that this one writes (what lies open of it is bound).

-- Of a case that has ended, that nobody has to answer for and nobody holds, and that somebody has asked to erase; the
-- second person is asked for where it is confirmed.
create function hoede_destroy_key_of_ended_case(_order uuid) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
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
   where wrapped is not null and scope = 'case/' || _order;
  perform set_config('hoede.part', _before, true);
end $$;
revoke execute on function hoede_destroy_key_of_ended_case(uuid) from public;

-- The key of a day on which reports came ends when no row that came then is left, whatever waits of other days.
create function hoede_destroy_keys_of_journal(_until date) returns integer
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  _before text := coalesce(current_setting('hoede.part', true), '');
  _count integer;
begin
  perform set_config('hoede.part', 'history', true);
  with left_days as materialized (
    select distinct (committed_at at time zone 'UTC')::date as day from public.journal where kind = 1),
  old as materialized (
    select id, to_date(split_part(scope, '/', 2), 'YYYY-MM-DD') as day from public.data_keys
     where wrapped is not null and made_at < _until::timestamp at time zone 'UTC' and made_at < now() - interval '2 days'
       and scope ~ '^journal/[0-9]{4}-[0-9]{2}-[0-9]{2}(/[0-9]+)?$')
  update public.data_keys k set wrapped = null, destroyed_at = now() from old
   where k.id = old.id
     -- A day on either side for clocks, and the days on which a key was made and named otherwise.
     and not exists (select from left_days l where l.day between
       least(old.day, (k.made_at at time zone 'UTC')::date) - 1 and greatest(old.day, (k.made_at at time zone 'UTC')::date) + 1);
  get diagnostics _count = row_count;
  perform set_config('hoede.part', _before, true);
  return _count;
end $$;
revoke execute on function hoede_destroy_keys_of_journal(date) from public;

-- Of the journal no key ends by its age alone any more.
create or replace function hoede_destroy_keys_before(_kind text, _day date) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
  update public.data_keys set wrapped = null, destroyed_at = now()
   where _kind = 'refused' and wrapped is not null
     and starts_with(scope, _kind || '/') and made_at < _day::timestamp at time zone 'UTC'
$$;
