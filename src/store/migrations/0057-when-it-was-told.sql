-- breaking: no
-- When a protected person was told, beside when that was kept (`at`). Null: of a time when the two were one.
alter table person_tellings add column told_at timestamptz;
