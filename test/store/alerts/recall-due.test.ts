import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { AlertDraft, Effect } from '../../../src/core/model/alert.ts'
import { defaultLimits } from '../../../src/core/model/limits.ts'
import { acknowledgeAlert, closeAlert } from '../../../src/store/alerts/alert-actions.ts'
import { findAlert } from '../../../src/store/alerts/alerts.ts'
import { callOutNotClosed, recallDue } from '../../../src/store/alerts/recall-due.ts'
import { saveEffects } from '../../../src/store/alerts/save-effects.ts'
import { inTransaction } from '../../../src/store/pg/pool.ts'
import { answerAt, raiseAlertAt, saveContextAt } from '../../support/alert-drafts.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'

let database: TestDatabase
const T = Date.parse('2026-11-23T18:30:00Z')
const minuteMs = 60_000
const actor = randomUUID()

beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())
beforeEach(async () => {
  await database.pool.query('truncate alerts, alert_events, escalations cascade')
})

const ended: Effect = {
  type: 'alert-ended',
  alertId: '',
  clearedAtMs: T + 500,
  learnedAtMs: T + 500,
}

type Wish = {
  readonly note?: string
  readonly recallAfterMinutes?: number
  readonly permittedUntilMs?: number
  readonly isSupervisor?: boolean
}

async function close(alertId: string, nowMs: number, wish: Wish = {}) {
  const action = { ...answerAt(nowMs, alertId, actor), outcome: 'false-alarm' as const, ...wish }
  return await inTransaction(database.pool, (tx) => closeAlert(tx, action))
}

async function acknowledge(alertId: string, nowMs: number, wish: Wish = {}) {
  const action = { ...answerAt(nowMs, alertId, actor), ...wish }
  return await inTransaction(database.pool, (tx) => acknowledgeAlert(tx, action))
}

async function sweep(nowMs: number) {
  const work = { nowMs, limit: 100, limits: defaultLimits }
  return await inTransaction(database.pool, async (tx) => {
    return (await recallDue(tx, work)).map(({ id }) => id)
  })
}

async function callOut(nowMs: number) {
  const work = { nowMs, limit: 100, limits: defaultLimits }
  return await inTransaction(database.pool, async (tx) => {
    return (await callOutNotClosed(tx, work)).map(({ id }) => id)
  })
}

async function save(nowMs: number, effect: Effect) {
  await inTransaction(database.pool, (tx) => saveEffects(tx, [effect], saveContextAt(nowMs)))
}

async function eventsOf(alertId: string) {
  const { rows } = await database.pool.query<{ type: string; data: Record<string, unknown> }>(
    'select type, data from alert_events where alert_id = $1 order by sequence',
    [alertId],
  )
  return rows
}

async function stepsToCome(alertId: string) {
  const { rows } = await database.pool.query<{ ms: number }>(
    `select (extract(epoch from due_at) * 1000)::float8 as ms from escalations
      where alert_id = $1 and done_at is null and cancelled_at is null order by step`,
    [alertId],
  )
  return rows.map(({ ms }) => ms)
}

describe('an alert that was answered while what it is about goes on', () => {
  it('an answered alert is open again after ten minutes, with a sentence and its ladder anew, once', async () => {
    const alertId = await raiseAlertAt(database.pool, T)
    await close(alertId, T)
    expect(await sweep(T + 10 * minuteMs - 1)).toEqual([])
    const backMs = T + 10 * minuteMs
    expect(await sweep(backMs)).toEqual([alertId])
    expect(await sweep(backMs)).toEqual([])
    const found = await findAlert(database.pool, alertId)
    expect(found?.alert).toMatchObject({ status: 'open', outcome: null, recallAtMs: null })
    expect(found?.alert.toldAtMs).toBe(backMs)
    expect(found?.transitions.at(-1)).toMatchObject({
      kind: 'revised',
      detail: {
        kind: 'reopened',
        previousStatus: 'closed',
        reason: 'It still goes on, 10 min after it was closed as false alarm.',
      },
    })
    const back = (await eventsOf(alertId)).at(-1)
    expect(back).toMatchObject({
      type: 'revised',
      data: { status: 'open', stillGoingOn: true, recallAtMs: null, toldAtMs: backMs },
    })
    expect(await stepsToCome(alertId)).toEqual([backMs + 60_000, backMs + 120_000])
  })

  it('an answered alert comes back again and again, as long as it is answered and goes on', async () => {
    const alertId = await raiseAlertAt(database.pool, T)
    for (let hour = 0; hour < 3; hour++) {
      const atMs = T + hour * 60 * minuteMs
      await acknowledge(alertId, atMs, { recallAfterMinutes: 45 })
      expect(await sweep(atMs + 44 * minuteMs)).toEqual([])
      expect(await sweep(atMs + 45 * minuteMs)).toEqual([alertId])
    }
  })

  it.each<[string, Effect | null, Partial<AlertDraft>]>([
    ['has ended', ended, {}],
    ['is not borne out', revised({ kind: 'unsupported', reason: 'x' }), {}],
    [
      'is part of another',
      revised({ kind: 'part-of', partOfAlertId: randomUUID(), reason: 'x' }),
      {},
    ],
    ['is a press of a panic button', null, { kind: 'panic' }],
    ['is a flag of tampering', null, { kind: 'device-tamper' }],
    ['is a passage', null, { kind: 'location-ban-passage' }],
  ])('an answered alert does not come back by time when it %s', async (_title, effect, facts) => {
    const alertId = await raiseAlertAt(database.pool, T, facts)
    await close(alertId, T)
    if (effect !== null) await save(T + 1, { ...effect, alertId } as Effect)
    expect(await sweep(T + 2_000 * minuteMs)).toEqual([])
  })

  it('an answered alert of which nobody is called is back in the list after a day, without a ladder', async () => {
    const facts = { kind: 'location-ban-approach', priority: 'P3' } as const
    const alertId = await raiseAlertAt(database.pool, T, facts)
    await close(alertId, T)
    expect(await sweep(T + 1_439 * minuteMs)).toEqual([])
    expect(await sweep(T + 1_440 * minuteMs)).toEqual([alertId])
    expect(await stepsToCome(alertId)).toEqual([])
  })

  it('an answered alert is back when detection tells it anew, and its time to come back is forgotten', async () => {
    const alertId = await raiseAlertAt(database.pool, T)
    await close(alertId, T, { recallAfterMinutes: 60 })
    const revision = { kind: 'repeated', recordedAtMs: T + 5_000 } as const
    await save(T + 6_000, { ...revised(revision), alertId } as Effect)
    expect((await findAlert(database.pool, alertId))?.alert).toMatchObject({
      status: 'open',
      recallAtMs: null,
      toldAtMs: T + 6_000,
    })
    expect(await sweep(T + 61 * minuteMs)).toEqual([])
  })

  it('an answered alert that ended and goes on after all comes back, counted from then', async () => {
    const alertId = await raiseAlertAt(database.pool, T)
    await acknowledge(alertId, T)
    await save(T + 1_000, { ...ended, alertId } as Effect)
    expect(await sweep(T + 20 * minuteMs)).toEqual([])
    const atMs = T + 30 * minuteMs
    await save(atMs, { ...revised({ kind: 'reopened' }), alertId } as Effect)
    await sweep(atMs + 10 * minuteMs)
    expect((await findAlert(database.pool, alertId))?.alert.status).toBe('open')
  })

  it('an answered alert comes back once when two sweeps meet', async () => {
    const alertId = await raiseAlertAt(database.pool, T)
    await close(alertId, T)
    const atMs = T + 10 * minuteMs
    const swept = await Promise.all([sweep(atMs), sweep(atMs), sweep(atMs)])
    expect(swept.flat()).toEqual([alertId])
    const kinds = (await eventsOf(alertId)).map(({ type }) => type)
    expect(kinds).toEqual(['raised', 'closed', 'revised'])
  })

  it('an answered alert is called by the ladder of its order', async () => {
    const { pool } = database
    const orderId = randomUUID()
    const offenderId = randomUUID()
    await pool.query(`insert into persons (id, role, reference) values ($1, 'offender', 'x')`, [
      offenderId,
    ])
    await pool.query(
      `insert into protection_orders
         (id, version, reference, legal_basis, offender_id, valid_from, valid_until, status)
       values ($1, 2, 'x', 'home-ban', $2, now(), now() + interval '1 day', 'active')`,
      [orderId, offenderId],
    )
    const ladder = (seconds: number) => [{ afterSeconds: seconds, target: 'supervisor' }]
    for (const [version, escalation] of [ladder(5), ladder(30)].entries()) {
      await pool.query(
        'insert into protection_order_versions (protection_order_id, version, body) values ($1, $2, $3)',
        [orderId, version + 1, JSON.stringify({ escalation })],
      )
    }
    const alertId = await raiseAlertAt(pool, T, { protectionOrderId: orderId })
    await close(alertId, T)
    await sweep(T + 10 * minuteMs)
    // The second step of the organisation is no step of this ladder and stays cancelled.
    expect(await stepsToCome(alertId)).toEqual([T + 10 * minuteMs + 30_000])
  })
})

describe('a P1 that was taken over', () => {
  it('a P1 and not closed within half an hour is called out to the supervisor, once', async () => {
    const alertId = await raiseAlertAt(database.pool, T)
    await acknowledge(alertId, T, { recallAfterMinutes: 60 })
    expect(await callOut(T + 30 * minuteMs - 1)).toEqual([])
    expect(await callOut(T + 30 * minuteMs)).toEqual([alertId])
    expect(await callOut(T + 40 * minuteMs)).toEqual([])
    expect((await eventsOf(alertId)).at(-1)).toMatchObject({
      type: 'escalated',
      data: { facts: { target: 'supervisor', because: 'not-closed' } },
    })
  })

  it('a P1 is called out also when it ended, and when it was taken over again and again', async () => {
    const ending = await raiseAlertAt(database.pool, T)
    await acknowledge(ending, T)
    await save(T + 1_000, { ...ended, alertId: ending } as Effect)
    const again = await raiseAlertAt(database.pool, T)
    for (const minutes of [0, 11, 22]) {
      await sweep(T + minutes * minuteMs)
      await acknowledge(again, T + minutes * minuteMs)
    }
    expect((await callOut(T + 30 * minuteMs)).toSorted()).toEqual([ending, again].toSorted())
  })

  it('a P1 and closed is nobody’s matter any more; nor is one that is no P1', async () => {
    const closed = await raiseAlertAt(database.pool, T)
    await acknowledge(closed, T)
    await close(closed, T + minuteMs)
    const lesser = await raiseAlertAt(database.pool, T, { priority: 'P2' })
    await acknowledge(lesser, T)
    expect(await callOut(T + 100 * minuteMs)).toEqual([])
  })
})

function revised(revision: Extract<Effect, { type: 'alert-revised' }>['revision']): Effect {
  return { type: 'alert-revised', alertId: '', revision, learnedAtMs: T + 1_000 }
}
