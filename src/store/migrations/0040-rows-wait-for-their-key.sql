-- breaking: yes
-- Rows of the journal that were sealed with a key that does not open, by who came upon them. They are judged, and
-- copied to the history, when it opens again. What was passed over at a place stays passed over there, so that whoever
-- reads it again ends in the same; an evaluator of before would judge such a row at both places.
create table journal_withheld (
  reader text not null check (reader in ('evaluator', 'history')),
  place_id bigint not null, -- where it was passed over: the row, or a turn of it
  journal_id bigint not null, -- the row
  shard smallint not null,
  key_id uuid not null,
  entry_count integer not null,
  withheld_at timestamptz not null default now(),
  released_at timestamptz, -- null: it waits for its key
  primary key (reader, place_id)
);
create index journal_withheld_waiting on journal_withheld (journal_id) where released_at is null;
alter table journal_withheld enable row level security, force row level security;
create policy machinery on journal_withheld using (true);
