-- breaking: no
-- The organisation's ladder, insert-only: the newest row holds, the others say who had set what, and when.

create table escalation_ladders (
  id bigint generated always as identity primary key,
  -- Steps as the core type (src/core/registry.ts, EscalationStep).
  steps jsonb not null check (jsonb_typeof(steps) = 'array'),
  changed_by uuid not null references api_clients,
  changed_at timestamptz not null
);
