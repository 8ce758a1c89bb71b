-- breaking: no
-- A suspension or a change that begins later waits for its moment, and is carried out by itself.
alter table proposals add column begins_at timestamptz; -- null: as soon as it is decided
alter table proposals drop constraint proposals_status_check;
alter table proposals add constraint proposals_status_check check (status in
  ('open', 'in-force', 'confirmed', 'refused', 'withdrawn', 'expired', 'overtaken', 'planned', 'begun'));
create index proposals_planned on proposals (begins_at) where status = 'planned';
