-- breaking: no
-- Events were counted together, so that whoever follows those of one organisation or unit saw by the gaps that something
-- happens elsewhere, and when: an alert about somebody is a circle about them. The number is the moment in microseconds
-- now, and one more where that is not beyond the last.
create function hoede_next_event_number() returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare _number bigint;
begin
  -- Whoever asks holds the lock of events.
  _number := greatest(floor(extract(epoch from clock_timestamp()) * 1000000)::bigint,
    nextval('public.alert_event_sequence'));
  perform setval('public.alert_event_sequence', _number);
  return _number;
end $$;
revoke execute on function hoede_next_event_number() from public;

create or replace function alert_event_append(_alert_id uuid, _type text, _data jsonb, _dedupe_key text) returns bigint
language plpgsql as $$
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
end $$;
