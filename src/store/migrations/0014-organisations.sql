-- breaking: no
-- Who works for whom: organisations with their units and staff, desks that watch for several of them, and which unit
-- looks after which case. Whoever is in a row of another organisation cannot point at it: where it matters a key is of
-- the organisation and the row together, so that a row that is hidden and one that is missing are refused alike.

create table organisations (
  id uuid primary key default uuidv7(),
  oin text unique check (oin ~ '^\d{20}$'), -- its identification number with the government; null: not known
  name text not null,
  created_at timestamptz not null default now()
);
-- What was there before belongs to this one, and so does whatever names none.
insert into organisations (id, name) values ('00000000-0000-7000-8000-000000000001', 'eigen');

create table units (
  id uuid primary key default uuidv7(),
  organisation_id uuid not null references organisations,
  name text not null,
  created_at timestamptz not null default now(),
  unique (organisation_id, id),
  unique (organisation_id, name)
);

create table desks (
  id uuid primary key default uuidv7(),
  name text not null unique,
  created_at timestamptz not null default now()
);

create table desk_organisations (
  desk_id uuid not null references desks,
  organisation_id uuid not null references organisations,
  "from" timestamptz not null default now(),
  until timestamptz, -- null: not ended
  primary key (desk_id, organisation_id, "from"),
  check (until is null or until > "from")
);
create index desk_organisations_organisation on desk_organisations (organisation_id);

create table staff (
  id uuid primary key default uuidv7(),
  organisation_id uuid not null default '00000000-0000-7000-8000-000000000001' references organisations,
  unit_id uuid,
  issuer text not null, -- who says who they are
  subject text not null, -- and as whom: never an e-mail address, which is given to the next person
  display_name text not null,
  created_at timestamptz not null default now(),
  disabled_at timestamptz,
  unique (issuer, subject),
  unique (organisation_id, id),
  foreign key (organisation_id, unit_id) references units (organisation_id, id)
);

create table staff_roles (
  id uuid primary key default uuidv7(),
  staff_id uuid not null references staff,
  role text not null check (role in ('administrator', 'supervisor', 'operator', 'auditor')),
  desk_id uuid references desks,
  unit_id uuid references units,
  "from" timestamptz not null default now(),
  until timestamptz, -- null: not ended
  given_by uuid, -- staff, or the client of the machine that gave it; null: made with the installation
  confirmed_by uuid,
  check (until is null or until > "from"),
  check (desk_id is null or role = 'operator')
);
create index staff_roles_staff on staff_roles (staff_id);

create table caseloads (
  id uuid primary key default uuidv7(),
  organisation_id uuid not null references organisations,
  protection_order_id uuid not null references protection_orders,
  unit_id uuid not null,
  staff_id uuid,
  "from" timestamptz not null default now(),
  until timestamptz, -- null: not ended
  check (until is null or until > "from"),
  foreign key (organisation_id, unit_id) references units (organisation_id, id),
  foreign key (organisation_id, staff_id) references staff (organisation_id, id)
);
create index caseloads_order on caseloads (protection_order_id);
create index caseloads_unit on caseloads (organisation_id, unit_id);

-- A case goes to another organisation when one side has proposed it and the other has accepted it.
create table case_moves (
  id uuid primary key default uuidv7(),
  order_id uuid not null references protection_orders,
  from_org uuid not null references organisations,
  to_org uuid not null references organisations,
  proposed_by uuid not null,
  proposed_at timestamptz not null default now(),
  accepted_by uuid,
  at timestamptz, -- when it went over; null: not yet
  declined_by uuid,
  declined_at timestamptz, -- by the other side, or taken back
  check (from_org <> to_org),
  check ((accepted_by is null) = (at is null)),
  check ((declined_by is null) = (declined_at is null)),
  check (at is null or declined_at is null)
);
create unique index case_moves_open on case_moves (order_id) where (at is null and declined_at is null);
create index case_moves_from on case_moves (from_org);
create index case_moves_to on case_moves (to_org);
