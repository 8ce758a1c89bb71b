import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { inTransaction } from '../../../src/store/pg/pool.ts'
import { findAlert } from '../../../src/store/alerts/alerts.ts'
import { readAlertEvents } from '../../../src/store/alerts/alert-events.ts'
import { saveEffects } from '../../../src/store/alerts/save-effects.ts'
import type { Effect } from '../../../src/core/model/alert.ts'
import { raised, saveContextAt } from '../../support/alert-drafts.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

const T = 1_795_000_010_000

async function save(effects: readonly Effect[], nowMs = T) {
  return await inTransaction(database.pool, (tx) => saveEffects(tx, effects, saveContextAt(nowMs)))
}

async function eventsOf(alertId: string) {
  const events = await readAlertEvents(database.pool, { afterSequence: 0, limit: 10_000 })
  return events.filter((event) => event.alertId === alertId)
}

describe('saving what detection decided', () => {
  it('saving what detection decided makes an alert, its event, its first transition and its ladder in one go', async () => {
    const effect = raised()
    expect(await save([effect])).toEqual({ raised: 1, events: 1 })
    const found = await findAlert(database.pool, effect.alert.id)
    expect(found?.alert).toMatchObject({
      id: effect.alert.id,
      status: 'open',
      priority: 'P1',
      raisedAtMs: T,
      occurredAtMs: effect.alert.occurredAtMs,
      clearedAtMs: null,
      probability: 0.98,
    })
    expect(found?.evidence).toEqual(effect.alert.evidence)
    expect(found?.transitions.map(({ kind }) => kind)).toEqual(['raised'])
    const steps = await database.pool.query<{ target: string; ms: number }>(
      `select target, (extract(epoch from due_at) * 1000)::float8 - $2 as ms
         from escalations where alert_id = $1 order by step`,
      [effect.alert.id, T],
    )
    expect(steps.rows).toEqual([
      { target: 'second-operator', ms: 60_000 },
      { target: 'supervisor', ms: 120_000 },
    ])
  })

  it('saving what detection decided changes nothing when the same effects are saved again', async () => {
    const first = raised()
    const effects: Effect[] = [
      first,
      { type: 'alert-ended', alertId: first.alert.id, clearedAtMs: T, learnedAtMs: T + 5 },
    ]
    expect(await save(effects)).toEqual({ raised: 1, events: 2 })
    expect(await save(effects, T + 60_000)).toEqual({ raised: 0, events: 0 })
    expect((await eventsOf(first.alert.id)).map(({ type }) => type)).toEqual(['raised', 'ended'])
    const found = await findAlert(database.pool, first.alert.id)
    expect(found?.alert.raisedAtMs).toBe(T)
    expect(found?.transitions).toHaveLength(2)
  })

  it('saving what detection decided records the end of a breach without closing the alert', async () => {
    const { alert } = raised()
    await save([{ type: 'alert-raised', alert }])
    await save([{ type: 'alert-ended', alertId: alert.id, clearedAtMs: T, learnedAtMs: T }])
    const found = await findAlert(database.pool, alert.id)
    expect(found?.alert).toMatchObject({ status: 'open', clearedAtMs: T, closedAtMs: null })
  })

  it('saving what detection decided ends, reopens and ends again at the same moment learned later', async () => {
    const { alert } = raised()
    await save([
      { type: 'alert-raised', alert },
      { type: 'alert-ended', alertId: alert.id, clearedAtMs: T, learnedAtMs: T + 1 },
      {
        type: 'alert-revised',
        alertId: alert.id,
        revision: { kind: 'reopened' },
        learnedAtMs: T + 2,
      },
    ])
    expect((await findAlert(database.pool, alert.id))?.alert.clearedAtMs).toBeNull()
    await save([{ type: 'alert-ended', alertId: alert.id, clearedAtMs: T, learnedAtMs: T + 3 }])
    expect((await findAlert(database.pool, alert.id))?.alert.clearedAtMs).toBe(T)
    expect((await eventsOf(alert.id)).map(({ type }) => type)).toEqual([
      'raised',
      'ended',
      'revised',
      'ended',
    ])
  })

  it.each([
    [{ kind: 'moved', occurredAtMs: T - 5_000 } as const, { occurredAtMs: T - 5_000 }],
    [{ kind: 'priority', priority: 'P1', reason: 'near' } as const, { priority: 'P1' }],
    [
      {
        kind: 'part-of',
        partOfAlertId: '0192f000-0000-7000-8000-00000000000e',
        reason: 'It began earlier.',
      } as const,
      { unsupportedReason: null, status: 'open' },
    ],
    [
      { kind: 'unsupported', reason: 'A fix between shows otherwise.' } as const,
      { unsupportedReason: 'A fix between shows otherwise.', status: 'open' },
    ],
  ])(
    'saving what detection decided keeps both judgements when an alert is revised: %j',
    async (revision, expected) => {
      const { alert } = raised({ priority: 'P2' })
      await save([{ type: 'alert-raised', alert }])
      await save([{ type: 'alert-revised', alertId: alert.id, revision, learnedAtMs: T }])
      const found = await findAlert(database.pool, alert.id)
      expect(found?.alert).toMatchObject(expected)
      expect(found?.transitions.map(({ kind }) => kind)).toEqual(['raised', 'revised'])
      expect(found?.transitions[1]?.detail).toMatchObject(revision)
    },
  )

  it('saving what detection decided says nothing of the end of an alert nobody raised', async () => {
    const alertId = '0192f000-0000-8000-8000-000000000000'
    expect(await save([{ type: 'alert-ended', alertId, clearedAtMs: T, learnedAtMs: T }])).toEqual({
      raised: 0,
      events: 0,
    })
  })

  it('saving what detection decided keeps the order in which things were decided', async () => {
    const [one, two] = [raised(), raised()]
    await save([
      one,
      { type: 'alert-ended', alertId: one.alert.id, clearedAtMs: T, learnedAtMs: T },
      two,
    ])
    const events = await readAlertEvents(database.pool, { afterSequence: 0, limit: 10_000 })
    const ours = events.filter(({ alertId }) => [one.alert.id, two.alert.id].includes(alertId))
    expect(ours.map(({ type, alertId }) => [type, alertId])).toEqual([
      ['raised', one.alert.id],
      ['ended', one.alert.id],
      ['raised', two.alert.id],
    ])
  })

  it('saving what detection decided asks for one new judgement per offender, from the earliest moment', async () => {
    const offenderId = '0192f000-0000-7000-8000-000000000002'
    await save([
      { type: 'rejudge-needed', offenderId, fromMs: T },
      { type: 'rejudge-needed', offenderId, fromMs: T - 9_000 },
    ])
    await save([{ type: 'rejudge-needed', offenderId, fromMs: T - 5_000 }])
    const asked = await database.pool.query<{ ms: number }>(
      `select (extract(epoch from from_at) * 1000)::float8 as ms from rejudgements where offender_id = $1`,
      [offenderId],
    )
    expect(asked.rows).toEqual([{ ms: T - 9_000 }])
  })

  it('saving what detection decided asks for the stretches of a thousand offenders in one statement', async () => {
    const offenderIds = Array.from({ length: 1_000 }, () => randomUUID())
    const known = offenderIds.slice(0, 2)
    await save(known.map((offenderId) => ({ type: 'rejudge-needed', offenderId, fromMs: T })))
    const statements: string[] = []
    await inTransaction(database.pool, async (tx) => {
      const counted = {
        query: (...given: Parameters<typeof tx.query>) => {
          statements.push(String(given[0]))
          return tx.query(...given)
        },
      }
      const effects = offenderIds.map((offenderId, index) => {
        return { type: 'rejudge-needed', offenderId, fromMs: T - index * 1_000 } as const
      })
      await saveEffects(counted as typeof tx, effects, saveContextAt(T))
    })
    expect(statements).toHaveLength(1)
    const asked = await database.pool.query<{ id: string; ms: number }>(
      `select offender_id as id, (extract(epoch from from_at) * 1000)::float8 as ms
         from rejudgements where offender_id = any($1::uuid[]) order by rejudgements.id`,
      [offenderIds],
    )
    expect(asked.rows).toEqual(offenderIds.map((id, index) => ({ id, ms: T - index * 1_000 })))
  })

  it('saving what detection decided keeps of one run the newest sighting of each alert', async () => {
    const [one, two] = [raised(), raised()]
    await save([one, two])
    const seen = (alertId: string, afterMs: number, distanceMeters: number) =>
      ({
        type: 'alert-seen',
        alertId,
        lastSeenAtMs: one.alert.occurredAtMs + afterMs,
        distanceMeters,
      }) as const
    await save([
      seen(one.alert.id, 60_000, 40),
      seen(two.alert.id, 30_000, 90),
      seen(one.alert.id, 20_000, 70),
    ])
    await save([seen(one.alert.id, 10_000, 5)])
    const alerts = await Promise.all(
      [one, two].map(async ({ alert }) => (await findAlert(database.pool, alert.id))?.alert),
    )
    expect(alerts).toMatchObject([
      { lastSeenAtMs: one.alert.occurredAtMs + 60_000, distanceMeters: 40 },
      { lastSeenAtMs: one.alert.occurredAtMs + 30_000, distanceMeters: 90 },
    ])
  })

  it('saving what detection decided calls nobody for an alert of the lowest priority', async () => {
    const { alert } = raised({ priority: 'P3', kind: 'battery-low' })
    await save([{ type: 'alert-raised', alert }])
    const steps = await database.pool.query('select 1 from escalations where alert_id = $1', [
      alert.id,
    ])
    expect(steps.rows).toEqual([])
  })

  it('saving what detection decided saves a thousand alerts of one moment in one statement, in order', async () => {
    const effects = Array.from({ length: 1_000 }, () => raised())
    expect(await save(effects)).toEqual({ raised: 1_000, events: 1_000 })
    const events = await readAlertEvents(database.pool, { afterSequence: 0, limit: 10_000 })
    const ids = new Set(effects.map(({ alert }) => alert.id))
    expect(events.filter((event) => ids.has(event.alertId)).map((event) => event.alertId)).toEqual(
      effects.map(({ alert }) => alert.id),
    )
  })
})
