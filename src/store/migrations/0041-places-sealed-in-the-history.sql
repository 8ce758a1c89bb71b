-- breaking: yes
-- Where somebody was, and how they moved, lies sealed in the history. What lay open before is read as it is, until
-- "npm run keys -- --seal" has sealed it.
do $$
declare _table text; _name text;
begin
  foreach _table in array array['fixes', 'disbelieved_fixes'] loop
    select conname into strict _name from pg_constraint where conrelid = _table::regclass and contype = 'u';
    execute format('alter table %I drop constraint %I', _table, _name);
  end loop;
end $$;
alter table fixes alter longitude drop not null, alter latitude drop not null, add place bytea, add motion bytea,
  add unique (device_id, recorded_at, place);
alter table disbelieved_fixes add place bytea,
  add unique nulls not distinct (device_id, recorded_at, place, longitude, latitude, learned_at);
alter table latest_sightings alter longitude drop not null, alter latitude drop not null, add place bytea;

-- The key of a day of recording ends when no place of that day is left. One that was made a moment ago may be of rows that
-- nobody sees before they are committed.
create function hoede_destroy_keys_of_positions(_until date) returns integer
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  _before text := coalesce(current_setting('hoede.part', true), '');
  _count integer;
begin
  perform set_config('hoede.part', 'history', true);
  with old as materialized (
    select id, to_date(split_part(scope, '/', 2), 'YYYY-MM-DD')::timestamp at time zone 'UTC' as day from public.data_keys
     where wrapped is not null and made_at < now() - interval '2 days'
       and scope ~ '^positions/[0-9]{4}-[0-9]{2}-[0-9]{2}(/[0-9]+)?$'
       and split_part(scope, '/', 2) collate "C" < to_char(_until, 'YYYY-MM-DD'))
  update public.data_keys k set wrapped = null, destroyed_at = now() from old
   where k.id = old.id
     and not exists (select from public.fixes where recorded_at >= old.day and recorded_at < old.day + interval '24 hours')
     and not exists (select from public.disbelieved_fixes where recorded_at >= old.day and recorded_at < old.day + interval '24 hours')
     and not exists (select from public.latest_sightings where recorded_at >= old.day and recorded_at < old.day + interval '24 hours');
  get diagnostics _count = row_count;
  perform set_config('hoede.part', _before, true);
  return _count;
end $$;
revoke execute on function hoede_destroy_keys_of_positions(date) from public;
