import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { defaultLimits } from '../../../src/core/model/limits.ts'
import { createEvaluator, type Evaluator } from '../../../src/ingest/evaluator/evaluator.ts'
import { snapshotMsDefault } from '../../../src/ingest/evaluator/evaluator-deps.ts'
import { createLocalDoorbell } from '../../../src/live/doorbell.ts'
import { createSilentLog } from '../../support/silent-log.ts'
import { readAlertEvents } from '../../../src/store/alerts/alert-events.ts'
import { journalKinds } from '../../../src/store/journal/journal-kinds.ts'
import { appendJournal } from '../../../src/store/journal/journal.ts'
import { inTransaction } from '../../../src/store/pg/pool.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { addCase, banCentre, farAway, journalFixes, makeFix } from '../../support/journal-world.ts'
import { waitUntil } from '../../support/wait-until.ts'

let database: TestDatabase
const running = new Set<Evaluator>()

beforeAll(async () => {
  database = await createTestDatabase({ connectionCountMax: 20 })
})
afterEach(async () => {
  await Promise.all([...running].map((evaluator) => evaluator.stop()))
  running.clear()
})
afterAll(() => database.drop())

function startEvaluator(snapshotMs = snapshotMsDefault): Evaluator {
  const log = createSilentLog()
  const evaluator = createEvaluator({
    pool: database.pool,
    clock: { nowMs: () => Date.now() },
    log,
    limits: defaultLimits,
    doorbell: createLocalDoorbell({ log, pollMs: 20 }),
    shard: 0,
    snapshotMs,
  })
  running.add(evaluator)
  evaluator.start()
  return evaluator
}

async function stop(evaluator: Evaluator): Promise<void> {
  await evaluator.stop()
  running.delete(evaluator)
}

async function alertsOf(offenderId: string, kind = 'location-ban-breach') {
  const found = await database.pool.query<{ id: string; cleared_at: Date | null }>(
    'select id, cleared_at from alerts where offender_id = $1 and kind = $2 order by raised_at',
    [offenderId, kind],
  )
  return found.rows
}

async function readTo(evaluator: Evaluator, journalId: number): Promise<void> {
  await waitUntil(`journal read to ${journalId}`, () => {
    const stats = evaluator.stats()
    return (stats.journalId ?? 0) >= journalId && stats.lagMs === 0
  })
}

describe('the evaluator', () => {
  it('the evaluator turns a fix inside a ban into one alert with its event, escalations and place', async () => {
    const nowMs = Date.now()
    const { offenderId, deviceId } = await addCase(database.pool, { atMs: nowMs })
    const journalId = await journalFixes(database.pool, [
      makeFix(deviceId, nowMs - 60_000, farAway),
      makeFix(deviceId, nowMs - 2_000, banCentre),
    ])
    const evaluator = startEvaluator()
    await waitUntil('an alert', async () => (await alertsOf(offenderId)).length === 1)
    const [alert] = await alertsOf(offenderId)
    const events = await readAlertEvents(database.pool, { afterSequence: 0, limit: 1_000 })
    const ours = events.filter(({ alertId }) => alertId === alert?.id)
    expect(ours.map(({ type }) => type)).toEqual(['raised'])
    const place = await database.pool.query<{ journal_id: number }>(
      `select journal_id from journal_positions where reader = 'evaluator'`,
    )
    expect(place.rows[0]?.journal_id).toBeGreaterThanOrEqual(journalId)
    const steps = await database.pool.query('select 1 from escalations where alert_id = $1', [
      alert?.id,
    ])
    expect(steps.rows).toHaveLength(2)
    expect(evaluator.stats()).toMatchObject({ isLeading: true, failures: 0, poison: 0 })
  })

  it('the evaluator ends what it opened before a restart, and doubles nothing', async () => {
    const nowMs = Date.now()
    const { offenderId, deviceId } = await addCase(database.pool, { atMs: nowMs })
    const first = startEvaluator()
    const inside = await journalFixes(database.pool, [
      makeFix(deviceId, nowMs - 300_000, farAway),
      makeFix(deviceId, nowMs - 240_000, banCentre),
    ])
    await readTo(first, inside)
    expect(await alertsOf(offenderId)).toHaveLength(1)
    await stop(first)
    const outside = await journalFixes(database.pool, [
      makeFix(deviceId, nowMs - 120_000, farAway),
      makeFix(deviceId, nowMs - 60_000, farAway),
      makeFix(deviceId, nowMs - 2_000, farAway),
    ])
    const second = startEvaluator()
    await readTo(second, outside)
    const alerts = await alertsOf(offenderId)
    expect(alerts).toHaveLength(1)
    expect(alerts[0]?.cleared_at).not.toBeNull()
  })

  it('the evaluator draws the same conclusions when every snapshot is lost', async () => {
    const before = await database.pool.query('select id, cleared_at from alerts order by id')
    const events = await readAlertEvents(database.pool, { afterSequence: 0, limit: 10_000 })
    await database.pool.query('delete from evaluator_snapshots')
    await database.pool.query(`delete from journal_positions where reader like 'evaluator%'`)
    const last = await database.pool.query<{ id: number }>('select max(id) as id from journal')
    const evaluator = startEvaluator()
    await readTo(evaluator, last.rows[0]?.id ?? 0)
    const after = await database.pool.query('select id, cleared_at from alerts order by id')
    expect(after.rows).toEqual(before.rows)
    expect(await readAlertEvents(database.pool, { afterSequence: 0, limit: 10_000 })).toEqual(
      events,
    )
  })

  it('the evaluator reads the journal from its start when another version wrote the snapshots', async () => {
    const before = await database.pool.query('select id, cleared_at from alerts order by id')
    await database.pool.query(
      `update evaluator_snapshots set state = '{"format":999,"version":999}'::bytea`,
    )
    const last = await database.pool.query<{ id: number }>('select max(id) as id from journal')
    const evaluator = startEvaluator()
    await readTo(evaluator, last.rows[0]?.id ?? 0)
    const after = await database.pool.query('select id, cleared_at from alerts order by id')
    expect(after.rows).toEqual(before.rows)
    expect(evaluator.stats().failures).toBe(0)
  })

  it('a second evaluator of a shard stands by until the first is gone', async () => {
    const first = startEvaluator()
    await waitUntil('the first leads', () => first.stats().isLeading)
    const second = startEvaluator()
    const nowMs = Date.now()
    const { offenderId, deviceId } = await addCase(database.pool, { atMs: nowMs })
    await readTo(
      first,
      await journalFixes(database.pool, [makeFix(deviceId, nowMs - 2_000, banCentre)]),
    )
    expect(await alertsOf(offenderId)).toHaveLength(1)
    expect(second.stats().isLeading).toBe(false)
    // It judges nothing and need not, once it has seen that the other one lives.
    await waitUntil('a sign of life is seen', () => !second.stats().isLoading)
    await stop(first)
    await waitUntil('the second leads', () => second.stats().isLeading)
    expect(await alertsOf(offenderId)).toHaveLength(1)
  })

  it('the evaluator starts again by itself when its connection is cut, losing nothing', async () => {
    const evaluator = startEvaluator()
    await waitUntil('it leads', () => evaluator.stats().isLeading)
    const nowMs = Date.now()
    const { offenderId, deviceId } = await addCase(database.pool, { atMs: nowMs })
    for (let round = 0; round < 5; round += 1) {
      await database.pool.query(
        `select pg_terminate_backend(pid) from pg_locks
          where locktype = 'advisory' and granted and pid <> pg_backend_pid()
            and database = (select oid from pg_database where datname = current_database())`,
      )
      const journalId = await journalFixes(database.pool, [
        makeFix(deviceId, nowMs - 60_000 + round * 10_000, banCentre),
      ])
      await readTo(evaluator, journalId)
    }
    expect(await alertsOf(offenderId)).toHaveLength(1)
    expect(evaluator.stats().failures).toBeGreaterThan(0)
  })

  it('the evaluator does not write when the place was moved by somebody else', async () => {
    const evaluator = startEvaluator()
    await waitUntil('it leads', () => evaluator.stats().isLeading)
    const nowMs = Date.now()
    const { offenderId, deviceId } = await addCase(database.pool, { atMs: nowMs })
    await inTransaction(database.pool, async (tx) => {
      const moved = await journalFixes(tx, [makeFix(deviceId, nowMs - 60_000, farAway)])
      await tx.query(`update journal_positions set journal_id = $1 where reader = 'evaluator'`, [
        moved,
      ])
    })
    const journalId = await journalFixes(database.pool, [
      makeFix(deviceId, nowMs - 2_000, banCentre),
    ])
    await readTo(evaluator, journalId)
    await waitUntil('an alert', async () => (await alertsOf(offenderId)).length === 1)
    expect(evaluator.stats().failures).toBe(1)
  })

  it('the evaluator sets a row that cannot be read aside at the first try, shows it, and goes on', async () => {
    const evaluator = startEvaluator()
    await waitUntil('it leads', () => evaluator.stats().isLeading)
    const nowMs = Date.now()
    const { offenderId, deviceId } = await addCase(database.pool, { atMs: nowMs })
    const poisonId = await appendJournal(database.pool, {
      shard: 0,
      kind: journalKinds.fixes,
      entryCount: 1,
      payload: Buffer.from('not what the codec writes'),
    })
    const good = await journalFixes(database.pool, [makeFix(deviceId, nowMs - 2_000, banCentre)])
    await readTo(evaluator, good)
    expect(await alertsOf(offenderId)).toHaveLength(1)
    const quarantined = await database.pool.query<{ element_index: number }>(
      `select element_index from quarantined_fixes where code = 'poison' and (body ->> 'journalId')::bigint = $1`,
      [poisonId],
    )
    expect(quarantined.rows).toEqual([{ element_index: -1 }])
    expect(evaluator.stats()).toMatchObject({ poison: 1, reloads: 1 })
    const shown = await database.pool.query(
      `select 1 from alerts where kind = 'position-unreliable' and evidence -> 'facts' ->> 'code' = 'poison'`,
    )
    expect(shown.rows).toHaveLength(1)
    await stop(evaluator)
    // The next start passes over it without saying it again.
    const second = startEvaluator()
    await readTo(second, good)
    expect(second.stats()).toMatchObject({ poison: 0, reloads: 1 })
  })

  it('what comes out of order right after a restart is judged at once, with what was there before it', async () => {
    const nowMs = Date.now()
    const { offenderId, deviceId } = await addCase(database.pool, { atMs: nowMs })
    const first = startEvaluator()
    const before = [makeFix(deviceId, nowMs - 240_000, farAway), makeFix(deviceId, nowMs, farAway)]
    await readTo(first, await journalFixes(database.pool, before))
    await stop(first)
    const between = makeFix(deviceId, nowMs - 120_000, banCentre)
    const journalId = await journalFixes(database.pool, [between])
    const second = startEvaluator()
    expect(second.stats().isLoading).toBe(true)
    await readTo(second, journalId)
    expect(await alertsOf(offenderId)).toHaveLength(1)
    expect(second.stats()).toMatchObject({ isLoading: false, reloads: 1 })
    const asked = await database.pool.query('select from rejudgements where offender_id = $1', [
      offenderId,
    ])
    expect(asked.rowCount).toBe(0)
  })

  it('the evaluator judges by the registry as it was, when it reads a stretch of journal again', async () => {
    const nowMs = Date.now()
    const early = await addCase(database.pool, { atMs: nowMs })
    const first = startEvaluator(3_600_000)
    await readTo(
      first,
      await journalFixes(database.pool, [makeFix(early.deviceId, nowMs - 90_000, farAway)]),
    )
    await stop(first)
    // After the snapshot: a fix inside, of nobody's concern yet.
    const late = await addCase(database.pool, { atMs: nowMs })
    const second = startEvaluator(3_600_000)
    const inside = await journalFixes(database.pool, [
      makeFix(late.deviceId, nowMs - 2_000, banCentre),
    ])
    await readTo(second, inside)
    const [alert] = await alertsOf(late.offenderId)
    // It dies without saving a snapshot: the next reads the same rows again.
    await database.pool.query(
      `update journal_positions set journal_id = 0 where reader = 'evaluator-snapshot'`,
    )
    await database.pool.query('delete from evaluator_snapshots')
    await stop(second)
    const third = startEvaluator()
    await readTo(third, inside)
    expect(await alertsOf(late.offenderId)).toEqual([alert])
  })
})
