-- breaking: no
-- Decisions of a court, a prosecutor or a mayor as they came: that they did, what was missing, and which order they made
-- or changed. Not what they say: a place may be an address.
create table decisions (
  id uuid primary key default uuidv7(),
  organisation_id uuid not null references organisations,
  source text not null,
  document_reference text not null,
  body_hash text not null,
  act text not null,
  status text not null check (status in ('incomplete', 'imported', 'proposed')),
  missing jsonb not null,
  protection_order_id uuid references protection_orders,
  proposal_id uuid references proposals,
  received_by uuid not null,
  received_at timestamptz not null,
  received_count integer not null default 1,
  unique (organisation_id, source, document_reference),
  check ((status = 'imported') <= (protection_order_id is not null))
);
create trigger own_row before insert on decisions for each row execute function hoede_own_row();

alter table decisions enable row level security, force row level security;
create policy machinery on decisions using ((select hoede_part()) is not null);
create policy people on decisions using (organisation_id = any ((select hoede_organisations())::uuid[])
  and ((select hoede_cases()) is null or protection_order_id is null or protection_order_id = any ((select hoede_cases())::uuid[])));
