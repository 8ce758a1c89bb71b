-- breaking: no
-- One case has one lead and one contact point. Who has it in every order of the case is decided here, whatever whoever
-- asks may see of it: by whom it was given last. They are told nothing of the orders that they do not see.
create function hoede_share_case_roles(_order uuid, _by uuid, _at timestamptz) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  _before text := coalesce(current_setting('hoede.part', true), '');
  _seen uuid[] := (select seen_ids from public.hoede_caller());
  _cases uuid[] := public.hoede_cases();
  _case uuid;
  _organisation uuid;
  _role text;
  _last public.case_roles;
  _other uuid;
begin
  perform set_config('hoede.part', 'sharer', true);
  -- Of an order that has left: those which it left.
  select j.case_id, o.organisation_id into _case, _organisation
    from public.protection_orders o join public.joined_orders j on j.protection_order_id = o.id
   where o.id = _order and o.organisation_id = any(_seen) and (_cases is null or o.id = any(_cases))
   order by j.joined_at desc, j.id desc limit 1;
  foreach _role in array array['case-lead', 'contact-point'] loop
    select r.* into _last
      from public.case_roles r join public.joined_orders j on j.protection_order_id = r.protection_order_id
     where j.case_id = _case and j.left_at is null and r.organisation_id = _organisation
       and r.role = _role and r.until is null order by r."from" desc, r.id desc limit 1;
    continue when not found;
    for _other in select j.protection_order_id from public.joined_orders j
      where j.case_id = _case and j.left_at is null and j.organisation_id = _organisation and not exists (
        select from public.case_roles r where r.protection_order_id = j.protection_order_id and r.role = _role and r.until is null
          and (r.staff_id, r.name, r.phone, r.stand_in_staff_id, r.stand_in_name, r.stand_in_phone) is not distinct from
            (_last.staff_id, _last.name, _last.phone, _last.stand_in_staff_id, _last.stand_in_name, _last.stand_in_phone))
      order by j.protection_order_id
    loop
      update public.case_roles set until = _at where protection_order_id = _other and role = _role and until is null;
      insert into public.case_roles (organisation_id, protection_order_id, role, staff_id, name, phone, stand_in_staff_id,
        stand_in_name, stand_in_phone, hand_over_note, given_by, "from")
      values (_organisation, _other, _role, _last.staff_id, _last.name, _last.phone, _last.stand_in_staff_id,
        _last.stand_in_name, _last.stand_in_phone, _last.hand_over_note, _by, _at);
    end loop;
  end loop;
  perform set_config('hoede.part', _before, true);
end $$;
revoke execute on function hoede_share_case_roles(uuid, uuid, timestamptz) from public;
