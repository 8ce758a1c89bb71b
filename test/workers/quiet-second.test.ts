import type pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { defaultLimits } from '../../src/core/model/limits.ts'
import { noteProtectionJudged } from '../../src/store/evaluator/protection-states.ts'
import { createAlertTasks } from '../../workers/alert-tasks.ts'
import { copyHistory } from '../../workers/copy-history.ts'
import { createRecall } from '../../workers/recall-alerts.ts'
import { createDetectionWatch } from '../../workers/watch-detection.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { addCase } from '../support/journal-world.ts'
import { createSilentLog } from '../support/silent-log.ts'

const asked: string[] = []
let database: TestDatabase

beforeAll(async () => {
  database = await createTestDatabase()
  const heard = new Set<pg.PoolClient>()
  database.pool.on('acquire', (client) => {
    if (heard.has(client)) return
    heard.add(client)
    const ask = client.query.bind(client) as (...given: readonly unknown[]) => unknown
    const listen = (...given: readonly unknown[]): unknown => {
      const [statement] = given
      asked.push(typeof statement === 'string' ? statement : JSON.stringify(statement))
      return ask(...given)
    }
    client.query = listen as typeof client.query
  })
})
afterAll(() => database.drop())

it('a second in which nothing is due begins no transaction and takes no lock', async () => {
  const { pool } = database
  await addCase(pool, { atMs: Date.now() })
  await noteProtectionJudged(pool, 0, Date.now())
  const deps = { pool, clock: systemClock, log: createSilentLog(), limits: defaultLimits }
  const shared = { ...deps, shard: 0, onEvent: () => {} }
  const tasks = createAlertTasks({ ...shared, onDeliveries: () => {} })
  const sweeps = [
    tasks.escalate,
    createRecall(shared),
    createDetectionWatch(shared),
    async () => void (await copyHistory(shared)),
  ]
  for (const sweep of sweeps) await sweep()
  asked.length = 0
  for (const sweep of sweeps) await sweep()
  expect(asked).toHaveLength(4)
  expect(
    asked.filter((statement) => /^(begin|insert|update|with)|advisory/.test(statement)),
  ).toEqual([])
})
