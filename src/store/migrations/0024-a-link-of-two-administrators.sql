-- breaking: no
-- A link with which somebody chooses how they sign in is good for nothing until another administrator has confirmed it, who
-- gives a code: neither of the two has what takes the account over.
alter table sign_in_links
  add column needs_second boolean not null default false,
  add column confirmed_by uuid,
  add column confirmed_at timestamptz,
  add column code_hash bytea, -- of the code that the second administrator was shown
  add check ((confirmed_by is null) = (code_hash is null) and (confirmed_by is null) = (confirmed_at is null)),
  add check (confirmed_by is null or confirmed_by is distinct from created_by),
  add check (used_at is null or not needs_second or confirmed_by is not null);
