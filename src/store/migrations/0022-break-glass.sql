-- breaking: no
-- A position of a protected person outside an open alert: asked with a reason, opened by a second person for a quarter of
-- an hour, and told to whoever looks after the protection of data.
create table break_glasses (
  id uuid primary key default uuidv7(),
  organisation_id uuid not null references organisations, -- of the person
  person_id uuid not null references persons,
  reason text not null,
  asked_by uuid not null,
  asked_at timestamptz not null,
  expires_at timestamptz not null, -- nobody opens it after this
  confirmed_by uuid,
  confirmed_at timestamptz,
  open_until timestamptz,
  read_count integer not null default 0,
  last_read_at timestamptz,
  check ((confirmed_by is null) = (confirmed_at is null) and (confirmed_by is null) = (open_until is null)),
  -- Never the same hand.
  check (confirmed_by <> asked_by),
  check (read_count = 0 or confirmed_by is not null)
);
create index break_glasses_organisation on break_glasses (organisation_id, id);
create index break_glasses_person on break_glasses (person_id);

create function hoede_row_of_person() returns trigger language plpgsql as $$
begin
  new.organisation_id := (select p.organisation_id from public.persons p where p.id = new.person_id);
  return new;
end $$;
create trigger row_of_person before insert on break_glasses for each row when (new.organisation_id is null)
  execute function hoede_row_of_person();

alter table break_glasses enable row level security, force row level security;
create policy machinery on break_glasses using ((select hoede_part()) is not null);
create policy people on break_glasses using (organisation_id = any ((select hoede_organisations())::uuid[])
  and person_id in (select person_id from persons_in));
create policy people_who_audit on break_glasses for select using (organisation_id = any ((select hoede_audited())::uuid[]));
