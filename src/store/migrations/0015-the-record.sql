-- breaking: no
-- The record of what was done: per organisation a log whose entries are the leaves of a Merkle tree. The bytes of an entry
-- are stored as they were hashed. Nothing here is ever changed or removed; what the database's owner does all the same is
-- found by comparing with signed heads, of which a witness outside keeps a copy.
create table audit_entries (
  organisation_id uuid not null,
  index bigint not null, -- from 0, without a gap, in the order of commits
  leaf_hash bytea not null,
  body bytea not null,
  at timestamptz not null,
  primary key (organisation_id, index)
);
create index audit_entries_at on audit_entries (organisation_id, at);

-- Whom and what an entry is about, and who did it: for finding it, never for proving anything.
create table audit_subjects (
  organisation_id uuid not null,
  subject_id uuid not null,
  index bigint not null,
  primary key (organisation_id, subject_id, index)
);

create table audit_heads (
  organisation_id uuid not null,
  size bigint not null, -- how many entries it covers
  root bytea not null,
  edge bytea[] not null, -- the roots of the complete subtrees, so that the next head begins here
  note text not null, -- as it was signed
  at timestamptz not null default now(),
  primary key (organisation_id, size)
);

-- Up to where a witness outside has the heads.
create table audit_witnesses (
  organisation_id uuid not null,
  witness text not null,
  size bigint not null,
  at timestamptz not null default now(),
  primary key (organisation_id, witness)
);

-- Appends the entries of one act. Its lock is the last that a transaction takes, and is held to the commit, so that
-- whoever reads an entry finds all before it.
create function audit_append(_organisation_id uuid, _bodies bytea[]) returns bigint language plpgsql as $$
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
end $$;

create function audit_refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'the record is only ever added to';
end $$;
create trigger audit_entries_stay before update or delete or truncate on audit_entries
  for each statement execute function audit_refuse_change();
create trigger audit_subjects_stay before update or delete or truncate on audit_subjects
  for each statement execute function audit_refuse_change();
create trigger audit_heads_stay before update or delete or truncate on audit_heads
  for each statement execute function audit_refuse_change();

-- For how coarse somebody is shown: the alerts of a pair.
create index alerts_pair on alerts (offender_id, victim_id) where victim_id is not null;

-- Whoever reads what was done, and no position.
alter table api_clients drop constraint api_clients_role_check;
alter table api_clients add constraint api_clients_role_check
  check (role in ('administrator', 'supervisor', 'operator', 'vendor', 'victim-device', 'auditor'));
