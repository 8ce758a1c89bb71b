import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ProtectionOrder } from '../../../src/core/model/registry.ts'
import { defaultLimits } from '../../../src/core/model/limits.ts'
import { saveStep, type StepToSave } from '../../../src/ingest/evaluator/evaluator-saving.ts'
import { insertEscalationLadder } from '../../../src/store/alerts/escalation-ladders.ts'
import type { Db } from '../../../src/store/pg/pool.ts'
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

describe('what a step costs', () => {
  const T = 1_795_000_000_000

  /** How often the database is asked for a step: so often its alert waits for the loop. */
  async function countMessages(step: Partial<StepToSave>): Promise<readonly string[]> {
    const client = await database.pool.connect()
    try {
      const fence = await readFence(client)
      const expected = await openEvaluatorPlace(client, 0)
      const messages: string[] = []
      const ask = client.query.bind(client) as (...given: readonly unknown[]) => unknown
      const counted: Db = {
        query: ((...given: readonly unknown[]) => {
          messages.push(JSON.stringify(given[0]))
          return ask(...given)
        }) as Db['query'],
      }
      const place = { shard: 0, fence, expected, journalId: expected + 1 }
      const rest = { nowMs: T, limits: defaultLimits, findOrder: () => null, alongside: null }
      await saveStep(counted, { ...place, effects: [], ...rest, ...step })
      expect(await openEvaluatorPlace(client, 0)).toBe(expected + 1)
      return messages
    } finally {
      client.release()
    }
  }

  it('alerts, their place and their events are three messages: the begin and the place, the rows, the commit', async () => {
    const messages = await countMessages({ effects: [raised(), raised()] })
    expect(messages).toHaveLength(3)
  })

  it('a place alone is one message, and no transaction of its own around it', async () => {
    const [message, ...others] = await countMessages({})
    expect(others).toEqual([])
    expect(message).not.toContain('begin')
  })

  it('nothing of a step is saved with another fence, in one message or in several', async () => {
    const client = await database.pool.connect()
    try {
      const effect = raised()
      const fence = (await readFence(client)) - 1
      const expected = await openEvaluatorPlace(client, 0)
      const place = { shard: 0, fence, expected, journalId: expected + 1 }
      const rest = { nowMs: T, limits: defaultLimits, findOrder: () => null, alongside: null }
      for (const effects of [[], [effect]]) {
        await expect(saveStep(client, { ...place, ...rest, effects })).rejects.toThrow(/taken/)
      }
      expect(await openEvaluatorPlace(client, 0)).toBe(expected)
      const { rows } = await client.query('select from alerts where id = $1', [effect.alert.id])
      expect(rows).toEqual([])
    } finally {
      client.release()
    }
  })
})
