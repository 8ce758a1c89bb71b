-- breaking: no
-- Whoever decides about the end of an order is told, outside too, that nobody has answered.
alter table order_reminders add column deciders text[] not null default '{}'; -- who may extend it, in the words of the order types
update order_reminders r set deciders = case
    when v.body ->> 'legalBasis' = 'prosecutor-behaviour-order' then '{prosecutor}'::text[]
    when v.body ->> 'legalBasis' in ('temporary-home-ban', 'mayor-area-ban') then '{mayor}'
    when v.body ->> 'legalBasis' = 'european-protection-order' then '{foreign-authority,prosecutor}'
    else '{court}' end
  from protection_orders o join protection_order_versions v on v.protection_order_id = o.id and v.version = o.version
 where o.id = r.protection_order_id and r.over_at is null;
create index order_reminders_passed on order_reminders (protection_order_id)
  where answered_at is null and over_at is null and asked_count > 1;
alter table partners drop constraint partners_kind_check;
alter table partners add constraint partners_kind_check
  check (kind in ('police', 'victim-information', 'prosecutor', 'court', 'mayor'));
alter table partner_notices add column reminder_id uuid; -- null: it tells of a version of the order
do $$ begin
  execute (select format('alter table partner_notices drop constraint %I', conname) from pg_constraint
            where conrelid = 'partner_notices'::regclass and contype = 'u' and cardinality(conkey) = 3);
end $$;
-- Of another server no partner has an id: what two of them were told is not the same.
create unique index partner_notices_once on partner_notices (partner_id, protection_order_id, order_version, reminder_id)
  nulls not distinct where partner_id is not null;
