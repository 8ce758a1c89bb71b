-- breaking: no
-- What an organisation sets a kind of order to; and by which version of it an act was judged and a reminder planned.
create table order_types (
  organisation_id uuid not null default '00000000-0000-7000-8000-000000000001' references organisations,
  legal_basis text not null,
  version bigint not null check (version > 0),
  body jsonb not null, -- as the core type (src/core/model/order-terms.ts)
  changed_by uuid not null, -- staff, or a client
  confirmed_by uuid check (confirmed_by <> changed_by), -- null: a client did it
  changed_at timestamptz not null,
  primary key (organisation_id, legal_basis, version)
);
create trigger own_row before insert on order_types for each row execute function hoede_own_row();
alter table order_types enable row level security, force row level security;
create policy machinery on order_types using ((select hoede_part()) is not null);
create policy people on order_types using (organisation_id = any ((select hoede_organisations())::uuid[]));

alter table order_acts add column type_version bigint; -- null: from before there were versions
alter table order_reminders
  add column type_version bigint not null default 0,
  add column every_hours integer, -- an answer that decides nothing quiets it for so long at most
  add column priority text not null default 'P3'; -- of an alert that nobody answers it
alter table order_reminders drop constraint order_reminders_protection_order_id_ends_at_step_key;
alter table order_reminders add constraint order_reminders_once
  unique (protection_order_id, ends_at, step, type_version);
