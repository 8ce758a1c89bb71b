import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Effect } from '../../../src/core/model/alert.ts'
import { readAlertEvents } from '../../../src/store/alerts/alert-events.ts'
import { findAlert } from '../../../src/store/alerts/alerts.ts'
import { saveEffects } from '../../../src/store/alerts/save-effects.ts'
import { inTransaction } from '../../../src/store/pg/pool.ts'
import { raised, saveContextAt } from '../../support/alert-drafts.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

const T = 1_795_000_010_000

async function save(effects: readonly Effect[]): Promise<void> {
  await inTransaction(database.pool, (tx) => saveEffects(tx, effects, saveContextAt(T)))
}

async function eventsOf(alertId: string): Promise<string[]> {
  const events = await readAlertEvents(database.pool, { afterSequence: 0, limit: 10_000 })
  return events.filter((event) => event.alertId === alertId).map(({ type }) => type)
}

function makeRaised(): Extract<Effect, { type: 'alert-raised' }> {
  const { alert } = raised({ priority: 'P3' })
  return { type: 'alert-raised', alert: { ...alert, learnedAtMs: T } }
}

function endOf(alertId: string, learnedAtMs: number): Effect {
  return { type: 'alert-ended', alertId, clearedAtMs: T, learnedAtMs }
}

describe('an alert that is raised under the id of one that had ended', () => {
  it('an alert that is raised after it had ended goes on, as urgent as it is now, once', async () => {
    const first = makeRaised()
    const { id } = first.alert
    await save([first])
    await save([endOf(id, T + 1_000)])
    const alert = {
      ...first.alert,
      priority: 'P2',
      reason: 'Worse.',
      learnedAtMs: T + 2_000,
    } as const
    await save([{ type: 'alert-raised', alert }])
    const goingOn = { clearedAtMs: null, priority: 'P2', reason: 'Worse.' }
    expect((await findAlert(database.pool, id))?.alert).toMatchObject(goingOn)
    const told = ['raised', 'ended', 'revised', 'revised']
    expect(await eventsOf(id)).toEqual(told)
    // The journal is read again from before the first of it.
    await save([first, endOf(id, T + 1_000), { type: 'alert-raised', alert }])
    expect((await findAlert(database.pool, id))?.alert).toMatchObject(goingOn)
    expect(await eventsOf(id)).toEqual(told)
  })

  it.each([
    ['the journal is read again', T, []],
    ['it is found anew in history', T + 2_000, [T + 2_000]],
  ])('an alert that had ended stays so where %s', async (_, learnedAtMs, endsMs) => {
    const first = makeRaised()
    const { id } = first.alert
    await save([first])
    await save([endOf(id, T + 1_000)])
    const alert = { ...first.alert, learnedAtMs }
    await save([{ type: 'alert-raised', alert }, ...endsMs.map((endMs) => endOf(id, endMs))])
    expect((await findAlert(database.pool, id))?.alert.clearedAtMs).toBe(T)
    expect(await eventsOf(id)).not.toContain('revised')
  })
})
