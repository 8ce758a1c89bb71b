import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { systemClock } from '../../../src/clock.ts'
import { defaultLimits } from '../../../src/core/model/limits.ts'
import { createCounts, snapshotMsDefault } from '../../../src/ingest/evaluator/evaluator-deps.ts'
import { loadMemory, type EvaluatorMemory } from '../../../src/ingest/evaluator/evaluator-memory.ts'
import { createEvaluatorRound } from '../../../src/ingest/evaluator/evaluator-round.ts'
import { ClockFailure } from '../../../src/ingest/evaluator/judge-row.ts'
import { createJudgingFaults } from '../../../src/ingest/evaluator/judging-faults.ts'
import { loadStanding } from '../../../src/ingest/evaluator/standing.ts'
import { createLocalDoorbell } from '../../../src/live/doorbell.ts'
import { openEvaluatorPlace } from '../../../src/store/evaluator/evaluator-place.ts'
import { listPoison } from '../../../src/store/journal/poison.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { addCase, banCentre, farAway, journalFixes, makeFix } from '../../support/journal-world.ts'
import { createSilentLog } from '../../support/silent-log.ts'
import { waitUntil } from '../../support/wait-until.ts'
import { readFence } from '../../support/lease.ts'

let database: TestDatabase
const closers: (() => void)[] = []
beforeAll(async () => {
  database = await createTestDatabase()
})
afterEach(() => closers.splice(0).forEach((close) => close()))
afterAll(() => database.drop())

it('an entry that breaks an invariant three times is set aside, and the rest of its row is judged', async () => {
  const nowMs = Date.now()
  const { deviceId } = await addCase(database.pool, { atMs: nowMs })
  const journalId = await journalFixes(database.pool, [
    makeFix(deviceId, nowMs - 60_000, farAway),
    makeFix(deviceId, nowMs - 50_000, farAway, { sequence: 666 }),
    makeFix(deviceId, nowMs - 2_000, banCentre),
  ])
  const world = await createWorld((memory) => ({
    ...memory,
    applyFix(fix) {
      if (fix.sequence === 666) throw new Error('invariant broken')
      return memory.applyFix(fix)
    },
  }))
  expect(await world.tryReading(journalId)).toBe(false)
  expect(await world.tryReading(journalId)).toBe(false)
  expect(await listPoison(database.pool)).toEqual([])
  expect(await world.tryReading(journalId)).toBe(false)
  expect(await listPoison(database.pool)).toEqual([{ journalId, entryIndex: 1 }])
  expect(await world.tryReading(journalId)).toBe(true)
  expect(world.counts).toMatchObject({ poison: 1, alerts: 1, failures: 0 })
})

it('fixes are judged with the clock held, when letting time pass has broken an invariant three times', async () => {
  const nowMs = Date.now()
  const { deviceId } = await addCase(database.pool, { atMs: nowMs })
  const journalId = await journalFixes(database.pool, [makeFix(deviceId, nowMs - 2_000, banCentre)])
  const world = await createWorld((memory, isClockHeld) => ({
    ...memory,
    advance() {
      if (isClockHeld()) return []
      throw new ClockFailure('invariant broken')
    },
  }))
  for (const isClockHeld of [false, false, true]) {
    expect(await world.tryReading(journalId)).toBe(false)
    expect(world.faults.isClockHeld()).toBe(isClockHeld)
  }
  expect(await world.tryReading(journalId)).toBe(true)
  expect(world.counts).toMatchObject({ poison: 0, alerts: 1, failures: 3 })
})

it('four failures within three minutes are said, over loadings of memory; a database that is away is none', async () => {
  const { faults } = await createWorld((memory) => memory)
  const away = Object.assign(new Error('the database starts up'), { code: '57P03' })
  for (let count = 0; count < 9; count += 1) faults.noteFailure(away)
  for (let count = 0; count < 3; count += 1) faults.noteFailure(new RangeError('too much'))
  expect(faults.isFailing()).toBe(false)
  await faults.overcome(database.pool, new ClockFailure('invariant broken'), 0)
  expect(faults.isFailing()).toBe(true)
})

it('an evaluator that fails again and again does not say that all is judged', async () => {
  await addCase(database.pool, { atMs: Date.now() })
  const { rows } = await database.pool.query<{ id: number }>('select max(id) as id from journal')
  const noted = async (): Promise<number> => {
    const found = await database.pool.query(
      `select 1 from journal_positions where reader = 'protection'`,
    )
    return found.rows.length
  }
  await database.pool.query(`delete from journal_positions where reader = 'protection'`)
  let isFailing = true
  const world = await createWorld(
    (memory) => memory,
    () => isFailing,
  )
  expect(await world.tryReading(rows[0]?.id ?? 0)).toBe(true)
  expect(await noted()).toBe(0)
  isFailing = false
  expect(await world.tryReading(rows[0]?.id ?? 0)).toBe(true)
  expect(await noted()).toBe(1)
})

it('an error that is no fault of judging is passed on', async () => {
  const world = await createWorld((memory) => memory)
  const error = new Error('connection lost')
  await expect(world.faults.overcome(database.pool, error, 1)).rejects.toBe(error)
})

type BreakMemory = (memory: EvaluatorMemory, isClockHeld: () => boolean) => EvaluatorMemory

/** An evaluator with a memory of which something fails, made to read on after each loading. */
async function createWorld(breakMemory: BreakMemory, isFailing = (): boolean => false) {
  const client = await database.pool.connect()
  closers.push(() => client.release())
  const log = createSilentLog()
  const counts = createCounts()
  const deps = {
    pool: database.pool,
    clock: systemClock,
    log,
    limits: defaultLimits,
    doorbell: createLocalDoorbell({ log }),
    shard: 0,
    snapshotMs: snapshotMsDefault,
    counts,
  }
  const faults = createJudgingFaults(deps)
  return {
    counts,
    faults,
    /** False when a step failed and was overcome. */
    async tryReading(journalId: number): Promise<boolean> {
      const loaded = await loadMemory(client, { ...deps, isClockHeld: faults.isClockHeld })
      const place = await openEvaluatorPlace(client, 0)
      const recorded = await loadStanding(client)
      const memory = breakMemory(loaded, faults.isClockHeld)
      const fence = await readFence(client)
      const round = createEvaluatorRound({
        ...deps,
        client,
        fence,
        memory,
        place,
        recorded,
        waiting: [],
        isFailing,
      })
      try {
        // Rows are shown once nobody is at work on older ones, in whichever database of the server.
        await waitUntil('the journal is read', async () => {
          await round.step()
          return (round.progress().journalId ?? 0) >= journalId
        })
        return true
      } catch (error) {
        await faults.overcome(client, error, fence)
        return false
      }
    },
  }
}
