import { afterAll, beforeAll, expect, it } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { defaultLimits } from '../../src/core/model/limits.ts'
import { snapshotMsDefault } from '../../src/ingest/evaluator/evaluator-deps.ts'
import { createEvaluator } from '../../src/ingest/evaluator/evaluator.ts'
import { createIntakePresence } from '../../src/ingest/intake/intake-presence.ts'
import { createIntake } from '../../src/ingest/intake/intake.ts'
import { createLocalDoorbell } from '../../src/live/doorbell.ts'
import { registerDevices, vendorRequest } from '../ingest/support.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { addCase, farAway, journalFixes, makeFix } from '../support/journal-world.ts'
import { createSilentLog } from '../support/silent-log.ts'
import { waitUntil } from '../support/wait-until.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

/** As on a full disk: the database answers, and takes nothing in. */
const fillDisk = `
  create function full_disk() returns trigger language plpgsql as
    $$ begin raise exception 'could not extend file' using errcode = '53100'; end $$;
  create trigger full_disk before insert on journal for each row when (new.kind = 1)
    execute function full_disk();`

it('appends that fail while the database answers are our outage: no sign of life, no silent vendor, and a server that says so', async () => {
  const { pool } = database
  const log = createSilentLog()
  const nowMs = Date.now()
  // Ten devices of one plan, all heard a minute ago; since then nothing could be stored.
  const deviceIds: string[] = []
  for (let count = 0; count < 10; count += 1) {
    const facts = { atMs: nowMs - 120_000, reportIntervalSeconds: 20 }
    deviceIds.push((await addCase(pool, facts)).deviceId)
  }
  await pool.query(`update journal set committed_at = committed_at - interval '2 minutes'`)
  await journalFixes(
    pool,
    deviceIds.map((id) => makeFix(id, nowMs - 61_000, farAway, { receivedAtMs: nowMs - 60_000 })),
  )
  await pool.query(`update devices set vendor_id = (select vendor_id from devices limit 1)`)
  await pool.query(
    `insert into journal_positions (reader, shard, journal_id, updated_at)
     values ('intake', 0, 0, clock_timestamp() - interval '55 seconds')`,
  )
  const { vendorId } = await registerDevices(pool, 'Vendor of a full disk', ['AM-1'])
  await pool.query(fillDisk)
  const shared = { log, clock: systemClock, limits: defaultLimits, shard: 0 }
  const intake = createIntake({ ...shared, db: pool, onCommitted: () => {} })
  const presence = createIntakePresence({ ...shared, db: pool, intake })
  await presence.start()
  // Also before anybody has posted: the sign itself tries.
  expect(presence.isReceiving()).toBe(false)
  expect(intake.isStoring()).toBe(true)
  const report = { ...makeFix('', Date.now(), farAway), batteryFraction: null }
  const post = async () => {
    const { deviceId: _, receivedAtMs: __, ...fix } = report
    return await intake.acceptFixes({
      ...vendorRequest(vendorId, [['AM-1', fix]]),
      receivedAtMs: Date.now(),
    })
  }
  await expect(post()).rejects.toMatchObject({ code: 'database-unavailable' })
  expect(intake.isStoring()).toBe(false)
  const doorbell = createLocalDoorbell({ log, pollMs: 20 })
  const evaluator = createEvaluator({ ...shared, pool, doorbell, snapshotMs: snapshotMsDefault })
  evaluator.start()
  const sinceMs = Date.now()
  await waitUntil('two looks', () => (evaluator.stats().evaluatedAtMs ?? 0) > sinceMs + 2_500)
  expect(await findOutages()).toBe(0)
  expect(await findSilences()).toEqual([])
  await pool.query('drop trigger full_disk on journal')
  expect((await post()).acceptedCount).toBe(1)
  expect(intake.isStoring()).toBe(true)
  // What could not be heard is on record before what came after it.
  expect(await findOutages()).toBe(1)
  await waitUntil('a sign of life', () => presence.isReceiving())
  expect(await findSilences()).toEqual([])
  await evaluator.stop()
  await presence.stop()
}, 30_000)

async function findOutages(): Promise<number> {
  const { rows } = await database.pool.query('select 1 from journal where kind = 4')
  return rows.length
}

async function findSilences(): Promise<readonly unknown[]> {
  const { rows } = await database.pool.query<{ kind: string }>(
    `select kind from alerts where kind in ('vendor-silent', 'device-silent')`,
  )
  return rows
}
