-- breaking: no
-- People sign in and act as themselves. Of every secret only a hash is kept, but for the one that codes are made from.

-- What somebody signs in with where no issuer of the organisation says who they are.
create table staff_secrets (
  staff_id uuid primary key references staff,
  sign_in_name text not null unique check (sign_in_name = lower(sign_in_name)),
  password_hash text, -- with its parameters; null: passkeys only
  totp_secret bytea,
  totp_last_step bigint, -- no code of this step or one before is taken again
  refused_count integer not null default 0, -- since somebody last signed in with it
  changed_at timestamptz not null default now(),
  check ((password_hash is null) = (totp_secret is null))
);

create table passkeys (
  id uuid primary key default uuidv7(),
  credential_id bytea not null unique,
  staff_id uuid not null references staff,
  public_key bytea not null, -- no length: keys of after quantum computers have more than a thousand bytes
  counter bigint not null,
  transports text[] not null,
  device_type text not null,
  backed_up boolean not null,
  created_at timestamptz not null default now(),
  last_used_at timestamptz
);
create index passkeys_staff on passkeys (staff_id);

create table staff_sessions (
  id uuid primary key default uuidv7(),
  token_hash bytea not null unique,
  staff_id uuid not null references staff,
  method text not null check (method in ('password', 'passkey', 'issuer', 'link')),
  browser text not null, -- what it calls itself
  created_at timestamptz not null,
  last_used_at timestamptz not null,
  idle_until timestamptz not null,
  expires_at timestamptz not null,
  stepped_up_at timestamptz,
  stepped_up_act text, -- the one act that it is for
  revoked_at timestamptz,
  revoked_by uuid,
  check ((stepped_up_at is null) = (stepped_up_act is null))
);
create index staff_sessions_staff on staff_sessions (staff_id, expires_at);

-- A browser in which somebody has signed in before: strangers cannot spend its attempts.
create table known_browsers (
  id uuid primary key default uuidv7(),
  token_hash bytea not null,
  staff_id uuid not null references staff,
  last_used_at timestamptz not null,
  unique (token_hash, staff_id)
);

-- Each is good for one use, and is shown once.
create table sign_in_links (
  id uuid primary key default uuidv7(),
  token_hash bytea not null unique,
  purpose text not null check (purpose in ('first-administrator', 'enrol', 'recover', 'sign-in')),
  staff_id uuid references staff,
  totp_secret bytea not null, -- shown to whoever opens it, theirs once they have proved that they took it over
  created_by uuid, -- null: the server at its start
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz,
  check ((staff_id is null) = (purpose = 'first-administrator'))
);

-- What a passkey has signed is taken once.
create table used_challenges (
  id uuid primary key default uuidv7(),
  hash bytea not null unique,
  until timestamptz not null
);

-- What makes the server's own challenges its own, for all its processes.
create table server_keys (
  id uuid primary key default uuidv7(),
  name text not null unique,
  key bytea not null
);

-- A token ends by itself, and shows whether anybody still uses it.
alter table api_clients
  add column expires_at timestamptz,
  add column last_used_at timestamptz;

-- Whoever changes something is a person or a machine. No foreign key, as for the actors of alerts.
alter table protection_order_versions drop constraint protection_order_versions_changed_by_fkey;
alter table escalation_ladders drop constraint escalation_ladders_changed_by_fkey;
