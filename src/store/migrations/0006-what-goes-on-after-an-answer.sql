-- breaking: no
-- An answered alert is not the end of what it is about. Rows of before have none of these: an alert is then an incident of
-- its own, last seen when it happened and told when it was raised.
alter table alerts
  add column incident_id uuid,
  add column last_seen_at timestamptz, -- newest report that shows it, by the device's clock
  add column told_at timestamptz, -- last put in front of people
  add column part_of_alert_id uuid, -- another alert tells it; this one has no condition of its own
  add column recall_at timestamptz, -- open again from here on if it still goes on; null: nobody has answered, or it never is
  add column recall_minutes integer, -- from the answer to recall_at
  add column permitted_until timestamptz, -- closed as permitted until then
  add column not_closed_due_at timestamptz; -- acknowledged, and called out from here on unless it is closed

create index alerts_recall_due on alerts (recall_at) where recall_at is not null;
create index alerts_not_closed_due on alerts (not_closed_due_at) where not_closed_due_at is not null;
create index alerts_incident on alerts (incident_id);
