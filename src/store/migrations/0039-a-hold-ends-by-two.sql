-- breaking: no
-- A hold ends before its time by two people; keys are destroyed by the clock and the terms of the database; what a held
-- case keeps of somebody is asked about again.

alter table retention_holds add column release_confirmed_by uuid;
alter table retention_holds add check (release_confirmed_by is null or (released_by is not null and release_confirmed_by <> released_by));

-- As it was set, but for its release, once, and for its words, which are erased with the case.
create function hoede_guard_hold() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if (new.id, new.protection_order_id, new.held_for, new.until, new.held_by, new.at)
       is distinct from (old.id, old.protection_order_id, old.held_for, old.until, old.held_by, old.at)
    or (old.released_at is null and new.released_at is not null and new.release_confirmed_by is null)
    or (old.released_at is not null and (new.released_by, new.released_at, new.release_confirmed_by)
       is distinct from (old.released_by, old.released_at, old.release_confirmed_by))
  then
    raise exception 'expected a hold as it was set, or its release by two people';
  end if;
  return new;
end $$;
create trigger guard_hold before update on retention_holds for each row execute function hoede_guard_hold();

-- Why what is due is not erased, and when that is looked at again.
alter table erasures add column kept_for text check (kept_for = 'held-elsewhere'),
  add column again_at timestamptz,
  add check (kept_for is null or done_at is null);
-- Said to be done although a held case kept somebody: gone through once more, which counts what is still there.
update erasures e set done_at = null where e.purpose = 'monitoring' and e.done_at is not null
   and exists (select from hoede_people_of(e.protection_order_id) as p (id)
     where exists (select from person_phones t where t.person_id = p.id) or exists (select from person_wishes t where t.person_id = p.id)
        or exists (select from person_consents t where t.person_id = p.id) or exists (select from latest_sightings t where t.person_id = p.id));

-- The terms of `retention-terms.json`, put in by the owner with each migration; nobody else writes them.
create table retention_terms (
  version integer not null,
  purpose text not null check (purpose in ('monitoring', 'evidence', 'unused')),
  days integer not null check (days > 0),
  grace_days integer not null check (grace_days >= 0),
  primary key (version, purpose)
);
alter table retention_terms enable row level security, force row level security;
create policy machinery on retention_terms using (true);

-- The clock by which things are erased for good: that of the database, whatever a caller says.
create function hoede_clock() returns timestamptz language sql volatile set search_path = pg_catalog, pg_temp as $$
  select clock_timestamp()
$$;

drop function hoede_destroy_keys_of_case(uuid, uuid[], timestamptz);
-- Only of a case that ended longer ago than its term, about which nothing is open and which nobody holds, or held lately;
-- and of its people whom no other case needs.
create function hoede_destroy_keys_of_case(_order uuid, _people uuid[]) returns integer
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  _before text := coalesce(current_setting('hoede.part', true), '');
  _now timestamptz := public.hoede_clock();
  _term interval;
  _grace interval;
  _count integer;
begin
  perform set_config('hoede.part', 'retention', true);
  select days * interval '24 hours', grace_days * interval '24 hours' into _term, _grace
    from public.retention_terms where purpose = 'evidence' order by version desc limit 1;
  if _term is null
    or not exists (select from public.protection_orders o join public.erasures e on e.protection_order_id = o.id
      where o.id = _order and o.status = 'ended' and o.changed_at + _term < _now and e.purpose = 'evidence' and e.done_at is null)
    or exists (select from public.alerts a where a.protection_order_id = _order and a.status <> 'closed')
    or exists (select from public.retention_holds h where h.protection_order_id = _order
      and least(h.until, coalesce(h.released_at, 'infinity')) > _now - _grace)
    or exists (select from unnest(_people) as p where p not in (select public.hoede_people_of(_order)))
    or exists (select from public.protection_orders o cross join lateral public.hoede_people_of(o.id) as p (id)
      where o.id <> _order and p.id = any(_people) and not exists (select from public.erasures e
        where e.protection_order_id = o.id and e.purpose = 'evidence' and e.done_at is not null))
  then
    raise exception 'expected a case whose time is over and people of no other case';
  end if;
  update public.data_keys set wrapped = null, destroyed_at = _now
   where wrapped is not null and (scope = 'case/' || _order or scope in (select 'person/' || p from unnest(_people) as p));
  get diagnostics _count = row_count;
  perform set_config('hoede.part', _before, true);
  return _count;
end $$;
revoke execute on function hoede_destroy_keys_of_case(uuid, uuid[]) from public;

-- Of people whom no order ever named, registered longer ago than the term of what belongs to no case.
create function hoede_destroy_keys_of_unused(_people uuid[]) returns integer
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
  then
    raise exception 'expected people of no case whose time is over';
  end if;
  update public.data_keys set wrapped = null, destroyed_at = _now
   where wrapped is not null and scope in (select 'person/' || p from unnest(_people) as p);
  get diagnostics _count = row_count;
  perform set_config('hoede.part', _before, true);
  return _count;
end $$;
revoke execute on function hoede_destroy_keys_of_unused(uuid[]) from public;
