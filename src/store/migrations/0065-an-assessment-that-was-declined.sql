-- breaking: no
-- What became of an assessment that no order was made with: who said that none is, when and why.
alter table enforceability_assessments
  add column declined_at timestamptz,
  add column declined_by uuid, -- staff, or a client
  add column decline_reason text, -- sealed
  add constraint enforceability_assessments_declined
    check ((declined_at is null) = (declined_by is null) and (declined_at is null) = (decline_reason is null));
