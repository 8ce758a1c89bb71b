-- breaking: no
-- What is done to a case is on the record of whose case it is, whoever did it: a desk that watches for somebody writes on
-- theirs, whoever administers another organisation likewise, and moving a case is on that of both sides.

create function hoede_append_entries(_organisation_id uuid, _bodies bytea[]) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  _before text := coalesce(current_setting('hoede.part', true), '');
  _index bigint;
  _entry jsonb;
begin
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

create or replace function audit_append(_organisation_id uuid, _bodies bytea[]) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare _caller record;
begin
  if session_user = 'hoede_api' or coalesce(current_setting('hoede.part', true), '') = '' then
    select home_id, seen_ids, administered_ids into _caller from public.hoede_caller();
    if coalesce(_organisation_id = _caller.home_id or _organisation_id = any(_caller.seen_ids)
        or _organisation_id = any(_caller.administered_ids), false) is false then
      raise exception 'expected an organisation of the caller' using errcode = '42501';
    end if;
  end if;
  return public.hoede_append_entries(_organisation_id, _bodies);
end $$;

create function hoede_record_move(_id uuid, _from_bodies bytea[], _to_bodies bytea[]) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  _before text := coalesce(current_setting('hoede.part', true), '');
  _seen uuid[] := (select seen_ids from public.hoede_caller());
  _move record;
begin
  perform set_config('hoede.part', 'mover', true);
  select from_org, to_org into _move from public.case_moves
   where id = _id and (from_org = any(_seen) or to_org = any(_seen));
  if not found then
    raise exception 'expected an offer of the caller' using errcode = '42501';
  end if;
  -- In one order always: two moves at once lock the records of both sides.
  if _move.from_org < _move.to_org then
    perform public.hoede_append_entries(_move.from_org, _from_bodies);
    perform public.hoede_append_entries(_move.to_org, _to_bodies);
  else
    perform public.hoede_append_entries(_move.to_org, _to_bodies);
    perform public.hoede_append_entries(_move.from_org, _from_bodies);
  end if;
  perform set_config('hoede.part', _before, true);
end $$;

revoke execute on function hoede_append_entries(uuid, bytea[]), hoede_record_move(uuid, bytea[], bytea[]) from public;

-- Whoever reads of what is of no case, as that a vendor is silent, does so on their own record.
drop policy people on access_log;
create policy people on access_log for insert
  with check (organisation_id = any ((select hoede_organisations())::uuid[]) or organisation_id = (select hoede_home()));
