import type pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createRejudger, type RejudgerDeps } from '../../../src/ingest/evaluator/rejudger.ts'
import { makePartitions } from '../../../src/store/history/partitions.ts'
import { copyHistory } from '../../../workers/copy-history.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { addCase, banCentre, farAway, journalFixes, makeFix } from '../../support/journal-world.ts'
import { openRound } from '../../support/open-round.ts'
import { createSilentLog } from '../../support/silent-log.ts'
import { waitUntil } from '../../support/wait-until.ts'

let database: TestDatabase
let client: pg.PoolClient
const closers: (() => void)[] = []
const log = createSilentLog()
const caseCount = 12

beforeAll(async () => {
  database = await createTestDatabase()
  await makePartitions(database.pool, { nowMs: Date.now() })
  client = await database.pool.connect()
})
afterAll(async () => {
  closers.forEach((close) => close())
  client.release()
  await database.drop()
})

it('stretches of many are judged again once each, and whoever is seen meanwhile is told first', async () => {
  const { pool } = database
  const nowMs = Date.now()
  const live = await addCase(pool, { atMs: nowMs })
  const late = []
  for (let count = 0; count < caseCount; count += 1) late.push(await addCase(pool, { atMs: nowMs }))
  const minutes = Array.from({ length: 250 }, (_, at) => nowMs - (250 - at) * 60_000)
  for (const { deviceId } of late)
    await journalFixes(
      pool,
      minutes.map((atMs) => makeFix(deviceId, atMs, farAway)),
    )
  for (const { deviceId } of late)
    await journalFixes(
      pool,
      [0, 5_000, 10_000].map((offsetMs) =>
        makeFix(deviceId, (minutes[10] ?? 0) + offsetMs + 30_000, banCentre, {
          receivedAtMs: nowMs,
        }),
      ),
    )
  const round = await openRound(database, client, (close) => closers.push(close), 3_600_000)
  const stepUntil = async (isDone: () => Promise<boolean>): Promise<void> =>
    await waitUntil('the steps', async () => {
      await round.step()
      return await isDone()
    })
  await stepUntil(async () => (await countStretches('true')) === caseCount)
  await copyHistory({ pool, log })
  await stepUntil(async () => (await countStretches('done_at is not null')) > 0)
  await journalFixes(
    pool,
    [10_000, 5_000].map((agoMs) => makeFix(live.deviceId, nowMs - agoMs, banCentre)),
  )
  await copyHistory({ pool, log })
  await stepUntil(async () => (await countStretches('done_at is null')) === 0)
  await round.ended()
  const { rows } = await pool.query<{ offender_id: string }>(
    `select offender_id from alerts where kind = 'location-ban-breach' order by raised_at`,
  )
  const told = rows.map((row) => row.offender_id)
  expect(told.toSorted()).toEqual([live, ...late].map(({ offenderId }) => offenderId).toSorted())
  // A piece at most lies between.
  expect(told.indexOf(live.offenderId)).toBeLessThan(caseCount)
  expect(await countStretches('attempt_count = 1 and set_aside_at is null')).toBe(caseCount)
})

it('an evaluator whose memory cannot be written is not woken for old stretches each millisecond', async () => {
  const deps = {
    keeper: { isSaved: () => false },
    turns: { isEmpty: () => true, isLive: () => false },
  } as unknown as RejudgerDeps
  const rejudger = createRejudger(deps)
  await rejudger.judgeSome(0)
  expect(rejudger.dueInMs()).toBeGreaterThan(50)
})

async function countStretches(which: string): Promise<number> {
  const { rows } = await database.pool.query(`select 1 from rejudgements where ${which}`)
  return rows.length
}
