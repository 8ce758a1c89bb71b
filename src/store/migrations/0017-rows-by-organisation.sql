-- breaking: yes
-- The database itself keeps organisations apart. A person's transaction carries the hash of the secret they showed (a
-- token, a session); functions that run as the owner say which organisations that secret may see, so whoever could slip
-- a statement in reaches no further than the caller does. The machinery (taking in, judging, calling) sees all rows: by
-- its login where it has one of its own, else by what its connections say of themselves. Forced: the owner is held too.

-- As what part of the machinery a statement is run; null: for a person, or for nobody. The logins below are believed by
-- their name, and the one of people never; any other login owns all tables anyway and is believed by its word.
create function hoede_part() returns text language sql stable as $$
  select case
    when current_user in ('hoede_intake', 'hoede_evaluator', 'hoede_worker', 'hoede_audit', 'hoede_backup') then current_user::text
    when current_user = 'hoede_api' then null
    else nullif(current_setting('hoede.part', true), '') end
$$;

alter table api_clients
  add column organisation_id uuid not null default '00000000-0000-7000-8000-000000000001' references organisations,
  add column desk_id uuid references desks, -- of an operator: sees what its desk watches, not only the own organisation
  add column unit_id uuid,
  add foreign key (organisation_id, unit_id) references units (organisation_id, id),
  add check (desk_id is null or role = 'operator');

alter table webhook_subscriptions
  add column organisation_id uuid not null default '00000000-0000-7000-8000-000000000001' references organisations;

-- Who is signed in, by the hash of the secret of their session. How long it lives is for the door to say.
create function hoede_staff_of(_secret bytea) returns uuid language sql stable set search_path = pg_catalog, pg_temp as $$
  select e.staff_id from public.staff_sessions e where e.token_hash = _secret and e.revoked_at is null
$$;

-- What the caller may see, and as what. Reads tables that are themselves kept apart, so it says that it does, and takes
-- that back before it answers. Asked from within by one of their policies it answers nothing.
create function hoede_caller(
  out home_id uuid, out seen_ids uuid[], out administered_ids uuid[], out audited_ids uuid[], out unit_ids uuid[]
) language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  _before text := coalesce(current_setting('hoede.part', true), '');
  _secret bytea := decode(coalesce(current_setting('hoede.secret', true), ''), 'hex');
  _client record;
  _staff uuid;
begin
  seen_ids := '{}'; administered_ids := '{}'; audited_ids := '{}';
  if _before = 'resolver' or length(_secret) = 0 then
    return;
  end if;
  perform set_config('hoede.part', 'resolver', true);
  select c.role, c.organisation_id, c.desk_id, c.unit_id into _client
    from public.api_clients c where c.token_hash = _secret and c.revoked_at is null;
  if found then
    home_id := _client.organisation_id;
    if _client.role = 'administrator' then administered_ids := array[home_id];
    elsif _client.role = 'auditor' then audited_ids := array[home_id];
    elsif _client.role = 'operator' and _client.desk_id is not null then
      seen_ids := public.hoede_watched_by(_client.desk_id);
    elsif _client.role in ('operator', 'supervisor') then seen_ids := array[home_id];
    end if;
    if _client.unit_id is not null then unit_ids := array[_client.unit_id]; end if;
  else
    _staff := public.hoede_staff_of(_secret);
    select s.organisation_id into home_id from public.staff s where s.id = _staff and s.disabled_at is null;
    if found then
      select coalesce(array_agg(distinct o.id) filter (where r.role in ('operator', 'supervisor')), '{}'),
             case when bool_or(r.role = 'administrator') then array[home_id] else '{}' end,
             case when bool_or(r.role = 'auditor') then array[home_id] else '{}' end,
             case when bool_and(r.unit_id is not null) filter (where r.role in ('operator', 'supervisor'))
                  then array_agg(r.unit_id) filter (where r.unit_id is not null) end
        into seen_ids, administered_ids, audited_ids, unit_ids
        from public.staff_roles r
       cross join lateral unnest(case when r.desk_id is null then array[home_id] else public.hoede_watched_by(r.desk_id) end) as o (id)
       where r.staff_id = _staff and r."from" <= now() and (r.until is null or r.until > now());
    end if;
  end if;
  -- Whoever runs the installation administers all who are on it.
  if '00000000-0000-7000-8000-000000000001' = any(administered_ids) then
    select array_agg(o.id) into administered_ids from public.organisations o;
  end if;
  perform set_config('hoede.part', _before, true);
end $$;

create function hoede_watched_by(_desk_id uuid) returns uuid[] language sql stable set search_path = pg_catalog, pg_temp as $$
  select coalesce(array_agg(distinct d.organisation_id), '{}') from public.desk_organisations d
   where d.desk_id = _desk_id and d."from" <= now() and (d.until is null or d.until > now())
$$;

-- In a policy always as (select …): then it is asked once for a statement and not for each row.
create function hoede_organisations() returns uuid[] language sql stable set search_path = pg_catalog, pg_temp
as $$ select seen_ids from public.hoede_caller() $$;
create function hoede_administered() returns uuid[] language sql stable set search_path = pg_catalog, pg_temp
as $$ select administered_ids from public.hoede_caller() $$;
create function hoede_audited() returns uuid[] language sql stable set search_path = pg_catalog, pg_temp
as $$ select audited_ids from public.hoede_caller() $$;
create function hoede_home() returns uuid language sql stable set search_path = pg_catalog, pg_temp
as $$ select home_id from public.hoede_caller() $$;

-- The cases of the caller's units; null: of the whole organisation.
create function hoede_cases() returns uuid[] language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  _before text := coalesce(current_setting('hoede.part', true), '');
  _units uuid[] := (select unit_ids from public.hoede_caller());
  _found uuid[];
begin
  if _before = 'resolver' or _units is null then return null; end if;
  perform set_config('hoede.part', 'resolver', true);
  select coalesce(array_agg(distinct c.protection_order_id), '{}') into _found from public.caseloads c
   where c.unit_id = any(_units) and c."from" <= now() and (c.until is null or c.until > now());
  perform set_config('hoede.part', _before, true);
  return _found;
end $$;

-- Whose devices the caller's organisations have: what befalls such a vendor befalls them.
create function hoede_vendors() returns uuid[] language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  _before text := coalesce(current_setting('hoede.part', true), '');
  _seen uuid[] := (select seen_ids from public.hoede_caller());
  _found uuid[];
begin
  if _before = 'resolver' or _seen = '{}' then return '{}'; end if;
  perform set_config('hoede.part', 'resolver', true);
  select coalesce(array_agg(distinct d.vendor_id), '{}') into _found from public.devices d where d.organisation_id = any(_seen);
  perform set_config('hoede.part', _before, true);
  return _found;
end $$;

-- Whose a row is. People register for themselves; the machinery, and a backup that comes back, may say.
create function hoede_own_row() returns trigger language plpgsql as $$
begin
  if public.hoede_part() is null and public.hoede_home() is not null then
    new.organisation_id := public.hoede_home();
  end if;
  return new;
end $$;

-- Persons are known to every organisation that has a case with them.
alter table persons
  add column organisation_id uuid not null default '00000000-0000-7000-8000-000000000001' references organisations;
alter table persons drop constraint persons_role_reference_key;
alter table persons add unique (organisation_id, role, reference);
create table persons_in (
  organisation_id uuid not null references organisations,
  person_id uuid not null references persons,
  primary key (organisation_id, person_id)
);
create index persons_in_person on persons_in (person_id);
insert into persons_in (organisation_id, person_id) select organisation_id, id from persons;
-- People may not add to it themselves: whoever could would see anybody whose id they know.
create function hoede_know_person() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare _before text := coalesce(current_setting('hoede.part', true), '');
begin
  perform set_config('hoede.part', 'registry', true);
  insert into public.persons_in (organisation_id, person_id) values (new.organisation_id, new.id);
  perform set_config('hoede.part', _before, true);
  return null;
end $$;
create trigger own_row before insert on persons for each row execute function hoede_own_row();
create trigger know_person after insert on persons for each row execute function hoede_know_person();

alter table devices
  add column organisation_id uuid not null default '00000000-0000-7000-8000-000000000001' references organisations;
create index devices_organisation on devices (organisation_id, vendor_id);
create trigger own_row before insert on devices for each row execute function hoede_own_row();

alter table device_assignments
  add column organisation_id uuid not null default '00000000-0000-7000-8000-000000000001' references organisations;
create index device_assignments_organisation on device_assignments (organisation_id);

alter table protection_orders
  add column organisation_id uuid not null default '00000000-0000-7000-8000-000000000001' references organisations;
alter table protection_orders drop constraint protection_orders_reference_key;
alter table protection_orders
  add unique (organisation_id, reference),
  add unique (organisation_id, id),
  add foreign key (organisation_id, offender_id) references persons_in (organisation_id, person_id);
create trigger own_row before insert on protection_orders for each row execute function hoede_own_row();

-- The organisation is copied to what hangs on a case, so that an index can begin with it.
alter table protection_order_versions
  add column organisation_id uuid not null default '00000000-0000-7000-8000-000000000001',
  add foreign key (organisation_id, protection_order_id) references protection_orders (organisation_id, id) on update cascade;
alter table protection_states add column organisation_id uuid not null default '00000000-0000-7000-8000-000000000001';
-- Null: of no case, as that a vendor is silent.
alter table alerts add column organisation_id uuid;
alter table alert_events add column organisation_id uuid;
alter table alert_transitions add column organisation_id uuid;
alter table escalations add column organisation_id uuid;
update alerts set organisation_id = '00000000-0000-7000-8000-000000000001' where protection_order_id is not null;
update alert_events e set organisation_id = a.organisation_id from alerts a where a.id = e.alert_id;
update alert_transitions e set organisation_id = a.organisation_id from alerts a where a.id = e.alert_id;
update escalations e set organisation_id = a.organisation_id from alerts a where a.id = e.alert_id;
create index alerts_open_organisation on alerts (organisation_id, priority, raised_at, id) where status <> 'closed';
create index alerts_closed_organisation on alerts (organisation_id, closed_at desc, id) where status = 'closed';

alter table protection_order_versions alter column organisation_id drop default;
alter table protection_states alter column organisation_id drop default, alter column organisation_id drop not null;
alter table device_assignments alter column organisation_id drop default;

-- Whoever inserts many rows says whose they are, and so does a backup that comes back; a policy holds people to their
-- own. Else it is looked up for each row, which costs twice the row.
create function hoede_row_of_order() returns trigger language plpgsql as $$
begin
  new.organisation_id := (select o.organisation_id from public.protection_orders o where o.id = new.protection_order_id);
  return new;
end $$;
create function hoede_row_of_alert() returns trigger language plpgsql as $$
begin
  new.organisation_id := (select a.organisation_id from public.alerts a where a.id = new.alert_id);
  return new;
end $$;
create function hoede_row_of_device() returns trigger language plpgsql as $$
begin
  new.organisation_id := (select d.organisation_id from public.devices d where d.id = new.device_id);
  return new;
end $$;
create trigger row_of_order before insert on protection_order_versions for each row when (new.organisation_id is null)
  execute function hoede_row_of_order();
create trigger row_of_order before insert on protection_states for each row when (new.organisation_id is null)
  execute function hoede_row_of_order();
create trigger row_of_order before insert on alerts for each row
  when (new.organisation_id is null and new.protection_order_id is not null)
  execute function hoede_row_of_order();
create trigger row_of_alert before insert on alert_events for each row when (new.organisation_id is null)
  execute function hoede_row_of_alert();
create trigger row_of_alert before insert on alert_transitions for each row when (new.organisation_id is null)
  execute function hoede_row_of_alert();
create trigger row_of_alert before insert on escalations for each row when (new.organisation_id is null)
  execute function hoede_row_of_alert();
create trigger row_of_device before insert on device_assignments for each row when (new.organisation_id is null)
  execute function hoede_row_of_device();

-- Whose record of readings it is: of whose case the alert is, else of whoever knows the person.
alter table access_log add column organisation_id uuid not null default '00000000-0000-7000-8000-000000000001';
alter table access_log alter column organisation_id drop default;
create index access_log_organisation on access_log (organisation_id, at);
create function hoede_row_of_reading() returns trigger language plpgsql as $$
begin
  new.organisation_id := coalesce(
    (select a.organisation_id from public.alerts a where a.id = new.alert_id),
    (select p.organisation_id from public.persons_in p where p.person_id = any(new.person_ids) order by 1 limit 1),
    public.hoede_home(), '00000000-0000-7000-8000-000000000001');
  return new;
end $$;
create trigger row_of_reading before insert on access_log for each row when (new.organisation_id is null)
  execute function hoede_row_of_reading();

-- A report that was refused is of whose device it names; else of whoever gave the sender its token.
alter table quarantined_fixes
  add column organisation_id uuid not null default '00000000-0000-7000-8000-000000000001';
alter table quarantined_fixes alter column organisation_id drop default;
create index quarantined_fixes_organisation on quarantined_fixes (organisation_id, id desc);
create function hoede_row_of_sender() returns trigger language plpgsql as $$
declare _client record;
begin
  select c.organisation_id, c.vendor_id, c.device_id into _client from public.api_clients c where c.id = new.api_client_id;
  new.organisation_id := coalesce(
    (select d.organisation_id from public.devices d
      where d.id = _client.device_id or (d.vendor_id = _client.vendor_id and d.serial_number = new.body ->> 'serialNumber')
      limit 1),
    _client.organisation_id, '00000000-0000-7000-8000-000000000001');
  return new;
end $$;
create trigger row_of_sender before insert on quarantined_fixes for each row when (new.organisation_id is null)
  execute function hoede_row_of_sender();

-- What was done is put on record by whoever does it; nobody needs a right on the record itself for that, and a person
-- puts it on that of their own organisation.
create or replace function audit_append(_organisation_id uuid, _bodies bytea[]) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  _before text := coalesce(current_setting('hoede.part', true), '');
  _index bigint;
  _entry jsonb;
begin
  if (session_user = 'hoede_api' or _before = '') and _organisation_id is distinct from public.hoede_home() then
    raise exception 'expected the organisation of the caller' using errcode = '42501';
  end if;
  perform pg_advisory_xact_lock(7205759403792794000 + (hashtext(_organisation_id::text) & 1023));
  perform set_config('hoede.part', 'record', true);
  select index into _index from public.audit_entries where organisation_id = _organisation_id order by index desc limit 1;
  _index := coalesce(_index, -1);
  for _place in 1 .. cardinality(_bodies) loop
    _index := _index + 1;
    _entry := convert_from(_bodies[_place], 'UTF8')::jsonb;
    insert into public.audit_entries (organisation_id, index, leaf_hash, body, at)
      values (_organisation_id, _index, sha256('\x00'::bytea || _bodies[_place]), _bodies[_place],
        (_entry ->> 'start_time')::timestamptz);
    insert into public.audit_subjects (organisation_id, subject_id, index)
      select distinct _organisation_id, id::uuid, _index
        from unnest(array[
          _entry #>> '{attributes,dpl.core.data_subject_id}', _entry #>> '{hoede,by,id}', _entry #>> '{hoede,alertId}',
          _entry #>> '{hoede,protectionOrderId}', _entry #>> '{hoede,subjectId}', _entry #>> '{hoede,secondPersonId}'
        ]) as id where id is not null;
  end loop;
  perform set_config('hoede.part', _before, true);
  return _index;
end $$;

-- People register; detection reads that in the journal, which they have no part in.
create function hoede_journal_change(_payload bytea) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  _before text := coalesce(current_setting('hoede.part', true), '');
  _id bigint;
begin
  perform set_config('hoede.part', 'registry', true);
  -- It names its tables without their schema.
  perform set_config('search_path', 'public, pg_temp', true);
  _id := public.journal_append(0::smallint, 3::smallint, 1, _payload);
  perform set_config('hoede.part', _before, true);
  return _id;
end $$;

-- Partitions are made and dropped by whoever keeps the history, who owns no table. A partition takes over no policy.
create function hoede_make_fix_partition(_day date) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  _name text := format('fixes_%s', to_char(_day, 'YYYYMMDD'));
  _from text := format('%sT00:00:00.000Z', to_char(_day, 'YYYY-MM-DD'));
  _until text := format('%sT00:00:00.000Z', to_char(_day + 1, 'YYYY-MM-DD'));
  _before text := coalesce(current_setting('hoede.part', true), '');
begin
  if _day is null or _day not between '2000-01-01' and '2999-12-31' then
    raise exception 'expected a day of this millennium';
  end if;
  perform set_config('hoede.part', 'history', true);
  execute format('create table public.%I (like public.fixes including all)', _name);
  execute format('alter table public.%I enable row level security, force row level security', _name);
  execute format('create policy machinery on public.%I using ((select public.hoede_part()) is not null)', _name);
  -- Attaching looks through the default partition; fixes of the day would make it fail, so they move first.
  lock table public.fixes_default in access exclusive mode;
  execute format('with moved as (delete from public.fixes_default where recorded_at >= %L and recorded_at < %L returning *)
                  insert into public.%I select * from moved', _from, _until, _name);
  execute format('alter table public.fixes attach partition public.%I for values from (%L) to (%L)', _name, _from, _until);
  perform set_config('hoede.part', _before, true);
end $$;
create function hoede_drop_fix_partition(_name text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if _name !~ '^fixes_[0-9]{8}$' then raise exception 'expected a day of fixes'; end if;
  execute format('drop table if exists public.%I', _name);
end $$;
create function hoede_drop_default_fixes(_until timestamptz) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare _before text := coalesce(current_setting('hoede.part', true), '');
begin
  perform set_config('hoede.part', 'history', true);
  delete from public.fixes_default where recorded_at < _until;
  perform set_config('hoede.part', _before, true);
end $$;

-- A case goes over whole, in one transaction, when the other side accepts it: what hangs on it, and the people and
-- devices that the giving side has no other case with. By functions, because no policy lets a row cross.
create function hoede_propose_move(_order_id uuid, _to_org uuid, _by uuid) returns uuid
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  _before text := coalesce(current_setting('hoede.part', true), '');
  _seen uuid[] := (select seen_ids from public.hoede_caller());
  _cases uuid[] := public.hoede_cases();
  _id uuid;
begin
  perform set_config('hoede.part', 'mover', true);
  insert into public.case_moves (order_id, from_org, to_org, proposed_by)
  select o.id, o.organisation_id, t.id, _by from public.protection_orders o, public.organisations t
   where o.id = _order_id and o.organisation_id = any(_seen) and (_cases is null or o.id = any(_cases))
     and t.id = _to_org and t.id <> o.organisation_id
  returning id into _id;
  perform set_config('hoede.part', _before, true);
  return _id;
end $$;

create function hoede_decline_move(_id uuid, _by uuid) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  _before text := coalesce(current_setting('hoede.part', true), '');
  _seen uuid[] := (select seen_ids from public.hoede_caller());
  _found boolean;
begin
  perform set_config('hoede.part', 'mover', true);
  update public.case_moves set declined_by = _by, declined_at = now()
   where id = _id and at is null and declined_at is null and (from_org = any(_seen) or to_org = any(_seen));
  _found := found;
  perform set_config('hoede.part', _before, true);
  return _found;
end $$;

create function hoede_accept_move(_id uuid, _by uuid) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  _before text := coalesce(current_setting('hoede.part', true), '');
  _home uuid := (select home_id from public.hoede_caller());
  _move record;
  _people uuid[];
  _left uuid[];
begin
  -- The order of locks: whoever changes alerts takes this first.
  perform pg_advisory_xact_lock(7205759403792793602);
  perform set_config('hoede.part', 'mover', true);
  select * into _move from public.case_moves
   where id = _id and at is null and declined_at is null and to_org = _home for update;
  if not found then
    perform set_config('hoede.part', _before, true);
    return false;
  end if;
  perform 1 from public.protection_orders where id = _move.order_id for update;
  select array_agg(distinct person) into _people from (
    select o.offender_id as person from public.protection_orders o where o.id = _move.order_id
    union select (ban ->> 'victimId')::uuid from public.protection_order_versions v
     cross join jsonb_array_elements(v.body -> 'proximityBans') as ban where v.protection_order_id = _move.order_id) as p;
  insert into public.persons_in (organisation_id, person_id)
  select _move.to_org, unnest(_people) on conflict do nothing;
  -- Versions follow by their key.
  update public.protection_orders set organisation_id = _move.to_org where id = _move.order_id;
  update public.protection_states set organisation_id = _move.to_org where protection_order_id = _move.order_id;
  update public.alerts set organisation_id = _move.to_org where protection_order_id = _move.order_id;
  update public.alert_events e set organisation_id = _move.to_org
    from public.alerts a where a.id = e.alert_id and a.protection_order_id = _move.order_id;
  update public.alert_transitions e set organisation_id = _move.to_org
    from public.alerts a where a.id = e.alert_id and a.protection_order_id = _move.order_id;
  update public.escalations e set organisation_id = _move.to_org
    from public.alerts a where a.id = e.alert_id and a.protection_order_id = _move.order_id;
  update public.caseloads set until = greatest(now(), "from" + interval '1 microsecond')
   where protection_order_id = _move.order_id and organisation_id = _move.from_org and (until is null or until > now());
  -- Whom the giving side has no case with any more.
  select array_agg(p) into _left from unnest(_people) as p where not exists (
    select from public.protection_orders o join public.protection_order_versions v on v.protection_order_id = o.id
     where o.organisation_id = _move.from_org and (o.offender_id = p
       or exists (select from jsonb_array_elements(v.body -> 'proximityBans') as ban where (ban ->> 'victimId')::uuid = p)));
  update public.persons p set organisation_id = _move.to_org
   where p.id = any(_left) and p.organisation_id = _move.from_org and not exists (
     select from public.persons q where q.organisation_id = _move.to_org and q.role = p.role and q.reference = p.reference);
  delete from public.persons_in i where i.organisation_id = _move.from_org and i.person_id = any(_left)
    and not exists (select from public.persons p where p.id = i.person_id and p.organisation_id = _move.from_org);
  update public.devices d set organisation_id = _move.to_org
   where d.organisation_id = _move.from_org and exists (
     select from public.device_assignments a where a.device_id = d.id and a.person_id = any(_left)
        and (a.valid_until is null or a.valid_until > now()));
  update public.device_assignments a set organisation_id = _move.to_org
   where a.organisation_id = _move.from_org and a.person_id = any(_left);
  update public.case_moves set accepted_by = _by, at = now() where id = _id;
  perform set_config('hoede.part', _before, true);
  return true;
end $$;

-- Functions are everybody's to call unless that is said; what a caller may see is no secret before the caller.
revoke execute on function hoede_journal_change(bytea), hoede_make_fix_partition(date), hoede_drop_fix_partition(text),
  hoede_drop_default_fixes(timestamptz), hoede_propose_move(uuid, uuid, uuid), hoede_decline_move(uuid, uuid),
  hoede_accept_move(uuid, uuid) from public;

-- The machinery sees every row of every table that is kept apart.
do $$
declare _table regclass;
begin
  for _table in select c.oid::regclass from pg_class c
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
      and c.relname not in ('schema_migrations', 'organisations', 'vendors', 'desks', 'escalation_ladders')
  loop
    execute format('alter table %s enable row level security, force row level security', _table);
    execute format('create policy machinery on %s using ((select hoede_part()) is not null)', _table);
  end loop;
end $$;

create policy people on persons
  using (organisation_id = any ((select hoede_organisations())::uuid[]) or id in (select person_id from persons_in))
  with check (organisation_id = any ((select hoede_organisations())::uuid[]));
create policy people on persons_in for select using (organisation_id = any ((select hoede_organisations())::uuid[]));
create policy people on device_assignments
  using (organisation_id = any ((select hoede_organisations())::uuid[]) or person_id in (select person_id from persons_in))
  -- Whoever is hidden and whoever is missing are refused alike.
  with check (organisation_id = any ((select hoede_organisations())::uuid[])
    and person_id in (select person_id from persons_in) and device_id in (select id from devices));
create policy people on devices using (organisation_id = any ((select hoede_organisations())::uuid[]));
-- Who makes the token of a phone must know that there is one; whose it is they need not.
create policy people_who_administer on devices for select using (organisation_id = any ((select hoede_administered())::uuid[]));
create policy people on latest_sightings for select
  using (exists (select from protection_orders o where o.offender_id = person_id));
create policy people on protection_orders
  using (organisation_id = any ((select hoede_organisations())::uuid[])
    and ((select hoede_cases()) is null or id = any ((select hoede_cases())::uuid[])))
  with check (organisation_id = any ((select hoede_organisations())::uuid[])
    and ((select hoede_cases()) is null or id = any ((select hoede_cases())::uuid[]))
    and offender_id in (select person_id from persons_in));
create policy people on protection_order_versions
  using (organisation_id = any ((select hoede_organisations())::uuid[])
    and ((select hoede_cases()) is null or protection_order_id = any ((select hoede_cases())::uuid[])));
create policy people on protection_states for select
  using (organisation_id = any ((select hoede_organisations())::uuid[])
    and ((select hoede_cases()) is null or protection_order_id = any ((select hoede_cases())::uuid[])));
create policy people on alerts
  using (organisation_id = any ((select hoede_organisations())::uuid[])
    and ((select hoede_cases()) is null or protection_order_id = any ((select hoede_cases())::uuid[])));
-- Of no case: whoever has a device of that vendor, or any device at all, is concerned.
create policy people_of_no_case on alerts
  using (organisation_id is null and (vendor_id = any ((select hoede_vendors())::uuid[])
    or (vendor_id is null and cardinality((select hoede_vendors())::uuid[]) > 0)));
create policy people on alert_events using (exists (
  select from alerts a where a.id = alert_id and a.organisation_id is not distinct from alert_events.organisation_id));
create policy people on alert_transitions using (exists (
  select from alerts a where a.id = alert_id and a.organisation_id is not distinct from alert_transitions.organisation_id));
create policy people on escalations using (exists (
  select from alerts a where a.id = alert_id and a.organisation_id is not distinct from escalations.organisation_id));
create policy people on access_log for insert
  with check (organisation_id = any ((select hoede_organisations())::uuid[]));
create policy people_who_audit on access_log for select using (organisation_id = any ((select hoede_audited())::uuid[]));
create policy people_who_audit on audit_entries for select using (organisation_id = any ((select hoede_audited())::uuid[]));
create policy people_who_audit on audit_subjects for select using (organisation_id = any ((select hoede_audited())::uuid[]));
create policy people_who_audit on audit_heads for select using (organisation_id = any ((select hoede_audited())::uuid[]));
create policy people_who_administer on api_clients using (organisation_id = any ((select hoede_administered())::uuid[]));
-- By what name a colleague is known who answered an alert.
create policy people on api_clients for select using (organisation_id = any ((select hoede_organisations())::uuid[]));
create policy people_who_administer on webhook_subscriptions using (organisation_id = any ((select hoede_administered())::uuid[]));
create policy people_who_administer on webhook_deliveries for select
  using (webhook_subscription_id in (select id from webhook_subscriptions));
create policy people on quarantined_fixes for select using (organisation_id = any ((select hoede_organisations())::uuid[]));
create policy people_who_administer on quarantined_fixes for select
  using (organisation_id = any ((select hoede_administered())::uuid[]));
create policy people_who_administer on units using (organisation_id = any ((select hoede_administered())::uuid[]));
create policy people on units for select using (organisation_id = any ((select hoede_organisations())::uuid[]));
create policy people_who_administer on desk_organisations using (organisation_id = any ((select hoede_administered())::uuid[]));
create policy people on desk_organisations for select using (organisation_id = any ((select hoede_organisations())::uuid[]));
create policy people_who_administer on staff using (organisation_id = any ((select hoede_administered())::uuid[]));
create policy people on staff for select using (organisation_id = any ((select hoede_organisations())::uuid[]));
create policy people_who_administer on staff_roles using (staff_id in (select id from staff));
create policy people on caseloads using (organisation_id = any ((select hoede_organisations())::uuid[]));
create policy people on case_moves for select using (
  from_org = any ((select hoede_organisations())::uuid[]) or to_org = any ((select hoede_organisations())::uuid[]));
