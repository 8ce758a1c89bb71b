import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { migrate, migrationsDirectory, requireMigrated } from '../../../src/store/pg/migrate.ts'
import { connect } from '../../../src/store/pg/pool.ts'
import { createTestDatabase } from '../../support/database.ts'
import type { TestDatabase } from '../../support/database.ts'

const migrateMain = path.join(import.meta.dirname, '../../../src/migrate-main.ts')
const opened: TestDatabase[] = []
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'hoede-migrations-'))
})
beforeEach(async () => {
  await rm(folder, { recursive: true, force: true })
  folder = await mkdtemp(path.join(tmpdir(), 'hoede-migrations-'))
  await write('0001-first.sql', 'create table first (n bigint); insert into first values (1);')
})
afterAll(async () => {
  await Promise.all(opened.map((database) => database.drop()))
  await rm(folder, { recursive: true, force: true })
})

it('two processes that migrate an empty database at once both succeed, and each migration runs once', async () => {
  const database = await openEmpty()
  const environment = { ...process.env, DATABASE_URL: database.url, HOEDE_DATA_DIR: folder }
  const run = promisify(execFile)
  const outputs = await Promise.all(
    Array.from({ length: 4 }, () => run(process.execPath, [migrateMain], { env: environment })),
  )
  const texts = outputs.map(({ stdout }) => stdout)
  expect(texts.filter((text) => text.startsWith('Applied'))).toHaveLength(1)
  expect(texts.filter((text) => text === 'The database is up to date.\n')).toHaveLength(3)
  await requireMigrated(database.pool)
  const { rows } = await database.pool.query('select number from schema_migrations order by number')
  expect(rows[0]).toEqual({ number: 1 })
})

it('many migrations at once within a process are applied once', async () => {
  const { pool, url } = await openEmpty()
  await write('0002-second.sql', 'insert into first values (2);')
  const other = await connect(url)
  try {
    const results = await Promise.all([
      migrate(pool, folder),
      migrate(other, folder),
      migrate(pool, folder),
    ])
    expect(results.flatMap(({ applied }) => applied).toSorted()).toEqual([
      '0001-first.sql',
      '0002-second.sql',
    ])
    const { rows } = await pool.query('select n from first order by n')
    expect(rows).toEqual([{ n: 1 }, { n: 2 }])
  } finally {
    await other.end()
  }
})

it('a migration that fails leaves nothing behind and is tried again the next time', async () => {
  const { pool } = await openEmpty()
  await write('0002-second.sql', 'create table second (n bigint); select 1 / 0;')
  await expect(migrate(pool, folder)).rejects.toMatchObject({
    code: 'migration-failed',
    message: expect.stringContaining('0002-second.sql'),
  })
  await write('0002-second.sql', 'create table second (n bigint);')
  expect(await migrate(pool, folder)).toEqual({ applied: ['0002-second.sql'] })
})

it('a database migrated by newer code is refused', async () => {
  const { pool } = await openEmpty()
  await write('0002-second.sql', 'select 1;')
  await migrate(pool, folder)
  await rm(path.join(folder, '0002-second.sql'))
  for (const attempt of [migrate, requireMigrated]) {
    await expect(attempt(pool, folder)).rejects.toMatchObject({
      code: 'schema-newer-than-code',
      message: expect.stringContaining('Start the newer version'),
    })
  }
})

it('a migration changed after it was applied is refused', async () => {
  const { pool } = await openEmpty()
  await migrate(pool, folder)
  await write('0001-first.sql', 'create table other (n bigint);')
  await expect(migrate(pool, folder)).rejects.toMatchObject({ code: 'migration-changed' })
})

it('the same migration with other line endings is the same', async () => {
  const { pool } = await openEmpty()
  await migrate(pool, folder)
  await writeFile(
    path.join(folder, '0001-first.sql'),
    '-- breaking: no\r\ncreate table first (n bigint); insert into first values (1);\r\n',
  )
  expect(await migrate(pool, folder)).toEqual({ applied: [] })
})

it('a database that lacks a migration is not used', async () => {
  const { pool } = await openEmpty()
  await expect(requireMigrated(pool, folder)).rejects.toMatchObject({ code: 'schema-behind-code' })
  await migrate(pool, folder)
  await requireMigrated(pool, folder)
})

it.each([
  ['a gap in the numbers', '0003-third.sql', '-- breaking: no\n', 'expected migration number 2'],
  ['a name without number', 'second.sql', '-- breaking: no\n', 'expected a name like'],
  ['no word on breaking', '0002-second.sql', 'select 1;\n', 'expected the first line'],
])('a folder of migrations with %s is refused', async (_, name, text, message) => {
  const { pool } = await openEmpty()
  await writeFile(path.join(folder, name), text)
  await expect(migrate(pool, folder)).rejects.toThrow(message)
})

it('a migration is waited for longer than a statement', async () => {
  const { url } = await openEmpty()
  await write('0001-first.sql', 'select pg_sleep(0.5); create table first (id bigint primary key);')
  const pool = await connect(url, { queryMsMax: 200 })
  await migrate(pool, folder)
  await expect(pool.query('select pg_sleep(0.5)')).rejects.toThrow('Query read timeout')
  await pool.end()
})

it('the migrations of the product are read', async () => {
  const { pool } = await openEmpty()
  await migrate(pool, migrationsDirectory)
  await requireMigrated(pool)
})

it('an order that two partners of another server were told of is brought to this version', async () => {
  const { pool } = await openEmpty()
  await migrate(pool, migrationsDirectory, 54)
  await pool.query(
    `set session_replication_role = replica;
     insert into partner_notices (organisation_id, protection_order_id, order_version, number, act, made_at, receipt_due_at, stage,
                                  partner_name, partner_kind)
     select o.id, o.id, 1, n, 'imposed', now(), now(), 'over', 'P', 'police' from organisations o, generate_series(1, 2) as n`,
  )
  await migrate(pool, migrationsDirectory)
  const { rows } = await pool.query('select number from partner_notices order by number')
  expect(rows).toEqual([{ number: 1 }, { number: 2 }])
})

async function openEmpty(): Promise<TestDatabase> {
  const database = await createTestDatabase({ isMigrated: false })
  opened.push(database)
  return database
}

async function write(name: string, sql: string): Promise<void> {
  await writeFile(path.join(folder, name), `-- breaking: no\n${sql}\n`)
}
