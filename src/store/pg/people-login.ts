import type pg from 'pg'
import { StartError } from '../../errors.ts'

/**
 * Throws where what people ask would be asked by a login that no policy holds: a superuser, one
 * that passes by policies, or, where the parts have logins of their own, an owner of tables.
 */
export async function refuseStrongLogin(people: pg.Pool, hasLogins: boolean): Promise<void> {
  const { rows } = await people.query<{
    readonly name: string
    readonly isSuperuser: boolean
    readonly passesBy: boolean
    readonly isOwner: boolean
  }>(
    `select r.rolname as name, r.rolsuper as "isSuperuser", r.rolbypassrls as "passesBy",
            exists (select from pg_class c where c.relnamespace = 'public'::regnamespace
                       and c.relkind in ('r', 'p') and pg_has_role(r.oid, c.relowner, 'usage')) as "isOwner"
       from pg_roles r where r.rolname = current_user`,
  )
  const login = rows[0]
  if (login === undefined) throw refusal('unknown', 'is not known to the database')
  if (login.isSuperuser) throw refusal(login.name, 'is a superuser')
  if (login.passesBy) throw refusal(login.name, 'passes by row-level security (bypassrls)')
  if (hasLogins && login.isOwner) throw refusal(login.name, 'owns tables, or may act as who does')
}

function refusal(name: string, fault: string): StartError {
  return new StartError(
    'database-login-too-strong',
    `The login ${name} of DATABASE_URL ${fault}, so the database could not keep organisations apart. ` +
      'Give another one: "npm run -s migrate -- --print-roles" writes the script that makes it.',
  )
}
