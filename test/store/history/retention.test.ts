import { afterAll, beforeAll, expect, it } from 'vitest'
import { journalKinds } from '../../../src/store/journal/journal-kinds.ts'
import { appendJournal } from '../../../src/store/journal/journal.ts'
import { insertPoison } from '../../../src/store/journal/poison.ts'
import { insertHistoryRefusal } from '../../../src/store/journal/quarantine.ts'
import {
  findPrunedPlace,
  pruneBesideFixes,
  pruneJournal,
  pruneQuarantine,
} from '../../../src/store/history/retention.ts'
import { createTestDatabase } from '../../support/database.ts'
import type { TestDatabase } from '../../support/database.ts'

let database: TestDatabase

beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

it('no row of the journal goes that is young, unread, or another shard’s', async () => {
  const { pool } = database
  const ids: number[] = []
  for (const shard of [0, 0, 1, 0]) {
    const payload = Buffer.from('x')
    ids.push(await appendJournal(pool, { shard, kind: journalKinds.fixes, entryCount: 1, payload }))
  }
  const [first = 0, second = 0, other = 0, last = 0] = ids
  const beforeMs = Date.now() + 60_000
  expect(await pruneJournal(pool, { shard: 0, beforeMs })).toBe(0)
  for (const reader of ['evaluator', 'evaluator-snapshot', 'history']) {
    await pool.query(
      'insert into journal_positions (reader, shard, journal_id) values ($1, 0, $2)',
      [reader, reader === 'history' ? second : last],
    )
  }
  expect(await pruneJournal(pool, { shard: 0, beforeMs: Date.now() - 60_000 })).toBe(0)
  expect(await pruneJournal(pool, { shard: 0, beforeMs })).toBe(2)
  const { rows } = await pool.query('select id from journal order by id')
  expect(rows).toEqual([{ id: other }, { id: last }])
  expect(first).toBeLessThan(second)
  expect(await findPrunedPlace(pool, 0)).toBe(second)
})

it('a change of the registry and an outage stay in the journal, however old', async () => {
  const { pool } = database
  const payload = Buffer.from('x')
  const entry = { shard: 2, kind: journalKinds.registryChange, entryCount: 1, payload }
  const changeId = await appendJournal(pool, entry)
  const outageId = await appendJournal(pool, { ...entry, kind: journalKinds.outage })
  const fixesId = await appendJournal(pool, { ...entry, kind: journalKinds.fixes })
  await setPlaces(2, fixesId)
  expect(await findPrunedPlace(pool, 2)).toBe(0)
  expect(await pruneJournal(pool, { shard: 2, beforeMs: Date.now() + 60_000 })).toBe(1)
  const { rows } = await pool.query('select id from journal where shard = 2 order by id')
  expect(rows).toEqual([{ id: changeId }, { id: outageId }])
  expect(await findPrunedPlace(pool, 2)).toBe(fixesId)
})

it('a row that a reader set aside stays in the journal until the note of it is gone', async () => {
  const { pool } = database
  const ids: number[] = []
  for (let index = 0; index < 3; index += 1) {
    const payload = Buffer.from('x')
    ids.push(
      await appendJournal(pool, { shard: 3, kind: journalKinds.fixes, entryCount: 1, payload }),
    )
  }
  const [first = 0, second = 0, last = 0] = ids
  await setPlaces(3, last)
  await insertHistoryRefusal(pool, { journalId: first, detail: 'x' })
  const poison = { journalId: second, entryIndex: 0, deviceId: null, recordedAtMs: null }
  await insertPoison(pool, [poison], 'x')
  const limit = { shard: 3, beforeMs: Date.now() + 60_000 }
  expect(await pruneJournal(pool, limit)).toBe(1)
  const { rows } = await pool.query('select id from journal where shard = 3 order by id')
  expect(rows).toEqual([{ id: first }, { id: second }])
  const ownBeforeMs = Date.now() + 60_000
  expect(await pruneQuarantine(pool, { beforeMs: 0, ownBeforeMs })).toBe(2)
  expect(await pruneJournal(pool, limit)).toBe(2)
})

it('everything kept beside the fixes goes with them', async () => {
  const { pool } = database
  for (const at of ['2026-01-01T00:00:00Z', '2026-01-03T00:00:00Z']) {
    await pool.query(
      `insert into device_events (device_id, recorded_at, received_at, kind, journal_id)
       values (uuidv7(), $1, $1, 'panic', 1)`,
      [at],
    )
  }
  await pruneBesideFixes(pool, Date.UTC(2026, 0, 2), [])
  const { rows } = await pool.query<{ count: number }>('select count(*) from device_events')
  expect(rows).toEqual([{ count: 1 }])
})

async function setPlaces(shard: number, journalId: number): Promise<void> {
  for (const reader of ['evaluator', 'evaluator-snapshot', 'history']) {
    await database.pool.query(
      'insert into journal_positions (reader, shard, journal_id) values ($1, $2, $3)',
      [reader, shard, journalId],
    )
  }
}
