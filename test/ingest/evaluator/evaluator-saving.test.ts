import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ProtectionOrder } from '../../../src/core/model/registry.ts'
import { defaultLimits } from '../../../src/core/model/limits.ts'
import { saveStep } from '../../../src/ingest/evaluator/evaluator-saving.ts'
import { insertEscalationLadder } from '../../../src/store/alerts/escalation-ladders.ts'
import { openEvaluatorPlace } from '../../../src/store/evaluator/evaluator-place.ts'
import { raised } from '../../support/alert-drafts.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { readFence } from '../../support/lease.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

describe('who is called for an alert', () => {
  const T = 1_795_000_000_000
  const own = [{ afterSeconds: 30, target: 'supervisor' }] as const
  const organisation = [{ afterSeconds: 45, target: 'second-operator' }] as const

  async function callsAfterSaving(escalation: ProtectionOrder['escalation']) {
    const client = await database.pool.connect()
    try {
      const effect = raised()
      const expected = await openEvaluatorPlace(client, 0)
      const findOrder = (id: string): ProtectionOrder => ({
        id,
        version: 1,
        reference: id,
        legalBasis: 'civil-ban',
        offenderId: id,
        validFromMs: T,
        validUntilMs: T + 1,
        status: 'active',
        locationBans: [],
        proximityBans: [],
        escalation,
      })
      const fence = await readFence(client)
      const place = { shard: 0, fence, expected, journalId: expected }
      const step = { ...place, nowMs: T, limits: defaultLimits, effects: [effect], findOrder }
      await saveStep(client, { ...step, alongside: async () => {} })
      const { rows } = await client.query(
        `select target, ((extract(epoch from due_at) * 1000)::float8 - $2) / 1000 as "afterSeconds"
           from escalations where alert_id = $1 order by step`,
        [effect.alert.id, T],
      )
      return rows
    } finally {
      client.release()
    }
  }

  it('an alert calls the ladder as delivered while nobody has set another', async () => {
    expect(await callsAfterSaving(null)).toEqual(defaultLimits.escalation)
  })

  it("an alert calls the organisation's newest ladder once there is one, and the order's own before that", async () => {
    const { rows } = await database.pool.query<{ id: string }>(
      `insert into api_clients (name, role, token_hash) values ('a', 'administrator', 'x') returning id`,
    )
    const changedBy = rows[0]?.id ?? ''
    for (const steps of [own, organisation]) {
      await insertEscalationLadder(database.pool, { steps, changedBy, changedAtMs: T })
    }
    expect(await callsAfterSaving(null)).toEqual(organisation)
    expect(await callsAfterSaving(own)).toEqual(own)
  })
})
