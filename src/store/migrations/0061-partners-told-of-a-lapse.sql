-- breaking: no
-- A partner is told that an order has lapsed too, which makes no version of it; and what it does on a breach may follow
-- from the kind of order.
drop index partner_notices_once;
create unique index partner_notices_once on partner_notices (partner_id, protection_order_id, order_version, act, reminder_id)
  nulls not distinct where partner_id is not null;
alter table partners add column on_breach_by jsonb not null default '{}';
