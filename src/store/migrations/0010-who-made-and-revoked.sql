-- breaking: no
-- Who made a token or a webhook subscription, and who ended it: the API client that called. Null: the server itself, by
-- its configuration, or from before this was kept. No foreign key, as for the actors of alerts: rows of a backup come
-- back in the order of their ids, and whoever revoked may have been made later.
alter table api_clients
  add column created_by uuid,
  add column revoked_by uuid;
alter table webhook_subscriptions
  add column created_by uuid,
  add column disabled_by uuid;
