-- breaking: no
-- What is held of a fix may change when others come in late. Every decision stays; the one learned last holds, and one
-- without reasons says that the fix is believed. The position tells the fixes of one moment apart; rows of before have none.

alter table disbelieved_fixes
  drop constraint disbelieved_fixes_pkey,
  add column longitude double precision,
  add column latitude double precision,
  add column learned_at timestamptz not null default now();

-- Microseconds apart, so that no two of before are one decision.
update disbelieved_fixes d
   set learned_at = d.judged_at + (n.number - 1) * interval '1 microsecond'
  from (select device_id, recorded_at, reasons,
               row_number() over (partition by device_id, recorded_at order by judged_at, reasons) as number
          from disbelieved_fixes) n
 where n.device_id = d.device_id and n.recorded_at = d.recorded_at and n.reasons = d.reasons;

alter table disbelieved_fixes
  add unique nulls not distinct (device_id, recorded_at, longitude, latitude, learned_at);
