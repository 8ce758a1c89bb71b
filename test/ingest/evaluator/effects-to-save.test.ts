import type pg from 'pg'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Effect } from '../../../src/core/model/alert.ts'
import { snapshotMsDefault } from '../../../src/ingest/evaluator/evaluator-deps.ts'
import { createEffectsToSave } from '../../../src/ingest/evaluator/effects-to-save.ts'
import { openEvaluatorPlace } from '../../../src/store/evaluator/evaluator-place.ts'
import { makePartitions } from '../../../src/store/history/partitions.ts'
import { giveTurns, listWaiting } from '../../../src/store/journal/turns.ts'
import { copyHistory } from '../../../workers/copy-history.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import {
  addCase,
  banCentre,
  farAway,
  journalFixes,
  makeFix,
  type JournalCase,
} from '../../support/journal-world.ts'
import { waitUntil } from '../../support/wait-until.ts'
import { appendWaiting, openRound } from '../../support/open-round.ts'
import { createSilentLog } from '../../support/silent-log.ts'

const disbelieved: Effect = {
  type: 'fix-disbelieved',
  deviceId: 'device',
  recordedAtMs: 0,
  longitude: 0,
  latitude: 0,
  reasons: ['null-island'],
  learnedAtMs: 0,
}
const ended: Effect = { type: 'alert-ended', alertId: 'alert', clearedAtMs: 1, learnedAtMs: 1 }

describe('what waits to be saved', () => {
  it('what calls nobody is saved at once where no backlog is judged, and a quarter of a second later where one is', () => {
    let nowMs = 0
    const toSave = createEffectsToSave(() => nowMs)
    toSave.add([disbelieved])
    expect(toSave.isDue(false)).toBe(true)
    expect(toSave.isDue(true)).toBe(false)
    nowMs = 240
    toSave.add([disbelieved])
    expect(toSave.isDue(true)).toBe(false)
    nowMs = 250
    expect(toSave.isDue(true)).toBe(true)
    toSave.clear()
    expect(toSave.isDue(false)).toBe(false)
  })

  it('a change of an alert is saved at once, with all that was decided before it, in order', () => {
    const toSave = createEffectsToSave(() => 0)
    toSave.add([disbelieved])
    toSave.add([ended])
    expect(toSave.isDue(true)).toBe(true)
    expect(toSave.list()).toEqual([disbelieved, ended])
    toSave.clear()
    toSave.add([disbelieved])
    expect(toSave.isDue(true)).toBe(false)
  })

  it('the earliest stretch that many late fixes of one person ask for waits, once, in its place', () => {
    const toSave = createEffectsToSave(() => 0)
    const ask = (offenderId: string, fromMs: number): Effect => ({
      type: 'rejudge-needed',
      offenderId,
      fromMs,
    })
    for (let fix = 0; fix < 600; fix += 1) {
      toSave.add([ask('one', 1_000 - fix), disbelieved, ask('other', 500 + fix)])
      if (fix === 0) expect(toSave.list()).toHaveLength(3)
      if (fix === 100) {
        expect(toSave.list()).toEqual([
          ask('one', 900),
          disbelieved,
          ask('other', 500),
          ...Array.from({ length: 100 }, () => disbelieved),
        ])
        expect(toSave.isDue(true)).toBe(false)
        toSave.clear()
      }
    }
    expect(toSave.list()[0]).toEqual(ask('one', 401))
    expect(toSave.list()).toHaveLength(501)
  })

  it('no more than a thousand wait', () => {
    const toSave = createEffectsToSave(() => 0)
    toSave.add(Array.from({ length: 999 }, () => disbelieved))
    expect(toSave.isDue(true)).toBe(false)
    toSave.add([disbelieved])
    expect(toSave.isDue(true)).toBe(true)
  })
})

describe('an evaluator with a backlog', () => {
  let database: TestDatabase
  let client: pg.PoolClient
  const closers: (() => void)[] = []
  beforeAll(async () => {
    database = await createTestDatabase()
    await makePartitions(database.pool, { nowMs: Date.now() })
    client = await database.pool.connect()
    // By which the evaluator counts what may wait: a busy machine changes nothing here.
    vi.useFakeTimers({ toFake: ['performance'] })
  })
  afterAll(async () => {
    vi.useRealTimers()
    for (const close of closers) close()
    client.release()
    await database.drop()
  })
  // Memory is saved with whatever waits, so not at each step.
  const open = async () =>
    await openRound(database, client, (close) => closers.push(close), snapshotMsDefault)

  async function countRows(table: string): Promise<number> {
    const { rows } = await database.pool.query<{ count: number }>(
      `select count(*)::int as count from ${table}`,
    )
    return rows[0]?.count ?? 0
  }

  /** Six rows of thirteen hours ago, of which a turn takes one. */
  async function appendBacklog({ deviceId, vendorId }: JournalCase, nowMs: number): Promise<void> {
    for (let part = 0; part < 6; part += 1) {
      const fixes = Array.from({ length: 250 }, (_, at) =>
        makeFix(deviceId, nowMs - 47_000_000 + (part * 250 + at) * 1_000, farAway, {
          receivedAtMs: nowMs,
        }),
      )
      await appendWaiting(database.pool, fixes, { senderId: vendorId, lane: 'history' })
    }
  }

  it('a disbelieved fix of a backlog costs no commit of its own, and is on record when the backlog is judged', async () => {
    const nowMs = Date.now()
    const [late, other] = [
      await addCase(database.pool, { atMs: nowMs }),
      await addCase(database.pool, { atMs: nowMs }),
    ]
    const round = await open()
    while ((await round.step()) === 0);
    const nowhere = makeFix(late.deviceId, nowMs - 40_000_000, { longitude: 0, latitude: 0 })
    await appendWaiting(database.pool, [{ ...nowhere, receivedAtMs: nowMs }], {
      senderId: late.vendorId,
      lane: 'history',
    })
    await appendBacklog(other, nowMs)
    await journalFixes(database.pool, [makeFix(other.deviceId, nowMs, farAway)])
    // The first says who was heard and gives a turn, the second judges it.
    await round.step()
    await round.step()
    expect(await countRows('disbelieved_fixes')).toBe(0)
    while ((await round.step()) === 0);
    expect(await countRows('disbelieved_fixes')).toBe(1)
  })

  it('a breach is told before the turn of somebody else behind it is judged', async () => {
    const { pool } = database
    const nowMs = Date.now()
    const [late, live] = [
      await addCase(pool, { atMs: nowMs }),
      await addCase(pool, { atMs: nowMs }),
    ]
    const round = await open()
    while ((await round.step()) === 0);
    await appendBacklog(late, nowMs)
    await round.step()
    await journalFixes(pool, [
      makeFix(live.deviceId, nowMs - 10_000, banCentre),
      makeFix(live.deviceId, nowMs - 5_000, banCentre),
    ])
    const [breach] = (await pool.query<{ id: number }>('select max(id) as id from journal')).rows
    const waiting = await listWaiting(client, 0)
    await giveTurns(
      client,
      0,
      waiting.map(({ journalId }) => journalId),
    )
    // The turn that the first step gave lies before the breach.
    await round.step()
    expect(await openEvaluatorPlace(client, 0)).toBe(breach?.id)
    const { rows } = await pool.query(`select kind from alerts where offender_id = $1`, [
      live.offenderId,
    ])
    expect(rows).toEqual([{ kind: 'location-ban-breach' }])
    while ((await round.step()) === 0);
  })

  it('a stretch that is asked for further back, while a later part of it is due, is judged from its beginning', async () => {
    const { pool } = database
    const nowMs = Date.now()
    const late = await addCase(pool, { atMs: nowMs })
    const other = await addCase(pool, { atMs: nowMs })
    const live = await addCase(pool, { atMs: nowMs })
    const minutes = Array.from({ length: 300 }, (_, index) => nowMs - (300 - index) * 60_000)
    await journalFixes(
      pool,
      minutes.map((atMs) => makeFix(late.deviceId, atMs, farAway)),
    )
    const round = await open()
    while ((await round.step()) === 0);
    const lateAtMs = (minutes[10] ?? 0) + 30_000
    const inside = [0, 5_000, 10_000].map((offsetMs) =>
      makeFix(late.deviceId, lateAtMs + offsetMs, banCentre, { receivedAtMs: nowMs }),
    )
    await appendWaiting(pool, inside, { senderId: late.vendorId, lane: 'history' })
    await appendBacklog(other, nowMs)
    // Somebody is told just before a stretch is due: the place alone gives no reason to save.
    vi.advanceTimersByTime(999)
    await journalFixes(pool, [
      makeFix(live.deviceId, nowMs - 10_000, banCentre),
      makeFix(live.deviceId, nowMs - 5_000, banCentre),
    ])
    await round.step()
    // The history has it all, and somebody asked for the last hours only.
    await copyHistory({ pool, log: createSilentLog() })
    await pool.query(
      `insert into rejudgements (offender_id, from_at, journal_id) values ($1, to_timestamp($2::float8), 0)`,
      [late.offenderId, (minutes[200] ?? 0) / 1_000],
    )
    vi.advanceTimersByTime(1)
    while ((await round.step()) === 0);
    await copyHistory({ pool, log: createSilentLog() })
    const told = async () => {
      const { rows } = await pool.query(
        `select late from alerts where offender_id = $1 and kind = 'location-ban-breach'`,
        [late.offenderId],
      )
      return rows
    }
    await waitUntil('it is told', async () => {
      vi.advanceTimersByTime(100)
      await round.step()
      return (await told()).length > 0
    })
    expect(await told()).toEqual([{ late: true }])
  })
})
