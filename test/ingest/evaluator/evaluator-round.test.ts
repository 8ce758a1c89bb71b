import { afterAll, beforeAll, expect, it } from 'vitest'
import { defaultLimits } from '../../../src/core/model/limits.ts'
import { snapshotMsDefault } from '../../../src/ingest/evaluator/evaluator-deps.ts'
import { createEvaluator, type Evaluator } from '../../../src/ingest/evaluator/evaluator.ts'
import { createLocalDoorbell } from '../../../src/live/doorbell.ts'
import { createSilentLog } from '../../support/silent-log.ts'
import {
  findSnapshotPlace,
  loadSnapshots,
} from '../../../src/store/evaluator/evaluator-snapshots.ts'
import { makePartitions } from '../../../src/store/history/partitions.ts'
import { listReadyRejudgements, loadCaseFixes } from '../../../src/store/evaluator/rejudgements.ts'
import { copyHistory } from '../../../workers/copy-history.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import {
  addCase,
  addOrder,
  addWearer,
  banCentre,
  farAway,
  journalFixes,
  makeFix,
} from '../../support/journal-world.ts'
import { openRound } from '../../support/open-round.ts'
import { waitUntil } from '../../support/wait-until.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
  await makePartitions(database.pool, { nowMs: Date.now() })
})
afterAll(() => database.drop())

it('memory whose saving the database undid for another transaction is saved whole at the second try', async () => {
  const { pool } = database
  const client = await pool.connect()
  const closers: (() => void)[] = []
  const round = await openRound(database, client, (close) => closers.push(close), snapshotMsDefault)
  while ((await round.step()) === 0);
  // All of it; from here on what has changed.
  await round.finish()
  const { offenderId, deviceId } = await addCase(pool, { atMs: Date.now() })
  await journalFixes(pool, [makeFix(deviceId, Date.now(), farAway)])
  while ((await round.step()) === 0);
  await pool.query(`create sequence tries`)
  await pool.query(`create function undo_first() returns trigger language plpgsql as $$ begin
    if nextval('tries') = 1 then raise exception 'undone' using errcode = '40001'; end if;
    return new; end $$`)
  await pool.query(
    `create trigger undo_first before insert on evaluator_snapshots for each row execute function undo_first()`,
  )
  await round.finish()
  await pool.query('drop trigger undo_first on evaluator_snapshots')
  for (const close of closers) close()
  client.release()
  const scopes = (await loadSnapshots(pool, 0, 'window:')).map(({ scope }) => scope)
  expect(scopes).toContain(`case:${offenderId}`)
})

it('a stretch is judged again from history when a fix comes later than memory reaches', async () => {
  const { pool } = database
  const nowMs = Date.now()
  const { offenderId, deviceId } = await addCase(pool, { atMs: nowMs })
  const evaluator = startEvaluator()
  // Five hours, a fix a minute: more than a case keeps in memory.
  const minutes = Array.from({ length: 300 }, (_, index) => nowMs - (300 - index) * 60_000)
  await journalFixes(
    pool,
    minutes.map((atMs) => makeFix(deviceId, atMs, farAway)),
  )
  // From the first hour come two that were inside, and one that shows him gone again.
  const lateAtMs = (minutes[10] ?? 0) + 30_000
  const journalId = await journalFixes(
    pool,
    [0, 5_000, 10_000].map((offsetMs) =>
      makeFix(deviceId, lateAtMs + offsetMs, banCentre, { receivedAtMs: nowMs }),
    ),
  )
  await waitForRequest(offenderId)
  // Nothing is judged before the history has those fixes.
  expect(await listReadyRejudgements(pool, { shard: 0, limit: 10 })).toEqual([])
  await copyHistory({ pool, log: createSilentLog() })
  expect(await loadCaseFixes(pool, { offenderId, fromMs: 0, limit: 1_000 })).toHaveLength(303)
  expect(await awaitBreaches(offenderId)).toEqual([{ late: true, cleared: true }])
  // What was learned outside the journal is saved with it.
  const saved = await loadSnapshots(pool, 0, 'window:')
  expect((await findSnapshotPlace(pool, 0)).journalId).toBeGreaterThanOrEqual(journalId)
  expect(saved.map(({ scope }) => scope)).toContain(`case:${offenderId}`)
  await evaluator.stop()
})

it('a stretch with a place that does not open waits for its key, and is judged when that opens', async () => {
  const { pool, keys } = database
  const nowMs = Date.now()
  const { offenderId, deviceId } = await addCase(pool, { atMs: nowMs })
  const minutes = Array.from({ length: 300 }, (_, index) => nowMs - (300 - index) * 60_000)
  const evaluator = startEvaluator()
  await journalFixes(
    pool,
    minutes.map((atMs) => makeFix(deviceId, atMs, farAway)),
  )
  await copyHistory({ pool, log: createSilentLog() })
  const { rows } = await pool.query<{ id: string; scope: string; wrapped: Buffer }>(
    `select id, scope, wrapped from data_keys where scope like 'positions/%'`,
  )
  const scopes = rows.map(({ scope }) => scope)
  await pool.query(`update data_keys set wrapped = '\\x01' where scope like 'positions/%'`)
  keys.forget(scopes)
  const lateAtMs = (minutes[10] ?? 0) + 30_000
  await journalFixes(
    pool,
    [0, 5_000, 10_000].map((offsetMs) =>
      makeFix(deviceId, lateAtMs + offsetMs, banCentre, { receivedAtMs: nowMs }),
    ),
  )
  await waitForRequest(offenderId)
  await copyHistory({ pool, log: createSilentLog() })
  const ofOffender = `from rejudgements where offender_id = '${offenderId}'`
  await waitUntil('it was set aside', async () => {
    const aside = await pool.query(`select 1 ${ofOffender} and set_aside_at is not null`)
    return aside.rows.length > 0
  })
  // Nobody waits for it: what comes of that offender beside it is tried, and it is after an hour.
  const { rows: beside } = await pool.query<{ id: number }>(
    `insert into rejudgements (offender_id, from_at, journal_id) values ($1, now(), 0) returning id`,
    [offenderId],
  )
  await waitUntil('what came beside it was tried', async () => {
    const tried = await pool.query(
      'select 1 from rejudgements where id = $1 and (set_aside_at is not null or done_at is not null)',
      [beside[0]?.id],
    )
    return tried.rows.length > 0
  })
  for (const { id, wrapped } of rows)
    await pool.query('update data_keys set wrapped = $2 where id = $1', [id, wrapped])
  keys.forget(scopes)
  await pool.query(
    `update rejudgements set set_aside_at = now() - interval '61 minutes' where offender_id = $1`,
    [offenderId],
  )
  expect(await awaitBreaches(offenderId)).toEqual([{ late: true, cleared: true }])
  const called = await pool.query(
    `select priority from alerts where offender_id = $1 and kind = 'position-unreliable'`,
    [offenderId],
  )
  expect(called.rows).toEqual([{ priority: 'P2' }])
  await evaluator.stop()
})

it('an order registered later is judged from history for what was recorded since it counts', async () => {
  const { pool } = database
  const nowMs = Date.now()
  const { offenderId, deviceId } = await addWearer(pool, { atMs: nowMs })
  const evaluator = startEvaluator()
  // An hour ago he was inside for a while. He left, and only then the order came.
  const minutes = Array.from({ length: 40 }, (_, index) => nowMs - (60 - index) * 60_000)
  await journalFixes(
    pool,
    minutes.map((atMs, index) => makeFix(deviceId, atMs, index < 10 ? banCentre : farAway)),
  )
  await addOrder(pool, offenderId, { atMs: nowMs })
  await waitForRequest(offenderId)
  await copyHistory({ pool, log: createSilentLog() })
  expect(await awaitBreaches(offenderId)).toEqual([{ late: true, cleared: true }])
  await evaluator.stop()
})

function startEvaluator(): Evaluator {
  const log = createSilentLog()
  const evaluator = createEvaluator({
    pool: database.pool,
    clock: { nowMs: () => Date.now() },
    log,
    limits: defaultLimits,
    doorbell: createLocalDoorbell({ log, pollMs: 20 }),
    shard: 0,
    snapshotMs: snapshotMsDefault,
  })
  evaluator.start()
  return evaluator
}

async function waitForRequest(offenderId: string): Promise<void> {
  await waitUntil('the request', async () => {
    const asked = await database.pool.query('select 1 from rejudgements where offender_id = $1', [
      offenderId,
    ])
    return asked.rows.length > 0
  })
}

/** When no stretch is left to be judged again. */
async function awaitBreaches(offenderId: string): Promise<readonly unknown[]> {
  await waitUntil('it was judged again', async () => {
    const open = await database.pool.query('select 1 from rejudgements where done_at is null')
    return open.rows.length === 0
  })
  const alerts = await database.pool.query<{ late: boolean; cleared: boolean }>(
    `select late, cleared_at is not null as cleared from alerts
      where offender_id = $1 and kind = 'location-ban-breach'`,
    [offenderId],
  )
  return alerts.rows
}
