-- breaking: no
-- A partner is told that an order has lapsed too, which makes no version of it; and what it does on a breach may follow
-- from the kind of order.
alter table partner_notices drop constraint partner_notices_once;
alter table partner_notices add constraint partner_notices_once
  unique nulls not distinct (partner_id, protection_order_id, order_version, act, reminder_id);
alter table partners add column on_breach_by jsonb not null default '{}';
