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
  organisation_id uuid not null,
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
  organisation_id uuid,
  PRIMARY KEY (sequence),
  FOREIGN KEY (alert_id) REFERENCES alerts(id),
  UNIQUE (dedupe_key)
);

create table alert_shelvings (
  alert_id uuid not null,
  by uuid not null,
  at timestamp with time zone not null,
  until timestamp with time zone not null,
  PRIMARY KEY (alert_id),
  CHECK ((until > at)),
  FOREIGN KEY (alert_id) REFERENCES alerts(id)
);

create table alert_transitions (
  id uuid not null default uuidv7(),
  alert_id uuid not null,
  kind text not null,
  actor uuid,
  note text,
  detail jsonb,
  at timestamp with time zone not null default now(),
  organisation_id uuid,
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
  organisation_id uuid,
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
  organisation_id uuid not null default '00000000-0000-7000-8000-000000000001'::uuid,
  desk_id uuid,
  unit_id uuid,
  PRIMARY KEY (id),
  CHECK (((desk_id IS NULL) OR (role = 'operator'::text))),
  CHECK (((role = 'vendor'::text) = (vendor_id IS NOT NULL))),
  CHECK (((role = 'victim-device'::text) = (device_id IS NOT NULL))),
  CHECK ((role = ANY (ARRAY['administrator'::text, 'supervisor'::text, 'operator'::text, 'vendor'::text, 'victim-device'::text, 'auditor'::text, 'partner'::text]))),
  FOREIGN KEY (desk_id) REFERENCES desks(id),
  FOREIGN KEY (device_id) REFERENCES devices(id),
  FOREIGN KEY (organisation_id) REFERENCES organisations(id),
  FOREIGN KEY (organisation_id, unit_id) REFERENCES units(organisation_id, id),
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

create table break_glasses (
  id uuid not null default uuidv7(),
  organisation_id uuid not null,
  person_id uuid not null,
  reason text not null,
  asked_by uuid not null,
  asked_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  confirmed_by uuid,
  confirmed_at timestamp with time zone,
  open_until timestamp with time zone,
  read_count integer not null default 0,
  last_read_at timestamp with time zone,
  PRIMARY KEY (id),
  CHECK ((((confirmed_by IS NULL) = (confirmed_at IS NULL)) AND ((confirmed_by IS NULL) = (open_until IS NULL)))),
  CHECK (((read_count = 0) OR (confirmed_by IS NOT NULL))),
  CHECK ((confirmed_by <> asked_by)),
  FOREIGN KEY (organisation_id) REFERENCES organisations(id),
  FOREIGN KEY (person_id) REFERENCES persons(id)
);

create table case_budgets (
  reader_id uuid not null,
  what text not null,
  tokens double precision not null,
  at timestamp with time zone not null,
  told_at timestamp with time zone,
  PRIMARY KEY (reader_id, what),
  CHECK ((what = ANY (ARRAY['read'::text, 'found'::text])))
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

create table case_reads (
  reader_id uuid not null,
  what text not null,
  subject_id uuid not null,
  until timestamp with time zone not null,
  PRIMARY KEY (reader_id, what, subject_id),
  CHECK ((what = ANY (ARRAY['read'::text, 'found'::text])))
);

create table case_roles (
  id uuid not null default uuidv7(),
  organisation_id uuid not null,
  protection_order_id uuid not null,
  role text not null,
  staff_id uuid,
  name text not null,
  phone text,
  stand_in_staff_id uuid,
  stand_in_name text not null,
  stand_in_phone text,
  hand_over_note text,
  given_by uuid not null,
  "from" timestamp with time zone not null,
  until timestamp with time zone,
  PRIMARY KEY (id),
  CHECK (((staff_id IS NULL) OR (staff_id IS DISTINCT FROM stand_in_staff_id))),
  CHECK ((role = ANY (ARRAY['case-lead'::text, 'contact-point'::text]))),
  FOREIGN KEY (organisation_id, protection_order_id) REFERENCES protection_orders(organisation_id, id) ON UPDATE CASCADE
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

create table data_keys (
  id uuid not null,
  scope text not null,
  wrapped bytea,
  master_id text not null,
  made_at timestamp with time zone not null default now(),
  destroyed_at timestamp with time zone,
  PRIMARY KEY (id),
  CHECK (((wrapped IS NULL) = (destroyed_at IS NOT NULL))),
  UNIQUE (scope)
);

create table decisions (
  id uuid not null default uuidv7(),
  organisation_id uuid not null,
  source text not null,
  document_reference text not null,
  body_hash text not null,
  act text not null,
  status text not null,
  missing jsonb not null,
  protection_order_id uuid,
  proposal_id uuid,
  received_by uuid not null,
  received_at timestamp with time zone not null,
  received_count integer not null default 1,
  waits_since timestamp with time zone,
  set_aside_by uuid,
  set_aside_reason text,
  PRIMARY KEY (id),
  CHECK (((status = 'imported'::text) <= (protection_order_id IS NOT NULL))),
  CHECK ((status = ANY (ARRAY['incomplete'::text, 'refused'::text, 'set-aside'::text, 'imported'::text, 'proposed'::text]))),
  FOREIGN KEY (organisation_id) REFERENCES organisations(id),
  FOREIGN KEY (proposal_id) REFERENCES proposals(id),
  FOREIGN KEY (protection_order_id) REFERENCES protection_orders(id),
  UNIQUE (organisation_id, source, document_reference)
);

create table desk_looks (
  person_id uuid not null,
  incident_id uuid not null,
  organisation_id uuid not null default '00000000-0000-7000-8000-000000000001'::uuid,
  told_at timestamp with time zone not null,
  rank integer not null,
  PRIMARY KEY (person_id, incident_id),
  CHECK (((rank >= 0) AND (rank <= 5))),
  FOREIGN KEY (organisation_id) REFERENCES organisations(id)
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

create table desk_seats (
  person_id uuid not null,
  organisation_id uuid not null default '00000000-0000-7000-8000-000000000001'::uuid,
  name text not null,
  incident_id uuid,
  seen_at timestamp with time zone not null,
  PRIMARY KEY (person_id),
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
  organisation_id uuid not null,
  PRIMARY KEY (id),
  CHECK (((valid_until IS NULL) OR (valid_until > valid_from))),
  FOREIGN KEY (device_id) REFERENCES devices(id),
  FOREIGN KEY (organisation_id) REFERENCES organisations(id),
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
  organisation_id uuid not null default '00000000-0000-7000-8000-000000000001'::uuid,
  PRIMARY KEY (id),
  CHECK ((kind = ANY (ARRAY['ankle-monitor'::text, 'victim-device'::text]))),
  CHECK ((report_interval_seconds > 0)),
  FOREIGN KEY (organisation_id) REFERENCES organisations(id),
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
  place bytea,
  UNIQUE NULLS NOT DISTINCT (device_id, recorded_at, place, longitude, latitude, learned_at)
);

create table enforceability_assessments (
  id uuid not null default gen_random_uuid(),
  organisation_id uuid not null,
  label text not null,
  made_at timestamp with time zone not null,
  made_by_kind text not null,
  made_by uuid not null,
  question jsonb not null,
  answer jsonb not null,
  map_id text,
  limits_version text not null,
  advice_court text not null,
  advice_file text not null,
  offender_id uuid,
  unit_ids uuid[] default hoede_units(),
  erased_at timestamp with time zone,
  declined_at timestamp with time zone,
  declined_by uuid,
  decline_reason text,
  assessed_at timestamp with time zone,
  assessed_by uuid,
  PRIMARY KEY (id),
  CHECK ((((declined_at IS NULL) = (declined_by IS NULL)) AND ((declined_at IS NULL) = (decline_reason IS NULL)))),
  CHECK (((assessed_at IS NULL) = (assessed_by IS NULL))),
  FOREIGN KEY (organisation_id) REFERENCES organisations(id)
);

create table erasures (
  id uuid not null default uuidv7(),
  organisation_id uuid not null,
  protection_order_id uuid not null,
  purpose text not null,
  terms_version integer not null,
  began_at timestamp with time zone not null,
  done_at timestamp with time zone,
  counts jsonb not null default '{}'::jsonb,
  kept_for text,
  again_at timestamp with time zone,
  PRIMARY KEY (id),
  CHECK (((kept_for IS NULL) OR (done_at IS NULL))),
  CHECK ((kept_for = 'held-elsewhere'::text)),
  CHECK ((purpose = ANY (ARRAY['monitoring'::text, 'evidence'::text]))),
  FOREIGN KEY (organisation_id, protection_order_id) REFERENCES protection_orders(organisation_id, id) ON UPDATE CASCADE,
  UNIQUE (protection_order_id, purpose)
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
  organisation_id uuid,
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
  longitude double precision,
  latitude double precision,
  accuracy_meters double precision,
  speed_meters_per_second double precision,
  heading_degrees double precision,
  source text,
  hdop double precision,
  satellites double precision,
  battery_fraction double precision,
  sequence bigint,
  journal_id bigint not null,
  place bytea,
  motion bytea,
  UNIQUE (device_id, recorded_at, place)
) partition by RANGE (recorded_at);

create table fixes_default (
  device_id uuid not null,
  recorded_at timestamp with time zone not null,
  received_at timestamp with time zone not null,
  longitude double precision,
  latitude double precision,
  accuracy_meters double precision,
  speed_meters_per_second double precision,
  heading_degrees double precision,
  source text,
  hdop double precision,
  satellites double precision,
  battery_fraction double precision,
  sequence bigint,
  journal_id bigint not null,
  place bytea,
  motion bytea,
  UNIQUE (device_id, recorded_at, place)
); -- partition: DEFAULT

create table floods (
  id uuid not null default uuidv7(),
  started_at timestamp with time zone not null,
  ended_at timestamp with time zone,
  peak bigint not null,
  PRIMARY KEY (id)
);

create table hand_over_owners (
  id uuid not null default uuidv7(),
  organisation_id uuid not null default '00000000-0000-7000-8000-000000000001'::uuid,
  key text not null,
  owner_id uuid not null,
  plan text,
  by uuid not null,
  at timestamp with time zone not null,
  PRIMARY KEY (id),
  FOREIGN KEY (organisation_id) REFERENCES organisations(id),
  UNIQUE (organisation_id, key)
);

create table hand_overs (
  id uuid not null default uuidv7(),
  organisation_id uuid not null default '00000000-0000-7000-8000-000000000001'::uuid,
  by uuid not null,
  note text not null,
  items jsonb not null,
  at timestamp with time zone not null,
  case_ids uuid[] not null default '{}'::uuid[],
  organisation_ids uuid[] not null default '{}'::uuid[],
  PRIMARY KEY (id),
  FOREIGN KEY (organisation_id) REFERENCES organisations(id)
);

create table household_links (
  id uuid not null default uuidv7(),
  organisation_id uuid not null,
  protection_order_id uuid not null,
  person_id uuid not null,
  member_id uuid,
  member_reference text,
  relation text not null,
  since timestamp with time zone not null,
  until timestamp with time zone,
  kept_by uuid not null,
  kept_at timestamp with time zone not null,
  ended_by uuid,
  PRIMARY KEY (id),
  CHECK ((((member_id IS NULL) <> (member_reference IS NULL)) AND (member_id IS DISTINCT FROM person_id))),
  CHECK (((until IS NULL) = (ended_by IS NULL))),
  CHECK ((relation = ANY (ARRAY['partner'::text, 'child'::text, 'parent'::text, 'sibling'::text, 'other'::text]))),
  CHECK ((until > since)),
  FOREIGN KEY (organisation_id, protection_order_id) REFERENCES protection_orders(organisation_id, id) ON UPDATE CASCADE
);

create table joined_orders (
  id uuid not null default uuidv7(),
  organisation_id uuid not null,
  protection_order_id uuid not null,
  case_id uuid not null,
  joined_by uuid not null,
  joined_at timestamp with time zone not null,
  left_by uuid,
  left_at timestamp with time zone,
  PRIMARY KEY (id),
  CHECK (((left_by IS NULL) = (left_at IS NULL))),
  FOREIGN KEY (organisation_id, protection_order_id) REFERENCES protection_orders(organisation_id, id) ON UPDATE CASCADE
);

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

create table journal_withheld (
  reader text not null,
  place_id bigint not null,
  journal_id bigint not null,
  shard smallint not null,
  key_id uuid not null,
  entry_count integer not null,
  withheld_at timestamp with time zone not null default now(),
  released_at timestamp with time zone,
  PRIMARY KEY (reader, place_id),
  CHECK ((reader = ANY (ARRAY['evaluator'::text, 'history'::text])))
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
  longitude double precision,
  latitude double precision,
  accuracy_meters double precision not null,
  place bytea,
  PRIMARY KEY (person_id),
  FOREIGN KEY (person_id) REFERENCES persons(id)
);

create table order_acts (
  id uuid not null default uuidv7(),
  organisation_id uuid not null,
  protection_order_id uuid not null,
  order_version integer not null,
  act text not null,
  at timestamp with time zone not null,
  effective_at timestamp with time zone not null,
  valid_until timestamp with time zone not null,
  extension_count integer not null,
  by_id uuid,
  by_kind text not null,
  second_person_id uuid,
  decided_by text,
  document_reference text,
  reason text,
  findings text[] not null,
  assessment_id uuid,
  type_version bigint,
  PRIMARY KEY (id),
  CHECK (((by_kind = 'system'::text) OR (by_id IS NOT NULL) OR (act = 'impose'::text))),
  CHECK ((by_kind = ANY (ARRAY['person'::text, 'system'::text]))),
  FOREIGN KEY (assessment_id) REFERENCES enforceability_assessments(id),
  FOREIGN KEY (organisation_id, protection_order_id) REFERENCES protection_orders(organisation_id, id) ON UPDATE CASCADE
);

create table order_reminders (
  id uuid not null default uuidv7(),
  organisation_id uuid not null,
  protection_order_id uuid not null,
  ends_at timestamp with time zone not null,
  step smallint not null,
  task text not null,
  audience text not null,
  answer_within_hours integer not null,
  due_at timestamp with time zone not null,
  ask_at timestamp with time zone not null,
  asked_count integer not null default 0,
  last_asked_at timestamp with time zone,
  answer text,
  answered_by uuid,
  answered_at timestamp with time zone,
  note text,
  document_reference text,
  over_at timestamp with time zone,
  deciders text[] not null default '{}'::text[],
  type_version bigint not null default 0,
  every_hours integer,
  priority text not null default 'P3'::text,
  PRIMARY KEY (id),
  CHECK ((((answer IS NULL) = (answered_by IS NULL)) AND ((answer IS NULL) = (answered_at IS NULL)))),
  FOREIGN KEY (organisation_id, protection_order_id) REFERENCES protection_orders(organisation_id, id) ON UPDATE CASCADE,
  UNIQUE (protection_order_id, ends_at, step, type_version)
);

create table order_types (
  organisation_id uuid not null default '00000000-0000-7000-8000-000000000001'::uuid,
  legal_basis text not null,
  version bigint not null,
  body jsonb not null,
  changed_by uuid not null,
  confirmed_by uuid,
  changed_at timestamp with time zone not null,
  PRIMARY KEY (organisation_id, legal_basis, version),
  CHECK ((confirmed_by <> changed_by)),
  CHECK ((version > 0)),
  FOREIGN KEY (organisation_id) REFERENCES organisations(id)
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

create table partner_notices (
  id uuid not null default uuidv7(),
  organisation_id uuid not null,
  partner_id uuid,
  number integer,
  protection_order_id uuid,
  order_version integer,
  previous_version integer,
  act text not null,
  made_at timestamp with time zone not null,
  receipt_due_at timestamp with time zone not null,
  attempts integer not null default 0,
  next_attempt_at timestamp with time zone,
  last_error text,
  sent_at timestamp with time zone,
  fetched_at timestamp with time zone,
  received_at timestamp with time zone,
  received_by uuid,
  receipt_reference text,
  asked_count integer not null default 0,
  stage text,
  alert_id uuid,
  partner_name text not null,
  partner_kind text not null,
  reminder_id uuid,
  break_glass_id uuid,
  readings_from timestamp with time zone,
  readings_until timestamp with time zone,
  about_id uuid,
  PRIMARY KEY (id),
  CHECK (((protection_order_id IS NULL) = (order_version IS NULL))),
  CHECK (((readings_from IS NULL) = (readings_until IS NULL))),
  CHECK (((received_at IS NULL) = (received_by IS NULL))),
  CHECK ((num_nonnulls(protection_order_id, break_glass_id, readings_from) = 1)),
  CHECK ((stage = ANY (ARRAY['asked'::text, 'called'::text, 'over'::text]))),
  FOREIGN KEY (alert_id) REFERENCES alerts(id),
  FOREIGN KEY (break_glass_id) REFERENCES break_glasses(id),
  FOREIGN KEY (organisation_id, protection_order_id) REFERENCES protection_orders(organisation_id, id) ON UPDATE CASCADE,
  FOREIGN KEY (partner_id) REFERENCES partners(id),
  UNIQUE (partner_id, number)
);

create table partners (
  id uuid not null default uuidv7(),
  organisation_id uuid not null,
  kind text not null,
  name text not null,
  api_client_id uuid not null,
  url text,
  secret text,
  on_breach text not null,
  receipt_within_minutes integer not null,
  made_by uuid not null,
  made_by_kind text not null,
  made_at timestamp with time zone not null,
  confirmed_by uuid,
  confirmed_at timestamp with time zone,
  end_asked_by uuid,
  end_asked_by_kind text,
  end_asked_at timestamp with time zone,
  ended_by uuid,
  ended_at timestamp with time zone,
  on_breach_by jsonb not null default '{}'::jsonb,
  PRIMARY KEY (id),
  CHECK (((confirmed_by IS NULL) = (confirmed_at IS NULL))),
  CHECK (((end_asked_by IS NULL) = (end_asked_at IS NULL))),
  CHECK (((ended_by IS NULL) = (ended_at IS NULL))),
  CHECK (((url IS NULL) = (secret IS NULL))),
  CHECK ((end_asked_by_kind = ANY (ARRAY['staff'::text, 'api-client'::text]))),
  CHECK ((kind = ANY (ARRAY['police'::text, 'victim-information'::text, 'prosecutor'::text, 'court'::text, 'mayor'::text, 'data-protection'::text]))),
  CHECK ((made_by_kind = ANY (ARRAY['staff'::text, 'api-client'::text]))),
  CHECK ((receipt_within_minutes > 0)),
  FOREIGN KEY (api_client_id) REFERENCES api_clients(id),
  FOREIGN KEY (organisation_id) REFERENCES organisations(id),
  UNIQUE (api_client_id)
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

create table person_consents (
  id uuid not null default uuidv7(),
  organisation_id uuid not null,
  person_id uuid not null,
  is_given boolean not null,
  at timestamp with time zone not null,
  kept_by uuid not null,
  PRIMARY KEY (id),
  FOREIGN KEY (person_id) REFERENCES persons(id)
);

create table person_phones (
  person_id uuid not null,
  phone text,
  changed_by uuid not null,
  changed_at timestamp with time zone not null,
  PRIMARY KEY (person_id),
  FOREIGN KEY (person_id) REFERENCES persons(id)
);

create table person_sightings (
  id uuid not null default uuidv7(),
  organisation_id uuid not null,
  person_id uuid not null,
  protection_order_id uuid not null,
  alert_id uuid not null,
  kind text not null,
  seen_at timestamp with time zone not null,
  note text,
  at timestamp with time zone not null,
  kept_by uuid not null,
  PRIMARY KEY (id),
  CHECK ((kind = ANY (ARRAY['seen'::text, 'contacted'::text, 'other'::text]))),
  FOREIGN KEY (person_id) REFERENCES persons(id),
  FOREIGN KEY (protection_order_id) REFERENCES protection_orders(id)
);

create table person_tellings (
  id uuid not null default uuidv7(),
  organisation_id uuid not null,
  person_id uuid not null,
  alert_id uuid,
  topic text not null,
  channel text not null,
  text text not null,
  ground text not null,
  outside_wishes text[] not null,
  reason text,
  outcome text not null,
  at timestamp with time zone not null,
  told_by uuid not null,
  told_at timestamp with time zone,
  PRIMARY KEY (id),
  CHECK ((ground = ANY (ARRAY['desk'::text, 'rule'::text]))),
  CHECK ((outcome = ANY (ARRAY['reached'::text, 'sent'::text, 'no-answer'::text]))),
  FOREIGN KEY (person_id) REFERENCES persons(id)
);

create table person_wishes (
  id uuid not null default uuidv7(),
  organisation_id uuid not null,
  person_id uuid not null,
  channel text not null,
  hours_from text,
  hours_until text,
  topics text[] not null,
  language text not null,
  at timestamp with time zone not null,
  kept_by uuid not null,
  PRIMARY KEY (id),
  CHECK (((hours_from IS NULL) = (hours_until IS NULL))),
  FOREIGN KEY (person_id) REFERENCES persons(id)
);

create table persons (
  id uuid not null default uuidv7(),
  role text not null,
  reference text not null,
  created_at timestamp with time zone not null default now(),
  organisation_id uuid not null default '00000000-0000-7000-8000-000000000001'::uuid,
  PRIMARY KEY (id),
  CHECK ((role = ANY (ARRAY['offender'::text, 'victim'::text]))),
  FOREIGN KEY (organisation_id) REFERENCES organisations(id),
  UNIQUE (organisation_id, role, reference)
);

create table persons_in (
  organisation_id uuid not null,
  person_id uuid not null,
  PRIMARY KEY (organisation_id, person_id),
  FOREIGN KEY (organisation_id) REFERENCES organisations(id),
  FOREIGN KEY (person_id) REFERENCES persons(id)
);

create table proposals (
  id uuid not null default uuidv7(),
  organisation_id uuid not null,
  act text not null,
  protection_order_id uuid,
  alert_id uuid,
  subject_id uuid,
  base_version integer,
  made_version integer,
  weakens text[] not null,
  changes jsonb not null,
  change jsonb,
  reason text,
  until timestamp with time zone,
  ended_at timestamp with time zone,
  proposed_by uuid not null,
  proposed_by_kind text not null,
  proposed_role text not null,
  proposed_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  status text not null,
  enacted_at timestamp with time zone,
  decided_by uuid,
  decided_at timestamp with time zone,
  decision_note text,
  task_alert_id uuid,
  task_stage text,
  begins_at timestamp with time zone,
  PRIMARY KEY (id),
  CHECK (((status <> 'in-force'::text) OR ((reason IS NOT NULL) AND (enacted_at IS NOT NULL)))),
  CHECK (((status <> ALL (ARRAY['confirmed'::text, 'refused'::text])) OR ((decided_by IS NOT NULL) AND (decided_by <> proposed_by)))),
  CHECK ((proposed_by_kind = ANY (ARRAY['staff'::text, 'api-client'::text]))),
  CHECK ((status = ANY (ARRAY['open'::text, 'in-force'::text, 'confirmed'::text, 'refused'::text, 'withdrawn'::text, 'expired'::text, 'overtaken'::text, 'planned'::text, 'begun'::text, 'alone'::text]))),
  CHECK ((task_stage = ANY (ARRAY['proposed'::text, 'in-force'::text, 'alone'::text, 'over'::text]))),
  FOREIGN KEY (organisation_id) REFERENCES organisations(id),
  FOREIGN KEY (protection_order_id) REFERENCES protection_orders(id)
);

create table protection_order_versions (
  protection_order_id uuid not null,
  version integer not null,
  body jsonb not null,
  changed_by uuid,
  changed_at timestamp with time zone not null default now(),
  organisation_id uuid not null,
  PRIMARY KEY (protection_order_id, version),
  FOREIGN KEY (organisation_id, protection_order_id) REFERENCES protection_orders(organisation_id, id) ON UPDATE CASCADE,
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
  organisation_id uuid not null default '00000000-0000-7000-8000-000000000001'::uuid,
  PRIMARY KEY (id),
  CHECK ((status = ANY (ARRAY['active'::text, 'suspended'::text, 'ended'::text]))),
  CHECK ((valid_until > valid_from)),
  FOREIGN KEY (offender_id) REFERENCES persons(id),
  FOREIGN KEY (organisation_id) REFERENCES organisations(id),
  FOREIGN KEY (organisation_id, offender_id) REFERENCES persons_in(organisation_id, person_id),
  UNIQUE (organisation_id, id),
  UNIQUE (organisation_id, reference)
);

create table protection_states (
  id bigint not null generated always as identity,
  protection_order_id uuid not null,
  state text not null,
  reasons jsonb not null,
  at timestamp with time zone not null,
  organisation_id uuid,
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
  organisation_id uuid not null,
  PRIMARY KEY (id)
);

create table record_of_before (
  id uuid not null default uuidv7(),
  organisation_id uuid not null,
  protection_order_id uuid not null,
  origin text not null,
  index bigint not null,
  body bytea not null,
  PRIMARY KEY (id),
  FOREIGN KEY (organisation_id, protection_order_id) REFERENCES protection_orders(organisation_id, id) ON UPDATE CASCADE,
  UNIQUE (protection_order_id, origin, index)
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

create table relocation_questions (
  id uuid not null default uuidv7(),
  organisation_id uuid not null,
  protection_order_id uuid not null,
  relocation_id uuid not null,
  about text not null,
  because text not null,
  subject_id uuid,
  place_index integer,
  audience text not null,
  answer_within_hours integer not null,
  due_at timestamp with time zone not null,
  ask_at timestamp with time zone not null,
  asked_count integer not null default 0,
  last_asked_at timestamp with time zone,
  answer text,
  answered_by uuid,
  answered_at timestamp with time zone,
  note text,
  over_at timestamp with time zone,
  alert_id uuid,
  order_version integer,
  PRIMARY KEY (id),
  CHECK ((((answer IS NULL) = (answered_by IS NULL)) AND ((answer IS NULL) = (answered_at IS NULL)))),
  CHECK ((about = ANY (ARRAY['location-ban'::text, 'fixed-address'::text, 'household'::text, 'order'::text]))),
  FOREIGN KEY (organisation_id, protection_order_id) REFERENCES protection_orders(organisation_id, id) ON UPDATE CASCADE,
  FOREIGN KEY (relocation_id) REFERENCES relocations(id) ON DELETE CASCADE
);

create table relocations (
  id uuid not null default uuidv7(),
  organisation_id uuid not null,
  protection_order_id uuid not null,
  person_id uuid not null,
  moved_at timestamp with time zone not null,
  old_address text,
  new_address text,
  kept_by uuid not null,
  kept_at timestamp with time zone not null,
  copied_from uuid,
  PRIMARY KEY (id),
  FOREIGN KEY (organisation_id, protection_order_id) REFERENCES protection_orders(organisation_id, id) ON UPDATE CASCADE
);

create table response_protocols (
  organisation_id uuid not null default '00000000-0000-7000-8000-000000000001'::uuid,
  version bigint not null,
  body jsonb not null,
  changed_by uuid not null,
  changed_at timestamp with time zone not null,
  PRIMARY KEY (organisation_id, version),
  CHECK ((version > 0)),
  FOREIGN KEY (organisation_id) REFERENCES organisations(id)
);

create table retention_holds (
  id uuid not null default uuidv7(),
  organisation_id uuid not null,
  protection_order_id uuid not null,
  held_for text not null,
  reason text not null,
  document_reference text,
  until timestamp with time zone not null,
  held_by uuid not null,
  at timestamp with time zone not null,
  released_by uuid,
  released_at timestamp with time zone,
  release_reason text,
  release_confirmed_by uuid,
  PRIMARY KEY (id),
  CHECK ((((released_by IS NULL) = (released_at IS NULL)) AND ((released_by IS NULL) = (release_reason IS NULL)))),
  CHECK (((release_confirmed_by IS NULL) OR ((released_by IS NOT NULL) AND (release_confirmed_by <> released_by)))),
  CHECK ((held_for = ANY (ARRAY['court'::text, 'prosecutor'::text, 'defence'::text, 'inspection'::text, 'data-subject'::text]))),
  CHECK ((until > at)),
  FOREIGN KEY (organisation_id, protection_order_id) REFERENCES protection_orders(organisation_id, id) ON UPDATE CASCADE
);

create table retention_terms (
  version integer not null,
  purpose text not null,
  days integer not null,
  grace_days integer not null,
  PRIMARY KEY (version, purpose),
  CHECK ((days > 0)),
  CHECK ((grace_days >= 0)),
  CHECK ((purpose = ANY (ARRAY['monitoring'::text, 'evidence'::text, 'unused'::text])))
);

create table risk_profiles (
  organisation_id uuid not null default '00000000-0000-7000-8000-000000000001'::uuid,
  key text not null,
  version bigint not null,
  body jsonb not null,
  changed_by uuid not null,
  confirmed_by uuid,
  changed_at timestamp with time zone not null,
  PRIMARY KEY (organisation_id, key, version),
  CHECK ((confirmed_by <> changed_by)),
  CHECK ((key ~ '^[a-z][a-z0-9-]{1,39}$'::text)),
  CHECK ((version > 0)),
  FOREIGN KEY (organisation_id) REFERENCES organisations(id)
);

create table schema_migrations (
  number integer not null,
  name text not null,
  checksum text not null,
  applied_at timestamp with time zone not null default now(),
  PRIMARY KEY (number)
);

create table screenings (
  id uuid not null default uuidv7(),
  organisation_id uuid not null,
  protection_order_id uuid not null,
  instrument text not null,
  screened_at timestamp with time zone not null,
  author_id uuid not null,
  outcome text not null,
  next_due_at timestamp with time zone not null,
  document_reference text,
  kept_by uuid not null,
  kept_at timestamp with time zone not null,
  PRIMARY KEY (id),
  CHECK ((next_due_at > screened_at)),
  CHECK ((outcome = ANY (ARRAY['low'::text, 'moderate'::text, 'high'::text]))),
  FOREIGN KEY (organisation_id, protection_order_id) REFERENCES protection_orders(organisation_id, id) ON UPDATE CASCADE
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
  needs_second boolean not null default false,
  confirmed_by uuid,
  confirmed_at timestamp with time zone,
  code_hash bytea,
  PRIMARY KEY (id),
  CHECK ((((confirmed_by IS NULL) = (code_hash IS NULL)) AND ((confirmed_by IS NULL) = (confirmed_at IS NULL)))),
  CHECK (((confirmed_by IS NULL) OR (confirmed_by IS DISTINCT FROM created_by))),
  CHECK (((staff_id IS NULL) = (purpose = 'first-administrator'::text))),
  CHECK (((used_at IS NULL) OR (NOT needs_second) OR (confirmed_by IS NOT NULL))),
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

create table staff_trainings (
  id uuid not null default uuidv7(),
  organisation_id uuid not null,
  staff_id uuid not null,
  instrument text not null,
  trained_at timestamp with time zone not null,
  valid_until timestamp with time zone not null,
  kept_by uuid not null,
  kept_at timestamp with time zone not null,
  PRIMARY KEY (id),
  CHECK ((valid_until > trained_at)),
  FOREIGN KEY (organisation_id, staff_id) REFERENCES staff(organisation_id, id)
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
  organisation_id uuid not null default '00000000-0000-7000-8000-000000000001'::uuid,
  PRIMARY KEY (id),
  CHECK (((cardinality(events) > 0) AND (events <@ '{alerts,device-commands}'::text[]))),
  CHECK (((disabled_at IS NOT NULL) OR (('device-commands'::text = ANY (events)) = (vendor_id IS NOT NULL)))),
  CHECK ((cardinality(events) = 1)),
  FOREIGN KEY (organisation_id) REFERENCES organisations(id),
  FOREIGN KEY (vendor_id) REFERENCES vendors(id)
);

CREATE INDEX access_log_organisation ON public.access_log USING btree (organisation_id, at);

CREATE INDEX alert_events_alert ON public.alert_events USING btree (alert_id);

CREATE INDEX alert_events_undispatched ON public.alert_events USING btree (sequence) WHERE (dispatched_at IS NULL);

CREATE INDEX alert_transitions_alert ON public.alert_transitions USING btree (alert_id, at);

CREATE INDEX alert_transitions_of_people ON public.alert_transitions USING btree (at) WHERE (actor IS NOT NULL);

CREATE INDEX alerts_closed_organisation ON public.alerts USING btree (organisation_id, closed_at DESC, id) WHERE (status = 'closed'::text);

CREATE INDEX alerts_incident ON public.alerts USING btree (incident_id);

CREATE INDEX alerts_not_closed_due ON public.alerts USING btree (not_closed_due_at) WHERE (not_closed_due_at IS NOT NULL);

CREATE INDEX alerts_open ON public.alerts USING btree (priority, raised_at, id) WHERE (status <> 'closed'::text);

CREATE INDEX alerts_open_organisation ON public.alerts USING btree (organisation_id, priority, raised_at, id) WHERE (status <> 'closed'::text);

CREATE INDEX alerts_order ON public.alerts USING btree (protection_order_id, raised_at);

CREATE INDEX alerts_order_unreadable ON public.alerts USING btree (protection_order_id) WHERE ((kind = 'order-unreadable'::text) AND (cleared_at IS NULL));

CREATE INDEX alerts_pair ON public.alerts USING btree (offender_id, victim_id) WHERE (victim_id IS NOT NULL);

CREATE INDEX alerts_recall_due ON public.alerts USING btree (recall_at) WHERE (recall_at IS NOT NULL);

CREATE INDEX alerts_told ON public.alerts USING btree (COALESCE(told_at, raised_at));

CREATE INDEX audit_entries_at ON public.audit_entries USING btree (organisation_id, at);

CREATE INDEX break_glasses_organisation ON public.break_glasses USING btree (organisation_id, id);

CREATE INDEX break_glasses_person ON public.break_glasses USING btree (person_id);

CREATE INDEX case_moves_from ON public.case_moves USING btree (from_org);

CREATE UNIQUE INDEX case_moves_open ON public.case_moves USING btree (order_id) WHERE ((at IS NULL) AND (declined_at IS NULL));

CREATE INDEX case_moves_to ON public.case_moves USING btree (to_org);

CREATE INDEX case_reads_until ON public.case_reads USING btree (until);

CREATE UNIQUE INDEX case_roles_now ON public.case_roles USING btree (protection_order_id, role) WHERE (until IS NULL);

CREATE INDEX caseloads_order ON public.caseloads USING btree (protection_order_id);

CREATE INDEX caseloads_unit ON public.caseloads USING btree (organisation_id, unit_id);

CREATE INDEX desk_organisations_organisation ON public.desk_organisations USING btree (organisation_id);

CREATE INDEX device_assignments_device ON public.device_assignments USING btree (device_id, valid_from);

CREATE INDEX device_assignments_organisation ON public.device_assignments USING btree (organisation_id);

CREATE INDEX device_assignments_person ON public.device_assignments USING btree (person_id, valid_from);

CREATE INDEX device_commands_undispatched ON public.device_commands USING btree (sequence) WHERE (dispatched_at IS NULL);

CREATE INDEX devices_organisation ON public.devices USING btree (organisation_id, vendor_id);

CREATE INDEX enforceability_assessments_by_organisation ON public.enforceability_assessments USING btree (organisation_id, id);

CREATE INDEX escalations_due ON public.escalations USING btree (due_at) WHERE ((done_at IS NULL) AND (cancelled_at IS NULL));

CREATE UNIQUE INDEX floods_one ON public.floods USING btree ((true)) WHERE (ended_at IS NULL);

CREATE INDEX hand_overs_at ON public.hand_overs USING btree (organisation_id, at);

CREATE INDEX household_links_member ON public.household_links USING btree (member_id) WHERE ((until IS NULL) AND (member_id IS NOT NULL));

CREATE INDEX household_links_order ON public.household_links USING btree (protection_order_id, since);

CREATE INDEX household_links_person ON public.household_links USING btree (person_id) WHERE (until IS NULL);

CREATE INDEX joined_orders_case ON public.joined_orders USING btree (case_id);

CREATE UNIQUE INDEX joined_orders_now ON public.joined_orders USING btree (protection_order_id) WHERE (left_at IS NULL);

CREATE INDEX journal_outages ON public.journal USING btree (id) WHERE (kind = 4);

CREATE INDEX journal_registry_changes ON public.journal USING btree (id) WHERE (kind = 3);

CREATE INDEX journal_withheld_waiting ON public.journal_withheld USING btree (journal_id) WHERE (released_at IS NULL);

CREATE INDEX order_acts_assessment ON public.order_acts USING btree (assessment_id) WHERE (assessment_id IS NOT NULL);

CREATE INDEX order_acts_order ON public.order_acts USING btree (protection_order_id, id);

CREATE INDEX order_reminders_ask ON public.order_reminders USING btree (ask_at) WHERE ((answered_at IS NULL) AND (over_at IS NULL));

CREATE INDEX order_reminders_passed ON public.order_reminders USING btree (protection_order_id) WHERE ((answered_at IS NULL) AND (over_at IS NULL) AND (asked_count > 1));

CREATE UNIQUE INDEX partner_notices_about ON public.partner_notices USING btree (partner_id, about_id) WHERE (about_id IS NOT NULL);

CREATE INDEX partner_notices_due ON public.partner_notices USING btree (next_attempt_at) WHERE (next_attempt_at IS NOT NULL);

CREATE UNIQUE INDEX partner_notices_glass ON public.partner_notices USING btree (break_glass_id, partner_id, act) WHERE (break_glass_id IS NOT NULL);

CREATE UNIQUE INDEX partner_notices_once ON public.partner_notices USING btree (partner_id, protection_order_id, order_version, act, reminder_id, about_id) NULLS NOT DISTINCT WHERE ((partner_id IS NOT NULL) AND (protection_order_id IS NOT NULL));

CREATE INDEX partner_notices_open ON public.partner_notices USING btree (receipt_due_at) WHERE (stage IS DISTINCT FROM 'over'::text);

CREATE INDEX partner_notices_order ON public.partner_notices USING btree (protection_order_id, partner_id, number);

CREATE UNIQUE INDEX partner_notices_readings ON public.partner_notices USING btree (partner_id, readings_from) WHERE (readings_from IS NOT NULL);

CREATE INDEX passkeys_staff ON public.passkeys USING btree (staff_id);

CREATE INDEX person_consents_person ON public.person_consents USING btree (person_id, id);

CREATE INDEX person_sightings_person ON public.person_sightings USING btree (person_id, id);

CREATE INDEX person_tellings_person ON public.person_tellings USING btree (person_id, id);

CREATE INDEX person_wishes_person ON public.person_wishes USING btree (person_id, id);

CREATE INDEX persons_in_person ON public.persons_in USING btree (person_id);

CREATE UNIQUE INDEX proposals_asked ON public.proposals USING btree (act, COALESCE(protection_order_id, alert_id, subject_id, organisation_id), COALESCE((change ->> 'legalBasis'::text), (change ->> 'key'::text), ''::text)) WHERE (status = ANY (ARRAY['open'::text, 'in-force'::text]));

CREATE INDEX proposals_order ON public.proposals USING btree (protection_order_id);

CREATE INDEX proposals_organisation ON public.proposals USING btree (organisation_id, id);

CREATE INDEX proposals_planned ON public.proposals USING btree (begins_at) WHERE (status = 'planned'::text);

CREATE INDEX proposals_task ON public.proposals USING btree (task_alert_id) WHERE (status = ANY (ARRAY['open'::text, 'in-force'::text]));

CREATE INDEX proposals_task_due ON public.proposals USING btree (id) WHERE (task_stage IS DISTINCT FROM 'over'::text);

CREATE INDEX proposals_until ON public.proposals USING btree (until) WHERE ((until IS NOT NULL) AND (ended_at IS NULL));

CREATE INDEX protection_orders_offender ON public.protection_orders USING btree (offender_id);

CREATE INDEX protection_states_order ON public.protection_states USING btree (protection_order_id, id DESC);

CREATE INDEX quarantined_fixes_organisation ON public.quarantined_fixes USING btree (organisation_id, id DESC);

CREATE INDEX rejudgements_open ON public.rejudgements USING btree (id) WHERE (done_at IS NULL);

CREATE INDEX relocation_questions_ask ON public.relocation_questions USING btree (ask_at) WHERE ((answered_at IS NULL) AND (over_at IS NULL));

CREATE INDEX relocation_questions_order ON public.relocation_questions USING btree (protection_order_id, id);

CREATE INDEX relocations_order ON public.relocations USING btree (protection_order_id, moved_at);

CREATE INDEX relocations_person ON public.relocations USING btree (person_id);

CREATE INDEX retention_holds_order ON public.retention_holds USING btree (protection_order_id, until);

CREATE INDEX screenings_order ON public.screenings USING btree (protection_order_id, screened_at);

CREATE INDEX staff_roles_staff ON public.staff_roles USING btree (staff_id);

CREATE INDEX staff_sessions_staff ON public.staff_sessions USING btree (staff_id, expires_at);

CREATE INDEX staff_trainings_staff ON public.staff_trainings USING btree (staff_id);

CREATE UNIQUE INDEX wanted_intervals_open ON public.wanted_intervals USING btree (device_id) WHERE (until_at IS NULL);

CREATE INDEX webhook_deliveries_due ON public.webhook_deliveries USING btree (next_attempt_at) WHERE ((delivered_at IS NULL) AND (gave_up_at IS NULL));

CREATE TRIGGER row_of_reading BEFORE INSERT ON public.access_log FOR EACH ROW WHEN ((new.organisation_id IS NULL)) EXECUTE FUNCTION hoede_row_of_reading();

CREATE TRIGGER row_of_alert BEFORE INSERT ON public.alert_events FOR EACH ROW WHEN ((new.organisation_id IS NULL)) EXECUTE FUNCTION hoede_row_of_alert();

CREATE TRIGGER row_of_alert BEFORE INSERT ON public.alert_transitions FOR EACH ROW WHEN ((new.organisation_id IS NULL)) EXECUTE FUNCTION hoede_row_of_alert();

CREATE TRIGGER row_of_order BEFORE INSERT ON public.alerts FOR EACH ROW WHEN (((new.organisation_id IS NULL) AND (new.protection_order_id IS NOT NULL))) EXECUTE FUNCTION hoede_row_of_order();

CREATE TRIGGER audit_entries_stay BEFORE DELETE OR UPDATE OR TRUNCATE ON public.audit_entries FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change();

CREATE TRIGGER audit_heads_stay BEFORE DELETE OR UPDATE OR TRUNCATE ON public.audit_heads FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change();

CREATE TRIGGER audit_subjects_stay BEFORE DELETE OR UPDATE OR TRUNCATE ON public.audit_subjects FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change();

CREATE TRIGGER row_of_person BEFORE INSERT ON public.break_glasses FOR EACH ROW WHEN ((new.organisation_id IS NULL)) EXECUTE FUNCTION hoede_row_of_person();

CREATE TRIGGER row_of_order BEFORE INSERT ON public.case_roles FOR EACH ROW WHEN ((new.organisation_id IS NULL)) EXECUTE FUNCTION hoede_row_of_order();

CREATE TRIGGER own_row BEFORE INSERT ON public.decisions FOR EACH ROW EXECUTE FUNCTION hoede_own_row();

CREATE TRIGGER own_row BEFORE INSERT ON public.desk_looks FOR EACH ROW EXECUTE FUNCTION hoede_own_row();

CREATE TRIGGER own_row BEFORE INSERT ON public.desk_seats FOR EACH ROW EXECUTE FUNCTION hoede_own_row();

CREATE TRIGGER row_of_device BEFORE INSERT ON public.device_assignments FOR EACH ROW WHEN ((new.organisation_id IS NULL)) EXECUTE FUNCTION hoede_row_of_device();

CREATE TRIGGER own_row BEFORE INSERT ON public.devices FOR EACH ROW EXECUTE FUNCTION hoede_own_row();

CREATE TRIGGER row_of_order BEFORE INSERT ON public.erasures FOR EACH ROW WHEN ((new.organisation_id IS NULL)) EXECUTE FUNCTION hoede_row_of_order();

CREATE TRIGGER row_of_alert BEFORE INSERT ON public.escalations FOR EACH ROW WHEN ((new.organisation_id IS NULL)) EXECUTE FUNCTION hoede_row_of_alert();

CREATE TRIGGER guard_remembered BEFORE DELETE ON public.evaluator_snapshots FOR EACH ROW EXECUTE FUNCTION hoede_guard_remembered();

CREATE TRIGGER own_row BEFORE INSERT ON public.hand_over_owners FOR EACH ROW EXECUTE FUNCTION hoede_own_row();

CREATE TRIGGER own_row BEFORE INSERT ON public.hand_overs FOR EACH ROW EXECUTE FUNCTION hoede_own_row();

CREATE TRIGGER row_of_order BEFORE INSERT ON public.household_links FOR EACH ROW WHEN ((new.organisation_id IS NULL)) EXECUTE FUNCTION hoede_row_of_order();

CREATE TRIGGER row_of_order BEFORE INSERT ON public.joined_orders FOR EACH ROW WHEN ((new.organisation_id IS NULL)) EXECUTE FUNCTION hoede_row_of_order();

CREATE TRIGGER row_of_order BEFORE INSERT ON public.order_acts FOR EACH ROW WHEN ((new.organisation_id IS NULL)) EXECUTE FUNCTION hoede_row_of_order();

CREATE TRIGGER row_of_order BEFORE INSERT ON public.order_reminders FOR EACH ROW WHEN ((new.organisation_id IS NULL)) EXECUTE FUNCTION hoede_row_of_order();

CREATE TRIGGER own_row BEFORE INSERT ON public.order_types FOR EACH ROW EXECUTE FUNCTION hoede_own_row();

CREATE TRIGGER row_of_order BEFORE INSERT ON public.partner_notices FOR EACH ROW WHEN ((new.organisation_id IS NULL)) EXECUTE FUNCTION hoede_row_of_order();

CREATE TRIGGER own_row BEFORE INSERT ON public.partners FOR EACH ROW EXECUTE FUNCTION hoede_own_row();

CREATE TRIGGER row_of_person BEFORE INSERT ON public.person_consents FOR EACH ROW WHEN ((new.organisation_id IS NULL)) EXECUTE FUNCTION hoede_row_of_person();

CREATE TRIGGER row_of_person BEFORE INSERT ON public.person_sightings FOR EACH ROW WHEN ((new.organisation_id IS NULL)) EXECUTE FUNCTION hoede_row_of_person();

CREATE TRIGGER row_of_person BEFORE INSERT ON public.person_tellings FOR EACH ROW WHEN ((new.organisation_id IS NULL)) EXECUTE FUNCTION hoede_row_of_person();

CREATE TRIGGER row_of_person BEFORE INSERT ON public.person_wishes FOR EACH ROW WHEN ((new.organisation_id IS NULL)) EXECUTE FUNCTION hoede_row_of_person();

CREATE TRIGGER know_person AFTER INSERT ON public.persons FOR EACH ROW EXECUTE FUNCTION hoede_know_person();

CREATE TRIGGER own_row BEFORE INSERT ON public.persons FOR EACH ROW EXECUTE FUNCTION hoede_own_row();

CREATE TRIGGER row_of_proposal BEFORE INSERT ON public.proposals FOR EACH ROW WHEN ((new.organisation_id IS NULL)) EXECUTE FUNCTION hoede_row_of_proposal();

CREATE TRIGGER row_of_order BEFORE INSERT ON public.protection_order_versions FOR EACH ROW WHEN ((new.organisation_id IS NULL)) EXECUTE FUNCTION hoede_row_of_order();

CREATE TRIGGER guard_end BEFORE UPDATE ON public.protection_orders FOR EACH ROW WHEN ((new.status = 'ended'::text)) EXECUTE FUNCTION hoede_guard_end();

CREATE TRIGGER own_row BEFORE INSERT ON public.protection_orders FOR EACH ROW EXECUTE FUNCTION hoede_own_row();

CREATE TRIGGER row_of_order BEFORE INSERT ON public.protection_states FOR EACH ROW WHEN ((new.organisation_id IS NULL)) EXECUTE FUNCTION hoede_row_of_order();

CREATE TRIGGER row_of_sender BEFORE INSERT ON public.quarantined_fixes FOR EACH ROW WHEN ((new.organisation_id IS NULL)) EXECUTE FUNCTION hoede_row_of_sender();

CREATE TRIGGER row_of_order BEFORE INSERT ON public.relocation_questions FOR EACH ROW WHEN ((new.organisation_id IS NULL)) EXECUTE FUNCTION hoede_row_of_order();

CREATE TRIGGER row_of_order BEFORE INSERT ON public.relocations FOR EACH ROW WHEN ((new.organisation_id IS NULL)) EXECUTE FUNCTION hoede_row_of_order();

CREATE TRIGGER own_row BEFORE INSERT ON public.response_protocols FOR EACH ROW EXECUTE FUNCTION hoede_own_row();

CREATE TRIGGER begin_hold BEFORE INSERT ON public.retention_holds FOR EACH ROW EXECUTE FUNCTION hoede_begin_hold();

CREATE TRIGGER guard_hold BEFORE UPDATE ON public.retention_holds FOR EACH ROW EXECUTE FUNCTION hoede_guard_hold();

CREATE TRIGGER row_of_order BEFORE INSERT ON public.retention_holds FOR EACH ROW WHEN ((new.organisation_id IS NULL)) EXECUTE FUNCTION hoede_row_of_order();

CREATE TRIGGER own_row BEFORE INSERT ON public.risk_profiles FOR EACH ROW EXECUTE FUNCTION hoede_own_row();

CREATE TRIGGER row_of_order BEFORE INSERT ON public.screenings FOR EACH ROW WHEN ((new.organisation_id IS NULL)) EXECUTE FUNCTION hoede_row_of_order();

create policy machinery on access_log using (true);

create policy people on access_log for insert with check (((organisation_id = ANY (( SELECT hoede_organisations() AS hoede_organisations)::uuid[])) OR (organisation_id = ( SELECT hoede_home() AS hoede_home))));

create policy people_who_audit on access_log for select using ((organisation_id = ANY (( SELECT hoede_audited() AS hoede_audited)::uuid[])));

create policy machinery on alert_events using (true);

create policy people on alert_events using ((EXISTS ( SELECT
   FROM alerts a
  WHERE ((a.id = alert_events.alert_id) AND (NOT (a.organisation_id IS DISTINCT FROM alert_events.organisation_id))))));

create policy machinery on alert_shelvings using (true);

create policy people on alert_shelvings using ((EXISTS ( SELECT
   FROM alerts a
  WHERE (a.id = alert_shelvings.alert_id))));

create policy machinery on alert_transitions using (true);

create policy people on alert_transitions using ((EXISTS ( SELECT
   FROM alerts a
  WHERE ((a.id = alert_transitions.alert_id) AND (NOT (a.organisation_id IS DISTINCT FROM alert_transitions.organisation_id))))));

create policy machinery on alerts using (true);

create policy people on alerts using (((organisation_id = ANY (( SELECT hoede_organisations() AS hoede_organisations)::uuid[])) AND ((( SELECT hoede_cases() AS hoede_cases) IS NULL) OR (protection_order_id = ANY (( SELECT hoede_cases() AS hoede_cases)::uuid[])))));

create policy people_of_no_case on alerts using (((organisation_id IS NULL) AND ((vendor_id = ANY (( SELECT hoede_vendors() AS hoede_vendors)::uuid[])) OR ((vendor_id IS NULL) AND (cardinality(( SELECT hoede_vendors() AS hoede_vendors)) > 0)))));

create policy machinery on api_clients using (true);

create policy people on api_clients for select using ((organisation_id = ANY (( SELECT hoede_organisations() AS hoede_organisations)::uuid[])));

create policy people_who_administer on api_clients using ((organisation_id = ANY (( SELECT hoede_administered() AS hoede_administered)::uuid[])));

create policy machinery on audit_entries using (true);

create policy people_who_audit on audit_entries for select using ((organisation_id = ANY (( SELECT hoede_audited() AS hoede_audited)::uuid[])));

create policy machinery on audit_heads using (true);

create policy people_who_audit on audit_heads for select using ((organisation_id = ANY (( SELECT hoede_audited() AS hoede_audited)::uuid[])));

create policy machinery on audit_subjects using (true);

create policy people_who_audit on audit_subjects for select using ((organisation_id = ANY (( SELECT hoede_audited() AS hoede_audited)::uuid[])));

create policy machinery on audit_witnesses using (true);

create policy machinery on break_glasses using (true);

create policy people on break_glasses using (((organisation_id = ANY (( SELECT hoede_organisations() AS hoede_organisations)::uuid[])) AND (person_id IN ( SELECT persons_in.person_id
   FROM persons_in))));

create policy people_who_audit on break_glasses for select using ((organisation_id = ANY (( SELECT hoede_audited() AS hoede_audited)::uuid[])));

create policy machinery on case_budgets using (true);

create policy machinery on case_moves using (true);

create policy people on case_moves for select using (((from_org = ANY (( SELECT hoede_organisations() AS hoede_organisations)::uuid[])) OR (to_org = ANY (( SELECT hoede_organisations() AS hoede_organisations)::uuid[]))));

create policy machinery on case_reads using (true);

create policy machinery on case_roles using (true);

create policy people on case_roles using (((organisation_id = ANY (( SELECT hoede_organisations() AS hoede_organisations)::uuid[])) AND ((( SELECT hoede_cases() AS hoede_cases) IS NULL) OR (protection_order_id = ANY (( SELECT hoede_cases() AS hoede_cases)::uuid[])))));

create policy machinery on caseloads using (true);

create policy people on caseloads using ((organisation_id = ANY (( SELECT hoede_organisations() AS hoede_organisations)::uuid[])));

create policy machinery on data_keys using (true);

create policy machinery on decisions using (true);

create policy people on decisions using (((organisation_id = ANY (( SELECT hoede_organisations() AS hoede_organisations)::uuid[])) AND ((( SELECT hoede_cases() AS hoede_cases) IS NULL) OR (protection_order_id IS NULL) OR (protection_order_id = ANY (( SELECT hoede_cases() AS hoede_cases)::uuid[])))));

create policy machinery on desk_looks using (true);

create policy people on desk_looks using ((organisation_id = ANY (( SELECT hoede_organisations() AS hoede_organisations)::uuid[])));

create policy machinery on desk_organisations using (true);

create policy people on desk_organisations for select using ((organisation_id = ANY (( SELECT hoede_organisations() AS hoede_organisations)::uuid[])));

create policy people_who_administer on desk_organisations using ((organisation_id = ANY (( SELECT hoede_administered() AS hoede_administered)::uuid[])));

create policy machinery on desk_seats using (true);

create policy people on desk_seats using ((organisation_id = ANY (( SELECT hoede_organisations() AS hoede_organisations)::uuid[])));

create policy machinery on device_assignments using (true);

create policy people on device_assignments using (((organisation_id = ANY (( SELECT hoede_organisations() AS hoede_organisations)::uuid[])) OR (person_id IN ( SELECT persons_in.person_id
   FROM persons_in)))) with check (((organisation_id = ANY (( SELECT hoede_organisations() AS hoede_organisations)::uuid[])) AND (person_id IN ( SELECT persons_in.person_id
   FROM persons_in)) AND (device_id IN ( SELECT devices.id
   FROM devices))));

create policy machinery on device_commands using (true);

create policy machinery on device_events using (true);

create policy machinery on devices using (true);

create policy people on devices using ((organisation_id = ANY (( SELECT hoede_organisations() AS hoede_organisations)::uuid[])));

create policy people_who_administer on devices for select using ((organisation_id = ANY (( SELECT hoede_administered() AS hoede_administered)::uuid[])));

create policy machinery on disbelieved_fixes using (true);

create policy machinery on enforceability_assessments using (true);

create policy people on enforceability_assessments using (((organisation_id = ANY (( SELECT hoede_organisations() AS hoede_organisations)::uuid[])) AND ((( SELECT hoede_cases() AS hoede_cases) IS NULL) OR (unit_ids && ( SELECT hoede_units() AS hoede_units)) OR (id IN ( SELECT order_acts.assessment_id
   FROM order_acts
  WHERE (order_acts.assessment_id IS NOT NULL))))));

create policy machinery on erasures using (true);

create policy people on erasures using (((organisation_id = ANY (( SELECT hoede_organisations() AS hoede_organisations)::uuid[])) AND ((( SELECT hoede_cases() AS hoede_cases) IS NULL) OR (protection_order_id = ANY (( SELECT hoede_cases() AS hoede_cases)::uuid[])))));

create policy machinery on escalations using (true);

create policy people on escalations using ((EXISTS ( SELECT
   FROM alerts a
  WHERE ((a.id = escalations.alert_id) AND (NOT (a.organisation_id IS DISTINCT FROM escalations.organisation_id))))));

create policy machinery on evaluator_leases using (true);

create policy machinery on evaluator_snapshots using (true);

create policy machinery on fixes using (true);

create policy machinery on fixes_default using (true);

create policy machinery on floods using (true);

create policy people on floods for select using (true);

create policy machinery on hand_over_owners using (true);

create policy people on hand_over_owners using ((organisation_id = ANY (( SELECT hoede_organisations() AS hoede_organisations)::uuid[])));

create policy machinery on hand_overs using (true);

create policy people on hand_overs using (((organisation_id = ANY (( SELECT hoede_organisations() AS hoede_organisations)::uuid[])) AND (organisation_ids <@ ( SELECT hoede_organisations() AS hoede_organisations)) AND ((( SELECT hoede_cases() AS hoede_cases) IS NULL) OR (case_ids <@ ( SELECT hoede_cases() AS hoede_cases)))));

create policy machinery on household_links using (true);

create policy people on household_links using (((organisation_id = ANY (( SELECT hoede_organisations() AS hoede_organisations)::uuid[])) AND ((( SELECT hoede_cases() AS hoede_cases) IS NULL) OR (protection_order_id = ANY (( SELECT hoede_cases() AS hoede_cases)::uuid[])))));

create policy machinery on joined_orders using (true);

create policy people on joined_orders using (((organisation_id = ANY (( SELECT hoede_organisations() AS hoede_organisations)::uuid[])) AND ((( SELECT hoede_cases() AS hoede_cases) IS NULL) OR (protection_order_id = ANY (( SELECT hoede_cases() AS hoede_cases)::uuid[])))));

create policy machinery on journal using (true);

create policy machinery on journal_positions using (true);

create policy machinery on journal_waiting using (true);

create policy machinery on journal_withheld using (true);

create policy machinery on known_browsers using (true);

create policy machinery on latest_sightings using (true);

create policy people on latest_sightings for select using ((EXISTS ( SELECT
   FROM protection_orders o
  WHERE (o.offender_id = latest_sightings.person_id))));

create policy machinery on order_acts using (true);

create policy people on order_acts using (((organisation_id = ANY (( SELECT hoede_organisations() AS hoede_organisations)::uuid[])) AND ((( SELECT hoede_cases() AS hoede_cases) IS NULL) OR (protection_order_id = ANY (( SELECT hoede_cases() AS hoede_cases)::uuid[])))));

create policy machinery on order_reminders using (true);

create policy people on order_reminders using (((organisation_id = ANY (( SELECT hoede_organisations() AS hoede_organisations)::uuid[])) AND ((( SELECT hoede_cases() AS hoede_cases) IS NULL) OR (protection_order_id = ANY (( SELECT hoede_cases() AS hoede_cases)::uuid[])))));

create policy machinery on order_types using (true);

create policy people on order_types using ((organisation_id = ANY (( SELECT hoede_organisations() AS hoede_organisations)::uuid[])));

create policy machinery on partner_notices using (true);

create policy people on partner_notices for select using (((organisation_id = ANY (( SELECT hoede_organisations() AS hoede_organisations)::uuid[])) AND ((( SELECT hoede_cases() AS hoede_cases) IS NULL) OR (protection_order_id = ANY (( SELECT hoede_cases() AS hoede_cases)::uuid[])))));

create policy machinery on partners using (true);

create policy people on partners using ((organisation_id = ANY (( SELECT hoede_organisations() AS hoede_organisations)::uuid[])));

create policy people_who_administer on partners using ((organisation_id = ANY (( SELECT hoede_administered() AS hoede_administered)::uuid[])));

create policy machinery on passkeys using (true);

create policy machinery on person_consents using (true);

create policy people on person_consents using ((person_id IN ( SELECT persons_in.person_id
   FROM persons_in)));

create policy machinery on person_phones using (true);

create policy people on person_phones using ((person_id IN ( SELECT persons_in.person_id
   FROM persons_in)));

create policy machinery on person_sightings using (true);

create policy people on person_sightings using ((person_id IN ( SELECT persons_in.person_id
   FROM persons_in)));

create policy machinery on person_tellings using (true);

create policy people on person_tellings using ((person_id IN ( SELECT persons_in.person_id
   FROM persons_in)));

create policy machinery on person_wishes using (true);

create policy people on person_wishes using ((person_id IN ( SELECT persons_in.person_id
   FROM persons_in)));

create policy machinery on persons using (true);

create policy people on persons using (((organisation_id = ANY (( SELECT hoede_organisations() AS hoede_organisations)::uuid[])) OR (id IN ( SELECT persons_in.person_id
   FROM persons_in)))) with check ((organisation_id = ANY (( SELECT hoede_organisations() AS hoede_organisations)::uuid[])));

create policy machinery on persons_in using (true);

create policy people on persons_in for select using ((organisation_id = ANY (( SELECT hoede_organisations() AS hoede_organisations)::uuid[])));

create policy machinery on proposals using (true);

create policy people on proposals using (((organisation_id = ANY (( SELECT hoede_organisations() AS hoede_organisations)::uuid[])) AND ((( SELECT hoede_cases() AS hoede_cases) IS NULL) OR (protection_order_id IS NULL) OR (protection_order_id = ANY (( SELECT hoede_cases() AS hoede_cases)::uuid[])))));

create policy people_who_administer on proposals using (((proposed_role = 'administrator'::text) AND (organisation_id = ANY (( SELECT hoede_administered() AS hoede_administered)::uuid[]))));

create policy machinery on protection_order_versions using (true);

create policy people on protection_order_versions using (((organisation_id = ANY (( SELECT hoede_organisations() AS hoede_organisations)::uuid[])) AND ((( SELECT hoede_cases() AS hoede_cases) IS NULL) OR (protection_order_id = ANY (( SELECT hoede_cases() AS hoede_cases)::uuid[])))));

create policy machinery on protection_orders using (true);

create policy people on protection_orders using (((organisation_id = ANY (( SELECT hoede_organisations() AS hoede_organisations)::uuid[])) AND ((( SELECT hoede_cases() AS hoede_cases) IS NULL) OR (id = ANY (( SELECT hoede_cases() AS hoede_cases)::uuid[]))))) with check (((organisation_id = ANY (( SELECT hoede_organisations() AS hoede_organisations)::uuid[])) AND ((( SELECT hoede_cases() AS hoede_cases) IS NULL) OR (id = ANY (( SELECT hoede_cases() AS hoede_cases)::uuid[]))) AND (offender_id IN ( SELECT persons_in.person_id
   FROM persons_in))));

create policy machinery on protection_states using (true);

create policy people on protection_states for select using (((organisation_id = ANY (( SELECT hoede_organisations() AS hoede_organisations)::uuid[])) AND ((( SELECT hoede_cases() AS hoede_cases) IS NULL) OR (protection_order_id = ANY (( SELECT hoede_cases() AS hoede_cases)::uuid[])))));

create policy machinery on quarantined_fixes using (true);

create policy people on quarantined_fixes for select using ((organisation_id = ANY (( SELECT hoede_organisations() AS hoede_organisations)::uuid[])));

create policy people_who_administer on quarantined_fixes for select using ((organisation_id = ANY (( SELECT hoede_administered() AS hoede_administered)::uuid[])));

create policy machinery on record_of_before using (true);

create policy people_who_audit on record_of_before for select using ((organisation_id = ANY (( SELECT hoede_audited() AS hoede_audited)::uuid[])));

create policy machinery on rejudgements using (true);

create policy machinery on relocation_questions using (true);

create policy people on relocation_questions using (((organisation_id = ANY (( SELECT hoede_organisations() AS hoede_organisations)::uuid[])) AND ((( SELECT hoede_cases() AS hoede_cases) IS NULL) OR (protection_order_id = ANY (( SELECT hoede_cases() AS hoede_cases)::uuid[])))));

create policy machinery on relocations using (true);

create policy people on relocations using (((organisation_id = ANY (( SELECT hoede_organisations() AS hoede_organisations)::uuid[])) AND ((( SELECT hoede_cases() AS hoede_cases) IS NULL) OR (protection_order_id = ANY (( SELECT hoede_cases() AS hoede_cases)::uuid[])))));

create policy machinery on response_protocols using (true);

create policy people on response_protocols using ((organisation_id = ANY (( SELECT hoede_organisations() AS hoede_organisations)::uuid[])));

create policy machinery on retention_holds using (true);

create policy people on retention_holds using (((organisation_id = ANY (( SELECT hoede_organisations() AS hoede_organisations)::uuid[])) AND ((( SELECT hoede_cases() AS hoede_cases) IS NULL) OR (protection_order_id = ANY (( SELECT hoede_cases() AS hoede_cases)::uuid[])))));

create policy machinery on retention_terms using (true);

create policy machinery on risk_profiles using (true);

create policy people on risk_profiles using ((organisation_id = ANY (( SELECT hoede_organisations() AS hoede_organisations)::uuid[])));

create policy machinery on screenings using (true);

create policy people on screenings using (((organisation_id = ANY (( SELECT hoede_organisations() AS hoede_organisations)::uuid[])) AND ((( SELECT hoede_cases() AS hoede_cases) IS NULL) OR (protection_order_id = ANY (( SELECT hoede_cases() AS hoede_cases)::uuid[])))));

create policy machinery on server_keys using (true);

create policy machinery on sign_in_links using (true);

create policy machinery on staff using (true);

create policy people on staff for select using ((organisation_id = ANY (( SELECT hoede_organisations() AS hoede_organisations)::uuid[])));

create policy people_who_administer on staff using ((organisation_id = ANY (( SELECT hoede_administered() AS hoede_administered)::uuid[])));

create policy machinery on staff_roles using (true);

create policy people_who_administer on staff_roles using ((staff_id IN ( SELECT staff.id
   FROM staff)));

create policy machinery on staff_secrets using (true);

create policy machinery on staff_sessions using (true);

create policy machinery on staff_trainings using (true);

create policy people on staff_trainings for select using ((organisation_id = ANY (( SELECT hoede_organisations() AS hoede_organisations)::uuid[])));

create policy people_who_administer on staff_trainings using ((organisation_id = ANY (( SELECT hoede_administered() AS hoede_administered)::uuid[])));

create policy machinery on units using (true);

create policy people on units for select using ((organisation_id = ANY (( SELECT hoede_organisations() AS hoede_organisations)::uuid[])));

create policy people_who_administer on units using ((organisation_id = ANY (( SELECT hoede_administered() AS hoede_administered)::uuid[])));

create policy machinery on used_challenges using (true);

create policy machinery on wanted_intervals using (true);

create policy machinery on webhook_deliveries using (true);

create policy people_who_administer on webhook_deliveries for select using ((webhook_subscription_id IN ( SELECT webhook_subscriptions.id
   FROM webhook_subscriptions)));

create policy machinery on webhook_subscriptions using (true);

create policy people_who_administer on webhook_subscriptions using ((organisation_id = ANY (( SELECT hoede_administered() AS hoede_administered)::uuid[])));

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
  _sequence := public.hoede_next_event_number();
  insert into alert_events (sequence, alert_id, type, data, dedupe_key)
    values (_sequence, _alert_id, _type, _data, _dedupe_key);
  return _sequence;
end $function$;

CREATE OR REPLACE FUNCTION public.audit_append(_organisation_id uuid, _bodies bytea[])
 RETURNS bigint
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare _caller record;
begin
  if session_user = 'hoede_api' or coalesce(current_setting('hoede.part', true), '') = '' then
    select home_id, seen_ids, administered_ids into _caller from public.hoede_caller();
    if coalesce(_organisation_id = _caller.home_id or _organisation_id = any(_caller.seen_ids)
        or _organisation_id = any(_caller.administered_ids), false) is false then
      raise exception 'expected an organisation of the caller' using errcode = '42501';
    end if;
  end if;
  return public.hoede_append_entries(_organisation_id, _bodies);
end $function$;

CREATE OR REPLACE FUNCTION public.audit_refuse_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  raise exception 'the record is only ever added to';
end $function$;

CREATE OR REPLACE FUNCTION public.hoede_accept_move(_id uuid, _by uuid)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  _before text := coalesce(current_setting('hoede.part', true), '');
  _home uuid := (select home_id from public.hoede_caller());
  _move record;
  _people uuid[];
  _left uuid[];
begin
  -- The order of locks: whoever changes alerts takes this first.
  perform pg_advisory_xact_lock(7205759403792793602);
  perform set_config('hoede.part', 'mover', true);
  select * into _move from public.case_moves
   where id = _id and at is null and declined_at is null and to_org = _home for update;
  if not found then
    perform set_config('hoede.part', _before, true);
    return false;
  end if;
  perform 1 from public.protection_orders where id = _move.order_id for update;
  select array_agg(distinct person) into _people from (
    select o.offender_id as person from public.protection_orders o where o.id = _move.order_id
    union select victim_id from public.protection_order_versions v
     cross join public.hoede_victims_in(v.body) as victim_id where v.protection_order_id = _move.order_id) as p;
  insert into public.persons_in (organisation_id, person_id)
  select _move.to_org, unnest(_people) on conflict do nothing;
  -- Versions follow by their key.
  update public.protection_orders set organisation_id = _move.to_org where id = _move.order_id;
  update public.protection_states set organisation_id = _move.to_org where protection_order_id = _move.order_id;
  update public.alerts set organisation_id = _move.to_org where protection_order_id = _move.order_id;
  update public.alert_events e set organisation_id = _move.to_org
    from public.alerts a where a.id = e.alert_id and a.protection_order_id = _move.order_id;
  update public.alert_transitions e set organisation_id = _move.to_org
    from public.alerts a where a.id = e.alert_id and a.protection_order_id = _move.order_id;
  update public.escalations e set organisation_id = _move.to_org
    from public.alerts a where a.id = e.alert_id and a.protection_order_id = _move.order_id;
  -- What somebody asked, or did alone, about the case is for the other side to confirm or refuse from now on.
  update public.proposals set organisation_id = _move.to_org where protection_order_id = _move.order_id;
  update public.caseloads set until = greatest(now(), "from" + interval '1 microsecond')
   where protection_order_id = _move.order_id and organisation_id = _move.from_org and (until is null or until > now());
  -- Whom the giving side has no case with any more.
  select array_agg(p) into _left from unnest(_people) as p where not exists (
    select from public.protection_orders o join public.protection_order_versions v on v.protection_order_id = o.id
     where o.organisation_id = _move.from_org and (o.offender_id = p
       or exists (select from public.hoede_victims_in(v.body) as victim_id where victim_id = p)));
  update public.persons p set organisation_id = _move.to_org
   where p.id = any(_left) and p.organisation_id = _move.from_org and not exists (
     select from public.persons q where q.organisation_id = _move.to_org and q.role = p.role and q.reference = p.reference);
  delete from public.persons_in i where i.organisation_id = _move.from_org and i.person_id = any(_left)
    and not exists (select from public.persons p where p.id = i.person_id and p.organisation_id = _move.from_org);
  update public.devices d set organisation_id = _move.to_org
   where d.organisation_id = _move.from_org and exists (
     select from public.device_assignments a where a.device_id = d.id and a.person_id = any(_left)
        and (a.valid_until is null or a.valid_until > now()));
  -- And what one person alone took from them, which the other side may give back: unless somebody else has it.
  update public.devices d set organisation_id = _move.to_org
   where d.organisation_id = _move.from_org and exists (
     select from public.proposals p join public.device_assignments a on a.id = (p.change ->> 'assignmentId')::uuid
      where a.device_id = d.id and p.subject_id = any(_left) and p.status = 'in-force')
     and not exists (select from public.device_assignments a where a.device_id = d.id
        and (a.valid_until is null or a.valid_until > now()));
  update public.device_assignments a set organisation_id = _move.to_org
   where a.organisation_id = _move.from_org and a.person_id = any(_left);
  -- So is what was asked about a device of somebody who went over, with the alert that asks for the second person.
  update public.proposals set organisation_id = _move.to_org
   where organisation_id = _move.from_org and protection_order_id is null and subject_id = any(_left);
  update public.alerts set organisation_id = _move.to_org
   where id in (select p.task_alert_id from public.proposals p where p.protection_order_id is null and p.subject_id = any(_left));
  update public.alert_events e set organisation_id = _move.to_org from public.proposals p
   where e.alert_id = p.task_alert_id and p.protection_order_id is null and p.subject_id = any(_left);
  update public.alert_transitions e set organisation_id = _move.to_org from public.proposals p
   where e.alert_id = p.task_alert_id and p.protection_order_id is null and p.subject_id = any(_left);
  update public.escalations e set organisation_id = _move.to_org from public.proposals p
   where e.alert_id = p.task_alert_id and p.protection_order_id is null and p.subject_id = any(_left);
  update public.case_moves set accepted_by = _by, at = now() where id = _id;
  perform set_config('hoede.part', _before, true);
  return true;
end $function$;

CREATE OR REPLACE FUNCTION public.hoede_administered()
 RETURNS uuid[]
 LANGUAGE sql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$ select administered_ids from public.hoede_caller() $function$;

CREATE OR REPLACE FUNCTION public.hoede_append_entries(_organisation_id uuid, _bodies bytea[])
 RETURNS bigint
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  _before text := coalesce(current_setting('hoede.part', true), '');
  _index bigint;
  _entry jsonb;
begin
  perform pg_advisory_xact_lock(7205759403792794000 + (hashtext(_organisation_id::text) & 1023));
  perform set_config('hoede.part', 'record', true);
  select index into _index from public.audit_entries where organisation_id = _organisation_id order by index desc limit 1;
  _index := coalesce(_index, -1);
  for _place in 1 .. cardinality(_bodies) loop
    _index := _index + 1;
    _entry := convert_from(_bodies[_place], 'UTF8')::jsonb;
    insert into public.audit_entries (organisation_id, index, leaf_hash, body, at)
      values (_organisation_id, _index, sha256('\x00'::bytea || _bodies[_place]), _bodies[_place],
        (_entry ->> 'start_time')::timestamptz);
    insert into public.audit_subjects (organisation_id, subject_id, index)
      select distinct _organisation_id, id::uuid, _index
        from unnest(array[
          _entry #>> '{attributes,dpl.core.data_subject_id}', _entry #>> '{hoede,by,id}', _entry #>> '{hoede,alertId}',
          _entry #>> '{hoede,protectionOrderId}', _entry #>> '{hoede,subjectId}', _entry #>> '{hoede,secondPersonId}'
        ]) as id where id is not null;
  end loop;
  perform set_config('hoede.part', _before, true);
  return _index;
end $function$;

CREATE OR REPLACE FUNCTION public.hoede_audited()
 RETURNS uuid[]
 LANGUAGE sql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$ select audited_ids from public.hoede_caller() $function$;

CREATE OR REPLACE FUNCTION public.hoede_begin_hold()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  _before text := coalesce(current_setting('hoede.part', true), '');
  _gone boolean;
begin
  perform pg_advisory_xact_lock_shared(7205759403792793660);
  perform set_config('hoede.part', 'retention', true);
  select exists (select from public.erasures e where e.protection_order_id = new.protection_order_id
    and e.purpose = 'evidence' and e.done_at is not null) into _gone;
  perform set_config('hoede.part', _before, true);
  if _gone then
    raise exception 'nothing of this case is left to be held' using errcode = 'check_violation', constraint = 'retention_holds_erased';
  end if;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION public.hoede_caller(OUT home_id uuid, OUT seen_ids uuid[], OUT administered_ids uuid[], OUT audited_ids uuid[], OUT unit_ids uuid[])
 RETURNS record
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  _before text := coalesce(current_setting('hoede.part', true), '');
  _secret bytea := decode(coalesce(current_setting('hoede.secret', true), ''), 'hex');
  _client record;
  _staff uuid;
begin
  seen_ids := '{}'; administered_ids := '{}'; audited_ids := '{}';
  if _before = 'resolver' or length(_secret) = 0 then
    return;
  end if;
  perform set_config('hoede.part', 'resolver', true);
  select c.role, c.organisation_id, c.desk_id, c.unit_id into _client
    from public.api_clients c where c.token_hash = _secret and c.revoked_at is null;
  if found then
    home_id := _client.organisation_id;
    if _client.role = 'administrator' then administered_ids := array[home_id];
    elsif _client.role = 'auditor' then audited_ids := array[home_id];
    elsif _client.role = 'operator' and _client.desk_id is not null then
      seen_ids := public.hoede_watched_by(_client.desk_id);
    elsif _client.role in ('operator', 'supervisor') then seen_ids := array[home_id];
    end if;
    if _client.unit_id is not null then unit_ids := array[_client.unit_id]; end if;
  else
    _staff := public.hoede_staff_of(_secret);
    select s.organisation_id into home_id from public.staff s where s.id = _staff and s.disabled_at is null;
    if found then
      select coalesce(array_agg(distinct o.id) filter (where r.role in ('operator', 'supervisor')), '{}'),
             case when bool_or(r.role = 'administrator') then array[home_id] else '{}' end,
             case when bool_or(r.role = 'auditor') then array[home_id] else '{}' end,
             case when bool_and(r.unit_id is not null) filter (where r.role in ('operator', 'supervisor'))
                  then array_agg(r.unit_id) filter (where r.unit_id is not null) end
        into seen_ids, administered_ids, audited_ids, unit_ids
        from public.staff_roles r
       cross join lateral unnest(case when r.desk_id is null then array[home_id] else public.hoede_watched_by(r.desk_id) end) as o (id)
       where r.staff_id = _staff and r."from" <= now() and (r.until is null or r.until > now());
    end if;
  end if;
  -- Whoever runs the installation administers all who are on it.
  if '00000000-0000-7000-8000-000000000001' = any(administered_ids) then
    select array_agg(o.id) into administered_ids from public.organisations o;
  end if;
  perform set_config('hoede.part', _before, true);
end $function$;

CREATE OR REPLACE FUNCTION public.hoede_cases()
 RETURNS uuid[]
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  _before text := coalesce(current_setting('hoede.part', true), '');
  _units uuid[] := (select unit_ids from public.hoede_caller());
  _found uuid[];
begin
  if _before = 'resolver' or _units is null then return null; end if;
  perform set_config('hoede.part', 'resolver', true);
  select coalesce(array_agg(distinct c.protection_order_id), '{}') into _found from public.caseloads c
   where c.unit_id = any(_units) and c."from" <= now() and (c.until is null or c.until > now());
  perform set_config('hoede.part', _before, true);
  return _found;
end $function$;

CREATE OR REPLACE FUNCTION public.hoede_clock()
 RETURNS timestamp with time zone
 LANGUAGE sql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select clock_timestamp()
$function$;

CREATE OR REPLACE FUNCTION public.hoede_copy_move(_id uuid, _from uuid, _order uuid, _old text, _new text, _is_named boolean, _kept_at timestamp with time zone)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare _before text := coalesce(current_setting('hoede.part', true), '');
begin
  perform set_config('hoede.part', 'plans', true);
  insert into public.relocations (id, organisation_id, protection_order_id, person_id, moved_at, old_address, new_address,
      kept_by, kept_at, copied_from)
  select _id, r.organisation_id, o.id, r.person_id, r.moved_at, _old, _new, r.kept_by, _kept_at,
      case when not _is_named then coalesce(r.copied_from, r.protection_order_id) end
    from public.relocations r
    join public.protection_orders o on o.organisation_id = r.organisation_id and o.id <> r.protection_order_id
   where r.id = _from and o.id = _order and o.status <> 'ended'
     and exists (select from public.proposals p
       where p.protection_order_id = _order and p.status = 'planned' and p.begins_at <= _kept_at);
  if not found then
    raise exception 'expected a known move, and an order whose planned change has its moment';
  end if;
  perform set_config('hoede.part', _before, true);
end $function$;

CREATE OR REPLACE FUNCTION public.hoede_decline_move(_id uuid, _by uuid)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  _before text := coalesce(current_setting('hoede.part', true), '');
  _seen uuid[] := (select seen_ids from public.hoede_caller());
  _found boolean;
begin
  perform set_config('hoede.part', 'mover', true);
  update public.case_moves set declined_by = _by, declined_at = now()
   where id = _id and at is null and declined_at is null and (from_org = any(_seen) or to_org = any(_seen));
  _found := found;
  perform set_config('hoede.part', _before, true);
  return _found;
end $function$;

CREATE OR REPLACE FUNCTION public.hoede_destroy_key_of_ended_case(_order uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  _before text := coalesce(current_setting('hoede.part', true), '');
  _now timestamptz := public.hoede_clock();
begin
  perform set_config('hoede.part', 'retention', true);
  if not exists (select from public.protection_orders o where o.id = _order and o.status = 'ended')
    or not exists (select from public.proposals p where p.protection_order_id = _order
      and p.act = 'eraseProtectionOrder' and p.status in ('open', 'confirmed'))
    or exists (select from public.alerts a where a.protection_order_id = _order and a.status <> 'closed')
    or exists (select from public.retention_holds h where h.protection_order_id = _order
      and least(h.until, coalesce(h.released_at, 'infinity')) > _now)
  then
    raise exception 'expected a case that has ended, that nobody holds, and that is asked to be erased';
  end if;
  update public.data_keys set wrapped = null, destroyed_at = _now
   where wrapped is not null and (scope = 'case/' || _order or starts_with(scope, 'case/' || _order || '/person/'));
  perform set_config('hoede.part', _before, true);
end $function$;

CREATE OR REPLACE FUNCTION public.hoede_destroy_keys_before(_kind text, _day date)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  update public.data_keys set wrapped = null, destroyed_at = now()
   where _kind = 'refused' and wrapped is not null and starts_with(scope, _kind || '/')
     and made_at < least(_day::timestamp at time zone 'UTC', public.hoede_clock() - interval '34 days')
$function$;

CREATE OR REPLACE FUNCTION public.hoede_destroy_keys_of_assessments(_ids uuid[])
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  update public.data_keys set wrapped = null, destroyed_at = now()
   where scope = any(select 'assessment/' || id from unnest(_ids) as id) and wrapped is not null
$function$;

CREATE OR REPLACE FUNCTION public.hoede_destroy_keys_of_case(_order uuid, _people uuid[])
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  _before text := coalesce(current_setting('hoede.part', true), '');
  _count integer;
begin
  -- A hold that is being set is waited for, and seen.
  perform pg_advisory_xact_lock(7205759403792793660);
  perform set_config('hoede.part', 'retention', true);
  if not public.hoede_is_over(_order)
    or not exists (select from public.erasures e
      where e.protection_order_id = _order and e.purpose = 'evidence' and e.done_at is null)
    or exists (select from public.alerts a where a.protection_order_id = _order and a.status <> 'closed')
    or exists (select from unnest(_people) as p where p not in (select public.hoede_people_about(_order)))
    or exists (select from public.protection_orders o cross join lateral public.hoede_people_about(o.id) as p (id)
      where o.id <> _order and p.id = any(_people) and not (public.hoede_is_over(o.id) and exists (select from public.erasures e
        where e.protection_order_id = o.id and e.purpose = 'evidence' and e.done_at is not null)))
    or exists (select from public.hoede_people_planned() as p (id) where p.id = any(_people))
  then
    raise exception 'expected a case whose time is over and people of no other case';
  end if;
  update public.data_keys set wrapped = null, destroyed_at = public.hoede_clock()
   where wrapped is not null and (scope = 'case/' || _order or starts_with(scope, 'case/' || _order || '/person/')
     or scope in (select 'person/' || p from unnest(_people) as p)
     or scope like 'case/%/person/%' and split_part(scope, '/', 4) in (select p::text from unnest(_people) as p));
  get diagnostics _count = row_count;
  perform set_config('hoede.part', _before, true);
  return _count;
end $function$;

CREATE OR REPLACE FUNCTION public.hoede_destroy_keys_of_journal(_until date)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  _before text := coalesce(current_setting('hoede.part', true), '');
  _count integer;
begin
  perform set_config('hoede.part', 'history', true);
  with left_days as materialized (
    select distinct (committed_at at time zone 'UTC')::date as day from public.journal where kind = 1),
  old as materialized (
    select id, to_date(split_part(scope, '/', 2), 'YYYY-MM-DD') as day from public.data_keys
     where wrapped is not null and made_at < _until::timestamp at time zone 'UTC' and made_at < now() - interval '2 days'
       and scope ~ '^journal/[0-9]{4}-[0-9]{2}-[0-9]{2}(/[0-9]+)?$')
  update public.data_keys k set wrapped = null, destroyed_at = now() from old
   where k.id = old.id
     -- A day on either side for clocks, and the days on which a key was made and named otherwise.
     and not exists (select from left_days l where l.day between
       least(old.day, (k.made_at at time zone 'UTC')::date) - 1 and greatest(old.day, (k.made_at at time zone 'UTC')::date) + 1);
  get diagnostics _count = row_count;
  perform set_config('hoede.part', _before, true);
  return _count;
end $function$;

CREATE OR REPLACE FUNCTION public.hoede_destroy_keys_of_positions(_until date)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  _before text := coalesce(current_setting('hoede.part', true), '');
  _count integer;
begin
  perform set_config('hoede.part', 'history', true);
  with old as materialized (
    select id, to_date(split_part(scope, '/', 2), 'YYYY-MM-DD')::timestamp at time zone 'UTC' as day from public.data_keys
     where wrapped is not null and made_at < now() - interval '2 days'
       and scope ~ '^positions/[0-9]{4}-[0-9]{2}-[0-9]{2}(/[0-9]+)?$'
       and split_part(scope, '/', 2) collate "C" < to_char(_until, 'YYYY-MM-DD'))
  update public.data_keys k set wrapped = null, destroyed_at = now() from old
   where k.id = old.id
     and not exists (select from public.fixes where recorded_at >= old.day and recorded_at < old.day + interval '24 hours')
     and not exists (select from public.disbelieved_fixes where recorded_at >= old.day and recorded_at < old.day + interval '24 hours')
     and not exists (select from public.latest_sightings where recorded_at >= old.day and recorded_at < old.day + interval '24 hours');
  get diagnostics _count = row_count;
  perform set_config('hoede.part', _before, true);
  return _count;
end $function$;

CREATE OR REPLACE FUNCTION public.hoede_destroy_keys_of_unused(_people uuid[])
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  _before text := coalesce(current_setting('hoede.part', true), '');
  _now timestamptz := public.hoede_clock();
  _term interval;
  _count integer;
begin
  perform set_config('hoede.part', 'retention', true);
  select days * interval '24 hours' into _term
    from public.retention_terms where purpose = 'unused' order by version desc limit 1;
  if _term is null
    or exists (select from public.persons p where p.id = any(_people) and p.created_at + _term >= _now)
    or exists (select from public.protection_orders o cross join lateral public.hoede_people_of(o.id) as p (id) where p.id = any(_people))
    or exists (select from public.hoede_people_about_cases() as p (id) where p.id = any(_people))
  then
    raise exception 'expected people of no case whose time is over';
  end if;
  update public.data_keys set wrapped = null, destroyed_at = _now
   where wrapped is not null and scope in (select 'person/' || p from unnest(_people) as p);
  get diagnostics _count = row_count;
  perform set_config('hoede.part', _before, true);
  return _count;
end $function$;

CREATE OR REPLACE FUNCTION public.hoede_drop_default_fixes(_until timestamp with time zone)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare _before text := coalesce(current_setting('hoede.part', true), '');
begin
  perform set_config('hoede.part', 'history', true);
  delete from public.fixes_default f where f.recorded_at < least(_until, public.hoede_clock() - interval '34 days')
    and not exists (select from public.hoede_held_windows() w where w.device_id = f.device_id and f.recorded_at <@ w.held);
  perform set_config('hoede.part', _before, true);
end $function$;

CREATE OR REPLACE FUNCTION public.hoede_drop_fix_partition(_name text)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  _before text := coalesce(current_setting('hoede.part', true), '');
  _is_held boolean;
begin
  if _name !~ '^fixes_[0-9]{8}$' then raise exception 'expected a day of fixes'; end if;
  if to_regclass('public.' || _name) is null then return; end if;
  if (to_date(substr(_name, 7), 'YYYYMMDD') + 1)::timestamp at time zone 'UTC' > public.hoede_clock() - interval '34 days' then
    raise exception 'expected a day whose time is over';
  end if;
  perform set_config('hoede.part', 'history', true);
  execute format('select exists (select from public.%I f join public.hoede_held_windows() w
    on w.device_id = f.device_id and f.recorded_at <@ w.held)', _name) into _is_held;
  perform set_config('hoede.part', _before, true);
  if _is_held then raise exception 'expected a day in which no case that is held has fixes'; end if;
  execute format('drop table public.%I', _name);
end $function$;

CREATE OR REPLACE FUNCTION public.hoede_guard_end()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  new.changed_at := case old.status when 'ended' then old.changed_at else public.hoede_clock() end;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION public.hoede_guard_hold()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if (new.id, new.protection_order_id, new.held_for, new.until, new.held_by, new.at)
       is distinct from (old.id, old.protection_order_id, old.held_for, old.until, old.held_by, old.at)
    or (old.released_at is null and new.released_at is not null and new.release_confirmed_by is null)
    or (old.released_at is not null and (new.released_by, new.released_at, new.release_confirmed_by)
       is distinct from (old.released_by, old.released_at, old.release_confirmed_by))
  then
    raise exception 'expected a hold as it was set, or its release by two people';
  end if;
  if old.released_at is null and new.released_at is not null then new.released_at := public.hoede_clock(); end if;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION public.hoede_guard_remembered()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare _of text := split_part(old.scope, ':', 2);
begin
  if current_user = 'hoede_worker' and (
    not exists (select from public.protection_orders o where o.offender_id::text = _of)
    or exists (select from public.protection_orders o where o.offender_id::text = _of and o.status <> 'ended'))
  then
    raise exception 'expected what is remembered of somebody whose orders have all ended';
  end if;
  return old;
end $function$;

CREATE OR REPLACE FUNCTION public.hoede_held_people(_people uuid[])
 RETURNS SETOF uuid
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare _before text := coalesce(current_setting('hoede.part', true), '');
begin
  perform set_config('hoede.part', 'retention', true);
  return query select distinct p.id from (select distinct protection_order_id as id from public.retention_holds) h
    cross join lateral public.hoede_people_of(h.id) as p (id)
    where p.id = any(_people) and public.hoede_is_held(h.id);
  perform set_config('hoede.part', _before, true);
end $function$;

CREATE OR REPLACE FUNCTION public.hoede_held_windows()
 RETURNS TABLE(device_id uuid, held tstzrange)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare _before text := coalesce(current_setting('hoede.part', true), '');
begin
  perform set_config('hoede.part', 'retention', true);
  return query select w.device_id, w.held from (
    select a.device_id, tstzrange(a.valid_from, a.valid_until) * public.hoede_span_of(h.id) as held
      from (select distinct protection_order_id as id from public.retention_holds) h
     cross join lateral public.hoede_people_of(h.id) as p (id) join public.device_assignments a on a.person_id = p.id
     where public.hoede_is_held(h.id)) w where not isempty(w.held);
  perform set_config('hoede.part', _before, true);
end $function$;

CREATE OR REPLACE FUNCTION public.hoede_home()
 RETURNS uuid
 LANGUAGE sql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$ select home_id from public.hoede_caller() $function$;

CREATE OR REPLACE FUNCTION public.hoede_is_held(_order uuid)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  _before text := coalesce(current_setting('hoede.part', true), '');
  _grace interval;
  _is boolean;
begin
  perform set_config('hoede.part', 'retention', true);
  select grace_days * interval '24 hours' into _grace
    from public.retention_terms where purpose = 'evidence' order by version desc limit 1;
  select exists (select from public.retention_holds h where h.protection_order_id = _order
    and least(h.until, coalesce(h.released_at, 'infinity')) > public.hoede_clock() - coalesce(_grace, 'infinity')) into _is;
  perform set_config('hoede.part', _before, true);
  return _is;
end $function$;

CREATE OR REPLACE FUNCTION public.hoede_is_over(_order uuid)
 RETURNS boolean
 LANGUAGE sql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select exists (select from public.protection_orders o where o.id = _order and o.status = 'ended'
      and o.changed_at + (select days * interval '24 hours' from public.retention_terms
        where purpose = 'evidence' order by version desc limit 1) < public.hoede_clock())
    and not public.hoede_is_held(_order)
$function$;

CREATE OR REPLACE FUNCTION public.hoede_is_under_order(_person_id uuid)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  _before text := coalesce(current_setting('hoede.part', true), '');
  _is boolean;
begin
  perform set_config('hoede.part', 'registry', true);
  select exists (
    select from public.protection_orders o
      join public.protection_order_versions v on v.protection_order_id = o.id and v.version = o.version
     where o.status <> 'ended' and (o.offender_id = _person_id
       or exists (select from public.hoede_victims_in(v.body) as victim_id where victim_id = _person_id))
  ) into _is;
  perform set_config('hoede.part', _before, true);
  return _is;
end $function$;

CREATE OR REPLACE FUNCTION public.hoede_journal_change(_payload bytea)
 RETURNS bigint
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  _before text := coalesce(current_setting('hoede.part', true), '');
  _id bigint;
begin
  perform set_config('hoede.part', 'registry', true);
  -- It names its tables without their schema.
  perform set_config('search_path', 'public, pg_temp', true);
  _id := public.journal_append(0::smallint, 3::smallint, 1, _payload);
  perform set_config('hoede.part', _before, true);
  return _id;
end $function$;

CREATE OR REPLACE FUNCTION public.hoede_know_person()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare _before text := coalesce(current_setting('hoede.part', true), '');
begin
  perform set_config('hoede.part', 'registry', true);
  insert into public.persons_in (organisation_id, person_id) values (new.organisation_id, new.id);
  perform set_config('hoede.part', _before, true);
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.hoede_make_fix_partition(_day date)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  _name text := format('fixes_%s', to_char(_day, 'YYYYMMDD'));
  _from text := format('%sT00:00:00.000Z', to_char(_day, 'YYYY-MM-DD'));
  _until text := format('%sT00:00:00.000Z', to_char(_day + 1, 'YYYY-MM-DD'));
  _before text := coalesce(current_setting('hoede.part', true), '');
begin
  if _day is null or _day not between '2000-01-01' and '2999-12-31' then
    raise exception 'expected a day of this millennium';
  end if;
  perform set_config('hoede.part', 'history', true);
  execute format('create table public.%I (like public.fixes including all)', _name);
  execute format('alter table public.%I enable row level security, force row level security', _name);
  execute format('create policy machinery on public.%I using ((select public.hoede_part()) is not null)', _name);
  -- Attaching looks through the default partition; fixes of the day would make it fail, so they move first.
  lock table public.fixes_default in access exclusive mode;
  execute format('with moved as (delete from public.fixes_default where recorded_at >= %L and recorded_at < %L returning *)
                  insert into public.%I select * from moved', _from, _until, _name);
  execute format('alter table public.fixes attach partition public.%I for values from (%L) to (%L)', _name, _from, _until);
  perform set_config('hoede.part', _before, true);
end $function$;

CREATE OR REPLACE FUNCTION public.hoede_next_event_number()
 RETURNS bigint
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare _number bigint;
begin
  -- Whoever asks holds the lock of events.
  _number := greatest(floor(extract(epoch from clock_timestamp()) * 1000000)::bigint,
    nextval('public.alert_event_sequence') + floor(random() * 1000)::bigint);
  perform setval('public.alert_event_sequence', _number);
  return _number;
end $function$;

CREATE OR REPLACE FUNCTION public.hoede_organisations()
 RETURNS uuid[]
 LANGUAGE sql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$ select seen_ids from public.hoede_caller() $function$;

CREATE OR REPLACE FUNCTION public.hoede_own_row()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if public.hoede_part() is null and public.hoede_home() is not null then
    new.organisation_id := public.hoede_home();
  end if;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION public.hoede_part()
 RETURNS text
 LANGUAGE sql
 STABLE
AS $function$
  select case
    when current_user in ('hoede_intake', 'hoede_evaluator', 'hoede_worker', 'hoede_audit', 'hoede_backup') then current_user::text
    when current_user = 'hoede_api' then null
    else nullif(current_setting('hoede.part', true), '') end
$function$;

CREATE OR REPLACE FUNCTION public.hoede_people_about(_order uuid)
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select * from public.hoede_people_of(_order)
  union select p from public.household_links cross join lateral unnest(array[person_id, member_id]) as p
   where protection_order_id = _order and p is not null
  union select person_id from public.relocations where protection_order_id = _order and copied_from is null
$function$;

CREATE OR REPLACE FUNCTION public.hoede_people_about_cases()
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select member_id from public.household_links where member_id is not null
  union select person_id from public.household_links
  union select person_id from public.relocations
  union select * from public.hoede_people_planned()
$function$;

CREATE OR REPLACE FUNCTION public.hoede_people_of(_order uuid)
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select distinct p.person from public.protection_order_versions v cross join lateral (
    select public.hoede_uuid_in(v.body ->> 'offenderId') as person
    union all select public.hoede_victims_in(v.body)) p
   where v.protection_order_id = _order and p.person is not null
$function$;

CREATE OR REPLACE FUNCTION public.hoede_people_planned()
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select v from public.proposals p join public.protection_orders o on o.id = p.protection_order_id
    cross join lateral public.hoede_victims_in(p.change -> 'order') as v
   where p.status in ('open', 'planned') and p.change ->> 'type' = 'order' and o.status <> 'ended' and v is not null
$function$;

CREATE OR REPLACE FUNCTION public.hoede_propose_move(_order_id uuid, _to_org uuid, _by uuid)
 RETURNS uuid
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  _before text := coalesce(current_setting('hoede.part', true), '');
  _seen uuid[] := (select seen_ids from public.hoede_caller());
  _cases uuid[] := public.hoede_cases();
  _id uuid;
begin
  perform set_config('hoede.part', 'mover', true);
  insert into public.case_moves (order_id, from_org, to_org, proposed_by)
  select o.id, o.organisation_id, t.id, _by from public.protection_orders o, public.organisations t
   where o.id = _order_id and o.organisation_id = any(_seen) and (_cases is null or o.id = any(_cases))
     and t.id = _to_org and t.id <> o.organisation_id
  returning id into _id;
  perform set_config('hoede.part', _before, true);
  return _id;
end $function$;

CREATE OR REPLACE FUNCTION public.hoede_record_move(_id uuid, _from_bodies bytea[], _to_bodies bytea[])
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  _before text := coalesce(current_setting('hoede.part', true), '');
  _seen uuid[] := (select seen_ids from public.hoede_caller());
  _move record;
begin
  perform set_config('hoede.part', 'mover', true);
  select from_org, to_org into _move from public.case_moves
   where id = _id and (from_org = any(_seen) or to_org = any(_seen));
  if not found then
    raise exception 'expected an offer of the caller' using errcode = '42501';
  end if;
  -- In one order always: two moves at once lock the records of both sides.
  if _move.from_org < _move.to_org then
    perform public.hoede_append_entries(_move.from_org, _from_bodies);
    perform public.hoede_append_entries(_move.to_org, _to_bodies);
  else
    perform public.hoede_append_entries(_move.to_org, _to_bodies);
    perform public.hoede_append_entries(_move.from_org, _from_bodies);
  end if;
  perform set_config('hoede.part', _before, true);
end $function$;

CREATE OR REPLACE FUNCTION public.hoede_row_of_alert()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  new.organisation_id := (select a.organisation_id from public.alerts a where a.id = new.alert_id);
  return new;
end $function$;

CREATE OR REPLACE FUNCTION public.hoede_row_of_device()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  new.organisation_id := (select d.organisation_id from public.devices d where d.id = new.device_id);
  return new;
end $function$;

CREATE OR REPLACE FUNCTION public.hoede_row_of_order()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  new.organisation_id := (select o.organisation_id from public.protection_orders o where o.id = new.protection_order_id);
  return new;
end $function$;

CREATE OR REPLACE FUNCTION public.hoede_row_of_person()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  new.organisation_id := (select p.organisation_id from public.persons p where p.id = new.person_id);
  return new;
end $function$;

CREATE OR REPLACE FUNCTION public.hoede_row_of_proposal()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  new.organisation_id := coalesce(
    (select o.organisation_id from public.protection_orders o where o.id = new.protection_order_id),
    public.hoede_home(), '00000000-0000-7000-8000-000000000001');
  return new;
end $function$;

CREATE OR REPLACE FUNCTION public.hoede_row_of_reading()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  new.organisation_id := coalesce(
    (select a.organisation_id from public.alerts a where a.id = new.alert_id),
    (select p.organisation_id from public.persons_in p where p.person_id = any(new.person_ids) order by 1 limit 1),
    public.hoede_home(), '00000000-0000-7000-8000-000000000001');
  return new;
end $function$;

CREATE OR REPLACE FUNCTION public.hoede_row_of_sender()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare _client record;
begin
  select c.organisation_id, c.vendor_id, c.device_id into _client from public.api_clients c where c.id = new.api_client_id;
  new.organisation_id := coalesce(
    (select d.organisation_id from public.devices d
      where d.id = _client.device_id or (d.vendor_id = _client.vendor_id and d.serial_number = new.body ->> 'serialNumber')
      limit 1),
    _client.organisation_id, '00000000-0000-7000-8000-000000000001');
  return new;
end $function$;

CREATE OR REPLACE FUNCTION public.hoede_share_case_roles(_order uuid, _by uuid, _at timestamp with time zone)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  _before text := coalesce(current_setting('hoede.part', true), '');
  _seen uuid[] := (select seen_ids from public.hoede_caller());
  _cases uuid[] := public.hoede_cases();
  _case uuid;
  _organisation uuid;
  _role text;
  _last public.case_roles;
  _other uuid;
begin
  perform set_config('hoede.part', 'sharer', true);
  -- Of an order that has left: those which it left.
  select j.case_id, o.organisation_id into _case, _organisation
    from public.protection_orders o join public.joined_orders j on j.protection_order_id = o.id
   where o.id = _order and o.organisation_id = any(_seen) and (_cases is null or o.id = any(_cases))
   order by j.joined_at desc, j.id desc limit 1;
  foreach _role in array array['case-lead', 'contact-point'] loop
    select r.* into _last
      from public.case_roles r join public.joined_orders j on j.protection_order_id = r.protection_order_id
     where j.case_id = _case and j.left_at is null and r.organisation_id = _organisation
       and r.role = _role and r.until is null order by r."from" desc, r.id desc limit 1;
    continue when not found;
    for _other in select j.protection_order_id from public.joined_orders j
      where j.case_id = _case and j.left_at is null and j.organisation_id = _organisation and not exists (
        select from public.case_roles r where r.protection_order_id = j.protection_order_id and r.role = _role and r.until is null
          and (r.staff_id, r.name, r.phone, r.stand_in_staff_id, r.stand_in_name, r.stand_in_phone) is not distinct from
            (_last.staff_id, _last.name, _last.phone, _last.stand_in_staff_id, _last.stand_in_name, _last.stand_in_phone))
      order by j.protection_order_id
    loop
      update public.case_roles set until = _at where protection_order_id = _other and role = _role and until is null;
      insert into public.case_roles (organisation_id, protection_order_id, role, staff_id, name, phone, stand_in_staff_id,
        stand_in_name, stand_in_phone, hand_over_note, given_by, "from")
      values (_organisation, _other, _role, _last.staff_id, _last.name, _last.phone, _last.stand_in_staff_id,
        _last.stand_in_name, _last.stand_in_phone, _last.hand_over_note, _by, _at);
    end loop;
  end loop;
  perform set_config('hoede.part', _before, true);
end $function$;

CREATE OR REPLACE FUNCTION public.hoede_span_of(_order uuid)
 RETURNS tstzrange
 LANGUAGE sql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select tstzrange(s.began, case when s.ended is not null then greatest(s.began, s.ended) end) from (
    select to_timestamp(min((v.body ->> 'validFromMs')::float8) / 1000) as began,
           max(case when o.status = 'ended' then o.changed_at end) as ended
      from public.protection_orders o join public.protection_order_versions v on v.protection_order_id = o.id
     where o.id = _order) s
$function$;

CREATE OR REPLACE FUNCTION public.hoede_staff_of(_secret bytea)
 RETURNS uuid
 LANGUAGE sql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select e.staff_id from public.staff_sessions e where e.token_hash = _secret and e.revoked_at is null
$function$;

CREATE OR REPLACE FUNCTION public.hoede_units()
 RETURNS uuid[]
 LANGUAGE sql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$ select unit_ids from public.hoede_caller() $function$;

CREATE OR REPLACE FUNCTION public.hoede_uuid_in(_text text)
 RETURNS uuid
 LANGUAGE sql
 STABLE PARALLEL SAFE
BEGIN ATOMIC
 SELECT
         CASE
             WHEN pg_input_is_valid(_text, 'uuid'::text) THEN (_text)::uuid
             ELSE NULL::uuid
         END AS "case";
END;

CREATE OR REPLACE FUNCTION public.hoede_vendors()
 RETURNS uuid[]
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  _before text := coalesce(current_setting('hoede.part', true), '');
  _seen uuid[] := (select seen_ids from public.hoede_caller());
  _found uuid[];
begin
  if _before = 'resolver' or _seen = '{}' then return '{}'; end if;
  perform set_config('hoede.part', 'resolver', true);
  select coalesce(array_agg(distinct d.vendor_id), '{}') into _found from public.devices d where d.organisation_id = any(_seen);
  perform set_config('hoede.part', _before, true);
  return _found;
end $function$;

CREATE OR REPLACE FUNCTION public.hoede_victims_in(_body jsonb)
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE PARALLEL SAFE
BEGIN ATOMIC
 SELECT named.id
    FROM (jsonb_path_query(hoede_victims_in._body, '$."proximityBans"[*]'::jsonpath) ban(ban)
      CROSS JOIN LATERAL hoede_uuid_in((ban.ban ->> 'victimId'::text)) named(id))
   WHERE (named.id IS NOT NULL);
END;

CREATE OR REPLACE FUNCTION public.hoede_watched_by(_desk_id uuid)
 RETURNS uuid[]
 LANGUAGE sql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select coalesce(array_agg(distinct d.organisation_id), '{}') from public.desk_organisations d
   where d.desk_id = _desk_id and d."from" <= now() and (d.until is null or d.until > now())
$function$;

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
