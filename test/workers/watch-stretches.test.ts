import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { defaultLimits } from '../../src/core/model/limits.ts'
import { findStreamProgress } from '../../src/store/evaluator/stream-progress.ts'
import { createStretchWatch } from '../../workers/watch-stretches.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { createSilentLog } from '../support/silent-log.ts'

let database: TestDatabase
let events = 0
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

const createWatch = () =>
  createStretchWatch({
    pool: database.pool,
    log: createSilentLog(),
    limits: defaultLimits,
    shard: 0,
    onEvent: () => (events += 1),
  })

it('an old stretch that has waited for ten minutes for memory to be saved calls people once, until it is judged', async () => {
  const watch = createWatch()
  await save('20 minutes')
  await watch()
  expect(await findTold()).toEqual([])
  await database.pool.query(
    `insert into rejudgements (offender_id, from_at, journal_id, created_at)
     values ($1, now() - interval '1 day', 0, now() - interval '15 minutes')`,
    [randomUUID()],
  )
  // Memory was saved since: it is judged in its turn.
  await save('9 minutes')
  await watch()
  expect(await findTold()).toEqual([])
  await save('11 minutes')
  await watch()
  await watch()
  // After a restart, and by another worker beside.
  await createWatch()()
  expect(await findTold()).toEqual([
    { priority: 'P2', is_open: true, reason: expect.stringContaining('came late') },
  ])
  expect(events).toBe(1)
  expect((await findStreamProgress(database.pool)).stretchWaitSeconds).toBeGreaterThan(659)
  await database.pool.query('update rejudgements set done_at = now()')
  await watch()
  expect(await findTold()).toMatchObject([{ is_open: false }])
  expect((await findStreamProgress(database.pool)).stretchWaitSeconds).toBe(0)
})

it('an old stretch that waits before memory was ever saved calls people too', async () => {
  await database.pool.query('delete from evaluator_snapshots')
  await database.pool.query('update rejudgements set done_at = null')
  await createWatch()()
  expect(await findTold()).toMatchObject([{ is_open: false }, { is_open: true }])
})

async function save(ago: string): Promise<void> {
  await database.pool.query(
    `insert into evaluator_snapshots (shard, scope, journal_id, state, saved_at)
     values (0, 'watch', 1, '', now() - $1::interval)
     on conflict (shard, scope) do update set saved_at = excluded.saved_at`,
    [ago],
  )
}

async function findTold(): Promise<readonly Record<string, unknown>[]> {
  const { rows } = await database.pool.query<Record<string, unknown>>(
    `select priority, cleared_at is null as is_open, reason
       from alerts where kind = 'detection-behind' order by learned_at, cleared_at nulls last`,
  )
  return rows
}
