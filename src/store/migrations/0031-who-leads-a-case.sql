-- breaking: no
-- Who leads a case and whom the protected person asks, each with a stand-in and what was said when it was handed over;
-- what was found by screening, by whom, and who is trained for that.
create table case_roles (
  id uuid primary key default uuidv7(),
  organisation_id uuid not null,
  protection_order_id uuid not null,
  role text not null check (role in ('case-lead', 'contact-point')),
  staff_id uuid, -- null: somebody of another organisation, by name
  name text not null,
  phone text,
  stand_in_staff_id uuid,
  stand_in_name text not null,
  stand_in_phone text,
  hand_over_note text, -- of whoever had it before
  given_by uuid not null,
  "from" timestamptz not null,
  until timestamptz,
  check (staff_id is null or staff_id is distinct from stand_in_staff_id),
  foreign key (organisation_id, protection_order_id) references protection_orders (organisation_id, id) on update cascade
);
create unique index case_roles_now on case_roles (protection_order_id, role) where until is null;

create table screenings (
  id uuid primary key default uuidv7(),
  organisation_id uuid not null,
  protection_order_id uuid not null,
  instrument text not null,
  screened_at timestamptz not null,
  author_id uuid not null,
  outcome text not null check (outcome in ('low', 'moderate', 'high')),
  next_due_at timestamptz not null,
  document_reference text,
  kept_by uuid not null,
  kept_at timestamptz not null,
  check (next_due_at > screened_at),
  foreign key (organisation_id, protection_order_id) references protection_orders (organisation_id, id) on update cascade
);
create index screenings_order on screenings (protection_order_id, screened_at);

create table staff_trainings (
  id uuid primary key default uuidv7(),
  organisation_id uuid not null,
  staff_id uuid not null,
  instrument text not null,
  trained_at timestamptz not null,
  valid_until timestamptz not null,
  kept_by uuid not null,
  kept_at timestamptz not null,
  check (valid_until > trained_at),
  foreign key (organisation_id, staff_id) references staff (organisation_id, id)
);
create index staff_trainings_staff on staff_trainings (staff_id);

create trigger row_of_order before insert on case_roles for each row when (new.organisation_id is null)
  execute function hoede_row_of_order();
create trigger row_of_order before insert on screenings for each row when (new.organisation_id is null)
  execute function hoede_row_of_order();

do $$
declare _table text;
begin
  foreach _table in array array['case_roles', 'screenings', 'staff_trainings'] loop
    execute format('alter table %I enable row level security, force row level security', _table);
    execute format('create policy machinery on %I using ((select hoede_part()) is not null)', _table);
  end loop;
  foreach _table in array array['case_roles', 'screenings'] loop
    execute format('create policy people on %I using (organisation_id = any ((select hoede_organisations())::uuid[])
      and ((select hoede_cases()) is null or protection_order_id = any ((select hoede_cases())::uuid[])))', _table);
  end loop;
end $$;
create policy people_who_administer on staff_trainings
  using (organisation_id = any ((select hoede_administered())::uuid[]));
create policy people on staff_trainings for select
  using (organisation_id = any ((select hoede_organisations())::uuid[]));
