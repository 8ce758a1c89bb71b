-- breaking: no
-- By when the key was made and not by the day in its name: that is of the clock of whoever sealed, which may be wrong.
create or replace function hoede_destroy_keys_before(_kind text, _day date) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
  update public.data_keys set wrapped = null, destroyed_at = now()
   where _kind = any('{refused,journal,positions}') and wrapped is not null
     and starts_with(scope, _kind || '/') and made_at < _day::timestamp at time zone 'UTC'
$$;
