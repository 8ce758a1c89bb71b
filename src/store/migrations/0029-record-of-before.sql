-- breaking: no
-- What the record of another server says about a case that was brought from there. It stands beside the record of this
-- one, which is a chain that nothing can be put into.
create table record_of_before (
  id uuid primary key default uuidv7(),
  organisation_id uuid not null,
  protection_order_id uuid not null,
  origin text not null, -- the export that it came with first
  index bigint not null, -- its place in the record there
  body bytea not null, -- its exact bytes there
  unique (protection_order_id, origin, index),
  foreign key (organisation_id, protection_order_id) references protection_orders (organisation_id, id) on update cascade
);

alter table record_of_before enable row level security, force row level security;
create policy machinery on record_of_before using ((select hoede_part()) is not null);
create policy people_who_audit on record_of_before for select using (organisation_id = any ((select hoede_audited())::uuid[]));
