-- breaking: yes
-- History, and what a sender sends beyond its share, is judged in turn, behind what is of now. Such a row says at its
-- place only who was heard; what it holds is judged where a later row of kind 5, a turn, names it. So the order of the
-- journal stays the order of judging, with one place in it. An evaluator of before cannot read such rows.

alter table journal drop constraint journal_kind_check;
alter table journal add constraint journal_kind_check check (kind in (1, 2, 3, 4, 5)); -- 5 a turn
alter table journal
  add column lane smallint not null default 0 check (lane in (0, 1, 2)), -- 0 at its place; in turn: 1 of now, 2 of history
  add column sender_id uuid, -- in turn: whose it is
  add column turn_of bigint; -- of a turn: the row that is judged here

-- The rows whose turn has not come.
create table journal_waiting (
  journal_id bigint primary key,
  shard smallint not null,
  lane smallint not null check (lane in (1, 2)),
  sender_id uuid not null,
  entry_count integer not null,
  since timestamptz not null default now()
);

create function journal_append_in_turn(
  _shard smallint, _kind smallint, _lane smallint, _sender_id uuid, _entry_counts integer[], _payloads bytea[]
) returns void language plpgsql as $$
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
end $$;

-- Gives waiting rows their turn, in this order; a row that has had it gets no second one. Says nothing of the intake:
-- turns are given by who judges.
create function journal_give_turns(_shard smallint, _journal_ids bigint[]) returns void language plpgsql as $$
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
end $$;
