-- breaking: no
-- After a change of the secret those before sign as well for a while, so that no delivery is refused meanwhile.
alter table webhook_subscriptions
  add column previous_secrets text[] not null default '{}',
  add column previous_until timestamptz;
