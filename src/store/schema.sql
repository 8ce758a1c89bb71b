-- The schema after all migrations. Made by test/store/schema.test.ts; "npx vitest run test/store/schema.test.ts -u" makes it anew.

create sequence alert_event_sequence as bigint;

create sequence device_commands_sequence_seq as bigint;

create sequence escalation_ladders_id_seq as bigint;

create sequence journal_id as bigint;

create sequence protection_states_id_seq as bigint;

create sequence rejudgements_id_seq as bigint;

create sequence wanted_intervals_id_seq as bigint;

create table access_log (
  id uuid not null default uuidv7(),
  api_client_id uuid not null,
  action text not null,
  alert_id uuid,
  person_ids uuid[] not null,
  at timestamp with time zone not null default now(),
  PRIMARY KEY (id)
);

create table alert_events (
  sequence bigint not null,
  id uuid not null default uuidv7(),
  alert_id uuid not null,
  type text not null,
  data jsonb not null,
  at timestamp with time zone not null default now(),
  dedupe_key text,
  dispatched_at timestamp with time zone,
  PRIMARY KEY (sequence),
  FOREIGN KEY (alert_id) REFERENCES alerts(id),
  UNIQUE (dedupe_key)
);

create table alert_transitions (
  id uuid not null default uuidv7(),
  alert_id uuid not null,
  kind text not null,
  actor uuid,
  note text,
  detail jsonb,
  at timestamp with time zone not null default now(),
  PRIMARY KEY (id),
  FOREIGN KEY (alert_id) REFERENCES alerts(id)
);

create table alerts (
  id uuid not null,
  kind text not null,
  priority text not null,
  status text not null default 'open'::text,
  protection_order_id uuid,
  offender_id uuid,
  victim_id uuid,
  location_ban_id uuid,
  proximity_ban_id uuid,
  device_id uuid,
  vendor_id uuid,
  occurred_at timestamp with time zone not null,
  learned_at timestamp with time zone not null,
  raised_at timestamp with time zone not null default now(),
  cleared_at timestamp with time zone,
  late boolean not null,
  probability double precision,
  distance_meters double precision,
  reason text not null,
  evidence jsonb not null,
  unsupported_reason text,
  acknowledged_at timestamp with time zone,
  acknowledged_by uuid,
  closed_at timestamp with time zone,
  closed_by uuid,
  outcome text,
  incident_id uuid,
  last_seen_at timestamp with time zone,
  told_at timestamp with time zone,
  part_of_alert_id uuid,
  recall_at timestamp with time zone,
  recall_minutes integer,
  permitted_until timestamp with time zone,
  not_closed_due_at timestamp with time zone,
  PRIMARY KEY (id),
  CHECK (((status = 'closed'::text) = (outcome IS NOT NULL))),
  CHECK ((outcome = ANY (ARRAY['confirmed'::text, 'false-alarm'::text, 'device-fault'::text, 'permitted'::text, 'test'::text]))),
  CHECK ((priority = ANY (ARRAY['P1'::text, 'P2'::text, 'P3'::text]))),
  CHECK ((status = ANY (ARRAY['open'::text, 'acknowledged'::text, 'closed'::text])))
);

create table api_clients (
  id uuid not null default uuidv7(),
  name text not null,
  role text not null,
  vendor_id uuid,
  device_id uuid,
  token_hash bytea not null,
  created_at timestamp with time zone not null default now(),
  revoked_at timestamp with time zone,
  created_by uuid,
  revoked_by uuid,
  expires_at timestamp with time zone,
  last_used_at timestamp with time zone,
  PRIMARY KEY (id),
  CHECK (((role = 'vendor'::text) = (vendor_id IS NOT NULL))),
  CHECK (((role = 'victim-device'::text) = (device_id IS NOT NULL))),
  CHECK ((role = ANY (ARRAY['administrator'::text, 'supervisor'::text, 'operator'::text, 'vendor'::text, 'victim-device'::text, 'auditor'::text]))),
  FOREIGN KEY (device_id) REFERENCES devices(id),
  FOREIGN KEY (vendor_id) REFERENCES vendors(id),
  UNIQUE (token_hash)
);

create table audit_entries (
  organisation_id uuid not null,
  index bigint not null,
  leaf_hash bytea not null,
  body bytea not null,
  at timestamp with time zone not null,
  PRIMARY KEY (organisation_id, index)
);

create table audit_heads (
  organisation_id uuid not null,
  size bigint not null,
  root bytea not null,
  edge bytea[] not null,
  note text not null,
  at timestamp with time zone not null default now(),
  PRIMARY KEY (organisation_id, size)
);

create table audit_subjects (
  organisation_id uuid not null,
  subject_id uuid not null,
  index bigint not null,
  PRIMARY KEY (organisation_id, subject_id, index)
);

create table audit_witnesses (
  organisation_id uuid not null,
  witness text not null,
  size bigint not null,
  at timestamp with time zone not null default now(),
  PRIMARY KEY (organisation_id, witness)
);

create table case_moves (
  id uuid not null default uuidv7(),
  order_id uuid not null,
  from_org uuid not null,
  to_org uuid not null,
  proposed_by uuid not null,
  proposed_at timestamp with time zone not null default now(),
  accepted_by uuid,
  at timestamp with time zone,
  declined_by uuid,
  declined_at timestamp with time zone,
  PRIMARY KEY (id),
  CHECK (((accepted_by IS NULL) = (at IS NULL))),
  CHECK (((at IS NULL) OR (declined_at IS NULL))),
  CHECK (((declined_by IS NULL) = (declined_at IS NULL))),
  CHECK ((from_org <> to_org)),
  FOREIGN KEY (from_org) REFERENCES organisations(id),
  FOREIGN KEY (order_id) REFERENCES protection_orders(id),
  FOREIGN KEY (to_org) REFERENCES organisations(id)
);

create table caseloads (
  id uuid not null default uuidv7(),
  organisation_id uuid not null,
  protection_order_id uuid not null,
  unit_id uuid not null,
  staff_id uuid,
  "from" timestamp with time zone not null default now(),
  until timestamp with time zone,
  PRIMARY KEY (id),
  CHECK (((until IS NULL) OR (until > "from"))),
  FOREIGN KEY (organisation_id) REFERENCES organisations(id),
  FOREIGN KEY (organisation_id, staff_id) REFERENCES staff(organisation_id, id),
  FOREIGN KEY (organisation_id, unit_id) REFERENCES units(organisation_id, id),
  FOREIGN KEY (protection_order_id) REFERENCES protection_orders(id)
);

create table desk_organisations (
  desk_id uuid not null,
  organisation_id uuid not null,
  "from" timestamp with time zone not null default now(),
  until timestamp with time zone,
  PRIMARY KEY (desk_id, organisation_id, "from"),
  CHECK (((until IS NULL) OR (until > "from"))),
  FOREIGN KEY (desk_id) REFERENCES desks(id),
  FOREIGN KEY (organisation_id) REFERENCES organisations(id)
);

create table desks (
  id uuid not null default uuidv7(),
  name text not null,
  created_at timestamp with time zone not null default now(),
  PRIMARY KEY (id),
  UNIQUE (name)
);

create table device_assignments (
  id uuid not null default uuidv7(),
  device_id uuid not null,
  person_id uuid not null,
  valid_from timestamp with time zone not null,
  valid_until timestamp with time zone,
  created_at timestamp with time zone not null default now(),
  PRIMARY KEY (id),
  CHECK (((valid_until IS NULL) OR (valid_until > valid_from))),
  FOREIGN KEY (device_id) REFERENCES devices(id),
  FOREIGN KEY (person_id) REFERENCES persons(id)
);

create table device_commands (
  sequence bigint not null generated always as identity,
  id uuid not null default uuidv7(),
  device_id uuid not null,
  report_interval_seconds integer,
  at timestamp with time zone not null,
  dispatched_at timestamp with time zone,
  PRIMARY KEY (sequence),
  CHECK ((report_interval_seconds > 0))
);

create table device_events (
  device_id uuid not null,
  recorded_at timestamp with time zone not null,
  received_at timestamp with time zone not null,
  kind text not null,
  battery_fraction double precision,
  sequence bigint,
  journal_id bigint not null,
  UNIQUE (device_id, recorded_at, kind)
);

create table devices (
  id uuid not null default uuidv7(),
  vendor_id uuid not null,
  serial_number text not null,
  kind text not null,
  report_interval_seconds integer not null,
  created_at timestamp with time zone not null default now(),
  PRIMARY KEY (id),
  CHECK ((kind = ANY (ARRAY['ankle-monitor'::text, 'victim-device'::text]))),
  CHECK ((report_interval_seconds > 0)),
  FOREIGN KEY (vendor_id) REFERENCES vendors(id),
  UNIQUE (vendor_id, serial_number)
);

create table disbelieved_fixes (
  device_id uuid not null,
  recorded_at timestamp with time zone not null,
  reasons text[] not null,
  judged_at timestamp with time zone not null default now(),
  longitude double precision,
  latitude double precision,
  learned_at timestamp with time zone not null default now(),
  UNIQUE NULLS NOT DISTINCT (device_id, recorded_at, longitude, latitude, learned_at)
);

create table escalation_ladders (
  id bigint not null generated always as identity,
  steps jsonb not null,
  changed_by uuid not null,
  changed_at timestamp with time zone not null,
  PRIMARY KEY (id),
  CHECK ((jsonb_typeof(steps) = 'array'::text))
);

create table escalations (
  id uuid not null default uuidv7(),
  alert_id uuid not null,
  step smallint not null,
  target text not null,
  due_at timestamp with time zone not null,
  done_at timestamp with time zone,
  cancelled_at timestamp with time zone,
  PRIMARY KEY (id),
  FOREIGN KEY (alert_id) REFERENCES alerts(id),
  UNIQUE (alert_id, step)
);

create table evaluator_leases (
  shard smallint not null,
  fence bigint not null,
  beats bigint not null,
  patience smallint not null,
  PRIMARY KEY (shard, fence),
  UNIQUE (shard)
);

create table evaluator_snapshots (
  shard smallint not null,
  scope text not null,
  journal_id bigint not null,
  state bytea not null,
  saved_at timestamp with time zone not null default now(),
  PRIMARY KEY (shard, scope)
);

create table fixes (
  device_id uuid not null,
  recorded_at timestamp with time zone not null,
  received_at timestamp with time zone not null,
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
  UNIQUE (device_id, recorded_at, longitude, latitude)
) partition by RANGE (recorded_at);

create table fixes_default (
  device_id uuid not null,
  recorded_at timestamp with time zone not null,
  received_at timestamp with time zone not null,
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
  UNIQUE (device_id, recorded_at, longitude, latitude)
); -- partition: DEFAULT

create table journal (
  id bigint not null,
  shard smallint not null default 0,
  kind smallint not null,
  entry_count integer not null,
  payload bytea storage e not null,
  committed_at timestamp with time zone not null default now(),
  lane smallint not null default 0,
  sender_id uuid,
  turn_of bigint,
  PRIMARY KEY (id),
  CHECK ((entry_count > 0)),
  CHECK ((kind = ANY (ARRAY[1, 2, 3, 4, 5]))),
  CHECK ((lane = ANY (ARRAY[0, 1, 2])))
);

create table journal_positions (
  reader text not null,
  shard smallint not null,
  journal_id bigint not null,
  updated_at timestamp with time zone not null default now(),
  PRIMARY KEY (reader, shard)
);

create table journal_waiting (
  journal_id bigint not null,
  shard smallint not null,
  lane smallint not null,
  sender_id uuid not null,
  entry_count integer not null,
  since timestamp with time zone not null default now(),
  PRIMARY KEY (journal_id),
  CHECK ((lane = ANY (ARRAY[1, 2])))
);

create table known_browsers (
  id uuid not null default uuidv7(),
  token_hash bytea not null,
  staff_id uuid not null,
  last_used_at timestamp with time zone not null,
  PRIMARY KEY (id),
  FOREIGN KEY (staff_id) REFERENCES staff(id),
  UNIQUE (token_hash, staff_id)
);

create table latest_sightings (
  person_id uuid not null,
  recorded_at timestamp with time zone not null,
  longitude double precision not null,
  latitude double precision not null,
  accuracy_meters double precision not null,
  PRIMARY KEY (person_id),
  FOREIGN KEY (person_id) REFERENCES persons(id)
);

create table organisations (
  id uuid not null default uuidv7(),
  oin text,
  name text not null,
  created_at timestamp with time zone not null default now(),
  PRIMARY KEY (id),
  CHECK ((oin ~ '^\d{20}$'::text)),
  UNIQUE (oin)
);

create table passkeys (
  id uuid not null default uuidv7(),
  credential_id bytea not null,
  staff_id uuid not null,
  public_key bytea not null,
  counter bigint not null,
  transports text[] not null,
  device_type text not null,
  backed_up boolean not null,
  created_at timestamp with time zone not null default now(),
  last_used_at timestamp with time zone,
  PRIMARY KEY (id),
  FOREIGN KEY (staff_id) REFERENCES staff(id),
  UNIQUE (credential_id)
);

create table persons (
  id uuid not null default uuidv7(),
  role text not null,
  reference text not null,
  created_at timestamp with time zone not null default now(),
  PRIMARY KEY (id),
  CHECK ((role = ANY (ARRAY['offender'::text, 'victim'::text]))),
  UNIQUE (role, reference)
);

create table protection_order_versions (
  protection_order_id uuid not null,
  version integer not null,
  body jsonb not null,
  changed_by uuid,
  changed_at timestamp with time zone not null default now(),
  PRIMARY KEY (protection_order_id, version),
  FOREIGN KEY (protection_order_id) REFERENCES protection_orders(id)
);

create table protection_orders (
  id uuid not null default uuidv7(),
  version integer not null default 1,
  reference text not null,
  legal_basis text not null,
  offender_id uuid not null,
  valid_from timestamp with time zone not null,
  valid_until timestamp with time zone not null,
  status text not null default 'active'::text,
  created_at timestamp with time zone not null default now(),
  changed_at timestamp with time zone not null default now(),
  PRIMARY KEY (id),
  CHECK ((status = ANY (ARRAY['active'::text, 'suspended'::text, 'ended'::text]))),
  CHECK ((valid_until > valid_from)),
  FOREIGN KEY (offender_id) REFERENCES persons(id),
  UNIQUE (reference)
);

create table protection_states (
  id bigint not null generated always as identity,
  protection_order_id uuid not null,
  state text not null,
  reasons jsonb not null,
  at timestamp with time zone not null,
  PRIMARY KEY (id),
  CHECK ((state = ANY (ARRAY['protected'::text, 'degraded'::text, 'unknown'::text])))
);

create table quarantined_fixes (
  id uuid not null default uuidv7(),
  api_client_id uuid,
  received_at timestamp with time zone not null default now(),
  element_index integer not null,
  code text not null,
  detail text not null,
  body jsonb,
  PRIMARY KEY (id)
);

create table rejudgements (
  id bigint not null generated always as identity,
  offender_id uuid not null,
  from_at timestamp with time zone not null,
  journal_id bigint not null,
  done_at timestamp with time zone,
  created_at timestamp with time zone not null default now(),
  attempt_count integer not null default 0,
  set_aside_at timestamp with time zone,
  PRIMARY KEY (id)
);

create table schema_migrations (
  number integer not null,
  name text not null,
  checksum text not null,
  applied_at timestamp with time zone not null default now(),
  PRIMARY KEY (number)
);

create table server_keys (
  id uuid not null default uuidv7(),
  name text not null,
  key bytea not null,
  PRIMARY KEY (id),
  UNIQUE (name)
);

create table sign_in_links (
  id uuid not null default uuidv7(),
  token_hash bytea not null,
  purpose text not null,
  staff_id uuid,
  totp_secret bytea not null,
  created_by uuid,
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  used_at timestamp with time zone,
  PRIMARY KEY (id),
  CHECK (((staff_id IS NULL) = (purpose = 'first-administrator'::text))),
  CHECK ((purpose = ANY (ARRAY['first-administrator'::text, 'enrol'::text, 'recover'::text, 'sign-in'::text]))),
  FOREIGN KEY (staff_id) REFERENCES staff(id),
  UNIQUE (token_hash)
);

create table staff (
  id uuid not null default uuidv7(),
  organisation_id uuid not null default '00000000-0000-7000-8000-000000000001'::uuid,
  unit_id uuid,
  issuer text not null,
  subject text not null,
  display_name text not null,
  created_at timestamp with time zone not null default now(),
  disabled_at timestamp with time zone,
  PRIMARY KEY (id),
  FOREIGN KEY (organisation_id) REFERENCES organisations(id),
  FOREIGN KEY (organisation_id, unit_id) REFERENCES units(organisation_id, id),
  UNIQUE (issuer, subject),
  UNIQUE (organisation_id, id)
);

create table staff_roles (
  id uuid not null default uuidv7(),
  staff_id uuid not null,
  role text not null,
  desk_id uuid,
  unit_id uuid,
  "from" timestamp with time zone not null default now(),
  until timestamp with time zone,
  given_by uuid,
  confirmed_by uuid,
  PRIMARY KEY (id),
  CHECK (((desk_id IS NULL) OR (role = 'operator'::text))),
  CHECK (((until IS NULL) OR (until > "from"))),
  CHECK ((role = ANY (ARRAY['administrator'::text, 'supervisor'::text, 'operator'::text, 'auditor'::text]))),
  FOREIGN KEY (desk_id) REFERENCES desks(id),
  FOREIGN KEY (staff_id) REFERENCES staff(id),
  FOREIGN KEY (unit_id) REFERENCES units(id)
);

create table staff_secrets (
  staff_id uuid not null,
  sign_in_name text not null,
  password_hash text,
  totp_secret bytea,
  totp_last_step bigint,
  refused_count integer not null default 0,
  changed_at timestamp with time zone not null default now(),
  PRIMARY KEY (staff_id),
  CHECK (((password_hash IS NULL) = (totp_secret IS NULL))),
  CHECK ((sign_in_name = lower(sign_in_name))),
  FOREIGN KEY (staff_id) REFERENCES staff(id),
  UNIQUE (sign_in_name)
);

create table staff_sessions (
  id uuid not null default uuidv7(),
  token_hash bytea not null,
  staff_id uuid not null,
  method text not null,
  browser text not null,
  created_at timestamp with time zone not null,
  last_used_at timestamp with time zone not null,
  idle_until timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  stepped_up_at timestamp with time zone,
  stepped_up_act text,
  revoked_at timestamp with time zone,
  revoked_by uuid,
  PRIMARY KEY (id),
  CHECK (((stepped_up_at IS NULL) = (stepped_up_act IS NULL))),
  CHECK ((method = ANY (ARRAY['password'::text, 'passkey'::text, 'issuer'::text, 'link'::text]))),
  FOREIGN KEY (staff_id) REFERENCES staff(id),
  UNIQUE (token_hash)
);

create table units (
  id uuid not null default uuidv7(),
  organisation_id uuid not null,
  name text not null,
  created_at timestamp with time zone not null default now(),
  PRIMARY KEY (id),
  FOREIGN KEY (organisation_id) REFERENCES organisations(id),
  UNIQUE (organisation_id, id),
  UNIQUE (organisation_id, name)
);

create table used_challenges (
  id uuid not null default uuidv7(),
  hash bytea not null,
  until timestamp with time zone not null,
  PRIMARY KEY (id),
  UNIQUE (hash)
);

create table vendors (
  id uuid not null default uuidv7(),
  name text not null,
  created_at timestamp with time zone not null default now(),
  PRIMARY KEY (id),
  UNIQUE (name)
);

create table wanted_intervals (
  id bigint not null generated always as identity,
  device_id uuid not null,
  report_interval_seconds integer not null,
  since_at timestamp with time zone not null,
  until_at timestamp with time zone,
  PRIMARY KEY (id),
  CHECK ((report_interval_seconds > 0))
);

create table webhook_deliveries (
  id uuid not null default uuidv7(),
  webhook_subscription_id uuid not null,
  alert_event_sequence bigint,
  device_command_sequence bigint,
  attempts integer not null default 0,
  next_attempt_at timestamp with time zone not null default now(),
  delivered_at timestamp with time zone,
  gave_up_at timestamp with time zone,
  last_error text,
  PRIMARY KEY (id),
  CHECK (((alert_event_sequence IS NULL) <> (device_command_sequence IS NULL))),
  FOREIGN KEY (alert_event_sequence) REFERENCES alert_events(sequence),
  FOREIGN KEY (device_command_sequence) REFERENCES device_commands(sequence),
  FOREIGN KEY (webhook_subscription_id) REFERENCES webhook_subscriptions(id),
  UNIQUE (webhook_subscription_id, alert_event_sequence),
  UNIQUE (webhook_subscription_id, device_command_sequence)
);

create table webhook_subscriptions (
  id uuid not null default uuidv7(),
  url text not null,
  secret text not null,
  events text[] not null default '{alerts}'::text[],
  created_at timestamp with time zone not null default now(),
  disabled_at timestamp with time zone,
  disabled_reason text,
  created_by uuid,
  disabled_by uuid,
  previous_secrets text[] not null default '{}'::text[],
  previous_until timestamp with time zone,
  vendor_id uuid,
  PRIMARY KEY (id),
  CHECK (((cardinality(events) > 0) AND (events <@ '{alerts,device-commands}'::text[]))),
  CHECK (((disabled_at IS NOT NULL) OR (('device-commands'::text = ANY (events)) = (vendor_id IS NOT NULL)))),
  CHECK ((cardinality(events) = 1)),
  FOREIGN KEY (vendor_id) REFERENCES vendors(id)
);

CREATE INDEX alert_events_undispatched ON public.alert_events USING btree (sequence) WHERE (dispatched_at IS NULL);

CREATE INDEX alert_transitions_alert ON public.alert_transitions USING btree (alert_id, at);

CREATE INDEX alerts_incident ON public.alerts USING btree (incident_id);

CREATE INDEX alerts_not_closed_due ON public.alerts USING btree (not_closed_due_at) WHERE (not_closed_due_at IS NOT NULL);

CREATE INDEX alerts_open ON public.alerts USING btree (priority, raised_at, id) WHERE (status <> 'closed'::text);

CREATE INDEX alerts_order ON public.alerts USING btree (protection_order_id, raised_at);

CREATE INDEX alerts_pair ON public.alerts USING btree (offender_id, victim_id) WHERE (victim_id IS NOT NULL);

CREATE INDEX alerts_recall_due ON public.alerts USING btree (recall_at) WHERE (recall_at IS NOT NULL);

CREATE INDEX audit_entries_at ON public.audit_entries USING btree (organisation_id, at);

CREATE INDEX case_moves_from ON public.case_moves USING btree (from_org);

CREATE UNIQUE INDEX case_moves_open ON public.case_moves USING btree (order_id) WHERE ((at IS NULL) AND (declined_at IS NULL));

CREATE INDEX case_moves_to ON public.case_moves USING btree (to_org);

CREATE INDEX caseloads_order ON public.caseloads USING btree (protection_order_id);

CREATE INDEX caseloads_unit ON public.caseloads USING btree (organisation_id, unit_id);

CREATE INDEX desk_organisations_organisation ON public.desk_organisations USING btree (organisation_id);

CREATE INDEX device_assignments_device ON public.device_assignments USING btree (device_id, valid_from);

CREATE INDEX device_assignments_person ON public.device_assignments USING btree (person_id, valid_from);

CREATE INDEX device_commands_undispatched ON public.device_commands USING btree (sequence) WHERE (dispatched_at IS NULL);

CREATE INDEX escalations_due ON public.escalations USING btree (due_at) WHERE ((done_at IS NULL) AND (cancelled_at IS NULL));

CREATE INDEX journal_registry_changes ON public.journal USING btree (id) WHERE (kind = 3);

CREATE INDEX passkeys_staff ON public.passkeys USING btree (staff_id);

CREATE INDEX protection_orders_offender ON public.protection_orders USING btree (offender_id);

CREATE INDEX protection_states_order ON public.protection_states USING btree (protection_order_id, id DESC);

CREATE INDEX rejudgements_open ON public.rejudgements USING btree (id) WHERE (done_at IS NULL);

CREATE INDEX staff_roles_staff ON public.staff_roles USING btree (staff_id);

CREATE INDEX staff_sessions_staff ON public.staff_sessions USING btree (staff_id, expires_at);

CREATE UNIQUE INDEX wanted_intervals_open ON public.wanted_intervals USING btree (device_id) WHERE (until_at IS NULL);

CREATE INDEX webhook_deliveries_due ON public.webhook_deliveries USING btree (next_attempt_at) WHERE ((delivered_at IS NULL) AND (gave_up_at IS NULL));

CREATE OR REPLACE FUNCTION public.alert_event_append(_alert_id uuid, _type text, _data jsonb, _dedupe_key text)
 RETURNS bigint
 LANGUAGE plpgsql
AS $function$
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
end $function$;

CREATE OR REPLACE FUNCTION public.audit_append(_organisation_id uuid, _bodies bytea[])
 RETURNS bigint
 LANGUAGE plpgsql
AS $function$
declare
  _index bigint;
  _entry jsonb;
begin
  perform pg_advisory_xact_lock(7205759403792794000 + (hashtext(_organisation_id::text) & 1023));
  select index into _index from audit_entries where organisation_id = _organisation_id order by index desc limit 1;
  _index := coalesce(_index, -1);
  for _place in 1 .. cardinality(_bodies) loop
    _index := _index + 1;
    _entry := convert_from(_bodies[_place], 'UTF8')::jsonb;
    insert into audit_entries (organisation_id, index, leaf_hash, body, at)
      values (_organisation_id, _index, sha256('\x00'::bytea || _bodies[_place]), _bodies[_place],
        (_entry ->> 'start_time')::timestamptz);
    insert into audit_subjects (organisation_id, subject_id, index)
      select distinct _organisation_id, id::uuid, _index
        from unnest(array[
          _entry #>> '{attributes,dpl.core.data_subject_id}', _entry #>> '{hoede,by,id}', _entry #>> '{hoede,alertId}',
          _entry #>> '{hoede,protectionOrderId}', _entry #>> '{hoede,subjectId}', _entry #>> '{hoede,secondPersonId}'
        ]) as id where id is not null;
  end loop;
  return _index;
end $function$;

CREATE OR REPLACE FUNCTION public.audit_refuse_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  raise exception 'the record is only ever added to';
end $function$;

CREATE OR REPLACE FUNCTION public.intake_alive(_shard smallint)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  perform pg_advisory_xact_lock(7205759403792793601);
  begin
    insert into journal (id, shard, kind, entry_count, payload) values (nextval('journal_id'), _shard, 1, 1, '\x00');
    raise exception using errcode = 'HD001', message = 'taken back';
  exception when sqlstate 'HD001' then
    null;
  end;
  perform intake_resume(_shard);
  insert into journal_positions (reader, shard, journal_id, updated_at) values ('intake', _shard, 0, clock_timestamp())
  on conflict (reader, shard) do update set updated_at = excluded.updated_at;
end $function$;

CREATE OR REPLACE FUNCTION public.intake_grace()
 RETURNS interval
 LANGUAGE sql
 IMMUTABLE
AS $function$ select interval '15 seconds' $function$;

CREATE OR REPLACE FUNCTION public.intake_resume(_shard smallint)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
declare
  _now timestamptz := clock_timestamp();
  _last timestamptz;
begin
  select updated_at into _last from journal_positions where reader = 'intake' and shard = _shard;
  if _last is null or _now - _last <= intake_grace() then
    return;
  end if;
  insert into journal (id, shard, kind, entry_count, payload) values (
    nextval('journal_id'), _shard, 4, 1,
    convert_to(json_build_object('fromMs', floor(extract(epoch from _last) * 1000)::bigint,
                                 'untilMs', floor(extract(epoch from _now) * 1000)::bigint)::text, 'UTF8'));
  update journal_positions set updated_at = _now where reader = 'intake' and shard = _shard;
end $function$;

CREATE OR REPLACE FUNCTION public.journal_append(_shard smallint, _kind smallint, _entry_count integer, _payload bytea)
 RETURNS bigint
 LANGUAGE plpgsql
AS $function$
declare _id bigint;
begin
  perform pg_advisory_xact_lock(7205759403792793601);
  perform intake_resume(_shard);
  _id := nextval('journal_id');
  insert into journal (id, shard, kind, entry_count, payload) values (_id, _shard, _kind, _entry_count, _payload);
  return _id;
end $function$;

CREATE OR REPLACE FUNCTION public.journal_append_in_turn(_shard smallint, _kind smallint, _lane smallint, _sender_id uuid, _entry_counts integer[], _payloads bytea[])
 RETURNS void
 LANGUAGE plpgsql
AS $function$
declare _id bigint;
begin
  perform pg_advisory_xact_lock(7205759403792793601);
  perform intake_resume(_shard);
  for _place in 1 .. cardinality(_payloads) loop
    _id := nextval('journal_id');
    insert into journal (id, shard, kind, entry_count, payload, lane, sender_id)
      values (_id, _shard, _kind, _entry_counts[_place], _payloads[_place], _lane, _sender_id);
    insert into journal_waiting (journal_id, shard, lane, sender_id, entry_count)
      values (_id, _shard, _lane, _sender_id, _entry_counts[_place]);
  end loop;
end $function$;

CREATE OR REPLACE FUNCTION public.journal_give_turns(_shard smallint, _journal_ids bigint[])
 RETURNS void
 LANGUAGE plpgsql
AS $function$
declare _waiting bigint;
begin
  perform pg_advisory_xact_lock(7205759403792793601);
  foreach _waiting in array _journal_ids loop
    delete from journal_waiting where journal_id = _waiting and shard = _shard;
    if found then
      insert into journal (id, shard, kind, entry_count, payload, turn_of)
        values (nextval('journal_id'), _shard, 5, 1, '\x', _waiting);
    end if;
  end loop;
end $function$;
