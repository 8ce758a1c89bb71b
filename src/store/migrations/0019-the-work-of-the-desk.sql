-- breaking: no
-- What staff do about an alert: the response protocol, who sits where, numbers to call; load, and what one shift leaves
-- to the next.

-- Insert-only: the newest version holds, the others say who had set what, and when; without a row the set as delivered.
create table response_protocols (
  organisation_id uuid not null default '00000000-0000-7000-8000-000000000001' references organisations,
  version bigint not null check (version > 0),
  body jsonb not null, -- as the core type (src/core/model/protocol.ts)
  changed_by uuid not null, -- staff, or a client
  changed_at timestamptz not null,
  primary key (organisation_id, version)
);

-- Who sits at the desk and what they have open; of now alone, nothing is kept of it.
create table desk_seats (
  person_id uuid primary key, -- staff, or a client
  organisation_id uuid not null default '00000000-0000-7000-8000-000000000001' references organisations,
  name text not null,
  incident_id uuid, -- null: none
  seen_at timestamptz not null
);

-- Where somebody who is protected or under supervision can be called.
create table person_phones (
  person_id uuid primary key references persons,
  phone text, -- null: taken away
  changed_by uuid not null,
  changed_at timestamptz not null
);

-- When more came in than one person can answer; of the installation, and without anybody.
create table floods (
  id uuid primary key default uuidv7(),
  started_at timestamptz not null,
  ended_at timestamptz, -- null: it goes on
  peak bigint not null -- alerts in ten minutes
);
create unique index floods_one on floods ((true)) where ended_at is null;

create table alert_shelvings (
  alert_id uuid primary key references alerts,
  by uuid not null, -- staff, or a client
  at timestamptz not null,
  until timestamptz not null check (until > at)
);

-- Who looks after what nobody has taken over: an incident, an order that does not protect whole, one that ends.
create table hand_over_owners (
  id uuid primary key default uuidv7(),
  organisation_id uuid not null default '00000000-0000-7000-8000-000000000001' references organisations,
  key text not null,
  owner_id uuid not null,
  plan text,
  by uuid not null,
  at timestamptz not null,
  unique (organisation_id, key)
);

-- Reports as they were closed; never changed.
create table hand_overs (
  id uuid primary key default uuidv7(),
  organisation_id uuid not null default '00000000-0000-7000-8000-000000000001' references organisations,
  by uuid not null,
  note text not null,
  items jsonb not null,
  at timestamptz not null
);
create index hand_overs_at on hand_overs (organisation_id, at);

-- What people did of late, and how many alerts were put in front of them.
create index alert_transitions_of_people on alert_transitions (at) where actor is not null;
create index alerts_told on alerts ((coalesce(told_at, raised_at)));

create trigger own_row before insert on response_protocols for each row execute function hoede_own_row();
create trigger own_row before insert on desk_seats for each row execute function hoede_own_row();
create trigger own_row before insert on hand_over_owners for each row execute function hoede_own_row();
create trigger own_row before insert on hand_overs for each row execute function hoede_own_row();

do $$
declare _table regclass;
begin
  for _table in select unnest(array['response_protocols', 'desk_seats', 'person_phones', 'floods', 'alert_shelvings',
    'hand_over_owners', 'hand_overs'])::regclass
  loop
    execute format('alter table %s enable row level security, force row level security', _table);
    execute format('create policy machinery on %s using ((select hoede_part()) is not null)', _table);
  end loop;
end $$;
create policy people on response_protocols using (organisation_id = any ((select hoede_organisations())::uuid[]));
create policy people on desk_seats using (organisation_id = any ((select hoede_organisations())::uuid[]));
create policy people on person_phones using (person_id in (select person_id from persons_in));
create policy people on floods for select using (true);
create policy people on alert_shelvings using (exists (select from alerts a where a.id = alert_id));
create policy people on hand_over_owners using (organisation_id = any ((select hoede_organisations())::uuid[]));
create policy people on hand_overs using (organisation_id = any ((select hoede_organisations())::uuid[]));
