import { afterAll, beforeEach, expect, it } from 'vitest'
import {
  dropOldPartitions,
  listPartitions,
  makePartitions,
} from '../../../src/store/history/partitions.ts'
import { connect } from '../../../src/store/pg/pool.ts'
import { createTestDatabase } from '../../support/database.ts'
import type { TestDatabase } from '../../support/database.ts'

const dayMs = 86_400_000
const nowMs = Date.UTC(2026, 10, 23, 23, 59, 59, 999)
const opened: TestDatabase[] = []
let database: TestDatabase

beforeEach(async () => {
  database = await createTestDatabase()
  opened.push(database)
})
afterAll(() => Promise.all(opened.map(({ drop }) => drop())))

it('a partition is made for each day from 36 days ago to two days ahead, and none the second time', async () => {
  const made = await makePartitions(database.pool, { nowMs })
  expect(made).toHaveLength(36 + 1 + 2)
  expect(made[0]).toBe('fixes_20261018')
  expect(made.at(-1)).toBe('fixes_20261125')
  expect(await makePartitions(database.pool, { nowMs })).toEqual([])
  expect(await makePartitions(database.pool, { nowMs: nowMs + 1 })).toEqual(['fixes_20261126'])
})

it('a fix goes into its own day in UTC, on both sides of midnight', async () => {
  await makePartitions(database.pool, { nowMs })
  await insertFix(Date.UTC(2026, 10, 22, 23, 59, 59, 999))
  await insertFix(Date.UTC(2026, 10, 23))
  expect(await whereAre()).toEqual(['fixes_20261122', 'fixes_20261123'])
})

it('a fix of a day without partition is kept, and moved when the day gets one', async () => {
  await insertFix(nowMs)
  await insertFix(nowMs - 400 * dayMs)
  expect(await whereAre()).toEqual(['fixes_default', 'fixes_default'])
  await makePartitions(database.pool, { nowMs })
  expect(await whereAre()).toEqual(['fixes_20261123', 'fixes_default'])
  // The rule against duplicates holds in the new partition too.
  await expect(insertFix(nowMs)).rejects.toThrow('duplicate key')
})

it('two processes at once make each partition once', async () => {
  const other = await connect(database.url)
  try {
    const made = await Promise.all([
      makePartitions(database.pool, { nowMs }),
      makePartitions(other, { nowMs }),
    ])
    expect(made.flat()).toHaveLength(39)
    expect(new Set(made.flat()).size).toBe(39)
  } finally {
    await other.end()
  }
})

it('whole days that lie before the retention are dropped and the others kept', async () => {
  await makePartitions(database.pool, { nowMs })
  await insertFix(nowMs - 31 * dayMs)
  await insertFix(nowMs - 30 * dayMs)
  await insertFix(nowMs - 400 * dayMs)
  const dropped = await dropOldPartitions(database.pool, { nowMs, retentionDays: 30, held: [] })
  expect(dropped).toEqual([
    'fixes_20261018',
    'fixes_20261019',
    'fixes_20261020',
    'fixes_20261021',
    'fixes_20261022',
    'fixes_20261023',
  ])
  expect((await listPartitions(database.pool))[0]).toBe('fixes_20261024')
  expect(await whereAre()).toEqual(['fixes_20261024'])
})

async function insertFix(recordedAtMs: number): Promise<void> {
  await database.pool.query(
    `insert into fixes (device_id, recorded_at, received_at, place, journal_id)
     values ('0192f3a4-5b6c-7d8e-9f00-112233445566', $1, $1, '\\x00', 1)`,
    [new Date(recordedAtMs).toISOString()],
  )
}

async function whereAre(): Promise<string[]> {
  const { rows } = await database.pool.query<{ name: string }>(
    'select tableoid::regclass::text as name from fixes order by 1',
  )
  return rows.map(({ name }) => name)
}
