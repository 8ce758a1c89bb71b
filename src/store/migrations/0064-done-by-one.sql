-- breaking: no
-- What one did at once, and may be heard less for it, is told to the next shift.
alter table proposals drop constraint proposals_status_check;
alter table proposals add constraint proposals_status_check check (status in
  ('open', 'in-force', 'confirmed', 'refused', 'withdrawn', 'expired', 'overtaken', 'planned', 'begun', 'alone'));
