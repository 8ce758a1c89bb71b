-- breaking: no
-- What was done to an order, by whom, by which document and from when on; and what people are reminded of before it ends,
-- until one of them decides.
create table order_acts (
  id uuid primary key default uuidv7(),
  organisation_id uuid not null,
  protection_order_id uuid not null,
  order_version integer not null, -- that it made, or found
  act text not null,
  at timestamptz not null,
  effective_at timestamptz not null, -- when it holds from, which may be before or after it was done
  valid_until timestamptz not null, -- the end after it
  extension_count integer not null, -- after it
  by_id uuid, -- null: registered before acts were kept
  by_kind text not null check (by_kind in ('person', 'system')),
  second_person_id uuid,
  decided_by text, -- who decided it, in the words of the order types
  document_reference text,
  reason text,
  findings text[] not null, -- what a lawyer should look at
  check (by_kind = 'system' or by_id is not null or act = 'impose'),
  foreign key (organisation_id, protection_order_id) references protection_orders (organisation_id, id) on update cascade
);
create index order_acts_order on order_acts (protection_order_id, id);

create table order_reminders (
  id uuid primary key default uuidv7(),
  organisation_id uuid not null,
  protection_order_id uuid not null,
  ends_at timestamptz not null, -- the end that it is about
  step smallint not null,
  task text not null,
  audience text not null, -- who is asked now
  answer_within_hours integer not null,
  due_at timestamptz not null,
  ask_at timestamptz not null, -- when it is asked next; past the one who did not answer
  asked_count integer not null default 0,
  last_asked_at timestamptz,
  answer text,
  answered_by uuid,
  answered_at timestamptz,
  note text,
  document_reference text,
  over_at timestamptz, -- the order has another end, or none
  unique (protection_order_id, ends_at, step),
  check ((answer is null) = (answered_by is null) and (answer is null) = (answered_at is null)),
  foreign key (organisation_id, protection_order_id) references protection_orders (organisation_id, id) on update cascade
);
create index order_reminders_ask on order_reminders (ask_at) where answered_at is null and over_at is null;

create trigger row_of_order before insert on order_acts for each row when (new.organisation_id is null)
  execute function hoede_row_of_order();
create trigger row_of_order before insert on order_reminders for each row when (new.organisation_id is null)
  execute function hoede_row_of_order();

alter table order_acts enable row level security, force row level security;
create policy machinery on order_acts using ((select hoede_part()) is not null);
create policy people on order_acts
  using (organisation_id = any ((select hoede_organisations())::uuid[])
    and ((select hoede_cases()) is null or protection_order_id = any ((select hoede_cases())::uuid[])));
alter table order_reminders enable row level security, force row level security;
create policy machinery on order_reminders using ((select hoede_part()) is not null);
create policy people on order_reminders
  using (organisation_id = any ((select hoede_organisations())::uuid[])
    and ((select hoede_cases()) is null or protection_order_id = any ((select hoede_cases())::uuid[])));

-- An order whose end has passed is still one that somebody must decide about: until then its devices stay where they are.
create or replace function hoede_is_under_order(_person_id uuid) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  _before text := coalesce(current_setting('hoede.part', true), '');
  _is boolean;
begin
  perform set_config('hoede.part', 'registry', true);
  select exists (
    select from public.protection_orders o
      join public.protection_order_versions v on v.protection_order_id = o.id and v.version = o.version
     where o.status <> 'ended' and (o.offender_id = _person_id
       or exists (select from jsonb_array_elements(v.body -> 'proximityBans') as ban where (ban ->> 'victimId')::uuid = _person_id))
  ) into _is;
  perform set_config('hoede.part', _before, true);
  return _is;
end $$;
