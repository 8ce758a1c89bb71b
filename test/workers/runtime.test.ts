import { afterAll, beforeAll, expect, it } from 'vitest'
import { readConfig } from '../../src/config.ts'
import { defaultLimits } from '../../src/core/model/limits.ts'
import { createLocalDoorbell } from '../../src/live/doorbell.ts'
import { createSilentLog } from '../support/silent-log.ts'
import { createWorkerRuntime } from '../../workers/runtime.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { waitUntil } from '../support/wait-until.ts'

const dayMs = 86_400_000
let database: TestDatabase

beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

it('all positions and refused reports are kept as long as is configured, and what goes is counted', async () => {
  // By the clock of the database too: nothing goes before its time by either.
  const nowMs = Date.now()
  for (const daysOld of [89, 91]) {
    const at = new Date(nowMs - daysOld * dayMs)
    await database.pool.query(
      `insert into fixes (device_id, recorded_at, received_at, longitude, latitude, journal_id)
       values (uuidv7(), $1, $1, 5, 52, 1)`,
      [at],
    )
    await database.pool.query(
      `insert into quarantined_fixes (received_at, element_index, code, detail) values ($1, 0, 'future', 'x')`,
      [at],
    )
  }
  const log = createSilentLog()
  const doorbell = createLocalDoorbell({ log })
  const runtime = createWorkerRuntime({
    pool: database.pool,
    databaseUrl: database.url,
    clock: { nowMs: () => nowMs },
    log,
    doorbell,
    shard: 0,
    limits: defaultLimits,
    config: readConfig({ HOEDE_RETENTION_DAYS: '90' }),
  })
  try {
    await runtime.start()
    await waitUntil('the refused reports are gone', () => runtime.stats().quarantineDropped.age > 0)
    expect(runtime.stats().quarantineDropped).toEqual({ age: 2, count: 0 })
    const { rows } = await database.pool.query('select recorded_at from fixes')
    expect(rows).toEqual([{ recorded_at: new Date(nowMs - 89 * dayMs) }])
  } finally {
    await runtime.stop()
    await doorbell.close()
  }
})
