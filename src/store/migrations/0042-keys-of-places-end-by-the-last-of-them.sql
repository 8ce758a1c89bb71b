-- breaking: no
-- The key of a day of places ends when no place of that day is left (hoede_destroy_keys_of_positions), whatever day a
-- caller names.
create or replace function hoede_destroy_keys_before(_kind text, _day date) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
  update public.data_keys set wrapped = null, destroyed_at = now()
   where _kind = any('{refused,journal}') and wrapped is not null
     and starts_with(scope, _kind || '/') and made_at < _day::timestamp at time zone 'UTC'
$$;
