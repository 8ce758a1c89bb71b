-- breaking: no
-- Who holds a case because it may still be asked for, and what was erased of which case, by which terms.
create table retention_holds (
  id uuid primary key default uuidv7(),
  organisation_id uuid not null,
  protection_order_id uuid not null,
  held_for text not null check (held_for in ('court', 'prosecutor', 'defence', 'inspection', 'data-subject')),
  reason text not null,
  document_reference text,
  until timestamptz not null,
  held_by uuid not null,
  at timestamptz not null,
  released_by uuid,
  released_at timestamptz,
  release_reason text,
  check (until > at),
  check ((released_by is null) = (released_at is null) and (released_by is null) = (release_reason is null)),
  foreign key (organisation_id, protection_order_id) references protection_orders (organisation_id, id) on update cascade
);
create index retention_holds_order on retention_holds (protection_order_id, until);

create table erasures (
  id uuid primary key default uuidv7(),
  organisation_id uuid not null,
  protection_order_id uuid not null,
  purpose text not null check (purpose in ('monitoring', 'evidence')),
  terms_version integer not null,
  began_at timestamptz not null,
  done_at timestamptz,
  counts jsonb not null default '{}', -- how many rows of what
  unique (protection_order_id, purpose),
  foreign key (organisation_id, protection_order_id) references protection_orders (organisation_id, id) on update cascade
);

create trigger row_of_order before insert on retention_holds for each row when (new.organisation_id is null)
  execute function hoede_row_of_order();
create trigger row_of_order before insert on erasures for each row when (new.organisation_id is null)
  execute function hoede_row_of_order();

do $$
declare _table text;
begin
  foreach _table in array array['retention_holds', 'erasures'] loop
    execute format('alter table %I enable row level security, force row level security', _table);
    execute format('create policy machinery on %I using ((select hoede_part()) is not null)', _table);
    execute format('create policy people on %I using (organisation_id = any ((select hoede_organisations())::uuid[])
      and ((select hoede_cases()) is null or protection_order_id = any ((select hoede_cases())::uuid[])))', _table);
  end loop;
end $$;

-- Everybody whom any version of an order names.
create function hoede_people_of(_order uuid) returns setof uuid language sql stable set search_path = pg_catalog, pg_temp as $$
  select distinct p.person from public.protection_order_versions v cross join lateral (
    select (v.body ->> 'offenderId')::uuid as person
    union all select (b ->> 'victimId')::uuid from jsonb_array_elements(v.body -> 'proximityBans') as b) p
   where v.protection_order_id = _order
$$;

-- From its first start until it was ended.
create function hoede_span_of(_order uuid) returns tstzrange language sql stable set search_path = pg_catalog, pg_temp as $$
  select tstzrange(to_timestamp(min((v.body ->> 'validFromMs')::float8) / 1000),
    max(case when o.status = 'ended' then o.changed_at end))
   from public.protection_orders o join public.protection_order_versions v on v.protection_order_id = o.id
  where o.id = _order
$$;

-- The worker may destroy no key by itself: only that of a case whose erasing has begun, which protects nobody and which
-- nobody holds, and those of people whom no other case needs.
create function hoede_destroy_keys_of_case(_order uuid, _people uuid[], _at timestamptz) returns integer
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  _before text := coalesce(current_setting('hoede.part', true), '');
  _count integer;
begin
  perform set_config('hoede.part', 'retention', true);
  if not exists (select from public.protection_orders o join public.erasures e on e.protection_order_id = o.id
      where o.id = _order and o.status = 'ended' and e.purpose = 'evidence' and e.done_at is null)
    or exists (select from public.retention_holds h where h.protection_order_id = _order and h.released_at is null and h.until > _at)
    or exists (select from public.protection_orders o cross join lateral public.hoede_people_of(o.id) as p (id)
      where o.id <> _order and p.id = any(_people) and not exists (select from public.erasures e
        where e.protection_order_id = o.id and e.purpose = 'evidence' and e.done_at is not null))
  then
    raise exception 'expected a case whose time is over and people of no other case';
  end if;
  update public.data_keys set wrapped = null, destroyed_at = _at
   where wrapped is not null and (scope = 'case/' || _order or scope in (select 'person/' || p from unnest(_people) as p));
  get diagnostics _count = row_count;
  perform set_config('hoede.part', _before, true);
  return _count;
end $$;
revoke execute on function hoede_destroy_keys_of_case(uuid, uuid[], timestamptz) from public;
