-- breaking: no
-- Who outside is told of bans, such as a police unit or whoever informs protected people, and what each was told, by
-- number, with its receipt. A ban is told by the row of the order alone, so that no way of changing one is forgotten.
alter table api_clients drop constraint api_clients_role_check;
alter table api_clients add constraint api_clients_role_check
  check (role in ('administrator', 'supervisor', 'operator', 'vendor', 'victim-device', 'auditor', 'partner'));

create table partners (
  id uuid primary key default uuidv7(),
  organisation_id uuid not null references organisations,
  kind text not null check (kind in ('police', 'victim-information')),
  name text not null,
  api_client_id uuid not null unique references api_clients, -- as which it fetches and says that it has
  url text,
  secret text,
  on_breach text not null, -- what it is asked to do
  receipt_within_minutes integer not null check (receipt_within_minutes > 0),
  made_by uuid not null,
  made_by_kind text not null check (made_by_kind in ('staff', 'api-client')),
  made_at timestamptz not null,
  confirmed_by uuid, -- null: told nothing yet
  confirmed_at timestamptz,
  end_asked_by uuid,
  end_asked_by_kind text check (end_asked_by_kind in ('staff', 'api-client')),
  end_asked_at timestamptz,
  ended_by uuid,
  ended_at timestamptz,
  check ((url is null) = (secret is null)),
  check ((confirmed_by is null) = (confirmed_at is null)),
  check ((end_asked_by is null) = (end_asked_at is null)),
  check ((ended_by is null) = (ended_at is null))
);

create table partner_notices (
  id uuid primary key default uuidv7(),
  organisation_id uuid not null,
  partner_id uuid not null references partners,
  number integer, -- of this partner, without gaps; null: the order is none of its concern
  protection_order_id uuid not null,
  order_version integer not null,
  previous_version integer, -- that it was told before
  act text not null,
  made_at timestamptz not null,
  receipt_due_at timestamptz not null,
  attempts integer not null default 0,
  next_attempt_at timestamptz, -- null: not sent by us, or taken
  last_error text,
  sent_at timestamptz,
  fetched_at timestamptz,
  received_at timestamptz,
  received_by uuid,
  receipt_reference text,
  asked_count integer not null default 0, -- how often it was asked for again
  stage text check (stage in ('asked', 'called', 'over')),
  alert_id uuid references alerts,
  unique (partner_id, protection_order_id, order_version),
  unique (partner_id, number),
  check ((received_at is null) = (received_by is null)),
  foreign key (organisation_id, protection_order_id) references protection_orders (organisation_id, id) on update cascade
);
create index partner_notices_order on partner_notices (protection_order_id, partner_id, number);
create index partner_notices_due on partner_notices (next_attempt_at) where next_attempt_at is not null;
create index partner_notices_open on partner_notices (receipt_due_at) where stage is distinct from 'over';

create trigger own_row before insert on partners for each row execute function hoede_own_row();
create trigger row_of_order before insert on partner_notices for each row when (new.organisation_id is null)
  execute function hoede_row_of_order();

alter table partners enable row level security, force row level security;
create policy machinery on partners using ((select hoede_part()) is not null);
create policy people on partners using (organisation_id = any ((select hoede_organisations())::uuid[]));
create policy people_who_administer on partners using (organisation_id = any ((select hoede_administered())::uuid[]));
alter table partner_notices enable row level security, force row level security;
create policy machinery on partner_notices using ((select hoede_part()) is not null);
create policy people on partner_notices for select
  using (organisation_id = any ((select hoede_organisations())::uuid[])
    and ((select hoede_cases()) is null or protection_order_id = any ((select hoede_cases())::uuid[])));
