-- breaking: no
-- Whom a change that waits names is kept with it, though no order names them yet.
create or replace function hoede_people_about_cases() returns setof uuid language sql stable set search_path = pg_catalog, pg_temp as $$
  select member_id from public.household_links where member_id is not null
  union select person_id from public.household_links
  union select person_id from public.relocations
  union select v from public.proposals p cross join lateral public.hoede_victims_in(p.change -> 'order') as v
   where p.status in ('open', 'planned') and p.change ->> 'type' = 'order' and v is not null
$$;

-- The worker keeps no move of its own: it gives one that is known to an order whose planned change has its moment.
create function hoede_copy_move(_id uuid, _from uuid, _order uuid, _old text, _new text, _is_named boolean, _kept_at timestamptz)
returns void language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare _before text := coalesce(current_setting('hoede.part', true), '');
begin
  perform set_config('hoede.part', 'plans', true);
  insert into public.relocations (id, organisation_id, protection_order_id, person_id, moved_at, old_address, new_address,
      kept_by, kept_at, copied_from)
  select _id, r.organisation_id, o.id, r.person_id, r.moved_at, _old, _new, r.kept_by, _kept_at,
      case when not _is_named then coalesce(r.copied_from, r.protection_order_id) end
    from public.relocations r
    join public.protection_orders o on o.organisation_id = r.organisation_id and o.id <> r.protection_order_id
   where r.id = _from and o.id = _order and o.status <> 'ended'
     and exists (select from public.proposals p
       where p.protection_order_id = _order and p.status = 'planned' and p.begins_at <= _kept_at);
  if not found then
    raise exception 'expected a known move, and an order whose planned change has its moment';
  end if;
  perform set_config('hoede.part', _before, true);
end $$;
revoke execute on function hoede_copy_move(uuid, uuid, uuid, text, text, boolean, timestamptz) from public;
