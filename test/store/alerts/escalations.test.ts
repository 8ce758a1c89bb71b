import { firstOrganisationId } from '../../../src/store/registry/api-clients.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { insertAccess } from '../../../src/store/alerts/access-log.ts'
import { acknowledgeAlert, closeAlert } from '../../../src/store/alerts/alert-actions.ts'
import { escalateDue, findNextEscalationMs } from '../../../src/store/alerts/escalations.ts'
import { inTransaction } from '../../../src/store/pg/pool.ts'
import { saveEffects } from '../../../src/store/alerts/save-effects.ts'
import { answerAt, saveContextAt, raiseAlertAt } from '../../support/alert-drafts.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

const T = 1_795_000_000_000
const actor = '0192f000-0000-7000-8000-000000000001'

async function escalateAt(nowMs: number) {
  return await inTransaction(database.pool, (tx) => escalateDue(tx, { nowMs, limit: 100 }))
}

describe('the ladder of an alert', () => {
  it('the ladder of an alert calls each step at its deadline, not before, and once however many ask', async () => {
    const alertId = await raiseAlertAt(database.pool, T)
    expect(await escalateAt(T + 59_999)).toEqual([])
    const asked = await Promise.all(Array.from({ length: 8 }, () => escalateAt(T + 61_000)))
    expect(asked.flat()).toEqual([
      {
        id: expect.any(String),
        alertId,
        step: 1,
        target: 'second-operator',
        dueAtMs: T + 60_000,
        lateMs: 1_000,
      },
    ])
    expect(await findNextEscalationMs(database.pool, T)).toBe(T + 120_000)
    expect(await findNextEscalationMs(database.pool, T + 120_000)).toBeNull()
    const [second] = await escalateAt(T + 120_000)
    expect(second).toMatchObject({ alertId, step: 2, target: 'supervisor' })
    const events = await database.pool.query<{ type: string }>(
      'select type from alert_events where alert_id = $1 order by sequence',
      [alertId],
    )
    expect(events.rows.map(({ type }) => type)).toEqual(['raised', 'escalated', 'escalated'])
  })

  it.each(['acknowledged', 'closed'])(
    'the ladder of an alert calls nobody once the alert is %s',
    async (how) => {
      const alertId = await raiseAlertAt(database.pool, T)
      const action = answerAt(T + 1_000, alertId, actor)
      const result = await inTransaction(database.pool, (tx) =>
        how === 'closed'
          ? closeAlert(tx, { ...action, outcome: 'false-alarm' })
          : acknowledgeAlert(tx, action),
      )
      expect(result).toMatchObject({ type: 'done', changed: true })
      expect(await escalateAt(T + 999_000)).toEqual([])
    },
  )

  it('the ladder of an alert goes on when the condition ended by itself: somebody still has to look', async () => {
    const alertId = await raiseAlertAt(database.pool, T)
    await inTransaction(database.pool, (tx) =>
      saveEffects(
        tx,
        [{ type: 'alert-ended', alertId, clearedAtMs: T + 10, learnedAtMs: T + 10 }],
        saveContextAt(T + 10),
      ),
    )
    expect((await escalateAt(T + 60_000)).map((step) => step.alertId)).toEqual([alertId])
  })
})

it('an access is recorded with who, whom, in which alert and when', async () => {
  await insertAccess(database.pool, {
    organisationId: firstOrganisationId,
    by: { kind: 'api-client', id: actor, role: 'operator' },
    door: 'GET /v1/alerts/:id',
    action: 'read-alert-positions',
    alertId: null,
    protectionOrderId: null,
    reason: 'handling of an alert',
    personIds: [actor],
    nowMs: T,
  })
  const rows = await database.pool.query<{ at: Date }>('select at from access_log')
  expect(rows.rows[0]?.at.getTime()).toBe(T)
})
