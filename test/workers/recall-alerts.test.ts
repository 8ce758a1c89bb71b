import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { defaultLimits } from '../../src/core/model/limits.ts'
import { closeAlert } from '../../src/store/alerts/alert-actions.ts'
import { inTransaction } from '../../src/store/pg/pool.ts'
import { createRecall } from '../../workers/recall-alerts.ts'
import { answerAt, raiseAlertAt } from '../support/alert-drafts.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { createSilentLog } from '../support/silent-log.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

it('more alerts than one turn takes are all back, and the desk is woken for them', async () => {
  const { pool } = database
  const startMs = Date.parse('2026-11-23T18:30:00Z')
  const clock = { timeMs: startMs, nowMs: () => clock.timeMs }
  let rings = 0
  const onEvent = () => void (rings += 1)
  const recall = createRecall({
    pool,
    clock,
    limits: defaultLimits,
    log: createSilentLog(),
    onEvent,
  })
  for (let count = 0; count < 120; count++) {
    const alertId = await raiseAlertAt(pool, startMs)
    const action = { ...answerAt(startMs, alertId, randomUUID()), outcome: 'test' as const }
    await inTransaction(pool, (tx) => closeAlert(tx, action))
  }
  await recall()
  expect(rings).toBe(0)
  clock.timeMs += 600_000
  await recall()
  const { rows } = await pool.query(`select 1 from alerts where status = 'open'`)
  expect(rows).toHaveLength(120)
  expect(rings).toBe(2)
})
