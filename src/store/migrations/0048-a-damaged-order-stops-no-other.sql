-- breaking: no
-- What is stored of an order may have been edited in the database. What is no list of bans has none, and what is no id
-- names nobody: a question about all orders is answered for the others, and the order itself is called out as unreadable.
create function hoede_uuid_in(_text text) returns uuid language sql stable parallel safe
begin atomic
  select case when pg_input_is_valid(_text, 'uuid') then _text::uuid end;
end;

create function hoede_victims_in(_body jsonb) returns setof uuid language sql stable parallel safe
begin atomic
  select named.id
    from jsonb_path_query(_body, '$.proximityBans[*]') as ban cross join lateral hoede_uuid_in(ban ->> 'victimId') as named (id)
   where named.id is not null;
end;

create or replace function hoede_accept_move(_id uuid, _by uuid)
 returns boolean
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
    union select victim_id from public.protection_order_versions v
     cross join public.hoede_victims_in(v.body) as victim_id where v.protection_order_id = _move.order_id) as p;
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
  -- What somebody asked, or did alone, about the case is for the other side to confirm or refuse from now on.
  update public.proposals set organisation_id = _move.to_org where protection_order_id = _move.order_id;
  update public.caseloads set until = greatest(now(), "from" + interval '1 microsecond')
   where protection_order_id = _move.order_id and organisation_id = _move.from_org and (until is null or until > now());
  -- Whom the giving side has no case with any more.
  select array_agg(p) into _left from unnest(_people) as p where not exists (
    select from public.protection_orders o join public.protection_order_versions v on v.protection_order_id = o.id
     where o.organisation_id = _move.from_org and (o.offender_id = p
       or exists (select from public.hoede_victims_in(v.body) as victim_id where victim_id = p)));
  update public.persons p set organisation_id = _move.to_org
   where p.id = any(_left) and p.organisation_id = _move.from_org and not exists (
     select from public.persons q where q.organisation_id = _move.to_org and q.role = p.role and q.reference = p.reference);
  delete from public.persons_in i where i.organisation_id = _move.from_org and i.person_id = any(_left)
    and not exists (select from public.persons p where p.id = i.person_id and p.organisation_id = _move.from_org);
  update public.devices d set organisation_id = _move.to_org
   where d.organisation_id = _move.from_org and exists (
     select from public.device_assignments a where a.device_id = d.id and a.person_id = any(_left)
        and (a.valid_until is null or a.valid_until > now()));
  -- And what one person alone took from them, which the other side may give back: unless somebody else has it.
  update public.devices d set organisation_id = _move.to_org
   where d.organisation_id = _move.from_org and exists (
     select from public.proposals p join public.device_assignments a on a.id = (p.change ->> 'assignmentId')::uuid
      where a.device_id = d.id and p.subject_id = any(_left) and p.status = 'in-force')
     and not exists (select from public.device_assignments a where a.device_id = d.id
        and (a.valid_until is null or a.valid_until > now()));
  update public.device_assignments a set organisation_id = _move.to_org
   where a.organisation_id = _move.from_org and a.person_id = any(_left);
  -- So is what was asked about a device of somebody who went over, with the alert that asks for the second person.
  update public.proposals set organisation_id = _move.to_org
   where organisation_id = _move.from_org and protection_order_id is null and subject_id = any(_left);
  update public.alerts set organisation_id = _move.to_org
   where id in (select p.task_alert_id from public.proposals p where p.protection_order_id is null and p.subject_id = any(_left));
  update public.alert_events e set organisation_id = _move.to_org from public.proposals p
   where e.alert_id = p.task_alert_id and p.protection_order_id is null and p.subject_id = any(_left);
  update public.alert_transitions e set organisation_id = _move.to_org from public.proposals p
   where e.alert_id = p.task_alert_id and p.protection_order_id is null and p.subject_id = any(_left);
  update public.escalations e set organisation_id = _move.to_org from public.proposals p
   where e.alert_id = p.task_alert_id and p.protection_order_id is null and p.subject_id = any(_left);
  update public.case_moves set accepted_by = _by, at = now() where id = _id;
  perform set_config('hoede.part', _before, true);
  return true;
end $$;

create or replace function hoede_is_under_order(_person_id uuid)
 returns boolean
 language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  _before text := coalesce(current_setting('hoede.part', true), '');
  _is boolean;
begin
  perform set_config('hoede.part', 'registry', true);
  select exists (
    select from public.protection_orders o
      join public.protection_order_versions v on v.protection_order_id = o.id and v.version = o.version
     where o.status <> 'ended' and (o.offender_id = _person_id
       or exists (select from public.hoede_victims_in(v.body) as victim_id where victim_id = _person_id))
  ) into _is;
  perform set_config('hoede.part', _before, true);
  return _is;
end $$;

create or replace function hoede_people_of(_order uuid)
 returns setof uuid
 language sql stable set search_path = pg_catalog, pg_temp as $$
  select distinct p.person from public.protection_order_versions v cross join lateral (
    select public.hoede_uuid_in(v.body ->> 'offenderId') as person
    union all select public.hoede_victims_in(v.body)) p
   where v.protection_order_id = _order and p.person is not null
$$;
