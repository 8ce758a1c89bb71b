import { afterAll, beforeAll, expect, it } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { copyToHistory } from '../../src/store/history/history.ts'
import { makePartitions } from '../../src/store/history/partitions.ts'
import { createHistoryWatch } from '../../workers/watch-history.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { addWearer, farAway, journalFixes, makeFix } from '../support/journal-world.ts'
import { registerDevices, reportAt, startIntake, vendorRequest } from '../ingest/support.ts'
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

it('a row that was taken out of the journal is counted, by the one behind it', async () => {
  const { pool } = database
  const { vendorId } = await registerDevices(pool, 'V', ['AM-GONE'])
  const intake = startIntake(pool)
  for (const second of [1, 2, 3])
    await intake.acceptFixes(vendorRequest(vendorId, [['AM-GONE', reportAt(second)]]))
  await intake.close()
  await copyToHistory(pool, { shard: 0, rowCountMax: 100 })
  await pool.query(
    'delete from journal where id = (select id from journal order by id desc offset 1 limit 1)',
  )
  const log = createSilentLog()
  const watch = createHistoryWatch({
    pool,
    clock: systemClock,
    log,
    shard: 0,
    retentionDays: 9_000,
  })
  await watch.run()
  // The one from which the test above took its fix is found again.
  expect(watch.unreconciledRowCount()).toBe(2)
})
