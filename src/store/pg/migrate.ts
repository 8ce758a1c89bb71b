import { dayMs } from '../../core/model/units.ts'
import { advisoryLocks } from './advisory-locks.ts'
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import type pg from 'pg'
import { OperatingError, StartError } from '../../errors.ts'
import { explainMigrating } from './explain-connecting.ts'

/**
 * Brings the database to the newest schema this code knows, one transaction per migration.
 * Safe when several processes do so at once: they queue on a lock, and the row that
 * records a migration is inserted before its statements run, so that nothing can be
 * applied twice even without the lock.
 */
export async function migrate(
  pool: pg.Pool,
  directory: string = migrationsDirectory,
  untilNumber = Infinity,
): Promise<MigrationResult> {
  const known = await loadMigrations(directory)
  // A backup comes back in the schema that it was made with.
  const migrations = known.filter(({ number }) => number <= untilNumber)
  const client = await pool.connect()
  try {
    await client.query(unhurried('select pg_advisory_lock($1)', [advisoryLocks.migration]))
    try {
      return await applyMissing(client, migrations)
    } catch (error) {
      const sentence = await explainMigrating(client, error)
      if (sentence === null) throw error
      throw new StartError('migration-failed', sentence, error)
    } finally {
      await client.query('select pg_advisory_unlock($1)', [advisoryLocks.migration])
    }
  } finally {
    // The connection is thrown away: whatever a migration set on it must not leak into the pool.
    client.release(true)
  }
}

/**
 * Throws unless the database is exactly at the schema of this code; for
 * processes that may not migrate.
 */
export async function requireMigrated(
  pool: pg.Pool,
  directory: string = migrationsDirectory,
): Promise<void> {
  const migrations = await loadMigrations(directory)
  const { rows } = await pool.query<{ is_there: boolean }>(
    `select to_regclass('schema_migrations') is not null as is_there`,
  )
  const applied = rows[0]?.is_there === true ? await loadApplied(pool) : []
  refuseDivergence(migrations, applied)
  const missing = migrations.filter(({ number }) => !applied.some((row) => row.number === number))
  if (missing.length > 0) {
    throw new StartError(
      'schema-behind-code',
      `The database lacks ${missing.length} migration(s), from ${missing[0]?.name ?? ''} on. Run "npm run migrate" first.`,
    )
  }
}

export type MigrationResult = { readonly applied: readonly string[] }

/**
 * A migration of a large database, and waiting for one, may take longer than
 * any statement of the pool.
 */
function unhurried(text: string, values: readonly string[] = []): pg.QueryConfig {
  const config = { text, query_timeout: dayMs }
  // With values a text may hold one statement only; a migration holds many.
  return values.length === 0 ? config : { ...config, values: [...values] }
}

type Migration = {
  readonly number: number
  readonly name: string
  readonly checksum: string
  readonly sql: string
}

type AppliedMigration = {
  readonly number: number
  readonly name: string
  readonly checksum: string
}

export const migrationsDirectory = path.join(import.meta.dirname, '../migrations')

/** Any constant of our own; it only must not be one of the locks of 0001-initial.sql. */

async function applyMissing(
  client: pg.PoolClient,
  migrations: readonly Migration[],
): Promise<MigrationResult> {
  await client.query(
    `create table if not exists schema_migrations (
       number integer primary key,
       name text not null,
       checksum text not null,
       applied_at timestamptz not null default now()
     )`,
  )
  const applied = await loadApplied(client)
  refuseDivergence(migrations, applied)
  const missing = migrations.filter(({ number }) => !applied.some((row) => row.number === number))
  for (const migration of missing) await applyOne(client, migration)
  return { applied: missing.map(({ name }) => name) }
}

async function applyOne(client: pg.PoolClient, migration: Migration): Promise<void> {
  try {
    await client.query('begin')
    // A migration that cannot get its table lock gives up instead of making
    // all writers queue behind it.
    await client.query(`set local lock_timeout = '10s'`)
    await client.query(
      'insert into schema_migrations (number, name, checksum) values ($1, $2, $3)',
      [migration.number, migration.name, migration.checksum],
    )
    await client.query(unhurried(migration.sql))
    await client.query('commit')
  } catch (error) {
    await client.query('rollback')
    const reason = error instanceof Error ? error.message : 'no reason given'
    throw new OperatingError(
      'migration-failed',
      `Migration ${migration.name} could not be applied and has left nothing behind: ${reason}`,
      error,
    )
  }
}

async function loadApplied(db: Pick<pg.ClientBase, 'query'>): Promise<AppliedMigration[]> {
  const { rows } = await db.query<AppliedMigration>(
    'select number, name, checksum from schema_migrations order by number',
  )
  return rows
}

function refuseDivergence(
  migrations: readonly Migration[],
  applied: readonly AppliedMigration[],
): void {
  for (const row of applied) {
    const known = migrations.find(({ number }) => number === row.number)
    if (known === undefined) {
      throw new StartError(
        'schema-newer-than-code',
        `The database has migration ${row.name}, which this version does not know (it knows up to ` +
          `${migrations.at(-1)?.name ?? 'none'}). Start the newer version, or restore a backup made before it.`,
      )
    }
    if (known.checksum !== row.checksum) {
      throw new StartError(
        'migration-changed',
        `Migration ${row.name} was changed after it was applied: expected checksum ${row.checksum.slice(0, 12)}, ` +
          `got ${known.checksum.slice(0, 12)}. Undo the change and put it in a new migration.`,
      )
    }
  }
}

async function loadMigrations(directory: string): Promise<Migration[]> {
  const names = (await readdir(directory)).filter((name) => name.endsWith('.sql')).toSorted()
  const migrations = await Promise.all(names.map((name) => loadMigration(directory, name)))
  for (const [index, { number, name }] of migrations.entries()) {
    if (number !== index + 1) {
      throw new StartError(
        'migration-failed',
        `expected migration number ${index + 1}, got ${name}: numbers rise by one without gaps`,
      )
    }
  }
  return migrations
}

async function loadMigration(directory: string, name: string): Promise<Migration> {
  const number = /^(\d{4})-[a-z0-9-]+\.sql$/.exec(name)?.[1]
  if (number === undefined) {
    throw new StartError(
      'migration-failed',
      `expected a name like 0002-what-it-does.sql, got ${name}`,
    )
  }
  // Checked out with other line endings it is still the same migration.
  const sql = (await readFile(path.join(directory, name), 'utf8')).replaceAll('\r\n', '\n')
  if (!/^-- breaking: (yes|no)\n/.test(sql)) {
    throw new StartError(
      'migration-failed',
      `${name}: expected the first line to be "-- breaking: yes" or "-- breaking: no"`,
    )
  }
  return {
    number: Number(number),
    name,
    checksum: createHash('sha256').update(sql).digest('hex'),
    sql,
  }
}
