import { afterAll, beforeAll, expect, it } from 'vitest'
import { defaultLimits } from '../../../src/core/model/limits.ts'
import { explainAlert } from '../../../src/explain/explain.ts'
import { snapshotMsDefault } from '../../../src/ingest/evaluator/evaluator-deps.ts'
import { createEvaluator } from '../../../src/ingest/evaluator/evaluator.ts'
import { createIntakePresence } from '../../../src/ingest/intake/intake-presence.ts'
import { createLocalDoorbell } from '../../../src/live/doorbell.ts'
import { createSilentLog } from '../../support/silent-log.ts'
import { createShiftedDatabase, type ShiftedDatabase } from '../../support/shifted-clock.ts'
import { addCase, farAway, journalFixes, makeFix } from '../../support/journal-world.ts'
import { waitUntil } from '../../support/wait-until.ts'

let database: ShiftedDatabase
beforeAll(async () => {
  database = await createShiftedDatabase()
})
afterAll(() => database.drop())

it('an outage of ours is not the silence of a device, and a silence after it comes out the same when explained', async () => {
  const { pool } = database
  const log = createSilentLog()
  let aheadMs = 0
  const nowMs = (): number => Date.now() + aheadMs
  const { deviceId } = await addCase(pool, { atMs: nowMs(), reportIntervalSeconds: 20 })
  await pool.query(`update journal set committed_at = committed_at - interval '2 minutes'`)
  await journalFixes(pool, [makeFix(deviceId, nowMs() - 90_000, farAway)])
  // The intake fell soon after, and a minute and more has passed.
  await pool.query(
    `insert into journal_positions (reader, shard, journal_id, updated_at)
     values ('intake', 0, 0, clock_timestamp() - interval '80 seconds')`,
  )
  const findSilent = async () => {
    const { rows } = await pool.query<{ id: string; facts: Record<string, number> }>(
      `select id, evidence -> 'facts' as facts from alerts where kind = 'device-silent'`,
    )
    return rows
  }
  const evaluator = createEvaluator({
    pool,
    clock: { nowMs },
    log,
    limits: defaultLimits,
    doorbell: createLocalDoorbell({ log, pollMs: 20 }),
    shard: 0,
    snapshotMs: snapshotMsDefault,
  })
  evaluator.start()
  const lookTwice = async (): Promise<void> => {
    const sinceMs = nowMs()
    await waitUntil(
      'two more looks',
      () => (evaluator.stats().evaluatedAtMs ?? 0) > sinceMs + 1_100,
    )
  }
  await lookTwice()
  expect(evaluator.stats()).toMatchObject({ lagMs: 0, failures: 0 })
  expect(await findSilent()).toEqual([])

  const presence = createIntakePresence({
    db: pool,
    log,
    clock: { nowMs },
    shard: 0,
    intake: { isStoring: () => true, notePlace: () => {} },
  })
  await presence.start()
  await lookTwice()
  expect(await findSilent()).toEqual([])

  // One allowed silence later it is said.
  aheadMs = 65_000
  await database.shift(aheadMs)
  await waitUntil('the silence', async () => (await findSilent()).length === 1)
  const [silence] = await findSilent()
  expect(silence!.facts['countedFromAtMs']).toBeGreaterThan(silence!.facts['lastHeardAtMs']!)
  const explained = await explainAlert(pool, {
    alertId: silence!.id,
    shard: 0,
    limits: defaultLimits,
  })
  expect(explained).toMatchObject({ outcome: 'same', differences: [] })
  await evaluator.stop()
  await presence.stop()
})
