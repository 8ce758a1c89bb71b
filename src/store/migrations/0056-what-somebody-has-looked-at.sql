-- breaking: no
-- What somebody at a desk has looked at, so that the next page and the next seat call none of it new: no more than that
-- they did, how it stood then, and of what is open.
create table desk_looks (
  person_id uuid not null, -- staff, or a client
  incident_id uuid not null,
  organisation_id uuid not null default '00000000-0000-7000-8000-000000000001' references organisations,
  told_at timestamptz not null, -- what was told last by then
  rank int not null check (rank between 0 and 5), -- 0: a P1 that nobody has answered
  primary key (person_id, incident_id)
);
create trigger own_row before insert on desk_looks for each row execute function hoede_own_row();
alter table desk_looks enable row level security, force row level security;
create policy machinery on desk_looks using ((select hoede_part()) is not null);
create policy people on desk_looks using (organisation_id = any ((select hoede_organisations())::uuid[]));
