-- breaking: yes
-- An evaluator of before cannot read rows of kind 4: it stops and starts again until it is replaced.
-- What we could not hear is put on record, so that our own outage is never taken for the silence of devices.

alter table journal drop constraint journal_kind_check;
alter table journal add constraint journal_kind_check check (kind in (1, 2, 3, 4)); -- 4 an outage of the intake

-- For so long after its last sign of life the intake is taken to receive. Signs come every five seconds; and no device
-- is overdue sooner than twenty seconds after a report that may have been lost, so nobody is blamed within this.
create function intake_grace() returns interval language sql immutable as $$ select interval '15 seconds' $$;

-- Notes an outage that is over, before anything that was received after it. Under the lock of the journal.
create function intake_resume(_shard smallint) returns void language plpgsql as $$
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
end $$;

-- The intake is up: everything sent from now on can be received.
create function intake_alive(_shard smallint) returns void language plpgsql as $$
begin
  perform pg_advisory_xact_lock(7205759403792793601);
  perform intake_resume(_shard);
  insert into journal_positions (reader, shard, journal_id, updated_at) values ('intake', _shard, 0, clock_timestamp())
  on conflict (reader, shard) do update set updated_at = excluded.updated_at;
end $$;

create or replace function journal_append(_shard smallint, _kind smallint, _entry_count integer, _payload bytea)
returns bigint language plpgsql as $$
declare _id bigint;
begin
  perform pg_advisory_xact_lock(7205759403792793601);
  perform intake_resume(_shard);
  _id := nextval('journal_id');
  insert into journal (id, shard, kind, entry_count, payload) values (_id, _shard, _kind, _entry_count, _payload);
  return _id;
end $$;

-- A database of before: nothing is known of its intake but what it last took in.
insert into journal_positions (reader, shard, journal_id, updated_at)
select 'intake', shard, 0, max(committed_at) from journal group by shard;
