-- breaking: no
-- How grave a case is, as rows of the organisation; which orders are one case; who lives with whom; who has moved, and
-- what is asked about that.
create table risk_profiles (
  organisation_id uuid not null default '00000000-0000-7000-8000-000000000001' references organisations,
  key text not null check (key ~ '^[a-z][a-z0-9-]{1,39}$'),
  version bigint not null check (version > 0),
  body jsonb not null, -- as the core type (src/core/model/risk-profiles.ts)
  changed_by uuid not null, -- staff, or a client
  confirmed_by uuid check (confirmed_by <> changed_by), -- null: a client did it
  changed_at timestamptz not null,
  primary key (organisation_id, key, version)
);

-- Orders that are one case: what is not here is a case by itself.
create table joined_orders (
  id uuid primary key default uuidv7(),
  organisation_id uuid not null,
  protection_order_id uuid not null,
  case_id uuid not null,
  joined_by uuid not null,
  joined_at timestamptz not null,
  left_by uuid,
  left_at timestamptz,
  check ((left_by is null) = (left_at is null)),
  foreign key (organisation_id, protection_order_id) references protection_orders (organisation_id, id) on update cascade
);
create unique index joined_orders_now on joined_orders (protection_order_id) where left_at is null;
create index joined_orders_case on joined_orders (case_id);

create table household_links (
  id uuid primary key default uuidv7(),
  organisation_id uuid not null,
  protection_order_id uuid not null,
  person_id uuid not null, -- of the case
  member_id uuid, -- somebody registered; null: by reference
  member_reference text, -- sealed with the key of the case
  relation text not null check (relation in ('partner', 'child', 'parent', 'sibling', 'other')),
  since timestamptz not null,
  until timestamptz check (until > since),
  kept_by uuid not null,
  kept_at timestamptz not null,
  ended_by uuid,
  check ((member_id is null) <> (member_reference is null) and member_id is distinct from person_id),
  check ((until is null) = (ended_by is null)),
  foreign key (organisation_id, protection_order_id) references protection_orders (organisation_id, id) on update cascade
);
create index household_links_order on household_links (protection_order_id, since);

create table relocations (
  id uuid primary key default uuidv7(),
  organisation_id uuid not null,
  protection_order_id uuid not null,
  person_id uuid not null,
  moved_at timestamptz not null,
  old_address text, -- sealed with the key of the case; null: not known
  new_address text, -- sealed with the key of the case; null: not known
  kept_by uuid not null,
  kept_at timestamptz not null,
  foreign key (organisation_id, protection_order_id) references protection_orders (organisation_id, id) on update cascade
);
create index relocations_order on relocations (protection_order_id, moved_at);

create table relocation_questions (
  id uuid primary key default uuidv7(),
  organisation_id uuid not null,
  protection_order_id uuid not null,
  relocation_id uuid not null references relocations on delete cascade,
  about text not null check (about in ('location-ban', 'fixed-address', 'household', 'order')),
  because text not null,
  subject_id uuid, -- the ban, or the link
  place_index integer, -- of a fixed address: which one of the ban
  audience text not null, -- who is asked now
  answer_within_hours integer not null,
  due_at timestamptz not null,
  ask_at timestamptz not null, -- when it is asked next; past the one who did not answer
  asked_count integer not null default 0,
  last_asked_at timestamptz,
  answer text,
  answered_by uuid,
  answered_at timestamptz,
  note text,
  over_at timestamptz, -- the order has ended
  alert_id uuid,
  check ((answer is null) = (answered_by is null) and (answer is null) = (answered_at is null)),
  foreign key (organisation_id, protection_order_id) references protection_orders (organisation_id, id) on update cascade
);
create index relocation_questions_order on relocation_questions (protection_order_id, id);
create index relocation_questions_ask on relocation_questions (ask_at) where answered_at is null and over_at is null;

create trigger own_row before insert on risk_profiles for each row execute function hoede_own_row();
do $$
declare _table text;
begin
  execute 'alter table risk_profiles enable row level security, force row level security';
  execute 'create policy machinery on risk_profiles using ((select hoede_part()) is not null)';
  execute 'create policy people on risk_profiles using (organisation_id = any ((select hoede_organisations())::uuid[]))';
  foreach _table in array array['joined_orders', 'household_links', 'relocations', 'relocation_questions'] loop
    execute format('create trigger row_of_order before insert on %I for each row when (new.organisation_id is null)
      execute function hoede_row_of_order()', _table);
    execute format('alter table %I enable row level security, force row level security', _table);
    execute format('create policy machinery on %I using ((select hoede_part()) is not null)', _table);
    execute format('create policy people on %I using (organisation_id = any ((select hoede_organisations())::uuid[])
      and ((select hoede_cases()) is null or protection_order_id = any ((select hoede_cases())::uuid[])))', _table);
  end loop;
end $$;
