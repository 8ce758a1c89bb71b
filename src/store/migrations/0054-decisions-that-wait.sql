-- breaking: no
-- A decision that was refused or lacks something waits for somebody: since when, and who set it aside, and why.
alter table decisions add column waits_since timestamptz, add column set_aside_by uuid, add column set_aside_reason text;
alter table decisions drop constraint decisions_status_check;
alter table decisions add constraint decisions_status_check
  check (status in ('incomplete', 'refused', 'set-aside', 'imported', 'proposed'));
update decisions set waits_since = received_at where status = 'incomplete';
