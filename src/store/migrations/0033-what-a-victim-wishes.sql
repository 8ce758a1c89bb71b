-- breaking: no
-- Whether a protected person agrees to carry a device, how they wish to be told and of what, what they were told and when,
-- and what they saw themselves. Kept and never changed: the newest holds.
create table person_consents (
  id uuid primary key default uuidv7(),
  organisation_id uuid not null,
  person_id uuid not null references persons,
  is_given boolean not null,
  at timestamptz not null,
  kept_by uuid not null
);
create table person_wishes (
  id uuid primary key default uuidv7(),
  organisation_id uuid not null,
  person_id uuid not null references persons,
  channel text not null,
  hours_from text,
  hours_until text,
  topics text[] not null,
  language text not null,
  at timestamptz not null,
  kept_by uuid not null,
  check ((hours_from is null) = (hours_until is null))
);
create table person_tellings (
  id uuid primary key default uuidv7(),
  organisation_id uuid not null,
  person_id uuid not null references persons,
  alert_id uuid, -- of a case that may have gone elsewhere
  topic text not null,
  channel text not null,
  text text not null, -- as it was sent or said
  ground text not null check (ground in ('desk', 'rule')),
  outside_wishes text[] not null,
  reason text,
  outcome text not null check (outcome in ('reached', 'sent', 'no-answer')),
  at timestamptz not null,
  told_by uuid not null
);
create table person_sightings (
  id uuid primary key default uuidv7(),
  organisation_id uuid not null,
  person_id uuid not null references persons,
  protection_order_id uuid not null references protection_orders,
  alert_id uuid not null,
  kind text not null check (kind in ('seen', 'contacted', 'other')),
  seen_at timestamptz not null,
  note text, -- sealed
  at timestamptz not null,
  kept_by uuid not null
);
create index person_consents_person on person_consents (person_id, id);
create index person_wishes_person on person_wishes (person_id, id);
create index person_tellings_person on person_tellings (person_id, id);
create index person_sightings_person on person_sightings (person_id, id);

do $$
declare _table text;
begin
  foreach _table in array array['person_consents', 'person_wishes', 'person_tellings', 'person_sightings'] loop
    execute format('create trigger row_of_person before insert on %I for each row when (new.organisation_id is null)
      execute function hoede_row_of_person()', _table);
    execute format('alter table %I enable row level security, force row level security', _table);
    execute format('create policy machinery on %I using ((select hoede_part()) is not null)', _table);
    execute format('create policy people on %I using (person_id in (select person_id from persons_in))', _table);
  end loop;
end $$;
