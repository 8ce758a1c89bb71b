-- breaking: no
-- A token that weakens what holds for everybody, or a device, calls a person.
alter table proposals drop constraint proposals_task_stage_check;
alter table proposals add constraint proposals_task_stage_check
  check (task_stage in ('proposed', 'in-force', 'alone', 'over'));
