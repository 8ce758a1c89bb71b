-- breaking: no
-- What would weaken protection is proposed by one person and confirmed by another.

create table proposals (
  id uuid primary key default uuidv7(),
  organisation_id uuid not null references organisations, -- of the case, else of whoever asked
  act text not null, -- the call that asked for it
  protection_order_id uuid references protection_orders,
  alert_id uuid, -- no foreign key: alerts are written apart from the registry
  subject_id uuid, -- what else it is about
  base_version integer, -- of the order, at which it was asked
  made_version integer, -- of the order, which it made
  weakens text[] not null, -- in what
  changes jsonb not null, -- the same to read: words and numbers, no place
  change jsonb, -- what is to be done; null once it is decided, as an area may be an address
  reason text,
  until timestamptz, -- when it is over by itself; null: it does not end
  ended_at timestamptz, -- when it was
  proposed_by uuid not null,
  proposed_by_kind text not null check (proposed_by_kind in ('staff', 'api-client')),
  proposed_role text not null,
  proposed_at timestamptz not null,
  expires_at timestamptz not null,
  status text not null check (status in ('open', 'in-force', 'confirmed', 'refused', 'withdrawn', 'expired', 'overtaken')),
  enacted_at timestamptz,
  decided_by uuid,
  decided_at timestamptz,
  decision_note text,
  task_alert_id uuid, -- the alert that asks for the second person
  task_stage text check (task_stage in ('proposed', 'in-force', 'over')), -- what that alert says; null: there is none yet
  -- Never the same hand.
  check (status not in ('confirmed', 'refused') or decided_by is not null and decided_by <> proposed_by),
  check (status <> 'in-force' or reason is not null and enacted_at is not null)
);
create index proposals_order on proposals (protection_order_id);
create index proposals_organisation on proposals (organisation_id, id);
-- Few at a time: what the sweep still has to do with.
create index proposals_task_due on proposals (id) where task_stage is distinct from 'over';
create index proposals_until on proposals (until) where until is not null and ended_at is null;
create index proposals_task on proposals (task_alert_id) where status in ('open', 'in-force');
-- One question at a time.
create unique index proposals_asked on proposals
  (act, coalesce(protection_order_id, alert_id, subject_id, organisation_id)) where status in ('open', 'in-force');

create function hoede_row_of_proposal() returns trigger language plpgsql as $$
begin
  new.organisation_id := coalesce(
    (select o.organisation_id from public.protection_orders o where o.id = new.protection_order_id),
    public.hoede_home(), '00000000-0000-7000-8000-000000000001');
  return new;
end $$;
create trigger row_of_proposal before insert on proposals for each row when (new.organisation_id is null)
  execute function hoede_row_of_proposal();

alter table proposals enable row level security, force row level security;
create policy machinery on proposals using ((select hoede_part()) is not null);
create policy people on proposals
  using (organisation_id = any ((select hoede_organisations())::uuid[])
    and ((select hoede_cases()) is null or protection_order_id is null or protection_order_id = any ((select hoede_cases())::uuid[])));
create policy people_who_administer on proposals using (organisation_id = any ((select hoede_administered())::uuid[]));
