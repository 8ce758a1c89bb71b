-- breaking: no
-- Partners are told who leads a case, whom the protected person asks, of screenings and of moves: one notice of each row.
alter table partner_notices add column about_id uuid; -- null: it tells of a version, a lapse or a question
drop index partner_notices_once;
create unique index partner_notices_once on partner_notices (partner_id, protection_order_id, order_version, act, reminder_id, about_id)
  nulls not distinct where partner_id is not null and protection_order_id is not null;
create unique index partner_notices_about on partner_notices (partner_id, about_id) where about_id is not null;
