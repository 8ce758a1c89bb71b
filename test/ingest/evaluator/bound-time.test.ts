import type pg from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { defaultLimits } from '../../../src/core/model/limits.ts'
import { findDifference } from '../../../src/ingest/evaluator/bound-time.ts'
import { snapshotMsDefault } from '../../../src/ingest/evaluator/evaluator-deps.ts'
import { createEvaluator, type Evaluator } from '../../../src/ingest/evaluator/evaluator.ts'
import { noteIntakeAlive } from '../../../src/store/evaluator/reception.ts'
import { createLocalDoorbell } from '../../../src/live/doorbell.ts'
import { addCase, farAway, journalFixes, makeFix } from '../../support/journal-world.ts'
import { createSilentLog } from '../../support/silent-log.ts'
import { createShiftedDatabase, type ShiftedDatabase } from '../../support/shifted-clock.ts'
import { waitUntil } from '../../support/wait-until.ts'

let database: ShiftedDatabase
let pool: pg.Pool
let evaluator: Evaluator | null = null
let aheadMs = 0
const nowMs = (): number => Date.now() + aheadMs

beforeAll(async () => {
  database = await createShiftedDatabase()
  pool = database.pool
})
afterEach(async () => {
  await evaluator?.stop()
  await shift({ node: 0, database: 0 })
})
afterAll(() => database.drop())

const hourMs = 3_600_000

describe('a clock that was an hour ahead for some seconds', () => {
  it.each([
    ['of the server alone', { node: hourMs, database: 0 }, 'goes on'],
    ['of the server alone', { node: hourMs, database: 0 }, 'starts again'],
    ['of the server and the database', { node: hourMs, database: hourMs }, 'goes on'],
    ['of the server and the database', { node: hourMs, database: hourMs }, 'starts again'],
  ] as const)(
    'forty devices that fall silent after a clock %s was ahead (%j) are found within their own allowance by an evaluator that %s',
    async (_whose, ahead, then) => {
      const devices = await addDevices(40)
      evaluator = startEvaluator()
      await hear(devices)
      await jump(ahead)
      await hear(devices)
      await lookTwice()
      await jump({ node: 0, database: 0 })
      await hear(devices)
      await lookTwice()
      if (then === 'starts again') {
        await evaluator.stop()
        evaluator = startEvaluator()
        await lookTwice()
      }
      expect(await countSilent(devices)).toBe(0)
      // Five seconds of clocks that differ, and one look, beyond the allowance of a minute.
      await shift({ node: 67_000, database: 67_000 })
      await lookTwice()
      expect(await countSilent(devices)).toBe(40)
      expect(evaluator.stats().failures).toBe(0)
    },
    60_000,
  )
})

it('a clock that was an hour ahead keeps memory from being saved no longer than it was', async () => {
  const devices = await addDevices(1)
  evaluator = startEvaluator(100)
  await hear(devices)
  await awaitSnapshot()
  for (const both of [hourMs, 0]) {
    await jump({ node: both, database: both })
    await hear(devices)
    await awaitSnapshot()
  }
  // And protection is judged and vouched for again as before.
  const sinceMs = Date.now()
  await waitUntil(
    'all is judged again',
    async () => {
      const { rows } = await pool.query<{ atMs: number }>(
        `select extract(epoch from updated_at) * 1000 as "atMs" from journal_positions
          where reader = 'protection'`,
      )
      const atMs = Number(rows[0]?.atMs)
      return atMs > sinceMs && atMs < Date.now() + 10_000
    },
    20_000,
  )
})

it('an evaluator whose clock is 90 seconds ahead of the database calls no device silent', async () => {
  const devices = await addDevices(20)
  await pool.query(`delete from journal_positions where reader = 'protection'`)
  aheadMs = 90_000
  evaluator = startEvaluator()
  await hear(devices, Date.now())
  await lookTwice()
  expect(await countSilent(devices)).toBe(0)
  expect(evaluator.stats().clockAheadMs).toBeGreaterThan(80_000)
  // It does not vouch for anybody either: a minute later that is an alert.
  const judged = await pool.query(`select 1 from journal_positions where reader = 'protection'`)
  expect(judged.rows).toEqual([])
  const { rows } = await pool.query(`select 1 from alerts where kind = 'vendor-silent'`)
  expect(rows).toEqual([])
})

it('a database that answers late is no clock that differs', () => {
  const clock = { nowMs: () => 100_000 }
  const askedAtMs = performance.now() - 8_000
  for (const databaseMs of [92_000, 96_000, 100_000]) {
    expect(findDifference(clock, askedAtMs, databaseMs)).toBeCloseTo(0, 0)
  }
  expect(findDifference(clock, askedAtMs, 32_000)).toBeCloseTo(60_000, -3)
  expect(findDifference(clock, askedAtMs, 160_000)).toBe(-60_000)
})

type Devices = readonly { readonly offenderId: string; readonly deviceId: string }[]

async function addDevices(count: number): Promise<Devices> {
  const added = []
  for (let index = 0; index < count; index += 1) {
    added.push(await addCase(pool, { atMs: Date.now(), reportIntervalSeconds: 20 }))
  }
  return added
}

async function hear(devices: Devices, atMs = nowMs()): Promise<void> {
  await noteIntakeAlive(pool, 0)
  const fixes = devices.map(({ deviceId }) =>
    makeFix(deviceId, atMs - 1, farAway, { receivedAtMs: atMs }),
  )
  const journalId = await journalFixes(pool, fixes)
  await waitUntil('they are heard', () => (evaluator?.stats().journalId ?? 0) >= journalId)
}

/** A clock goes wrong, or right again; before and after it our intake gives signs of life. */
async function jump(by: { readonly node: number; readonly database: number }): Promise<void> {
  await database.jump(by.database)
  aheadMs = by.node
  await noteIntakeAlive(pool, 0)
}

/** Time passes. */
async function shift(by: { readonly node: number; readonly database: number }): Promise<void> {
  await database.shift(by.database)
  aheadMs = by.node
}

async function lookTwice(): Promise<void> {
  const sinceMs = nowMs()
  await waitUntil('two more looks', () => {
    const atMs = evaluator?.stats().evaluatedAtMs ?? 0
    return atMs > sinceMs + 2_200 && atMs < nowMs() + 1_000
  })
}

/** Memory is saved of what was read until now. */
async function awaitSnapshot(): Promise<void> {
  const journalId = evaluator?.stats().journalId ?? Infinity
  await waitUntil(
    'memory is saved',
    async () => {
      const { rows } = await pool.query<{ journal_id: number }>(
        `select journal_id from journal_positions where reader = 'evaluator-snapshot'`,
      )
      return Number(rows[0]?.journal_id ?? 0) >= journalId
    },
    20_000,
  )
}

async function countSilent(devices: Devices): Promise<number> {
  const { rows } = await pool.query<{ count: number }>(
    `select count(*)::int as count from alerts
      where kind = 'device-silent' and cleared_at is null and device_id = any($1)`,
    [devices.map(({ deviceId }) => deviceId)],
  )
  return rows[0]?.count ?? 0
}

function startEvaluator(snapshotMs = snapshotMsDefault): Evaluator {
  const log = createSilentLog()
  const started = createEvaluator({
    pool,
    clock: { nowMs },
    log,
    limits: defaultLimits,
    doorbell: createLocalDoorbell({ log, pollMs: 20 }),
    shard: 0,
    snapshotMs,
  })
  started.start()
  return started
}
