#!/bin/sh
# Run once by the postgres image, on a new volume: a login for each part, none of them a superuser,
# as with the embedded server. Passwords are read by psql and stand in no argument. The statements
# are those of `npm run migrate -- --print-roles`; test/compose.test.ts compares them.
set -eu
export SECRETS="${SECRETS:-/run/secrets}"
for login in owner api intake evaluator worker queue audit backup; do
  test -s "$SECRETS/database_${login}_password" || { echo "expected a password in $SECRETS/database_${login}_password" >&2; exit 1; }
done
psql -v ON_ERROR_STOP=1 --no-psqlrc --quiet --username "$POSTGRES_USER" --dbname postgres <<'SQL'
\set owner_password `cat "$SECRETS/database_owner_password"`
\set api_password `cat "$SECRETS/database_api_password"`
\set intake_password `cat "$SECRETS/database_intake_password"`
\set evaluator_password `cat "$SECRETS/database_evaluator_password"`
\set worker_password `cat "$SECRETS/database_worker_password"`
\set queue_password `cat "$SECRETS/database_queue_password"`
\set audit_password `cat "$SECRETS/database_audit_password"`
\set backup_password `cat "$SECRETS/database_backup_password"`
do $$ begin
  if exists (select from pg_roles where rolname = 'hoede') and not exists (select from pg_roles where rolname = 'hoede_owner') then
    alter role hoede rename to hoede_owner;
  end if;
end $$;
do $$ begin if not exists (select from pg_roles where rolname = 'hoede_owner') then create role hoede_owner; end if; end $$;
alter role hoede_owner login nosuperuser nocreatedb nocreaterole noreplication nobypassrls password :'owner_password';
do $$ begin if not exists (select from pg_roles where rolname = 'hoede_api') then create role hoede_api; end if; end $$;
alter role hoede_api login nosuperuser nocreatedb nocreaterole noreplication nobypassrls password :'api_password';
do $$ begin if not exists (select from pg_roles where rolname = 'hoede_intake') then create role hoede_intake; end if; end $$;
alter role hoede_intake login nosuperuser nocreatedb nocreaterole noreplication nobypassrls password :'intake_password';
do $$ begin if not exists (select from pg_roles where rolname = 'hoede_evaluator') then create role hoede_evaluator; end if; end $$;
alter role hoede_evaluator login nosuperuser nocreatedb nocreaterole noreplication nobypassrls password :'evaluator_password';
do $$ begin if not exists (select from pg_roles where rolname = 'hoede_worker') then create role hoede_worker; end if; end $$;
alter role hoede_worker login nosuperuser nocreatedb nocreaterole noreplication nobypassrls password :'worker_password';
do $$ begin if not exists (select from pg_roles where rolname = 'hoede_queue') then create role hoede_queue; end if; end $$;
alter role hoede_queue login nosuperuser nocreatedb nocreaterole noreplication nobypassrls password :'queue_password';
do $$ begin if not exists (select from pg_roles where rolname = 'hoede_audit') then create role hoede_audit; end if; end $$;
alter role hoede_audit login nosuperuser nocreatedb nocreaterole noreplication nobypassrls password :'audit_password';
do $$ begin if not exists (select from pg_roles where rolname = 'hoede_backup') then create role hoede_backup; end if; end $$;
alter role hoede_backup login nosuperuser nocreatedb nocreaterole noreplication bypassrls password :'backup_password';
select 'create database hoede owner hoede_owner' where not exists (select from pg_database where datname = 'hoede') \gexec
\connect hoede
alter database hoede owner to hoede_owner;
revoke connect, temporary on database hoede from public;
grant connect on database hoede to hoede_owner, hoede_api, hoede_intake, hoede_evaluator, hoede_worker, hoede_queue, hoede_audit, hoede_backup;
grant create on database hoede to hoede_queue;
do $$ begin
  if exists (select from pg_namespace where nspname = 'bullmq' and nspowner <> 'hoede_queue'::regrole) then
    drop schema bullmq cascade;
  end if;
end $$;
create schema if not exists bullmq authorization hoede_queue;
SQL
