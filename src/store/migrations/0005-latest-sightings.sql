-- breaking: no
-- Where each person under supervision was last seen, for questions by area: one row per offender with an order in force,
-- written by the evaluator. A victim never has one.
create table latest_sightings (
  person_id uuid primary key references persons,
  recorded_at timestamptz not null,
  longitude double precision not null,
  latitude double precision not null,
  accuracy_meters double precision not null
);

-- Who follows the registry asks for its last change; fixes are no part of this index and pay nothing for it.
create index journal_registry_changes on journal (id) where kind = 3;
