-- breaking: no
-- While the clock is behind the last number, because it was ahead before or a backup was restored, numbers rose by one
-- and were a count of all organisations again. They rise by chance then.
create or replace function hoede_next_event_number() returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare _number bigint;
begin
  -- Whoever asks holds the lock of events.
  _number := greatest(floor(extract(epoch from clock_timestamp()) * 1000000)::bigint,
    nextval('public.alert_event_sequence') + floor(random() * 1000)::bigint);
  perform setval('public.alert_event_sequence', _number);
  return _number;
end $$;
