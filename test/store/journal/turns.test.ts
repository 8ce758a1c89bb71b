import { afterAll, beforeAll, expect, it } from 'vitest'
import {
  appendInTurn,
  listWaiting,
  readJournalToJudge,
  rowsToJudgeMax,
} from '../../../src/store/journal/turns.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

it('the journal is read by a plan that is kept, and by no more rows than are new', async () => {
  const { pool } = database
  await pool.query(
    `insert into journal (id, shard, kind, entry_count, payload)
     select nextval('journal_id'), 0, 1, 1, '\\x00' from generate_series(1, 50000)`,
  )
  await pool.query('analyze journal')
  const { rows } = await pool.query<{ id: number }>('select max(id) as id from journal')
  const lastId = Number(rows[0]?.id)
  const client = await pool.connect()
  const read = async (afterId: number): Promise<readonly number[]> => {
    const found = await readJournalToJudge(client, { shard: 0, afterId, limit: 64 })
    return found.map(({ id }) => id)
  }
  const countReads = async (): Promise<number> => {
    await client.query('select pg_stat_force_next_flush()')
    const { rows: counts } = await client.query<{ count: number }>(
      `select (seq_tup_read + idx_tup_fetch)::int as count from pg_stat_user_tables where relname = 'journal'`,
    )
    return counts[0]?.count ?? 0
  }
  // After five plans of its own a statement is given one that is kept.
  for (let times = 0; times < 6; times += 1) await read(lastId - 2)
  const before = await countReads()
  expect(await read(lastId - 2)).toEqual([lastId - 1, lastId])
  expect(await read(lastId)).toEqual([])
  expect(await read(lastId - 100)).toHaveLength(64)
  expect((await countReads()) - before).toBeLessThan(200)
  const { rows: plans } = await client.query<{ generic: number; custom: number }>(
    `select generic_plans::int as generic, custom_plans::int as custom from pg_prepared_statements
      where name like 'journal-read-to-judge%'`,
  )
  expect(plans).toEqual([{ generic: 4, custom: 5 }])
  client.release()
})

it('a connection keeps one plan for reading, and one for adding rows, however many there are', async () => {
  const { pool } = database
  const client = await pool.connect()
  const senderId = '01890000-0000-7000-8000-00000000000b'
  for (const count of [1, 2, 3, 20]) {
    const parts = Array.from({ length: count }, () => ({
      entryCount: 1,
      payload: Buffer.from([count]),
    }))
    const turn = { senderId, lane: 'history' } as const
    await appendInTurn(client, { shard: 0, kind: 1, turn, parts })
    await readJournalToJudge(client, { shard: 0, afterId: 0, limit: count })
  }
  await readJournalToJudge(client, { shard: 0, afterId: 0, limit: rowsToJudgeMax })
  const { rows } = await client.query<{ name: string }>(
    `select name from pg_prepared_statements where name ~ '^journal-(append|read)' order by name`,
  )
  client.release()
  expect(rows).toEqual([{ name: 'journal-append-in-turn' }, { name: 'journal-read-to-judge' }])
  const waiting = await listWaiting(pool, 0)
  expect(waiting).toHaveLength(26)
})
