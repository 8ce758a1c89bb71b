import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { defaultLimits } from '../../../src/core/model/limits.ts'
import { explainAlert } from '../../../src/explain/explain.ts'
import {
  noteDetectionUpToDate,
  raiseDetectionBehind,
} from '../../../src/store/alerts/raise-detection-behind.ts'
import { journalKinds } from '../../../src/store/journal/journal-kinds.ts'
import { appendJournal } from '../../../src/store/journal/journal.ts'
import { inTransaction } from '../../../src/store/pg/pool.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'

const limits = defaultLimits
const startMs = Date.parse('2026-11-24T03:00:00Z')
const maxMs = limits.detectionBehindMsMax
let database: TestDatabase
let shard = 0

beforeAll(async () => {
  database = await createTestDatabase({ connectionCountMax: 10 })
})
beforeEach(() => {
  shard += 1
})
afterAll(() => database.drop())

const raise = (nowMs: number) =>
  inTransaction(database.pool, (tx) => raiseDetectionBehind(tx, { shard, nowMs, limits }))
const note = (nowMs: number) =>
  inTransaction(database.pool, (tx) => noteDetectionUpToDate(tx, { shard, nowMs, limits }))

async function listAlerts() {
  const { rows } = await database.pool.query<{
    id: string
    priority: string
    occurred_at: Date
    cleared_at: Date | null
    steps: number
  }>(
    `select a.id, a.priority, a.occurred_at, a.cleared_at,
            (select count(*)::int from escalations e where e.alert_id = a.id) as steps
       from alerts a where kind = 'detection-behind' and (evidence -> 'facts' ->> 'shard')::int = $1
      order by occurred_at`,
    [shard],
  )
  return rows
}

describe('detection that is behind', () => {
  it('detection that is behind is one alert with its ladder, from the moment it was last up to date until it is again', async () => {
    await note(startMs)
    expect(await raise(startMs + maxMs)).toBeNull()
    const found = await raise(startMs + maxMs + 1)
    expect(found).toMatchObject({ raised: 1 })
    expect(await raise(startMs + maxMs + 1_000)).toEqual({ alertId: found!.alertId, raised: 0 })
    const alert = { id: found!.alertId, priority: 'P1', occurred_at: new Date(startMs), steps: 2 }
    expect(await listAlerts()).toEqual([{ ...alert, cleared_at: null }])
    const upMs = startMs + 5 * maxMs
    expect(await note(upMs)).toBe(1)
    expect(await listAlerts()).toEqual([{ ...alert, cleared_at: new Date(upMs) }])
    expect(await raise(upMs + 1)).toBeNull()
  })

  it('detection that is behind is reported afterwards where nobody was there to report it, and then it is over', async () => {
    await note(startMs)
    const upMs = startMs + maxMs + 1
    expect(await note(upMs)).toBe(2)
    expect(await listAlerts()).toMatchObject([
      { occurred_at: new Date(startMs), cleared_at: new Date(upMs) },
    ])
  })

  it('detection is no alert while it is up to date in time, or where there is nothing to judge', async () => {
    expect(await raise(startMs)).toBeNull()
    for (let step = 0; step < 5; step += 1) expect(await note(startMs + step * maxMs)).toBe(0)
    expect(await listAlerts()).toEqual([])
  })

  it('detection is an alert where it never began', async () => {
    const payload = Buffer.from('x')
    const entry = { shard, kind: journalKinds.deviceEvents, entryCount: 1, payload }
    await appendJournal(database.pool, entry)
    expect(await raise(Date.now())).toBeNull()
    expect(await raise(Date.now() + maxMs + 10_000)).toMatchObject({ raised: 1 })
  })

  it('detection that is behind ends though the clocks of who raised it and who ends it differ', async () => {
    await note(startMs)
    await raise(startMs + maxMs + 1)
    await note(startMs + maxMs - 500)
    expect(await listAlerts()).toMatchObject([{ cleared_at: new Date(startMs + maxMs - 500) }])
  })

  it('detection that is behind is raised once and ended, whoever comes first', async () => {
    await note(startMs)
    const nowMs = startMs + 2 * maxMs
    await Promise.all([raise(nowMs), raise(nowMs), note(nowMs + 5), raise(nowMs), raise(nowMs + 3)])
    expect(await listAlerts()).toMatchObject([{ cleared_at: new Date(nowMs + 5), steps: 2 }])
  })

  it('detection that is behind is not computed again: it is of no row of the journal', async () => {
    await note(startMs)
    const found = await raise(startMs + 2 * maxMs)
    const { pool } = database
    const explained = await explainAlert(pool, { alertId: found!.alertId, shard, limits })
    expect(explained).toMatchObject({
      outcome: 'not-possible',
      obstacles: [{ type: 'not-of-journal' }],
    })
  })
})
