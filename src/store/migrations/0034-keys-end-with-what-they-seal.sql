-- breaking: no
-- What ends by its age takes its key along. Keys of people and cases end by two people, so whoever keeps the storage in
-- shape may not change keys, and destroys by these functions those of days and of assessments alone.
create function hoede_destroy_keys_before(_kind text, _day date) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
  update public.data_keys set wrapped = null, destroyed_at = now()
   where _kind = any('{refused,journal,positions}') and wrapped is not null
     and scope ~ ('^' || _kind || '/[0-9]{4}-[0-9]{2}-[0-9]{2}$')
     and scope collate "C" < _kind || '/' || to_char(_day, 'YYYY-MM-DD')
$$;

create function hoede_destroy_keys_of_assessments(_ids uuid[]) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
  update public.data_keys set wrapped = null, destroyed_at = now()
   where scope = any(select 'assessment/' || id from unnest(_ids) as id) and wrapped is not null
$$;

revoke execute on function hoede_destroy_keys_before(text, date), hoede_destroy_keys_of_assessments(uuid[]) from public;
