#!/bin/sh
# Run once by the postgres image, on a new volume. The application owns its database and is no
# superuser, as with the embedded server. The password is read by psql and stands in no argument.
set -eu
psql -v ON_ERROR_STOP=1 --no-psqlrc --quiet --username "$POSTGRES_USER" --dbname postgres <<'SQL'
\set password `cat "${APPLICATION_PASSWORD_FILE:-/run/secrets/database_password}"`
create role hoede login nosuperuser nocreatedb nocreaterole password :'password';
create database hoede owner hoede;
revoke connect, temporary on database hoede from public;
SQL
