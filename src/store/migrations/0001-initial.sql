-- breaking: no
-- The whole first schema. Keys are bigint or UUIDv7; times are timestamptz with milliseconds from the application.

create table vendors (
  id uuid primary key default uuidv7(),
  name text not null unique,
  created_at timestamptz not null default now()
);

create table persons (
  id uuid primary key default uuidv7(),
  role text not null check (role in ('offender', 'victim')),
  reference text not null,
  created_at timestamptz not null default now(),
  unique (role, reference)
);

create table devices (
  id uuid primary key default uuidv7(),
  vendor_id uuid not null references vendors,
  serial_number text not null,
  kind text not null check (kind in ('ankle-monitor', 'victim-device')),
  report_interval_seconds integer not null check (report_interval_seconds > 0),
  created_at timestamptz not null default now(),
  unique (vendor_id, serial_number)
);

create table device_assignments (
  id uuid primary key default uuidv7(),
  device_id uuid not null references devices,
  person_id uuid not null references persons,
  valid_from timestamptz not null,
  valid_until timestamptz,
  created_at timestamptz not null default now(),
  check (valid_until is null or valid_until > valid_from)
);
create index device_assignments_device on device_assignments (device_id, valid_from);
create index device_assignments_person on device_assignments (person_id, valid_from);

create table api_clients (
  id uuid primary key default uuidv7(),
  name text not null,
  role text not null check (role in ('administrator', 'supervisor', 'operator', 'vendor', 'victim-device')),
  vendor_id uuid references vendors,
  device_id uuid references devices,
  -- sha-256 of the token: 256 random bits need no slow hash.
  token_hash bytea not null unique,
  created_at timestamptz not null default now(),
  revoked_at timestamptz,
  check ((role = 'vendor') = (vendor_id is not null)),
  check ((role = 'victim-device') = (device_id is not null))
);

-- The current version of each order; every version is kept in protection_order_versions.
create table protection_orders (
  id uuid primary key default uuidv7(),
  version integer not null default 1,
  reference text not null unique,
  legal_basis text not null,
  offender_id uuid not null references persons,
  valid_from timestamptz not null,
  valid_until timestamptz not null,
  status text not null default 'active' check (status in ('active', 'suspended', 'ended')),
  created_at timestamptz not null default now(),
  changed_at timestamptz not null default now(),
  check (valid_until > valid_from)
);
create index protection_orders_offender on protection_orders (offender_id);

-- Insert-only: the whole order as the core type (src/core/registry.ts, ProtectionOrder) in JSON.
create table protection_order_versions (
  protection_order_id uuid not null references protection_orders,
  version integer not null,
  body jsonb not null,
  changed_by uuid references api_clients,
  changed_at timestamptz not null default now(),
  primary key (protection_order_id, version)
);

-- What was acknowledged, in commit order: fixes, device events and registry changes in one stream.
create table journal (
  id bigint primary key,
  shard smallint not null default 0,
  kind smallint not null check (kind in (1, 2, 3)), -- 1 fixes, 2 device events, 3 registry change
  entry_count integer not null check (entry_count > 0),
  -- Not compressed: trying costs five times what writing costs (3.5 µs a fix against 0.7, at 1,000 a row).
  payload bytea storage external not null,
  committed_at timestamptz not null default now()
);
create sequence journal_id as bigint;

-- The lock is taken before the number is drawn and held to the commit, so that ids become visible
-- in order: a reader at id N has seen every id below N that will ever exist.
create function journal_append(_shard smallint, _kind smallint, _entry_count integer, _payload bytea)
returns bigint language plpgsql as $$
declare _id bigint;
begin
  perform pg_advisory_xact_lock(7205759403792793601);
  _id := nextval('journal_id');
  insert into journal (id, shard, kind, entry_count, payload) values (_id, _shard, _kind, _entry_count, _payload);
  return _id;
end $$;

-- How far each reader of the journal has read: 'evaluator', 'history'.
create table journal_positions (
  reader text not null,
  shard smallint not null,
  journal_id bigint not null,
  updated_at timestamptz not null default now(),
  primary key (reader, shard)
);

-- State of the evaluator, one row per case or watch, with the journal place it stands for.
create table evaluator_snapshots (
  shard smallint not null,
  scope text not null,
  journal_id bigint not null,
  state bytea not null,
  saved_at timestamptz not null default now(),
  primary key (shard, scope)
);

-- The readable history, written from the journal afterwards. One partition a day of recorded_at (UTC).
-- Numbers are kept as they came: judging again from the history must see what was judged at first.
create table fixes (
  device_id uuid not null,
  recorded_at timestamptz not null,
  received_at timestamptz not null,
  longitude double precision not null,
  latitude double precision not null,
  accuracy_meters double precision,
  speed_meters_per_second double precision,
  heading_degrees double precision,
  source text,
  hdop double precision,
  satellites double precision,
  battery_fraction double precision,
  sequence bigint,
  journal_id bigint not null,
  unique (device_id, recorded_at, longitude, latitude)
) partition by range (recorded_at);
-- A fix of a day without a partition is kept here, and moved when that day gets one.
create table fixes_default partition of fixes default;

create table device_events (
  device_id uuid not null,
  recorded_at timestamptz not null,
  received_at timestamptz not null,
  kind text not null,
  battery_fraction double precision,
  sequence bigint,
  journal_id bigint not null,
  unique (device_id, recorded_at, kind)
);

create table disbelieved_fixes (
  device_id uuid not null,
  recorded_at timestamptz not null,
  reasons text[] not null,
  judged_at timestamptz not null default now(),
  primary key (device_id, recorded_at, reasons)
);

-- Refused elements of otherwise good requests: kept, with what was wrong.
create table quarantined_fixes (
  id uuid primary key default uuidv7(),
  api_client_id uuid,
  received_at timestamptz not null default now(),
  element_index integer not null,
  code text not null,
  detail text not null,
  body jsonb
);

create table alerts (
  id uuid primary key,
  kind text not null,
  priority text not null check (priority in ('P1', 'P2', 'P3')),
  status text not null default 'open' check (status in ('open', 'acknowledged', 'closed')),
  protection_order_id uuid,
  offender_id uuid,
  victim_id uuid,
  location_ban_id uuid,
  proximity_ban_id uuid,
  device_id uuid,
  vendor_id uuid,
  occurred_at timestamptz not null,
  learned_at timestamptz not null,
  raised_at timestamptz not null default now(),
  cleared_at timestamptz,
  late boolean not null,
  probability double precision,
  distance_meters double precision,
  reason text not null,
  evidence jsonb not null,
  unsupported_reason text,
  acknowledged_at timestamptz,
  acknowledged_by uuid,
  closed_at timestamptz,
  closed_by uuid,
  outcome text check (outcome in ('confirmed', 'false-alarm', 'device-fault', 'permitted', 'test')),
  check ((status = 'closed') = (outcome is not null))
);
create index alerts_open on alerts (priority, raised_at, id) where status <> 'closed';
create index alerts_order on alerts (protection_order_id, raised_at);

-- Insert-only: what happened to an alert, by whom. Escalations and delivery failures are here too.
create table alert_transitions (
  id uuid primary key default uuidv7(),
  alert_id uuid not null references alerts,
  kind text not null,
  actor uuid,
  note text,
  detail jsonb,
  at timestamptz not null default now()
);
create index alert_transitions_alert on alert_transitions (alert_id, at);

-- The outbox and the desk's live stream are one list, in commit order (see alert_event_append).
create table alert_events (
  sequence bigint primary key,
  id uuid not null default uuidv7(),
  alert_id uuid not null references alerts,
  type text not null, -- raised, ended, revised, acknowledged, closed, escalated, delivery-failed
  data jsonb not null,
  at timestamptz not null default now(),
  -- Raising is idempotent by construction: one 'raised' per alert.
  dedupe_key text unique,
  -- Set by whoever expanded it into deliveries; null is work for the doorbell or the sweeper.
  dispatched_at timestamptz
);
create index alert_events_undispatched on alert_events (sequence) where dispatched_at is null;
create sequence alert_event_sequence as bigint;

create function alert_event_append(_alert_id uuid, _type text, _data jsonb, _dedupe_key text)
returns bigint language plpgsql as $$
declare _sequence bigint;
begin
  perform pg_advisory_xact_lock(7205759403792793602);
  if _dedupe_key is not null and exists (select 1 from alert_events where dedupe_key = _dedupe_key) then
    return null;
  end if;
  _sequence := nextval('alert_event_sequence');
  insert into alert_events (sequence, alert_id, type, data, dedupe_key)
    values (_sequence, _alert_id, _type, _data, _dedupe_key);
  return _sequence;
end $$;

create table escalations (
  id uuid primary key default uuidv7(),
  alert_id uuid not null references alerts,
  step smallint not null,
  target text not null,
  due_at timestamptz not null,
  -- Done: it was called out. Cancelled: acknowledged or closed first.
  done_at timestamptz,
  cancelled_at timestamptz,
  unique (alert_id, step)
);
create index escalations_due on escalations (due_at) where done_at is null and cancelled_at is null;

create table webhook_subscriptions (
  id uuid primary key default uuidv7(),
  url text not null,
  secret text not null,
  -- What is told: 'alerts', 'device-commands'.
  events text[] not null default '{alerts}'
    check (cardinality(events) > 0 and events <@ '{alerts,device-commands}'),
  created_at timestamptz not null default now(),
  disabled_at timestamptz,
  disabled_reason text
);

-- What devices are asked to do, insert-only: the outbox of wanted intervals.
create table device_commands (
  sequence bigint generated always as identity primary key,
  id uuid not null default uuidv7(),
  device_id uuid not null,
  -- Null: the device's own plan.
  report_interval_seconds integer check (report_interval_seconds > 0),
  at timestamptz not null,
  dispatched_at timestamptz
);
create index device_commands_undispatched on device_commands (sequence) where dispatched_at is null;

create table webhook_deliveries (
  id uuid primary key default uuidv7(),
  webhook_subscription_id uuid not null references webhook_subscriptions,
  -- What is delivered is one of the two.
  alert_event_sequence bigint references alert_events,
  device_command_sequence bigint references device_commands,
  attempts integer not null default 0,
  next_attempt_at timestamptz not null default now(),
  delivered_at timestamptz,
  gave_up_at timestamptz,
  last_error text,
  unique (webhook_subscription_id, alert_event_sequence),
  unique (webhook_subscription_id, device_command_sequence),
  check ((alert_event_sequence is null) <> (device_command_sequence is null))
);
create index webhook_deliveries_due on webhook_deliveries (next_attempt_at)
  where delivered_at is null and gave_up_at is null;

-- Stretches that must be judged again because a fix came later than memory reaches.
create table rejudgements (
  id bigint generated always as identity primary key,
  offender_id uuid not null,
  from_at timestamptz not null,
  -- History must have been written up to here before the stretch is read.
  journal_id bigint not null,
  done_at timestamptz,
  created_at timestamptz not null default now()
);
create index rejudgements_open on rejudgements (id) where done_at is null;

-- Who read whose position, when, in which alert. Insert-only.
create table access_log (
  id uuid primary key default uuidv7(),
  api_client_id uuid not null,
  action text not null,
  alert_id uuid,
  person_ids uuid[] not null,
  at timestamptz not null default now()
);

-- Insert-only: what could be said of the protection of each order, one row per change; the last one holds.
create table protection_states (
  id bigint generated always as identity primary key,
  protection_order_id uuid not null,
  state text not null check (state in ('protected', 'degraded', 'unknown')),
  reasons jsonb not null,
  at timestamptz not null
);
create index protection_states_order on protection_states (protection_order_id, id desc);

-- Which devices are asked to report at another interval than their plan; open ended while they are.
create table wanted_intervals (
  id bigint generated always as identity primary key,
  device_id uuid not null,
  report_interval_seconds integer not null check (report_interval_seconds > 0),
  since_at timestamptz not null,
  until_at timestamptz
);
create unique index wanted_intervals_open on wanted_intervals (device_id) where until_at is null;
