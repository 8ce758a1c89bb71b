-- breaking: no
-- What was asked is answered by a change of that place since: which version it was asked of.
alter table relocation_questions add column order_version integer;

update relocation_questions q set order_version = greatest(1, (
  select coalesce(max(a.order_version), 1) from order_acts a join relocations m on m.id = q.relocation_id
   where a.protection_order_id = q.protection_order_id and a.at < m.kept_at));

create index relocations_person on relocations (person_id);
create index household_links_person on household_links (person_id) where until is null;
create index household_links_member on household_links (member_id) where until is null and member_id is not null;
