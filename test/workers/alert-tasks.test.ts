import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { systemClock, type Clock } from '../../src/clock.ts'
import { readConfig } from '../../src/config.ts'
import { defaultLimits } from '../../src/core/model/limits.ts'
import { createLocalDoorbell } from '../../src/live/doorbell.ts'
import { saveEffects } from '../../src/store/alerts/save-effects.ts'
import { inTransaction } from '../../src/store/pg/pool.ts'
import { createAlertTasks, type AlertTasks } from '../../workers/alert-tasks.ts'
import { createWorkerRuntime } from '../../workers/runtime.ts'
import { raised } from '../support/alert-drafts.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { createSilentLog } from '../support/silent-log.ts'
import { waitUntil } from '../support/wait-until.ts'

const log = createSilentLog()
let database: TestDatabase

beforeAll(async () => {
  database = await createTestDatabase()
})
beforeEach(async () => {
  await database.pool.query('truncate alerts cascade')
})
afterAll(() => database.drop())

function createTasks(clock: Clock = systemClock): AlertTasks {
  const { pool } = database
  return createAlertTasks({
    pool,
    clock,
    log,
    onDeliveries: () => {},
    onEvent: () => {},
  })
}

/** Alerts of now whose one step is due after so many milliseconds each. */
async function raise(...dueInMs: readonly number[]): Promise<void> {
  const nowMs = Date.now()
  for (const inMs of dueInMs) {
    await inTransaction(database.pool, (tx) =>
      saveEffects(tx, [raised()], {
        nowMs,
        journalId: 1,
        escalationsOf: () => [{ step: 1, target: 'supervisor', dueAtMs: nowMs + inMs }],
      }),
    )
  }
}

it('each step is called out at its deadline by one timer, without a sweep', async () => {
  const tasks = createTasks()
  // Far enough off that a busy machine has set the timer by then: what is due is for the sweep.
  await raise(6_700, 6_300, 6_500, 3_600_000)
  await tasks.dispatch()
  await waitUntil('three of four', () => tasks.stats().escalated >= 3, 20_000)
  await tasks.stop()
  expect(tasks.stats().escalated).toBe(3)
  // A sweep, which looks each second, would have been later with two of them.
  const { rows } = await database.pool.query<{ late: number }>(
    `select (extract(epoch from done_at - due_at) * 1000)::float8 as late from escalations
      where done_at is not null`,
  )
  for (const { late } of rows) expect(late).toBeGreaterThanOrEqual(0)
  expect(rows).toHaveLength(3)
})

it('a step that is due before all others takes over the timer', async () => {
  const tasks = createTasks()
  await raise(3_600_000)
  await tasks.dispatch()
  await raise(5_000)
  await tasks.dispatch()
  await waitUntil('the nearer one', () => tasks.stats().escalated === 1, 20_000)
  await tasks.stop()
})

it('a step that becomes due between two looks at the clock is not left to the sweep', async () => {
  // Each look is a millisecond later, so that one of three deadlines falls between two of them.
  let nowMs = Date.now()
  const tasks = createTasks({ ...systemClock, nowMs: () => (nowMs += 1) })
  await raise(40, 41, 42)
  await tasks.dispatch()
  await waitUntil('all three', () => tasks.stats().escalated === 3, 5_000)
  await tasks.stop()
})

it('nothing is called out by a timer after the stop', async () => {
  const tasks = createTasks()
  await raise(1_500)
  await tasks.dispatch()
  await tasks.stop()
  await delay(1_800)
  expect(tasks.stats().escalated).toBe(0)
})

it('a hundred rings are one dispatch or two, and each event is dispatched', async () => {
  const tasks = createTasks()
  await raise(3_600_000, 3_600_000)
  let statementCount = 0
  const count = (): void => void (statementCount += 1)
  database.pool.on('acquire', count)
  for (let ring = 0; ring < 100; ring += 1) tasks.ring()
  await tasks.stop()
  database.pool.off('acquire', count)
  expect(tasks.stats().dispatched).toBe(2)
  expect(statementCount).toBeLessThan(10)
})

it('alerts that wait for an answer make no job: their deadlines are rows', async () => {
  const doorbell = createLocalDoorbell({ log })
  const runtime = createWorkerRuntime({
    pool: database.pool,
    databaseUrl: database.url,
    clock: systemClock,
    log,
    doorbell,
    shard: 0,
    limits: defaultLimits,
    config: readConfig({}),
  })
  try {
    await runtime.start()
    await raise(...Array.from({ length: 120 }, () => 3_600_000))
    doorbell.ring('alert-events')
    // So many are a flood, which is an event too where they take seconds.
    await waitUntil('all are dispatched', () => runtime.stats().tasks.dispatched >= 120)
    const { rows } = await database.pool.query('select count(*)::int as count from bullmq.job')
    expect(rows).toEqual([{ count: 0 }])
  } finally {
    await runtime.stop()
    await doorbell.close()
  }
})
