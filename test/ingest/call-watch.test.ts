import { afterAll, beforeAll, expect, it } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { defaultLimits } from '../../src/core/model/limits.ts'
import { createCallWatch } from '../../src/ingest/call-watch.ts'
import { createLocalDoorbell } from '../../src/live/doorbell.ts'
import { uncalledSecondsMax } from '../../src/store/alerts/call-signs.ts'
import { findStreamProgress } from '../../src/store/evaluator/stream-progress.ts'
import { setQuiet } from '../../src/store/pg/quiet.ts'
import { createWorkerRuntime } from '../../workers/runtime.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { createSilentLog } from '../support/silent-log.ts'
import { waitUntil } from '../support/wait-until.ts'

const log = createSilentLog()
const limits = defaultLimits
let database: TestDatabase
let eventCount = 0
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

it('the desk is told once when no worker has looked for a minute who must be called, and that it is over when one looks', async () => {
  const { pool } = database
  // With the rights of whoever takes reports in.
  const intake = await database.connectAs('intake')
  const create = () =>
    createCallWatch({ pool: intake, log, limits, shard: 0, onEvent: () => (eventCount += 1) })
  const watch = create()
  const lookTwice = async (): Promise<void> => {
    await watch.look()
    await watch.look()
  }
  // A server that has told nobody of anything needs nobody to call.
  await lookTwice()
  expect(await listTold()).toEqual([])
  await work()
  await lookTwice()
  expect(await listTold()).toEqual([])
  await pool.query(
    `update journal_positions set updated_at = now() - $1 * interval '1 second' where reader = 'calls'`,
    [uncalledSecondsMax + 1],
  )
  expect((await findStreamProgress(pool)).uncalledSeconds).toBeGreaterThan(60)
  await watch.look()
  expect(await listTold()).toEqual([])
  await lookTwice()
  // After a restart, and by another process beside.
  const other = create()
  await other.look()
  await other.look()
  expect(await listTold()).toEqual([
    { priority: 'P1', is_open: true, reason: expect.stringContaining('nobody is called') },
  ])
  await work()
  await lookTwice()
  expect(await listTold()).toMatchObject([{ is_open: false }])
  expect(eventCount).toBe(2)
})

it('a restored copy calls nobody on purpose, and does not say that nobody does', async () => {
  const { pool } = database
  await pool.query(
    `update journal_positions set updated_at = now() - interval '2 hours' where reader = 'calls'`,
  )
  expect((await findStreamProgress(pool)).uncalledSeconds).toBeGreaterThan(7_000)
  await setQuiet(pool, true)
  expect((await findStreamProgress(pool)).uncalledSeconds).toBe(0)
  await setQuiet(pool, false)
})

/** A real worker, until it has given its sign. */
async function work(): Promise<void> {
  const doorbell = createLocalDoorbell({ log })
  const worker = createWorkerRuntime({
    limits,
    pool: await database.connectAs('worker'),
    clock: systemClock,
    log,
    doorbell,
    shard: 0,
    databaseUrl: database.urlAs('queue'),
    config: { redisUrl: null, oin: null, webhookHosts: [], retentionDays: 90 },
  })
  await worker.start()
  await waitUntil('a sign of the worker', async () => {
    const { rows } = await database.pool.query(
      `select from journal_positions where reader = 'calls' and updated_at > now() - interval '20 seconds'`,
    )
    return rows.length > 0
  })
  await worker.stop()
  await doorbell.close()
}

async function listTold() {
  const { rows } = await database.pool.query<Record<string, unknown>>(
    `select priority, cleared_at is null as is_open, reason from alerts
      where kind = 'detection-behind' and evidence->'facts'->>'cause' = 'nobody-calls'`,
  )
  return rows
}
