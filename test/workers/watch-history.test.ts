import { afterAll, beforeAll, expect, it } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { copyToHistory } from '../../src/store/history/history.ts'
import { makePartitions } from '../../src/store/history/partitions.ts'
import { createHistoryWatch } from '../../workers/watch-history.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { addWearer, farAway, journalFixes, makeFix } from '../support/journal-world.ts'
import { createSilentLog } from '../support/silent-log.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
  await makePartitions(database.pool, { nowMs: Date.now() })
})
afterAll(() => database.drop())

it('a row whose fix is missing in the history is counted once, and a whole one is not', async () => {
  const { pool } = database
  const nowMs = Date.now()
  const { deviceId } = await addWearer(pool, { atMs: nowMs })
  const watch = createHistoryWatch({
    pool,
    clock: systemClock,
    log: createSilentLog(),
    shard: 0,
    retentionDays: 90,
  })
  const copy = async (agoMs: number): Promise<void> => {
    await journalFixes(pool, [makeFix(deviceId, nowMs - agoMs, farAway)])
    await copyToHistory(pool, { shard: 0, rowCountMax: 100 })
  }
  await copy(20_000)
  await watch.run()
  expect(watch.unreconciledRowCount()).toBe(0)
  await copy(10_000)
  await pool.query('delete from fixes where recorded_at = to_timestamp($1::float8 / 1000)', [
    nowMs - 10_000,
  ])
  await watch.run()
  await watch.run()
  expect(watch.unreconciledRowCount()).toBe(1)
})
