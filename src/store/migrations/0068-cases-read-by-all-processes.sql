-- breaking: no
-- Who has read which case within the hour, and how many more they may, is one count for all processes: whoever is
-- slowed by one would go on by another.
create table case_budgets (
  reader_id uuid not null, -- a person or a token
  what text not null check (what in ('read', 'found')), -- cases, or people whom a search found
  tokens double precision not null,
  at timestamptz not null,
  told_at timestamptz, -- when it was last put on record that they are slowed
  primary key (reader_id, what)
);
create table case_reads (
  reader_id uuid not null,
  what text not null check (what in ('read', 'found')),
  subject_id uuid not null,
  until timestamptz not null,
  primary key (reader_id, what, subject_id)
);
create index case_reads_until on case_reads (until);

alter table case_budgets enable row level security, force row level security;
create policy machinery on case_budgets using ((select hoede_part()) is not null);
alter table case_reads enable row level security, force row level security;
create policy machinery on case_reads using ((select hoede_part()) is not null);
