-- breaking: no
-- What is erased for good asks the database, not a caller: whether a case is held, when an order ended, and which days are
-- over, by its own clock and the terms stored in it.

-- Whether anything of a case may be erased: not while it is held, nor for a while after. Without terms whatever was ever
-- held is.
create function hoede_is_held(_order uuid) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  _before text := coalesce(current_setting('hoede.part', true), '');
  _grace interval;
  _is boolean;
begin
  perform set_config('hoede.part', 'retention', true);
  select grace_days * interval '24 hours' into _grace
    from public.retention_terms where purpose = 'evidence' order by version desc limit 1;
  select exists (select from public.retention_holds h where h.protection_order_id = _order
    and least(h.until, coalesce(h.released_at, 'infinity')) > public.hoede_clock() - coalesce(_grace, 'infinity')) into _is;
  perform set_config('hoede.part', _before, true);
  return _is;
end $$;
revoke execute on function hoede_is_held(uuid) from public;

-- Of these people those whom a case that is held names, whichever organisation has it: only that.
create function hoede_held_people(_people uuid[]) returns setof uuid
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare _before text := coalesce(current_setting('hoede.part', true), '');
begin
  perform set_config('hoede.part', 'retention', true);
  return query select distinct p.id from (select distinct protection_order_id as id from public.retention_holds) h
    cross join lateral public.hoede_people_of(h.id) as p (id)
    where p.id = any(_people) and public.hoede_is_held(h.id);
  perform set_config('hoede.part', _before, true);
end $$;
revoke execute on function hoede_held_people(uuid[]) from public;

-- What of the positions belongs to cases that are held: which devices, and when.
create function hoede_held_windows() returns table (device_id uuid, held tstzrange)
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare _before text := coalesce(current_setting('hoede.part', true), '');
begin
  perform set_config('hoede.part', 'retention', true);
  return query select w.device_id, w.held from (
    select a.device_id, tstzrange(a.valid_from, a.valid_until) * public.hoede_span_of(h.id) as held
      from (select distinct protection_order_id as id from public.retention_holds) h
     cross join lateral public.hoede_people_of(h.id) as p (id) join public.device_assignments a on a.person_id = p.id
     where public.hoede_is_held(h.id)) w where not isempty(w.held);
  perform set_config('hoede.part', _before, true);
end $$;
revoke execute on function hoede_held_windows() from public;

-- Whoever holds a case waits for the piece that is being erased; whoever erases sees the hold. Of what is gone nothing is
-- held.
create function hoede_begin_hold() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  _before text := coalesce(current_setting('hoede.part', true), '');
  _gone boolean;
begin
  perform pg_advisory_xact_lock_shared(7205759403792793660);
  perform set_config('hoede.part', 'retention', true);
  select exists (select from public.erasures e where e.protection_order_id = new.protection_order_id
    and e.purpose = 'evidence' and e.done_at is not null) into _gone;
  perform set_config('hoede.part', _before, true);
  if _gone then
    raise exception 'nothing of this case is left to be held' using errcode = 'check_violation', constraint = 'retention_holds_erased';
  end if;
  return new;
end $$;
revoke execute on function hoede_begin_hold() from public;
create trigger begin_hold before insert on retention_holds for each row execute function hoede_begin_hold();

-- As before; and the thirty days after it are counted from when the database saw it end.
create or replace function hoede_guard_hold() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if (new.id, new.protection_order_id, new.held_for, new.until, new.held_by, new.at)
       is distinct from (old.id, old.protection_order_id, old.held_for, old.until, old.held_by, old.at)
    or (old.released_at is null and new.released_at is not null and new.release_confirmed_by is null)
    or (old.released_at is not null and (new.released_by, new.released_at, new.release_confirmed_by)
       is distinct from (old.released_by, old.released_at, old.release_confirmed_by))
  then
    raise exception 'expected a hold as it was set, or its release by two people';
  end if;
  if old.released_at is null and new.released_at is not null then new.released_at := public.hoede_clock(); end if;
  return new;
end $$;

-- What its time is counted from: when the database saw it end, whoever writes another time.
create function hoede_guard_end() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  new.changed_at := case old.status when 'ended' then old.changed_at else public.hoede_clock() end;
  return new;
end $$;
create trigger guard_end before update on protection_orders for each row when (new.status = 'ended')
  execute function hoede_guard_end();

-- Whether the time of an order is over by the clock and the terms of the database, and nobody holds it.
create function hoede_is_over(_order uuid) returns boolean
language sql volatile set search_path = pg_catalog, pg_temp as $$
  select exists (select from public.protection_orders o where o.id = _order and o.status = 'ended'
      and o.changed_at + (select days * interval '24 hours' from public.retention_terms
        where purpose = 'evidence' order by version desc limit 1) < public.hoede_clock())
    and not public.hoede_is_held(_order)
$$;

-- Only of a case that ended longer ago than its term, about which nothing is open and which nobody holds, or held lately;
-- and of its people whom no other case needs: one of which it is said that it was erased must be over as well.
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
    or exists (select from public.protection_orders o cross join lateral public.hoede_people_of(o.id) as p (id)
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

-- Nothing goes before it is 34 days old, a day less than the shortest that anything is kept, whatever day a caller names.
create or replace function hoede_destroy_keys_before(_kind text, _day date) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
  update public.data_keys set wrapped = null, destroyed_at = now()
   where _kind = 'refused' and wrapped is not null and starts_with(scope, _kind || '/')
     and made_at < least(_day::timestamp at time zone 'UTC', public.hoede_clock() - interval '34 days')
$$;

create or replace function hoede_drop_fix_partition(_name text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  _before text := coalesce(current_setting('hoede.part', true), '');
  _is_held boolean;
begin
  if _name !~ '^fixes_[0-9]{8}$' then raise exception 'expected a day of fixes'; end if;
  if to_regclass('public.' || _name) is null then return; end if;
  if (to_date(substr(_name, 7), 'YYYYMMDD') + 1)::timestamp at time zone 'UTC' > public.hoede_clock() - interval '34 days' then
    raise exception 'expected a day whose time is over';
  end if;
  perform set_config('hoede.part', 'history', true);
  execute format('select exists (select from public.%I f join public.hoede_held_windows() w
    on w.device_id = f.device_id and f.recorded_at <@ w.held)', _name) into _is_held;
  perform set_config('hoede.part', _before, true);
  if _is_held then raise exception 'expected a day in which no case that is held has fixes'; end if;
  execute format('drop table public.%I', _name);
end $$;

create or replace function hoede_drop_default_fixes(_until timestamptz) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare _before text := coalesce(current_setting('hoede.part', true), '');
begin
  perform set_config('hoede.part', 'history', true);
  delete from public.fixes_default f where f.recorded_at < least(_until, public.hoede_clock() - interval '34 days')
    and not exists (select from public.hoede_held_windows() w where w.device_id = f.device_id and f.recorded_at <@ w.held);
  perform set_config('hoede.part', _before, true);
end $$;
