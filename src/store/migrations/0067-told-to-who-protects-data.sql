-- breaking: no
-- Whoever looks after the protection of data is told of each look behind glass, and of readings that nothing at hand
-- asked for, as partners are told of bans: by number, with a receipt.
alter table partners drop constraint partners_kind_check;
alter table partners add constraint partners_kind_check
  check (kind in ('police', 'victim-information', 'prosecutor', 'court', 'mayor', 'data-protection'));
alter table partner_notices alter column protection_order_id drop not null, alter column order_version drop not null,
  add column break_glass_id uuid references break_glasses,
  add column readings_from timestamptz, -- from then on, and before the next one
  add column readings_until timestamptz,
  add check ((protection_order_id is null) = (order_version is null)),
  add check ((readings_from is null) = (readings_until is null)),
  add check (num_nonnulls(protection_order_id, break_glass_id, readings_from) = 1);
drop index partner_notices_once;
create unique index partner_notices_once on partner_notices (partner_id, protection_order_id, order_version, act, reminder_id)
  nulls not distinct where partner_id is not null and protection_order_id is not null;
create unique index partner_notices_glass on partner_notices (break_glass_id, partner_id, act) where break_glass_id is not null;
create unique index partner_notices_readings on partner_notices (partner_id, readings_from) where readings_from is not null;
