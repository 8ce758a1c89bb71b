import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type pg from 'pg'
import { OperatingError, StartError } from '../errors.ts'
import { migrate, migrationsDirectory } from '../store/pg/migrate.ts'
import { isQuiet, setQuiet } from '../store/pg/quiet.ts'
import { inTransaction, type Db } from '../store/pg/pool.ts'
import { fileOf, manifestName, type Manifest } from './backup.ts'
import { linesOf } from './line-file.ts'
import { listTables, sumTable, textSettings } from './tables.ts'

/**
 * Brings a backup into an empty database, in the schema it was made with, compares every table
 * with what the backup says, and only then moves on to the schema of this code. The copy is quiet
 * before it has a row: it calls nobody until it is told to. All or nothing.
 */
export async function restoreBackup(pool: pg.Pool, folder: string): Promise<Manifest> {
  const manifest = await readManifest(folder)
  await migrate(pool, migrationsDirectory, manifest.migration)
  await refuseFull(pool)
  await setQuiet(pool, true)
  await inTransaction(pool, async (tx) => {
    await tx.query(textSettings)
    const tables = await listTables(tx)
    await refuseFull(tx)
    for (const name of tables.toReversed()) await emptyTable(tx, name)
    const expected = manifest.tables.map(({ name }) => name)
    if (tables.toSorted().join() !== expected.toSorted().join())
      throw damaged('it holds other tables than its schema has')
    for (const name of tables) {
      const table = manifest.tables.find((listed) => listed.name === name)
      if (table === undefined) continue
      // Rows before may have brought some of these, which the backup holds itself.
      await emptyTable(tx, name)
      const sha256 = await readTable(tx, name, path.join(folder, fileOf(name)))
      const sum = await sumTable(tx, name)
      const isSame =
        sha256 === table.sha256 && sum.rowCount === table.rowCount && sum.hashSum === table.hashSum
      if (!isSame) throw damaged(`the rows of ${name} are not those that were written`)
    }
    for (const { name, value } of manifest.sequences)
      await tx.query('select setval($1::regclass, $2::bigint)', [name, value])
    await goOnBeyondWhatWasTold(tx)
  })
  await migrate(pool)
  return manifest
}

/**
 * Makes a copy quiet that PostgreSQL itself brought back, as of a point in time, before a server
 * starts on it: as one that was restored here. Nobody else may be connected: what serves people now
 * is silenced by no slip.
 */
export async function makeQuiet(pool: pg.Pool): Promise<void> {
  await inTransaction(pool, async (tx) => {
    const { rows } = await tx.query(
      `select 1 from pg_stat_activity where datname = current_database()
          and backend_type = 'client backend' and pid <> pg_backend_pid() limit 1`,
    )
    if (rows.length > 0)
      throw new OperatingError(
        'conflict',
        'Others are connected to this database: it may be the one that serves now. Stop them first; nothing was changed.',
      )
    if (await isQuiet(tx)) return
    await setQuiet(tx, true)
    await goOnBeyondWhatWasTold(tx)
  })
}

/**
 * What migrations put there comes back with the rows. A table that they put nothing into is left
 * alone: the record refuses a deletion, even one of nothing.
 */
async function emptyTable(tx: Db, name: string): Promise<void> {
  const { rows } = await tx.query(`select 1 from ${name} limit 1`)
  if (rows.length > 0) await tx.query(`delete from ${name}`)
}

/**
 * What was told between the backup and the loss had numbers too. A receiver that saw them drops
 * what is not newer, and a desk asks for what came after them: so numbers go on beyond all of them.
 */
async function goOnBeyondWhatWasTold(tx: Db): Promise<void> {
  for (const name of ['alert_event_sequence', 'device_commands_sequence_seq']) {
    await tx.query('select setval($1::regclass, nextval($1::regclass) + $2::bigint)', [
      name,
      toldAheadCount,
    ])
  }
}

/**
 * More commands than are told in the life of a backup: ten a second for three years. Events have
 * the number of their moment, which is beyond them anyway while the clock is right.
 */
const toldAheadCount = 1_000_000_000

async function readManifest(folder: string): Promise<Manifest> {
  try {
    const manifest = JSON.parse(await readFile(path.join(folder, manifestName), 'utf8')) as Manifest
    if (manifest.format === 1) return manifest
  } catch (error) {
    throw damaged(`there is no readable ${manifestName} in ${folder}`, error)
  }
  throw damaged('it was made by a newer version')
}

/** What is there is never written over, and no running system is made quiet. */
async function refuseFull(db: Db): Promise<void> {
  for (const name of ['journal', 'alerts', 'persons', 'api_clients']) {
    const { rows } = await db.query(`select 1 from ${name} limit 1`)
    if (rows.length === 0) continue
    throw new StartError(
      'data-folder-unusable',
      `expected an empty database, got rows in ${name}. Name another one by DATABASE_URL or HOEDE_DATA_DIR; nothing was changed.`,
    )
  }
}

async function readTable(tx: pg.PoolClient, table: string, file: string): Promise<string> {
  const hash = createHash('sha256')
  let batch: string[] = []
  try {
    for await (const line of linesOf(file)) {
      hash.update(`${line}\n`)
      batch.push(JSON.parse(line) as string)
      if (batch.length < rowsAtOnce) continue
      await insertRows(tx, table, batch)
      batch = []
    }
  } catch (error) {
    if (error instanceof Error && 'severity' in error) throw error
    throw damaged(`${path.basename(file)} cannot be read`, error)
  }
  await insertRows(tx, table, batch)
  return hash.digest('hex')
}

async function insertRows(tx: pg.PoolClient, table: string, rows: string[]): Promise<void> {
  if (rows.length === 0) return
  await tx.query(
    `insert into ${table} overriding system value select (r::${table}).* from unnest($1::text[]) as r`,
    [rows],
  )
}

const rowsAtOnce = 200

function damaged(what: string, cause?: unknown): StartError {
  return new StartError(
    'data-folder-unusable',
    `The backup cannot be used: ${what}. Nothing was restored; take another one.`,
    cause,
  )
}
