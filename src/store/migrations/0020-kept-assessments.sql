-- breaking: no
-- What a court was advised, as it was shown. Thresholds and maps change, and the import it came from may be gone in three
-- years: the pages are kept, and what they were made of.
create table enforceability_assessments (
  id uuid primary key default gen_random_uuid(),
  organisation_id uuid not null references organisations (id),
  label text not null,
  made_at timestamptz not null,
  made_by_kind text not null,
  made_by uuid not null,
  question jsonb not null,
  answer jsonb not null,
  map_id text,
  limits_version text not null,
  advice_court text not null,
  advice_file text not null
);
create index enforceability_assessments_by_organisation on enforceability_assessments (organisation_id, id);

alter table enforceability_assessments enable row level security, force row level security;
create policy machinery on enforceability_assessments using ((select hoede_part()) is not null);
create policy people on enforceability_assessments
  using (organisation_id = any ((select hoede_organisations())::uuid[]));
