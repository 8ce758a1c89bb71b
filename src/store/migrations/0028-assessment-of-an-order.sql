-- breaking: no
-- The assessment that an order was made with, beside the act that made it. And whose an assessment is: whoever is held to
-- the cases of a unit reads those of that unit, and those of the orders they see.
create or replace function hoede_units() returns uuid[] language sql stable set search_path = pg_catalog, pg_temp
as $$ select unit_ids from public.hoede_caller() $$;

alter table enforceability_assessments
  add column offender_id uuid,
  add column unit_ids uuid[] default hoede_units(), -- of whoever made it; null: held to none
  add column erased_at timestamptz; -- from then on without the question and the pages, which say where people live
update enforceability_assessments set offender_id = (question ->> 'offenderId')::uuid;

alter table order_acts add column assessment_id uuid references enforceability_assessments;
create index order_acts_assessment on order_acts (assessment_id) where assessment_id is not null;

drop policy people on enforceability_assessments;
create policy people on enforceability_assessments
  using (organisation_id = any ((select hoede_organisations())::uuid[])
    and ((select hoede_cases()) is null or unit_ids && (select hoede_units())
      or id in (select assessment_id from order_acts where assessment_id is not null)));
