-- breaking: no
-- A stretch that fails to be judged again is tried three times, over restarts, and then set aside.
alter table rejudgements
  add column attempt_count integer not null default 0, -- begun; counted before each, so that a process that dies of it counts
  add column set_aside_at timestamptz;
