import type pg from 'pg'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { systemClock } from '../../../src/clock.ts'
import { defaultLimits } from '../../../src/core/model/limits.ts'
import { dayMs } from '../../../src/core/model/units.ts'
import { createCounts, snapshotMsDefault } from '../../../src/ingest/evaluator/evaluator-deps.ts'
import { loadMemory, type EvaluatorMemory } from '../../../src/ingest/evaluator/evaluator-memory.ts'
import { createEvaluatorRound } from '../../../src/ingest/evaluator/evaluator-round.ts'
import { createEvaluator } from '../../../src/ingest/evaluator/evaluator.ts'
import { createJudgingFaults } from '../../../src/ingest/evaluator/judging-faults.ts'
import { loadStanding } from '../../../src/ingest/evaluator/standing.ts'
import { createLocalDoorbell } from '../../../src/live/doorbell.ts'
import { openEvaluatorPlace } from '../../../src/store/evaluator/evaluator-place.ts'
import { makePartitions } from '../../../src/store/history/partitions.ts'
import { copyHistory } from '../../../workers/copy-history.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { addCase, banCentre, farAway, journalFixes, makeFix } from '../../support/journal-world.ts'
import { createSilentLog } from '../../support/silent-log.ts'
import { waitUntil } from '../../support/wait-until.ts'
import { readFence } from '../../support/lease.ts'

let database: TestDatabase
const closers: (() => Promise<void> | void)[] = []

beforeAll(async () => {
  database = await createTestDatabase()
  await makePartitions(database.pool, { nowMs: Date.now() })
})
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})
afterAll(() => database.drop())

it('a stretch that fails is tried three times over restarts and set aside with an alert, and holds up nobody', async () => {
  const { pool } = database
  const broken = await addLateBreach()
  // The first in line fails: the other one is judged all the same.
  const sound = await addLateBreach()
  const client = await pool.connect()
  closers.push(() => client.release())
  const attempts = [await stepOnce(client, broken.offenderId)]
  expect(attempts).toEqual(['failed'])
  await waitForStretches(client, broken.offenderId, sound.offenderId)
  expect(await kindsOf(sound.offenderId)).toEqual(['location-ban-breach'])
  expect(await kindsOf(broken.offenderId)).toEqual([])
  // Each of these is a start anew; the count is in the row.
  attempts.push(await stepOnce(client, broken.offenderId))
  attempts.push(await stepOnce(client, broken.offenderId))
  attempts.push(await stepOnce(client, broken.offenderId))
  expect(attempts).toEqual(['failed', 'failed', 'failed', 'went on'])
  expect(await kindsOf(broken.offenderId)).toEqual(['position-unreliable'])
  const { rows } = await pool.query(
    `select attempt_count, set_aside_at is not null as aside, done_at from rejudgements where offender_id = $1`,
    [broken.offenderId],
  )
  expect(rows).toEqual([{ attempt_count: 3, aside: true, done_at: null }])
})

it('a stretch of 127,000 fixes of one device, and one 22 days late, is judged again', async () => {
  const { pool } = database
  const nowMs = Date.now()
  const startMs = nowMs - 23 * dayMs
  const { offenderId, deviceId } = await addCase(pool, { atMs: startMs })
  const fixes = Array.from({ length: 127_000 }, (_, index) => {
    const atMs = startMs + 30 * 60_000 + index * 15_000
    return makeFix(deviceId, atMs, { ...farAway, latitude: 52.37 + (index % 7) * 1e-5 })
  })
  for (let at = 0; at < fixes.length; at += 5_000) {
    await journalFixes(pool, fixes.slice(at, at + 5_000))
  }
  const log = createSilentLog()
  const evaluator = createEvaluator({ ...depsOf(pool), pool })
  closers.push(() => evaluator.stop())
  evaluator.start()
  // Ten minutes before all of them, inside.
  const lateAtMs = startMs + 20 * 60_000
  const journalId = await journalFixes(
    pool,
    [0, 5_000, 10_000].map((offsetMs) =>
      makeFix(deviceId, lateAtMs + offsetMs, banCentre, { receivedAtMs: nowMs }),
    ),
  )
  await waitUntil('all is read', () => (evaluator.stats().journalId ?? 0) >= journalId, 60_000)
  await copyHistory({ pool, log, roundMsMax: 60_000 })
  await waitUntil(
    'it was judged again',
    async () => (await kindsOf(offenderId)).includes('location-ban-breach'),
    60_000,
  )
  expect(evaluator.stats()).toMatchObject({ failures: 0, stretchesSetAside: 0, reloads: 1 })
}, 120_000)

/** Five hours, a fix a minute, and three from the first hour that come last: they were inside. */
async function addLateBreach() {
  const { pool } = database
  const nowMs = Date.now()
  const found = await addCase(pool, { atMs: nowMs })
  const { deviceId } = found
  const minutes = Array.from({ length: 300 }, (_, index) => nowMs - (300 - index) * 60_000)
  await journalFixes(
    pool,
    minutes.map((atMs) => makeFix(deviceId, atMs, farAway)),
  )
  const lateAtMs = (minutes[10] ?? 0) + 30_000
  const late = [0, 5_000, 10_000].map((offsetMs) =>
    makeFix(deviceId, lateAtMs + offsetMs, banCentre, { receivedAtMs: nowMs }),
  )
  await journalFixes(pool, late)
  return found
}

function depsOf(pool: pg.Pool) {
  const log = createSilentLog()
  return {
    pool,
    clock: systemClock,
    log,
    limits: defaultLimits,
    doorbell: createLocalDoorbell({ log, pollMs: 20 }),
    shard: 0,
    snapshotMs: snapshotMsDefault,
  }
}

/** Memory loaded anew, of which judging one offender again fails, and steps until one fails. */
async function startAnew(client: pg.PoolClient, brokenId: string) {
  const deps = { ...depsOf(database.pool), counts: createCounts() }
  const faults = createJudgingFaults(deps)
  const loaded = await loadMemory(client, { ...deps, isClockHeld: () => false })
  const place = await openEvaluatorPlace(client, 0)
  const recorded = await loadStanding(client)
  const memory: EvaluatorMemory = {
    ...loaded,
    rejudge(offenderId, fixes, fromMs) {
      if (offenderId === brokenId) throw new RangeError('Maximum call stack size exceeded')
      return loaded.rejudge(offenderId, fixes, fromMs)
    },
  }
  const fence = await readFence(client)
  const round = createEvaluatorRound({
    ...deps,
    client,
    fence,
    memory,
    place,
    recorded,
    waiting: [],
    isFailing: () => false,
  })
  return {
    async step(): Promise<boolean> {
      try {
        await round.step()
        return true
      } catch (error) {
        await faults.overcome(client, error, fence)
        return false
      }
    },
  }
}

async function stepOnce(client: pg.PoolClient, brokenId: string): Promise<'failed' | 'went on'> {
  const world = await startAnew(client, brokenId)
  for (let count = 0; count < 30; count += 1) {
    await copyHistory({ pool: database.pool, log: createSilentLog() })
    if (!(await world.step())) return 'failed'
    if (count > 3 && (await kindsOf(brokenId)).length > 0) return 'went on'
  }
  return 'went on'
}

async function waitForStretches(
  client: pg.PoolClient,
  brokenId: string,
  soundId: string,
): Promise<void> {
  const world = await startAnew(client, brokenId)
  await waitUntil('the other stretch is judged', async () => {
    await world.step()
    return (await kindsOf(soundId)).length > 0
  })
}

async function kindsOf(offenderId: string): Promise<readonly string[]> {
  const { rows } = await database.pool.query<{ kind: string }>(
    'select kind from alerts where offender_id = $1 order by raised_at',
    [offenderId],
  )
  return rows.map(({ kind }) => kind)
}
