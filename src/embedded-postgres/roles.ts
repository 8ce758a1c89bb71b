/**
 * The logins of one installation, each with the rights its work needs (src/store/pg/grants.ts).
 * None is a superuser, and only the one that writes backups passes by the row-level policies.
 */
export const databaseLogins = [
  'owner',
  'api',
  'intake',
  'evaluator',
  'worker',
  'queue',
  'audit',
  'backup',
] as const
export type DatabaseLogin = (typeof databaseLogins)[number]

export function roleOf(login: DatabaseLogin): string {
  return `hoede_${login}`
}

/**
 * For a superuser, in any database: makes the roles that are missing and gives all of them their
 * passwords. The owner of an installation of before, `hoede`, is renamed; what it owns goes along.
 */
export function makeRolesSql(passwordOf: (login: DatabaseLogin) => string): string {
  const lines = [
    `do $$ begin
  if exists (select from pg_roles where rolname = 'hoede') and not exists (select from pg_roles where rolname = 'hoede_owner') then
    alter role hoede rename to hoede_owner;
  end if;
end $$;`,
  ]
  for (const login of databaseLogins) {
    const role = roleOf(login)
    lines.push(
      `do $$ begin if not exists (select from pg_roles where rolname = '${role}') then create role ${role}; end if; end $$;`,
      `alter role ${role} login nosuperuser nocreatedb nocreaterole noreplication ${login === 'backup' ? 'bypassrls' : 'nobypassrls'} password ${passwordOf(login)};`,
    )
  }
  return `${lines.join('\n')}\n`
}

/**
 * For a superuser, inside the database: who may come in, and a schema of its own for the queue. One
 * of before is dropped: queues are doorbells, and are made anew from rows.
 */
export function prepareDatabaseSql(database: string): string {
  const all = databaseLogins.map(roleOf).join(', ')
  return `alter database ${database} owner to hoede_owner;
revoke connect, temporary on database ${database} from public;
grant connect on database ${database} to ${all};
grant create on database ${database} to hoede_queue;
do $$ begin
  if exists (select from pg_namespace where nspname = 'bullmq' and nspowner <> 'hoede_queue'::regrole) then
    drop schema bullmq cascade;
  end if;
end $$;
create schema if not exists bullmq authorization hoede_queue;
`
}

/** What an administrator runs once, as a superuser, with psql; it asks for each password. */
export function rolesScript(database: string): string {
  const prompts = databaseLogins.map(
    (login) => `\\prompt 'Password for ${roleOf(login)}: ' ${login}_password`,
  )
  return `-- Run once as a superuser: psql -v ON_ERROR_STOP=1 -f FILE. Then set HOEDE_DATABASE_OWNER_URL and its fellows.
${prompts.join('\n')}
${loginsScript(database)}`
}

/** For psql, where each password is a variable: `owner_password` and its fellows. */
export function loginsScript(database: string): string {
  // psql fills in no variable between dollar quotes; the passwords stand outside of them.
  const roles = makeRolesSql((login) => `:'${login}_password'`)
  return `${roles}select 'create database ${database} owner hoede_owner' where not exists (select from pg_database where datname = '${database}') \\gexec
\\connect ${database}
${prepareDatabaseSql(database)}`
}
