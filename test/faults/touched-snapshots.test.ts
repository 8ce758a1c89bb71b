import type pg from 'pg'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { defaultLimits } from '../../src/core/model/limits.ts'
import { createEvaluator, type Evaluator } from '../../src/ingest/evaluator/evaluator.ts'
import { createLocalDoorbell } from '../../src/live/doorbell.ts'
import { createDataKeys } from '../../src/store/keys/data-keys.ts'
import { readMasterKeys } from '../../src/store/keys/master-keys.ts'
import { connect } from '../../src/store/pg/pool.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { addCase, banCentre, journalFixes, makeFix } from '../support/journal-world.ts'
import { testMasterKey } from '../support/master-key.ts'
import { createSilentLog } from '../support/silent-log.ts'
import { waitUntil } from '../support/wait-until.ts'

/** What detection remembers only saves time: whoever touches it, or its key, stops nobody. */

let database: TestDatabase
let pool: pg.Pool | null = null
let evaluator: Evaluator | null = null
/** Of the keys in mind: a minute later they are looked up anew. */
let elapsedMs = 0
const log = createSilentLog()

beforeAll(async () => {
  database = await createTestDatabase()
})
afterEach(stop)
afterAll(() => database.drop())

it.each([
  ['was touched', `wrapped = set_byte(wrapped, 20, 255 - get_byte(wrapped, 20))`],
  ['was destroyed', 'wrapped = null, destroyed_at = now()'],
])(
  'detection whose key of what it remembers %s reads the journal from its start once, and uses another key',
  async (_how, harm) => {
    await start()
    await expectBreach()
    await stop()
    expect((await harmKeys(harm)).length).toBeGreaterThan(0)
    await start()
    await expectBreach()
    const saved = await countSaved()
    await waitUntil('memory is saved', async () => (await countSaved()) > saved)
    expect(evaluator?.stats()).toMatchObject({ failures: 0, reloads: 1, snapshotsPassedOver: 1 })
    await start()
    await expectBreach()
    expect(evaluator?.stats()).toMatchObject({ failures: 0, reloads: 1, snapshotsPassedOver: 0 })
  },
)

it('a key that is touched while detection runs takes nothing from it: all is saved anew', async () => {
  await start()
  await expectBreach()
  await harmKeys('wrapped = set_byte(wrapped, 20, 255 - get_byte(wrapped, 20))')
  elapsedMs += 61_000
  const before = await countSaved()
  await waitUntil('memory is saved', async () => (await countSaved()) > before + 1)
  await start()
  await expectBreach()
  expect(evaluator?.stats()).toMatchObject({ failures: 0, reloads: 1, snapshotsPassedOver: 0 })
})

it('detection without a usable key saves no memory, counts that, and judges everybody', async () => {
  await start()
  await expectBreach()
  for (let spare = 1; spare <= 8; spare += 1) {
    await database.pool.query(
      `insert into data_keys (id, scope, wrapped, master_id)
       select gen_random_uuid(), $1, '\\x00', master_id from data_keys limit 1 on conflict do nothing`,
      [`detection/${spare}`],
    )
  }
  await harmKeys(`wrapped = '\\x00'`)
  elapsedMs += 61_000
  await waitUntil('it is not saved', () => (evaluator?.stats().snapshotsUnsaved ?? 0) > 1)
  await expectBreach()
  expect(evaluator?.stats()).toMatchObject({ failures: 0, reloads: 1 })
  await start()
  await expectBreach()
  expect(evaluator?.stats()).toMatchObject({ failures: 0, reloads: 1, snapshotsPassedOver: 1 })
})

async function start(): Promise<void> {
  await stop()
  const masters = readMasterKeys(testMasterKey)
  const keys = createDataKeys({ masters, db: database.pool, elapsedMs: () => elapsedMs })
  pool = await connect(database.url, { keys })
  evaluator = createEvaluator({
    pool,
    clock: systemClock,
    log,
    limits: defaultLimits,
    doorbell: createLocalDoorbell({ log, pollMs: 20 }),
    shard: 0,
    snapshotMs: 50,
  })
  evaluator.start()
  await waitUntil('it has judged all', () => evaluator?.stats().lagMs === 0)
}

async function stop(): Promise<void> {
  await evaluator?.stop()
  await pool?.end()
  evaluator = null
  pool = null
}

/** Of somebody new, told while detection runs; nobody else is told of again. */
async function expectBreach(): Promise<void> {
  const before = await countBreaches()
  const { deviceId } = await addCase(database.pool, { atMs: systemClock.nowMs() })
  await journalFixes(database.pool, [makeFix(deviceId, systemClock.nowMs() - 2_000, banCentre)])
  await waitUntil('it is told', async () => (await countBreaches()) > before)
  expect(await countBreaches()).toBe(before + 1)
}

async function countBreaches(): Promise<number> {
  return await count(`select count(*)::int from alerts where kind = 'location-ban-breach'`)
}

/** Rises with each saving. */
async function countSaved(): Promise<number> {
  return await count(
    `select (extract(epoch from max(saved_at)) * 1000000)::float8 as count from evaluator_snapshots where scope = 'watch'`,
  )
}

async function count(text: string): Promise<number> {
  const { rows } = await database.pool.query<{ count: number }>(text)
  return rows[0]?.count ?? 0
}

async function harmKeys(harm: string): Promise<readonly string[]> {
  const { rows } = await database.pool.query<{ scope: string }>(
    `update data_keys set ${harm} where starts_with(scope, 'detection') and wrapped is not null returning scope`,
  )
  return rows.map(({ scope }) => scope)
}
