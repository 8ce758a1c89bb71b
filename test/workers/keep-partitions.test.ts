import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createLog } from '../../src/log.ts'
import { createSilentLog } from '../support/silent-log.ts'
import { journalKinds } from '../../src/store/journal/journal-kinds.ts'
import { appendJournal } from '../../src/store/journal/journal.ts'
import { listQuarantined } from '../../src/store/journal/quarantine.ts'
import { boundQuarantine, keepPartitions } from '../../workers/keep-partitions.ts'
import { turnDatabaseTo } from '../support/database-clock.ts'
import { createTestDatabase } from '../support/database.ts'
import type { TestDatabase } from '../support/database.ts'

const dayMs = 86_400_000
let database: TestDatabase

beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

it('no day of fixes is dropped that is younger than the retention', async () => {
  const round = await keep(Date.now(), 36)
  expect(round.made).toHaveLength(39)
  expect(round.dropped).toEqual([])
})

it('the journal is cut only behind the slowest of its readers', async () => {
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
  const muchLaterMs = Date.now() + 61 * dayMs
  expect(await keep(muchLaterMs, 90)).toMatchObject({ journalRowCount: 0 })
  await setPlace('evaluator', ids[3] ?? 0)
  await setPlace('history', ids[2] ?? 0)
  expect(await keep(muchLaterMs, 90)).toMatchObject({ journalRowCount: 0 })
  await setPlace('evaluator-snapshot', ids[1] ?? 0)
  expect(await keep(Date.now(), 90)).toMatchObject({ journalRowCount: 0 })
  expect(await keep(muchLaterMs, 90)).toMatchObject({ journalRowCount: 2 })
  const { rows } = await database.pool.query('select id from journal order by id')
  expect(rows).toEqual([{ id: ids[2] }, { id: ids[3] }])
})

it('all events, disbeliefs and refused elements are removed with the fixes they belong to', async () => {
  const nowMs = Date.UTC(2027, 5, 1)
  const old = new Date(nowMs - 37 * dayMs).toISOString()
  const young = new Date(nowMs - 34 * dayMs).toISOString()
  for (const at of [old, young]) {
    await database.pool.query(
      `insert into device_events (device_id, recorded_at, received_at, kind, journal_id) values (uuidv7(), $1, $1, 'panic', 1)`,
      [at],
    )
    await database.pool.query(
      `insert into disbelieved_fixes (device_id, recorded_at, reasons) values (uuidv7(), $1, '{teleport}')`,
      [at],
    )
    await addRefused(new Date(at), 'invalid-element')
  }
  await keep(nowMs, 36)
  for (const table of ['device_events', 'disbelieved_fixes', 'quarantined_fixes']) {
    const { rows } = await database.pool.query<{ count: number }>(`select count(*) from ${table}`)
    expect(rows[0]?.count).toBe(1)
  }
})

it('the refused reports go before fixes do, and are counted', async () => {
  const nowMs = Date.UTC(2027, 8, 1)
  await database.pool.query('delete from quarantined_fixes')
  for (const [daysOld, code] of [
    [34, 'future'],
    [36, 'future'],
    [89, 'poison'],
    [91, 'poison'],
  ] as const) {
    await addRefused(new Date(nowMs - daysOld * dayMs), code)
  }
  expect(await keep(nowMs, 90)).toMatchObject({ quarantineRowCount: 2 })
  const { rows } = await database.pool.query('select code from quarantined_fixes order by code')
  expect(rows).toEqual([{ code: 'future' }, { code: 'poison' }])
})

it('the oldest refused reports are dropped when there are too many; a row in their place says so, and then nothing more goes', async () => {
  const { pool } = database
  await pool.query('delete from quarantined_fixes')
  await addRefused(new Date(Date.UTC(2027, 0, 1)), 'poison')
  for (let index = 0; index < 24; index += 1) {
    await addRefused(new Date(Date.UTC(2027, 0, 2, 0, 0, index)), 'future')
  }
  const lines: string[] = []
  const log = createLog({ destination: { write: (line) => void lines.push(line) } })
  expect(await boundQuarantine({ pool, log, rowCountMax: 25 })).toBe(0)
  expect(await boundQuarantine({ pool, log, rowCountMax: 20 })).toBe(6)
  expect(await boundQuarantine({ pool, log, rowCountMax: 20 })).toBe(0)
  expect(lines).toHaveLength(1)
  expect(lines[0]).toContain('"droppedCount":6')
  const { rows } = await pool.query<{ code: string; count: number }>(
    'select code, count(*) as count from quarantined_fixes group by code order by code',
  )
  expect(rows).toEqual([
    { code: 'future', count: 18 },
    { code: 'poison', count: 1 },
    { code: 'reports-dropped', count: 1 },
  ])
  const [note] = await listQuarantined(pool, null, 1)
  expect(note).toMatchObject({
    elementIndex: -1,
    code: 'reports-dropped',
    detail:
      '6 refused reports received up to 2027-01-02T00:00:05Z were dropped, because more than 20 were kept.',
  })
})

it('a sender of very many refused reports washes away its own, and those of nobody else', async () => {
  const { pool } = database
  await pool.query('delete from quarantined_fixes')
  const [small, middle, hostile] = [randomUUID(), randomUUID(), randomUUID()]
  const at = new Date(Date.UTC(2027, 0, 2))
  // The evidence is the oldest: by age alone it would be the first to go.
  for (let index = 0; index < 5; index += 1) await addRefused(at, 'future', small)
  for (let index = 0; index < 40; index += 1) await addRefused(at, 'future', middle)
  for (let index = 0; index < 300; index += 1) await addRefused(at, 'future', hostile)
  const log = createSilentLog()
  expect(await boundQuarantine({ pool, log, rowCountMax: 100 })).toBe(255)
  const countOf = async (): Promise<Record<string, number>> => {
    const { rows } = await pool.query<{ id: string; count: number }>(
      `select api_client_id as id, count(*) as count from quarantined_fixes
        where code = 'future' group by 1`,
    )
    return Object.fromEntries(rows.map(({ id, count }) => [id, count]))
  }
  expect(await countOf()).toEqual({ [small]: 5, [middle]: 40, [hostile]: 45 })
  const [note, ...others] = await listQuarantined(pool, null, 1)
  expect(note).toMatchObject({ code: 'reports-dropped', apiClientId: hostile })
  expect(others).toEqual([])

  // Two that flood have the same share each.
  for (let index = 0; index < 300; index += 1) await addRefused(at, 'future', middle)
  await Promise.all([1, 2].map(() => boundQuarantine({ pool, log, rowCountMax: 100 })))
  expect(await countOf()).toEqual({ [small]: 5, [middle]: 42, [hostile]: 42 })
})

async function addRefused(receivedAt: Date, code: string, apiClientId?: string): Promise<void> {
  await database.pool.query(
    `insert into quarantined_fixes (received_at, element_index, code, detail, api_client_id)
     values ($1, 0, $2, 'x', $3)`,
    [receivedAt, code, apiClientId ?? null],
  )
}

async function keep(nowMs: number, retentionDays: number): ReturnType<typeof keepPartitions> {
  await turnDatabaseTo(database.pool, nowMs)
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
