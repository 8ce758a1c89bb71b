import { afterAll, beforeAll, expect, it } from 'vitest'
import { createSilentLog } from '../../src/log.ts'
import { appendJournal, journalKinds } from '../../src/store/journal.ts'
import { keepPartitions } from '../../workers/partitions.ts'
import { createTestDatabase } from '../support/database.ts'
import type { TestDatabase } from '../support/database.ts'

const DAY_MS = 86_400_000
let database: TestDatabase

beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

it('drops nothing when no retention is set', async () => {
  const round = await keep(Date.now(), null)
  expect(round.made).toHaveLength(39)
  expect(round.dropped).toEqual([])
})

it('cuts the journal only behind the slowest of its readers', async () => {
  const ids: number[] = []
  for (let index = 0; index < 4; index += 1) {
    ids.push(
      await appendJournal(database.pool, {
        shard: 0,
        kind: journalKinds.fixes,
        entryCount: 1,
        payload: Buffer.from('x'),
      }),
    )
  }
  const muchLaterMs = Date.now() + 61 * DAY_MS
  expect(await keep(muchLaterMs, null)).toMatchObject({ journalRowCount: 0 })
  await setPlace('evaluator', ids[3] ?? 0)
  await setPlace('history', ids[2] ?? 0)
  expect(await keep(muchLaterMs, null)).toMatchObject({ journalRowCount: 0 })
  await setPlace('evaluator-snapshot', ids[1] ?? 0)
  expect(await keep(Date.now(), null)).toMatchObject({ journalRowCount: 0 })
  expect(await keep(muchLaterMs, null)).toMatchObject({ journalRowCount: 2 })
  const { rows } = await database.pool.query('select id from journal order by id')
  expect(rows).toEqual([{ id: ids[2] }, { id: ids[3] }])
})

it('removes events, disbeliefs and refused elements with the fixes they belong to', async () => {
  const nowMs = Date.UTC(2027, 5, 1)
  const old = new Date(nowMs - 31 * DAY_MS).toISOString()
  const young = new Date(nowMs - 29 * DAY_MS).toISOString()
  for (const at of [old, young]) {
    await database.pool.query(
      `insert into device_events (device_id, recorded_at, received_at, kind, journal_id) values (uuidv7(), $1, $1, 'panic', 1)`,
      [at],
    )
    await database.pool.query(
      `insert into disbelieved_fixes (device_id, recorded_at, reasons) values (uuidv7(), $1, '{teleport}')`,
      [at],
    )
    await database.pool.query(
      `insert into quarantined_fixes (received_at, element_index, code, detail) values ($1, 0, 'invalid-element', 'x')`,
      [at],
    )
  }
  await keep(nowMs, 30)
  for (const table of ['device_events', 'disbelieved_fixes', 'quarantined_fixes']) {
    const { rows } = await database.pool.query<{ count: number }>(`select count(*) from ${table}`)
    expect(rows[0]?.count).toBe(1)
  }
})

async function keep(
  nowMs: number,
  retentionDays: number | null,
): ReturnType<typeof keepPartitions> {
  return keepPartitions({
    pool: database.pool,
    log: createSilentLog(),
    clock: { nowMs: () => nowMs },
    retentionDays,
  })
}

async function setPlace(reader: string, journalId: number): Promise<void> {
  await database.pool.query(
    `insert into journal_positions (reader, shard, journal_id) values ($1, 0, $2)
     on conflict (reader, shard) do update set journal_id = excluded.journal_id`,
    [reader, journalId],
  )
}
