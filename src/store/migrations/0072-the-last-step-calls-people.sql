-- breaking: no
-- Nobody answers the last step before an end: people are called. Questions that were planned before follow it.
update order_reminders r set priority = 'P2'
 where r.over_at is null and r.step < 100 and r.priority = 'P3' and not exists (select from order_reminders l
   where l.protection_order_id = r.protection_order_id and l.ends_at = r.ends_at and l.over_at is null
     and l.step > r.step and l.step < 100);
