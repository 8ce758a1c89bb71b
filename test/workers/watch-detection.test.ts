import { afterAll, beforeAll, expect, it } from 'vitest'
import { defaultLimits } from '../../src/core/model/limits.ts'
import { snapshotMsDefault } from '../../src/ingest/evaluator/evaluator-deps.ts'
import { createEvaluator } from '../../src/ingest/evaluator/evaluator.ts'
import { createLocalDoorbell } from '../../src/live/doorbell.ts'
import { createSilentLog } from '../support/silent-log.ts'
import { createWorkerRuntime } from '../../workers/runtime.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { addCase } from '../support/journal-world.ts'
import { waitUntil } from '../support/wait-until.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

it('an evaluator that stands still is called out without it, by the clock of the database and not of the worker, and the alert ends when it is back', async () => {
  const { pool } = database
  const log = createSilentLog()
  const clock = { nowMs: () => Date.now() }
  const doorbell = createLocalDoorbell({ log, pollMs: 20 })
  const shared = { pool, clock, log, doorbell, limits: defaultLimits, shard: 0 }
  const judging = { ...shared, snapshotMs: snapshotMsDefault }
  await addCase(pool, { atMs: clock.nowMs() })
  const findBehind = async () => {
    const { rows } = await pool.query<{
      priority: string
      cleared_at: Date | null
      is_now: boolean
    }>(
      `select priority, cleared_at, abs(extract(epoch from clock_timestamp() - learned_at)) < 60 as is_now
         from alerts where kind = 'detection-behind'`,
    )
    return rows
  }
  const first = createEvaluator(judging)
  first.start()
  await waitUntil('it says that it is up to date', async () => {
    const { rows } = await pool.query(`select 1 from journal_positions where reader = 'protection'`)
    return rows.length === 1
  })
  await first.stop()
  const workers = createWorkerRuntime({
    ...shared,
    clock: { nowMs: () => Date.now() + 3_600_000 },
    databaseUrl: database.url,
    config: { redisUrl: null, oin: null, webhookHosts: [], retentionDays: 90 },
    sweepMs: 20,
  })
  await workers.start()
  expect(await findBehind()).toEqual([])
  // As if it had stood still for so long.
  const stoodMs = defaultLimits.detectionBehindMsMax + 5_000
  await pool.query(
    `update journal_positions set updated_at = updated_at - $1 * interval '1 ms'
     where reader = 'protection'`,
    [stoodMs],
  )
  await waitUntil('the alert', async () => (await findBehind()).length === 1)
  expect(await findBehind()).toEqual([{ priority: 'P1', cleared_at: null, is_now: true }])
  const second = createEvaluator(judging)
  second.start()
  await waitUntil('its end', async () => (await findBehind())[0]?.cleared_at !== null)
  expect(await findBehind()).toHaveLength(1)
  await second.stop()
  await workers.stop()
  await doorbell.close()
})
