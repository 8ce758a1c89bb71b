-- breaking: no
-- Who receives device commands receives those of one vendor, and no alerts. What was registered before is bound where
-- there is one vendor only. Elsewhere nobody can say whose it was: it gets no commands until it is registered anew.
alter table webhook_subscriptions add column vendor_id uuid references vendors;

-- Who received both goes on with the alerts; where there is one vendor, its commands go the same way as before.
insert into webhook_subscriptions
    (url, secret, previous_secrets, previous_until, events, created_by, created_at, vendor_id)
  select s.url, s.secret, s.previous_secrets, s.previous_until, '{device-commands}', s.created_by, s.created_at, v.id
    from webhook_subscriptions s cross join vendors v
   where s.disabled_at is null and s.events @> '{alerts,device-commands}' and (select count(*) from vendors) = 1;
update webhook_deliveries d set gave_up_at = now(), last_error = 'Commands are bound to one vendor.'
  from webhook_subscriptions s
 where s.id = d.webhook_subscription_id and s.vendor_id is null and d.device_command_sequence is not null
   and d.delivered_at is null and d.gave_up_at is null
   and ((select count(*) from vendors) <> 1 or 'alerts' = any(s.events));
update webhook_subscriptions set events = '{alerts}' where 'alerts' = any(events);
update webhook_subscriptions set vendor_id = (select id from vendors)
 where events = '{device-commands}' and vendor_id is null and (select count(*) from vendors) = 1;
update webhook_subscriptions
   set disabled_at = now(),
       disabled_reason = 'Commands are bound to one vendor: make a subscription for each.'
 where 'device-commands' = any(events) and vendor_id is null and disabled_at is null;

-- An array may have held one word twice.
update webhook_subscriptions set events = events[1:1] where cardinality(events) > 1;
alter table webhook_subscriptions
  add check (cardinality(events) = 1),
  add check (disabled_at is not null or ('device-commands' = any(events)) = (vendor_id is not null));
