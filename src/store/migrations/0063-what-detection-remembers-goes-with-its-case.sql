-- breaking: no
-- What detection remembers of somebody goes with the case, and whoever erases takes nothing of what is still watched.
create function hoede_guard_remembered() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
declare _of text := split_part(old.scope, ':', 2);
begin
  if current_user = 'hoede_worker' and (
    not exists (select from public.protection_orders o where o.offender_id::text = _of)
    or exists (select from public.protection_orders o where o.offender_id::text = _of and o.status <> 'ended'))
  then
    raise exception 'expected what is remembered of somebody whose orders have all ended';
  end if;
  return old;
end $$;
revoke execute on function hoede_guard_remembered() from public;
create trigger guard_remembered before delete on evaluator_snapshots for each row execute function hoede_guard_remembered();
