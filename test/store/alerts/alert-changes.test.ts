import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AlertDraft, AlertRevision } from '../../../src/core/model/alert.ts'
import { acknowledgeAlert, closeAlert } from '../../../src/store/alerts/alert-actions.ts'
import { readAlertEvents } from '../../../src/store/alerts/alert-events.ts'
import { findAlert } from '../../../src/store/alerts/alerts.ts'
import { escalateDue } from '../../../src/store/alerts/escalations.ts'
import { inTransaction } from '../../../src/store/pg/pool.ts'
import { saveEffects } from '../../../src/store/alerts/save-effects.ts'
import { answerAt, raiseAlertAt, saveContextAt } from '../../support/alert-drafts.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

const T = 1_795_000_000_000
/** When it gets worse. */
const later = T + 3_600_000
const actor = '0192f000-0000-7000-8000-000000000001'
const louder = { kind: 'priority', priority: 'P1', reason: 'The order has lapsed.' } as const
const reopened = { kind: 'reopened' } as const
const ladderFromLater = [
  { step: 1, target: 'second-operator', ms: later + 60_000 },
  { step: 2, target: 'supervisor', ms: later + 120_000 },
]

async function raise(answer: string, facts: Partial<AlertDraft> = {}): Promise<string> {
  const alertId = await raiseAlertAt(database.pool, T, facts)
  if (answer !== 'open') await reply(alertId, answer, T + 1_000)
  return alertId
}

async function reply(alertId: string, answer: string, nowMs: number) {
  const action = answerAt(nowMs, alertId, actor)
  return await inTransaction(database.pool, (tx) =>
    answer === 'closed'
      ? closeAlert(tx, { ...action, outcome: 'confirmed' })
      : acknowledgeAlert(tx, action),
  )
}

async function revise(alertId: string, revision: AlertRevision, nowMs = later) {
  return await inTransaction(database.pool, (tx) =>
    saveEffects(
      tx,
      [{ type: 'alert-revised', alertId, revision, learnedAtMs: nowMs }],
      saveContextAt(nowMs),
    ),
  )
}

async function stepsToCome(alertId: string) {
  const { rows } = await database.pool.query(
    `select step, target, (extract(epoch from due_at) * 1000)::float8 as ms from escalations
      where alert_id = $1 and done_at is null and cancelled_at is null order by step`,
    [alertId],
  )
  return rows
}

async function eventsOf(alertId: string) {
  const events = await readAlertEvents(database.pool, { afterSequence: 0, limit: 10_000 })
  return events.filter((event) => event.alertId === alertId)
}

describe('an alert that gets worse', () => {
  it.each(['open', 'acknowledged', 'closed'])(
    'an alert that gets worse is put in front of people again when it was %s',
    async (answer) => {
      const alertId = await raise(answer, { kind: 'order-ending', priority: 'P3' })
      expect(await stepsToCome(alertId)).toEqual([])
      await revise(alertId, louder)
      const found = await findAlert(database.pool, alertId)
      expect(found?.alert).toMatchObject({
        status: 'open',
        priority: 'P1',
        reason: 'The order has lapsed.',
        acknowledgedAtMs: null,
        acknowledgedBy: null,
        closedAtMs: null,
        closedBy: null,
        outcome: null,
      })
      expect(await stepsToCome(alertId)).toEqual(ladderFromLater)
    },
  )

  it('an alert that gets worse keeps who had closed it and what was said before, and tells the desk', async () => {
    const alertId = await raise('closed', { priority: 'P3', reason: 'Ends within 14 days.' })
    await revise(alertId, louder)
    const found = await findAlert(database.pool, alertId)
    expect(found?.transitions.slice(1)).toMatchObject([
      { kind: 'closed', actor, atMs: T + 1_000, detail: { outcome: 'confirmed' } },
      {
        kind: 'revised',
        detail: {
          ...louder,
          previousStatus: 'closed',
          previousPriority: 'P3',
          previousReason: 'Ends within 14 days.',
        },
      },
    ])
    expect((await eventsOf(alertId)).at(-1)).toMatchObject({
      type: 'revised',
      data: {
        status: 'open',
        priority: 'P1',
        facts: { kind: 'priority', previousStatus: 'closed', previousPriority: 'P3' },
      },
    })
  })

  it('an alert that gets worse is answered anew, and the desk hears that too', async () => {
    const alertId = await raise('closed', { priority: 'P2' })
    await revise(alertId, louder)
    expect(await reply(alertId, 'acknowledged', later + 1)).toMatchObject({ changed: true })
    expect(await reply(alertId, 'closed', later + 2)).toMatchObject({ changed: true })
    expect(await stepsToCome(alertId)).toEqual([])
    const types = (await eventsOf(alertId)).map(({ type }) => type)
    expect(types).toEqual(['raised', 'closed', 'revised', 'acknowledged', 'closed'])
  })

  it('an alert that gets worse calls again those who were called for less, and does not put off who is still to be called', async () => {
    const alertId = await raise('open', { priority: 'P2' })
    const escalateAt = (nowMs: number) =>
      inTransaction(database.pool, (tx) => escalateDue(tx, { nowMs, limit: 1_000 }))
    await escalateAt(T + 60_000)
    await revise(alertId, louder, T + 70_000)
    expect(await stepsToCome(alertId)).toEqual([
      { step: 1, target: 'second-operator', ms: T + 130_000 },
      { step: 2, target: 'supervisor', ms: T + 120_000 },
    ])
    await escalateAt(T + 130_000)
    const called = (await eventsOf(alertId)).filter(({ type }) => type === 'escalated')
    expect(called.map(({ data }) => data.facts['step'])).toEqual([1, 2, 1])
  })

  it('an alert that gets worse is not opened again by the same rise learned once more', async () => {
    const alertId = await raise('open', { priority: 'P2' })
    await revise(alertId, louder)
    await reply(alertId, 'closed', later + 1)
    await revise(alertId, louder, later + 2)
    expect((await findAlert(database.pool, alertId))?.alert.status).toBe('closed')
    expect(await stepsToCome(alertId)).toEqual([])
  })
})

describe('an alert whose condition holds again', () => {
  it('an alert whose condition holds again is open again when it was closed', async () => {
    const alertId = await raise('closed')
    await revise(alertId, reopened)
    expect((await findAlert(database.pool, alertId))?.alert.status).toBe('open')
    expect(await stepsToCome(alertId)).toEqual(ladderFromLater)
  })

  it('an alert whose condition holds again is open again when it is repeated, and each repeat is told once', async () => {
    const alertId = await raise('closed', { kind: 'panic' })
    const pressed = { kind: 'repeated', recordedAtMs: later } as const
    await revise(alertId, pressed)
    expect(await stepsToCome(alertId)).toEqual(ladderFromLater)
    await reply(alertId, 'closed', later + 1)
    expect(await revise(alertId, pressed, later + 2)).toMatchObject({ events: 0 })
    const found = await findAlert(database.pool, alertId)
    expect(found?.alert.status).toBe('closed')
    const kinds = found?.transitions.map(({ kind }) => kind)
    expect(kinds).toEqual(['raised', 'closed', 'revised', 'closed'])
    expect(found?.transitions[2]?.detail).toMatchObject({ ...pressed, previousStatus: 'closed' })
  })

  it('a cry for help that comes again is open again, whoever has the first one in hand', async () => {
    const alertId = await raise('acknowledged', { kind: 'panic' })
    await revise(alertId, { kind: 'repeated', recordedAtMs: later })
    expect((await findAlert(database.pool, alertId))?.alert.status).toBe('open')
    expect(await stepsToCome(alertId)).toEqual(ladderFromLater)
  })

  it('an alert whose condition holds again stays with whoever has it in hand', async () => {
    const alertId = await raise('acknowledged')
    await revise(alertId, reopened)
    const found = await findAlert(database.pool, alertId)
    expect(found?.alert).toMatchObject({ status: 'acknowledged', acknowledgedBy: actor })
    expect(await stepsToCome(alertId)).toEqual([])
  })
})

it.each([
  { kind: 'priority', priority: 'P3', reason: 'They travel together.' },
  { kind: 'moved', occurredAtMs: T - 5_000 },
  { kind: 'unsupported', reason: 'A fix between shows otherwise.' },
] as const)('an alert that does not get worse stays closed: $kind', async (revision) => {
  const alertId = await raise('closed', { priority: 'P2' })
  await revise(alertId, revision)
  expect((await findAlert(database.pool, alertId))?.alert.status).toBe('closed')
  expect(await stepsToCome(alertId)).toEqual([])
})

describe('what goes on and is told again', () => {
  const again = {
    kind: 'repeated',
    cause: 'again',
    recordedAtMs: later - 2_000,
    notSeenSinceMs: T,
    distanceMeters: 12,
    probability: 0.99,
    late: false,
    reason: 'Inside again.',
    isCall: true,
  } as const

  it.each([
    ['acknowledged', 'again', ladderFromLater],
    ['acknowledged', 'nearer', ladderFromLater],
    ['closed', 'again', ladderFromLater],
    ['closed', 'live', ladderFromLater],
    ['closed', 'inside-again', ladderFromLater],
    ['acknowledged', 'lost-again', ladderFromLater],
    ['closed', 'lost-again', ladderFromLater],
  ] as const)('an alert that was %s is open again (%s)', async (answer, cause, steps) => {
    const alertId = await raise(answer, { late: true, distanceMeters: 400 })
    await revise(alertId, { ...again, cause })
    const found = await findAlert(database.pool, alertId)
    expect(found?.alert).toMatchObject({
      status: 'open',
      late: false,
      distanceMeters: 12,
      reason: 'Inside again.',
      lastSeenAtMs: again.recordedAtMs,
      toldAtMs: later,
      outcome: null,
    })
    expect(await stepsToCome(alertId)).toEqual(steps)
    const event = (await eventsOf(alertId)).at(-1)
    expect(event?.data).toMatchObject({ status: 'open', late: false })
    // Nothing of where they are.
    expect(event?.data.facts).toEqual({
      kind: 'repeated',
      cause,
      recordedAtMs: again.recordedAtMs,
      notSeenSinceMs: T,
      previousStatus: answer,
    })
  })

  it('nearer only revises what nobody has answered, and puts no step off', async () => {
    const alertId = await raise('open')
    const before = await stepsToCome(alertId)
    await revise(alertId, { ...again, cause: 'nearer' }, T + 30_000)
    expect(await stepsToCome(alertId)).toEqual(before)
    await revise(alertId, again, T + 30_000)
    expect(await stepsToCome(alertId)).toEqual(before)
  })

  it('an alert whose position is lost again has not ended any more', async () => {
    const alertId = await raise('open')
    const over = { type: 'alert-ended', alertId, clearedAtMs: T, learnedAtMs: T } as const
    await inTransaction(database.pool, (tx) => saveEffects(tx, [over], saveContextAt(T)))
    await revise(alertId, { ...again, cause: 'lost-again' })
    expect((await findAlert(database.pool, alertId))?.alert.clearedAtMs).toBeNull()
  })

  it('an alert calls nobody for what lies far back, and says nothing else of now', async () => {
    const alertId = await raise('closed', { distanceMeters: 400 })
    await revise(alertId, { ...again, late: true, isCall: false })
    const found = await findAlert(database.pool, alertId)
    expect(found?.alert).toMatchObject({ status: 'closed', late: false, distanceMeters: 400 })
    expect(found?.transitions.at(-1)).toMatchObject({ kind: 'revised', detail: { cause: 'again' } })
    expect(await stepsToCome(alertId)).toEqual([])
  })

  it('a telling is told once, however often it is learned', async () => {
    const alertId = await raise('open')
    await revise(alertId, again)
    await revise(alertId, { ...again, distanceMeters: 13 }, later + 5_000)
    expect((await eventsOf(alertId)).filter(({ type }) => type === 'revised')).toHaveLength(1)
  })

  it('an alert keeps when it was last seen without an event, and never backwards', async () => {
    const alertId = await raise('open', { distanceMeters: 400 })
    const seen = { type: 'alert-seen', alertId, lastSeenAtMs: later, distanceMeters: 30 } as const
    const older = { ...seen, lastSeenAtMs: later - 1, distanceMeters: 90 }
    await inTransaction(database.pool, (tx) => saveEffects(tx, [seen, older], saveContextAt(later)))
    const found = await findAlert(database.pool, alertId)
    expect(found?.alert).toMatchObject({ lastSeenAtMs: later, distanceMeters: 30 })
    expect((await eventsOf(alertId)).map(({ type }) => type)).toEqual(['raised'])
  })
})
