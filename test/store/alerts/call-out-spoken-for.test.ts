import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { AlertDraft } from '../../../src/core/model/alert.ts'
import { acknowledgeAlert, closeAlert } from '../../../src/store/alerts/alert-actions.ts'
import { readAlertEvents } from '../../../src/store/alerts/alert-events.ts'
import { findAlert } from '../../../src/store/alerts/alerts.ts'
import { inTransaction } from '../../../src/store/pg/pool.ts'
import { answerAt, makeAlertDraft, raiseAlertAt } from '../../support/alert-drafts.ts'
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

/** One approach under two bans: the alert that calls, and the one it speaks for. */
async function raiseBoth(values: Partial<AlertDraft> = {}) {
  const kind = 'location-ban-approach'
  const speakerId = await raiseAlertAt(database.pool, T, { kind, priority: 'P2' })
  const { evidence } = makeAlertDraft()
  const listedId = await raiseAlertAt(database.pool, T, {
    kind,
    priority: 'P3',
    incidentId: speakerId,
    evidence: { ...evidence, facts: { spokenForByAlertId: speakerId } },
    ...values,
  })
  return { speakerId, listedId }
}

const answers = {
  'closed for an hour': { outcome: 'false-alarm', recallAfterMinutes: 60 },
  'acknowledged for an hour': { outcome: null, recallAfterMinutes: 60 },
  'closed for longer by a supervisor': { outcome: 'confirmed', recallAfterMinutes: 61 },
  'acknowledged for a day by a supervisor': { outcome: null, recallAfterMinutes: 1_440 },
  'permitted for a quarter of an hour': {
    outcome: 'permitted',
    permittedUntilMs: T + 15 * minuteMs,
  },
} as const

async function answer(alertId: string, name: keyof typeof answers) {
  const { outcome, ...wish } = answers[name]
  const action = {
    ...answerAt(T, alertId, actor),
    isSupervisor: true,
    note: 'Seen with the police.',
    ...wish,
  }
  return await inTransaction(database.pool, (tx) =>
    outcome === null ? acknowledgeAlert(tx, action) : closeAlert(tx, { ...action, outcome }),
  )
}

async function show(alertId: string) {
  return (await findAlert(database.pool, alertId))?.alert
}

async function countSteps(alertId: string): Promise<number> {
  const { rows } = await database.pool.query(
    'select 1 from escalations where alert_id = $1 and done_at is null and cancelled_at is null',
    [alertId],
  )
  return rows.length
}

describe('the alert that speaks for the same approach under another ban', () => {
  it.each<keyof typeof answers>(['closed for an hour', 'acknowledged for an hour'])(
    'the alert that speaks, %s, comes back itself, and the other stays listed',
    async (name) => {
      const { speakerId, listedId } = await raiseBoth()
      expect(await answer(speakerId, name)).toMatchObject({ type: 'done' })
      expect(await show(listedId)).toMatchObject({ priority: 'P3' })
      expect(await countSteps(listedId)).toBe(0)
    },
  )

  it.each<keyof typeof answers>([
    'closed for longer by a supervisor',
    'acknowledged for a day by a supervisor',
    'permitted for a quarter of an hour',
  ])(
    'the alert that speaks, %s, does so no more: the other is called out at once, with its ladder',
    async (name) => {
      const { speakerId, listedId } = await raiseBoth()
      expect(await answer(speakerId, name)).toMatchObject({ type: 'done' })
      const listed = await show(listedId)
      expect(listed).toMatchObject({ priority: 'P2', status: 'open' })
      expect(listed?.reason).toContain('says nothing of this order')
      expect(await countSteps(listedId)).toBeGreaterThan(0)
      const events = await readAlertEvents(database.pool, { afterSequence: 0, limit: 10 })
      expect(events.at(-1)).toMatchObject({ alertId: listedId, type: 'revised' })
    },
  )

  it('an alert that speaks no more calls out what was closed from the list before', async () => {
    const { speakerId, listedId } = await raiseBoth()
    await answer(listedId, 'closed for an hour')
    await answer(speakerId, 'permitted for a quarter of an hour')
    expect(await show(listedId)).toMatchObject({
      priority: 'P2',
      status: 'open',
    })
  })

  it('an alert that speaks no more calls out that the two people are without protection under another ban', async () => {
    const [kind, victimId] = ['protection-degraded', randomUUID()] as const
    const speakerId = await raiseAlertAt(database.pool, T, { kind, priority: 'P2', victimId })
    const facts = { kind, priority: 'P3', incidentId: speakerId } as const
    const sameId = await raiseAlertAt(database.pool, T, { ...facts, victimId })
    const otherId = await raiseAlertAt(database.pool, T, { ...facts, victimId: randomUUID() })
    await answer(speakerId, 'closed for longer by a supervisor')
    expect(await show(sameId)).toMatchObject({ priority: 'P2' })
    expect(await show(otherId)).toMatchObject({ priority: 'P3' })
  })

  it('an alert that speaks no more touches none that is listed for another reason', async () => {
    const { speakerId, listedId } = await raiseBoth({ evidence: makeAlertDraft().evidence })
    await answer(speakerId, 'permitted for a quarter of an hour')
    expect(await show(listedId)).toMatchObject({ priority: 'P3' })
  })
})
