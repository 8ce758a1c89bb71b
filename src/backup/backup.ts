import { mkdir, open, rename } from 'node:fs/promises'
import path from 'node:path'
import type pg from 'pg'
import { StartError } from '../errors.ts'
import { createLineFile } from './line-file.ts'
import { listTables, sumTable, textSettings, type TableSum } from './tables.ts'

/**
 * Writes all rows, as they were at one moment, into a new folder while the server runs. The list
 * of what is in it comes last: a folder without one is no backup.
 */
export async function writeBackup(pool: pg.Pool, folder: string, nowMs: number): Promise<Manifest> {
  try {
    await mkdir(folder, { mode: 0o700 })
  } catch (error) {
    const sentence = `expected --to to name a folder that does not exist yet, in one that does: ${folder}`
    throw new StartError('data-folder-unusable', sentence, error)
  }
  const client = await pool.connect()
  try {
    await client.query('begin isolation level repeatable read read only')
    await client.query(textSettings)
    const tables: TableBackup[] = []
    for (const name of await listTables(client)) {
      const sum = await sumTable(client, name)
      const sha256 = await writeTable(client, name, path.join(folder, fileOf(name)))
      tables.push({ name, ...sum, sha256 })
    }
    const manifest = {
      format: 1,
      madeAt: new Date(nowMs).toISOString(),
      ...(await about(client)),
      tables,
    }
    await writeWhole(path.join(folder, manifestName), `${JSON.stringify(manifest, null, 2)}\n`)
    return manifest
  } catch (error) {
    throw explainWriting(error, folder)
  } finally {
    await client.query('rollback').catch(() => undefined)
    client.release()
  }
}

export const manifestName = 'backup.json'
export const fileOf = (table: string): string => `${table}.rows.gz`

export type Manifest = {
  readonly format: number
  readonly madeAt: string
  /** The last migration that was applied. */
  readonly migration: number
  readonly sequences: readonly { readonly name: string; readonly value: string }[]
  readonly tables: readonly TableBackup[]
}

type TableBackup = TableSum & {
  readonly name: string
  /** Of the lines, not of the compressed file. */
  readonly sha256: string
}

async function about(client: pg.PoolClient): Promise<Pick<Manifest, 'migration' | 'sequences'>> {
  const { rows: applied } = await client.query<{ number: number }>(
    'select max(number) as number from schema_migrations',
  )
  const { rows: sequences } = await client.query<{ name: string; value: string }>(
    `select sequencename as name, last_value::text as value from pg_sequences
      where schemaname = current_schema() and last_value is not null order by 1`,
  )
  return { migration: applied[0]?.number ?? 0, sequences }
}

/** A line a row: its text in PostgreSQL's own words, as a JSON string. */
async function writeTable(client: pg.PoolClient, table: string, file: string): Promise<string> {
  const lineFile = createLineFile(file)
  await client.query(`declare rows_of no scroll cursor for select t::text as row from ${table} t`)
  for (;;) {
    const { rows } = await client.query<{ row: string }>(`fetch ${rowsAtOnce} from rows_of`)
    if (rows.length === 0) break
    await lineFile.add(rows.map(({ row }) => JSON.stringify(row)))
  }
  await client.query('close rows_of')
  return await lineFile.end()
}

/** A row of the journal can be a megabyte. */
const rowsAtOnce = 200

const fullCodes = ['ENOSPC', 'EDQUOT', 'EFBIG', 'EIO', 'EROFS']

/** A fault of a file or a disk, as a sentence; any other as it is. */
function explainWriting(error: unknown, folder: string): unknown {
  if (!(error instanceof Error && 'code' in error && 'syscall' in error)) return error
  const code = String(error.code)
  // A write that fails names no file; a connection that fails does not either.
  if (!('path' in error) && !fullCodes.includes(code)) return error
  const sentence = `${folder} could not be written (${code}). What is in it is no backup: remove it, make room, and begin anew.`
  return new StartError('data-folder-unusable', sentence, error)
}

async function writeWhole(file: string, text: string): Promise<void> {
  const handle = await open(`${file}.new`, 'wx', 0o600)
  try {
    await handle.writeFile(text)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(`${file}.new`, file)
}
