import { advisoryLocks } from '../../src/store/pg/advisory-locks.ts'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { pendingElementsMax } from '../../src/ingest/intake/intake.ts'
import {
  readJournalFixes,
  registerDevices,
  reportAt,
  startIntake,
  vendorRequest,
} from '../ingest/support.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

let database: TestDatabase
/** Holds the lock of the journal, so that appends stay on their way for as long as a test wants. */
let holder: pg.Client

beforeAll(async () => {
  database = await createTestDatabase()
  holder = new pg.Client({ connectionString: database.url })
  await holder.connect()
})
afterAll(async () => {
  await holder.end()
  await database.drop()
})

async function holdJournal(): Promise<void> {
  await holder.query(`select pg_advisory_lock(${advisoryLocks.journal})`)
}

async function releaseJournal(): Promise<void> {
  await holder.query(`select pg_advisory_unlock(${advisoryLocks.journal})`)
}

async function findWaitingBackends(): Promise<number[]> {
  const { rows } = await holder.query<{ pid: number }>(
    `select pid from pg_stat_activity
     where datname = current_database() and wait_event_type = 'Lock' and query like '%journal_append%'`,
  )
  return rows.map(({ pid }) => pid)
}

/** Resolves when the database has ended the connection that was appending to the journal. */
async function terminateAppend(): Promise<void> {
  const [pid] = await vi.waitUntil(async () => {
    const pids = await findWaitingBackends()
    return pids.length === 1 ? pids : null
  })
  await holder.query('select pg_terminate_backend($1)', [pid])
}

describe('a database that ends the connection in the middle of a commit', () => {
  it('every request of a commit that the database cuts off fails with a 503, acknowledges nothing, and is taken when sent again', async () => {
    const { vendorId } = await registerDevices(database.pool, 'vendor of the failing commit', [
      'AM-1',
      'AM-2',
    ])
    const intake = startIntake(database.pool)
    const requests = Array.from({ length: 8 }, (_, index) =>
      vendorRequest(vendorId, [
        ['AM-1', reportAt(index)],
        ['AM-2', reportAt(index)],
      ]),
    )
    // Devices are looked up and primed first, so that all eight meet in one commit.
    await intake.acceptFixes(
      vendorRequest(vendorId, [
        ['AM-1', reportAt(100)],
        ['AM-2', reportAt(100)],
      ]),
    )
    const before = (await readJournalFixes(database.pool)).length

    await holdJournal()
    const outcomes = Promise.allSettled(
      requests.map(async (request) => await intake.acceptFixes(request)),
    )
    await terminateAppend()
    await releaseJournal()
    for (const outcome of await outcomes) {
      expect(outcome).toMatchObject({
        status: 'rejected',
        reason: { code: 'database-unavailable', status: 503 },
      })
    }
    expect(await readJournalFixes(database.pool)).toHaveLength(before)

    const again = await Promise.all(
      requests.map(async (request) => await intake.acceptFixes(request)),
    )
    expect(again.every(({ acceptedCount }) => acceptedCount === 2)).toBe(true)
    const stored = (await readJournalFixes(database.pool)).map(
      (fix) => `${fix.deviceId} ${fix.sequence}`,
    )
    expect(stored).toHaveLength(before + 16)
    expect(new Set(stored).size).toBe(stored.length)
    expect(intake.stats()).toMatchObject({
      pendingElementCount: 0,
      fixes: { failedGroupCount: 1, queuedEntryCount: 0 },
    })
  })

  it('a request that only repeated the fixes of a failed commit is taken, not acknowledged as their duplicate', async () => {
    const { vendorId, devices } = await registerDevices(
      database.pool,
      'vendor of the repeated request',
      ['AM-1'],
    )
    const intake = startIntake(database.pool)
    await intake.acceptFixes(vendorRequest(vendorId, [['AM-1', reportAt(100)]]))
    await holdJournal()
    const first = intake.acceptFixes(vendorRequest(vendorId, [['AM-1', reportAt(1)]]))
    const failed = expect(first).rejects.toMatchObject({ code: 'database-unavailable' })
    await vi.waitUntil(async () => (await findWaitingBackends()).length === 1)
    const repeated = intake.acceptFixes(vendorRequest(vendorId, [['AM-1', reportAt(1)]]))
    await terminateAppend()
    await failed
    await releaseJournal()
    expect(await repeated).toMatchObject({ acceptedCount: 1, duplicateCount: 0 })
    const stored = (await readJournalFixes(database.pool)).filter(
      (fix) => fix.deviceId === devices.get('AM-1'),
    )
    expect(stored.map((fix) => fix.sequence)).toEqual([100, 1])
  })
})

describe('a database slower than what comes in', () => {
  it('a database slower than what comes in makes the intake refuse with a 503 before memory grows past its bound, and take again afterwards', async () => {
    const { vendorId } = await registerDevices(database.pool, 'vendor of the overload', ['AM-1'])
    const intake = startIntake(database.pool)
    await intake.acceptFixes(vendorRequest(vendorId, [['AM-1', reportAt(0)]]))
    await holdJournal()
    const batch = (batchNumber: number) =>
      vendorRequest(
        vendorId,
        Array.from(
          { length: 1_000 },
          (_, index) => ['AM-1', reportAt(1 + batchNumber + index / 1_000)] as const,
        ),
      )
    const taken = Array.from(
      { length: pendingElementsMax / 1_000 },
      async (_, index) => await intake.acceptFixes(batch(index)),
    )
    expect(intake.stats().pendingElementCount).toBe(pendingElementsMax)
    await expect(intake.acceptFixes(batch(51))).rejects.toMatchObject({
      code: 'overloaded',
      status: 503,
    })
    expect(intake.stats()).toMatchObject({
      pendingElementCount: pendingElementsMax,
      overloadedRequestCount: 1,
    })
    await releaseJournal()
    await Promise.all(taken)
    expect(intake.stats().pendingElementCount).toBe(0)
    expect((await intake.acceptFixes(batch(51))).acceptedCount).toBe(1_000)
  })
})

describe('a quarantine that cannot be written', () => {
  it('a quarantine that cannot be written keeps the whole request from being acknowledged, and what was good is a duplicate when it comes again', async () => {
    const { vendorId } = await registerDevices(database.pool, 'vendor of the quarantine', ['AM-1'])
    const intake = startIntake(database.pool)
    const request = vendorRequest(vendorId, [
      ['AM-1', reportAt(1)],
      ['AM-9', reportAt(1)],
    ])
    await database.pool.query('alter table quarantined_fixes rename to quarantined_fixes_away')
    await expect(intake.acceptFixes(request)).rejects.toThrow()
    await database.pool.query('alter table quarantined_fixes_away rename to quarantined_fixes')
    const again = await intake.acceptFixes(request)
    expect(again.acceptedCount + again.duplicateCount).toBe(1)
    expect(again.refused).toHaveLength(1)
  })
})
