import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Effect } from '../../../src/core/model/alert.ts'
import { createReadAgain } from '../../../src/ingest/evaluator/read-again.ts'
import { makePartitions } from '../../../src/store/history/partitions.ts'
import { raised } from '../../support/alert-drafts.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { addCase, farAway, journalFixes, makeFix } from '../../support/journal-world.ts'
import { openRound } from '../../support/open-round.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
  await makePartitions(database.pool, { nowMs: Date.now() })
})
afterAll(() => database.drop())

it('what goes on by rows that are read again is raised where it was found otherwise before', async () => {
  const { pool } = database
  const atMs = Date.now() - 7_200_000
  const silent = await addCase(pool, { atMs, reportIntervalSeconds: 60 })
  const other = await addCase(pool, { atMs })
  await pool.query(`update journal set committed_at = to_timestamp($1::float8 / 1000)`, [atMs])
  await journalFixes(pool, [makeFix(silent.deviceId, atMs, farAway)])
  const lastId = await journalFixes(pool, [makeFix(other.deviceId, atMs + 3_600_000, farAway)])
  await pool.query(
    `insert into journal_positions (reader, shard, journal_id) values ('evaluator', 0, $1)
     on conflict (reader, shard) do update set journal_id = excluded.journal_id`,
    [lastId],
  )
  const client = await pool.connect()
  const closers: (() => void)[] = []
  const round = await openRound(database, client, (close) => closers.push(close))
  while ((await round.step()) === 0);
  await round.ended()
  for (const close of closers) close()
  client.release()
  const { rows } = await pool.query<{ kind: string }>(
    'select kind from alerts where device_id = $1 and cleared_at is null',
    [silent.deviceId],
  )
  expect(rows).toEqual([{ kind: 'device-silent' }])
})

describe('what goes on by rows that are read again', () => {
  it('what goes on is given once, and with it that it was called out', () => {
    const readAgain = createReadAgain()
    const silent = raised({ kind: 'device-silent' })
    const revision = { kind: 'priority', priority: 'P2', reason: 'Lasts.' } as const
    const risen: Effect = {
      type: 'alert-revised',
      alertId: silent.alert.id,
      revision,
      learnedAtMs: 1,
    }
    readAgain.note([silent])
    readAgain.note([risen])
    expect(readAgain.take()).toEqual([silent, risen])
    expect(readAgain.take()).toEqual([])
  })

  it('what is over by them, or was found by a row alone, is not given', () => {
    const readAgain = createReadAgain()
    const silent = raised({ kind: 'device-silent' })
    const ended = { type: 'alert-ended', alertId: silent.alert.id } as const
    readAgain.note([silent, raised({ kind: 'panic' })])
    readAgain.note([{ ...ended, clearedAtMs: 1, learnedAtMs: 1 }])
    expect(readAgain.take()).toEqual([])
  })
})
