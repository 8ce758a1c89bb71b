import type pg from 'pg'

/** What to do about a database that cannot be used, in one sentence without the password. */
export function explainConnecting(url: string, error: unknown): string {
  const { database, user } = namesIn(url)
  switch (codeOf(error)) {
    case '3D000':
      return `The server answers, and has no database ${database}. Make it with "create database ${database} owner ${user}", or correct DATABASE_URL.`
    case '28P01':
      return `The server answers, and refuses the user ${user} with this password. Correct DATABASE_URL or PGPASSWORD.`
    case '28000':
      return `The server answers, and does not know the user ${user} or takes none from here. Make it with "create role ${user} login", allow it in pg_hba.conf, or correct DATABASE_URL.`
    case '42501':
      return `The server answers, and the user ${user} may not connect to the database ${database}. Allow it with "grant connect on database ${database} to ${user}".`
    case '53300':
      return 'The server answers, and has no connection left. Raise max_connections, or stop what holds them.'
    case null:
    default:
      return `The database does not answer (${describeCause(error)}). Check DATABASE_URL and that the server is running.`
  }
}

/** What to do when the tables cannot be made; null when it is not for want of a right. */
export async function explainMigrating(db: pg.ClientBase, error: unknown): Promise<string | null> {
  if (codeOf(error) !== '42501') return null
  const { rows } = await db.query<{ readonly database: string; readonly user: string }>(
    'select current_database() as database, current_user as user',
  )
  const { database = '', user = '' } = rows[0] ?? {}
  return `The user ${user} may not make tables in the database ${database}. Allow it with "alter database ${database} owner to ${user}", or, inside that database, "grant create on schema public to ${user}".`
}

function codeOf(error: unknown): string | null {
  if (!(error instanceof Error)) return null
  if ('code' in error && typeof error.code === 'string') return error.code
  return codeOf(error.cause)
}

function namesIn(url: string): { readonly database: string; readonly user: string } {
  const parsed = URL.parse(url) ?? URL.parse(url.replace('@/', '@localhost/'))
  const name = (text: string | undefined): string => decodeURIComponent(text ?? '')
  const user = name(parsed?.username) || (process.env['PGUSER'] ?? 'of DATABASE_URL')
  return { user, database: name(parsed?.pathname.slice(1)) || user }
}

function describeCause(error: unknown): string {
  return codeOf(error) ?? (error instanceof Error ? error.name : 'no reason given')
}
