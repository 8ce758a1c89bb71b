-- breaking: no
-- What rows are sealed with: a key for each person and each case, wrapped by a master key that is never in the database.
-- A key that is destroyed keeps its row, so that nobody makes another one for what was erased.
create table data_keys (
  id uuid primary key,
  scope text not null unique,
  wrapped bytea,
  master_id text not null,
  made_at timestamptz not null default now(),
  destroyed_at timestamptz,
  check ((wrapped is null) = (destroyed_at is not null))
);
alter table data_keys enable row level security, force row level security;
-- Nobody signed in reads it: which cases there are is not theirs to know.
create policy machinery on data_keys using ((select hoede_part()) is not null);
