-- breaking: no
-- An order that was ended before its first start was in force at no time: a range that ends before it begins is an error,
-- and one such order stopped the export of everything, and once held the keeping of positions.
create or replace function hoede_span_of(_order uuid) returns tstzrange language sql stable set search_path = pg_catalog, pg_temp as $$
  select tstzrange(s.began, case when s.ended is not null then greatest(s.began, s.ended) end) from (
    select to_timestamp(min((v.body ->> 'validFromMs')::float8) / 1000) as began,
           max(case when o.status = 'ended' then o.changed_at end) as ended
      from public.protection_orders o join public.protection_order_versions v on v.protection_order_id = o.id
     where o.id = _order) s
$$;
