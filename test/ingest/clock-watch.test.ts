import { afterAll, beforeAll, expect, it } from 'vitest'
import { defaultLimits } from '../../src/core/model/limits.ts'
import { createClockWatch } from '../../src/ingest/clock-watch.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { createSilentLog } from '../support/silent-log.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

it('a clock that differs from the database by more than five seconds is told once, whichever way, and over when it is right', async () => {
  let shiftMs = 0
  let eventCount = 0
  const watch = createClockWatch({
    pool: database.pool,
    clock: { nowMs: () => Date.now() + shiftMs },
    log: createSilentLog(),
    limits: defaultLimits,
    shard: 0,
    part: 'evaluator on host-1',
    onEvent: () => (eventCount += 1),
  })
  const lookTwice = async (aheadMs: number): Promise<void> => {
    shiftMs = aheadMs
    await watch.look()
    await watch.look()
  }
  await lookTwice(0)
  await lookTwice(4_000)
  expect(await listAlerts()).toEqual([])
  shiftMs = 90_000
  await watch.look()
  expect(await listAlerts()).toEqual([])
  await watch.look()
  await watch.look()
  const ahead = {
    priority: 'P2',
    is_over: false,
    reason:
      "The clock of a part of this server (evaluator on host-1) is 90 s ahead of the database's. Silence may be told too early, too late or not at all until it is set right.",
  }
  expect(await listAlerts()).toEqual([ahead])
  await lookTwice(0)
  expect(await listAlerts()).toEqual([{ ...ahead, is_over: true }])
  await lookTwice(-30_000)
  expect((await listAlerts()).filter((alert) => !alert.is_over)).toEqual([
    { ...ahead, reason: ahead.reason.replace('90 s ahead of', '30 s behind') },
  ])
  expect(eventCount).toBe(3)
})

async function listAlerts() {
  const { rows } = await database.pool.query<{
    priority: string
    is_over: boolean
    reason: string
  }>(
    `select priority, cleared_at is not null as is_over, reason from alerts
      where kind = 'detection-behind' order by raised_at`,
  )
  return rows
}
