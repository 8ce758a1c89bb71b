import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { defaultLimits } from '../../src/core/model/limits.ts'
import { draftStorageLow } from '../../src/core/watch/storage-low.ts'
import { alignStorageAlert } from '../../src/store/alerts/raise-storage-low.ts'
import { makePartitions } from '../../src/store/history/partitions.ts'
import { measureDatabase } from '../../src/store/pg/database-room.ts'
import { inTransaction } from '../../src/store/pg/pool.ts'
import { judgeDatabase } from '../../workers/storage-levels.ts'
import { createStorageWatch } from '../../workers/watch-storage.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { createSilentLog } from '../support/silent-log.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

async function listAlerts(): Promise<readonly (readonly [string, boolean])[]> {
  const { rows } = await database.pool.query<{ priority: string; is_over: boolean }>(
    `select priority, cleared_at is not null as is_over from alerts
      where kind = 'storage-low' order by priority desc`,
  )
  return rows.map((row) => [row.priority, row.is_over] as const)
}

it('what runs out is told once a level, anew when it gets worse, and ends when there is enough', async () => {
  const { pool } = database
  const limits = defaultLimits
  let nowMs = Date.now()
  const align = async (priority: 'P1' | 'P2' | 'P3' | null): Promise<number> => {
    nowMs += 10_000
    const low =
      priority === null
        ? null
        : ({ store: 'disk', priority, hoursLeft: 20, freeBytes: 1e9 } as const)
    return await inTransaction(pool, (tx) =>
      alignStorageAlert(tx, { store: 'disk', low, nowMs, limits }),
    )
  }
  expect(await align('P3')).toBe(1)
  expect(await align('P3')).toBe(0)
  expect(await align('P1')).toBe(2)
  // A little better is no news.
  expect(await align('P2')).toBe(0)
  expect(await listAlerts()).toEqual([
    ['P3', true],
    ['P1', false],
  ])
  expect(await align(null)).toBe(1)
  expect(await align(null)).toBe(0)
  expect((await listAlerts()).every(([, isOver]) => isOver)).toBe(true)
})

it('the watch of storage tells when two looks agree, and ends it after five minutes of enough', async () => {
  const { pool } = database
  let nowMs = Date.now()
  let eventCount = 0
  const watch = createStorageWatch({
    pool,
    clock: { nowMs: () => nowMs },
    log: createSilentLog(),
    limits: defaultLimits,
    dataDir: tmpdir(),
    onEvent: () => (eventCount += 1),
  })
  const countOpen = async (): Promise<number> => {
    const { rows } = await pool.query<{ count: number }>(
      `select count(*) as count from alerts where kind = 'storage-low' and cleared_at is null
          and evidence->'facts'->>'store' = 'partitions'`,
    )
    return rows[0]?.count ?? 0
  }
  await makePartitions(pool, { nowMs, daysBehind: 1, daysAhead: 0 })
  await watch.run()
  expect(await countOpen()).toBe(0)
  nowMs += 10_000
  await watch.run()
  expect(await countOpen()).toBe(1)
  await makePartitions(pool, { nowMs, daysBehind: 1, daysAhead: 2 })
  for (let waitedMs = 0; waitedMs < 300_000; waitedMs += 10_000) {
    nowMs += 10_000
    await watch.run()
  }
  expect(await countOpen()).toBe(1)
  nowMs += 10_000
  await watch.run()
  expect(await countOpen()).toBe(0)
  expect(eventCount).toBe(2)
  const { diskFreeBytes, databaseBytes, connectionShare, sequenceShare } = watch.stats()
  expect(diskFreeBytes).toBeGreaterThan(0)
  expect(databaseBytes).toBeGreaterThan(1e6)
  expect(connectionShare).toBeGreaterThan(0)
  // Events are numbered by the microsecond since 1970: a fifth of what can be read.
  expect(sequenceShare).toBeLessThan(0.25)
})

it('the alert of storage is about nobody and says how much is left', () => {
  const low = { store: 'disk', priority: 'P2', hoursLeft: 20.2, freeBytes: 1e9 } as const
  const alert = draftStorageLow(defaultLimits, low, 1_000)
  expect(alert).toMatchObject({ kind: 'storage-low', priority: 'P2', protectionOrderId: null })
  expect(alert.evidence.facts).toEqual({ store: 'disk', hoursLeft: 20.2, freeBytes: 1e9 })
})

it('a log of the database on a disk of its own is watched too: full there is full', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'hoede-storage-'))
  const watch = createStorageWatch({
    pool: database.pool,
    clock: { nowMs: () => Date.now() },
    log: createSilentLog(),
    limits: defaultLimits,
    dataDir,
    onEvent: () => {},
  })
  await watch.run()
  expect(watch.stats().isDiskFull).toBe(false)
  await mkdir(join(dataDir, 'postgres'))
  // A file system that has no room at all.
  await symlink('/proc', join(dataDir, 'postgres', 'pg_wal'))
  await watch.run()
  expect(watch.stats()).toMatchObject({ diskFreeBytes: 0, isDiskFull: true })
  await rm(dataDir, { recursive: true })
})

it('a sequence ends where its numbers can no longer be read, and the watch sees each with the rights it has', async () => {
  const worker = await database.connectAs('worker')
  const { rows } = await database.pool.query<{ name: string }>(
    `select sequencename as name from pg_sequences where schemaname = 'public'`,
  )
  expect(rows.length).toBeGreaterThan(5)
  for (const { name } of rows) {
    const used = Math.floor(Number.MAX_SAFE_INTEGER * 0.97)
    await database.pool.query('select setval($1, $2)', [name, used])
    const room = await measureDatabase(worker, Date.now())
    expect([name, judgeDatabase(room)]).toEqual([
      name,
      expect.arrayContaining([expect.objectContaining({ store: 'sequences', priority: 'P1' })]),
    ])
    await database.pool.query('select setval($1, 1, false)', [name])
  }
})
