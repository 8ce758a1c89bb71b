import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Db } from '../../../src/store/pg/pool.ts'
import { withReaders } from '../../../src/store/pg/readers.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
  await database.pool.query('create table seen (number int)')
})
afterAll(() => database.drop())

const countSeen = async (db: Db): Promise<number> => {
  const { rows } = await db.query<{ count: number }>('select count(*) as count from seen')
  return rows[0]?.count ?? -1
}
const backendOf = async (db: Db): Promise<number> => {
  const { rows } = await db.query<{ id: number }>(
    'select pg_backend_pid() as id, pg_sleep(0.05) is null as slept',
  )
  return rows[0]?.id ?? 0
}

it('readings on several connections see one moment, and what is given is in the order of the asking', async () => {
  const { pool } = database
  const client = await pool.connect()
  const deps = { client, pool, besideCount: 2 }
  const found = await withReaders(deps, async (read) => {
    await pool.query('insert into seen values (1)')
    const backends = await read([backendOf, backendOf, backendOf])
    expect(new Set(backends).size).toBe(3)
    return await read([async () => 'first', countSeen, countSeen, countSeen, async () => 'last'])
  })
  expect(found).toEqual(['first', 0, 0, 0, 'last'])
  expect(await countSeen(client)).toBe(1)
  client.release()
  expect(pool.totalCount).toBe(pool.idleCount)
})

it('a reading that fails is told when no connection is in use any more, and all can be used again', async () => {
  const { pool } = database
  const client = await pool.connect()
  const failing = withReaders({ client, pool, besideCount: 2 }, (read) =>
    read([async (db) => await db.query('select 1 / 0'), backendOf, backendOf, backendOf]),
  )
  await expect(failing).rejects.toThrow('division by zero')
  expect(await countSeen(client)).toBe(1)
  client.release()
  expect(pool.totalCount).toBe(pool.idleCount)
  expect(await Promise.all([1, 2, 3].map(() => countSeen(pool)))).toEqual([1, 1, 1])
})
