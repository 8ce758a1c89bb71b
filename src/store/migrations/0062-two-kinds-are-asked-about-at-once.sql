-- breaking: no
-- What is set for an organisation is asked once of each kind of order, and of each risk profile: one of another was the
-- same, and refused while the first waited.
drop index proposals_asked;
create unique index proposals_asked on proposals
  (act, coalesce(protection_order_id, alert_id, subject_id, organisation_id), coalesce(change ->> 'legalBasis', change ->> 'key', ''))
  where status in ('open', 'in-force');
