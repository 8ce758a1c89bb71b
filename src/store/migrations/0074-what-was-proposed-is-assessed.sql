-- breaking: no
-- What was proposed without an assessment is assessed under its own row, at another moment and maybe by somebody else.
alter table enforceability_assessments
  add column assessed_at timestamptz, -- null: as it was made, or never
  add column assessed_by uuid,
  add check ((assessed_at is null) = (assessed_by is null));
