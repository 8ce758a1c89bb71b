import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createSteadyClock, keepSteady } from '../../src/ingest/steady-clock.ts'
import { createShiftedDatabase, type ShiftedDatabase } from '../support/shifted-clock.ts'
import { createTestApp } from '../support/http-app.ts'
import { createSilentLog } from '../support/silent-log.ts'
import { readJournalFixes } from './support.ts'

const hourMs = 3_600_000
const startMs = Date.UTC(2026, 10, 26, 8)

/** Three clocks of which each can be set; what passes, passes on all of them. */
function makeClocks(ownAheadMs = 0) {
  const at = { elapsedMs: 500, own: startMs + ownAheadMs, database: startMs }
  const steady = createSteadyClock({
    own: { nowMs: () => at.own },
    elapsedMs: () => at.elapsedMs,
  })
  const pass = (ms: number): void => {
    at.elapsedMs += ms
    at.own += ms
    at.database += ms
  }
  const compare = (tookMs = 0): void => {
    const askedAtElapsedMs = at.elapsedMs
    const databaseMs = at.database
    pass(tookMs)
    steady.compare({ askedAtElapsedMs, databaseMs })
  }
  const errorMs = (): number => steady.nowMs() - startMs - (at.elapsedMs - 500)
  return { at, compare, errorMs, pass, steady }
}

describe('the time of a process', () => {
  it.each([hourMs, -hourMs, 6_000, -120_000])(
    'a clock of ours that is set by %d ms changes nothing, neither before it is compared nor after, nor when it is right again',
    (stepMs) => {
      const { at, compare, errorMs, pass } = makeClocks()
      compare()
      for (const step of [stepMs, 0, -stepMs]) {
        at.own += step
        pass(300)
        expect(errorMs()).toBe(0)
        compare()
        pass(5_000)
        compare()
        expect(errorMs()).toBe(0)
      }
    },
  )

  it('a clock of the database that is set alone is not followed either', () => {
    const { at, compare, errorMs, pass } = makeClocks()
    compare()
    at.database += hourMs
    pass(5_000)
    compare()
    expect(errorMs()).toBe(0)
    at.database -= 2 * hourMs
    pass(5_000)
    compare()
    expect(errorMs()).toBe(0)
  })

  it('two clocks that are set alike are followed, as after a machine has slept', () => {
    const { at, compare, pass, steady } = makeClocks()
    compare()
    at.own += hourMs
    at.database += hourMs
    pass(5_000)
    compare()
    expect(steady.nowMs()).toBe(startMs + hourMs + 5_000)
  })

  it('a process whose own clock is wrong from the start goes by the database, also when it is set right', () => {
    const { at, compare, errorMs, pass } = makeClocks(-90_000)
    compare()
    expect(errorMs()).toBe(0)
    pass(5_000)
    compare()
    expect(errorMs()).toBe(0)
    at.own += 90_000
    pass(5_000)
    compare()
    expect(errorMs()).toBe(0)
  })

  it('a slow answer of the database is no difference of clocks', () => {
    const { compare, errorMs } = makeClocks()
    compare()
    for (let time = 0; time < 100; time += 1) compare(20_000)
    expect(errorMs()).toBe(0)
  })

  it('it is in doubt from when our clock is set until it is compared', () => {
    const { at, compare, pass, steady } = makeClocks(90_000)
    compare()
    pass(60_000)
    expect(steady.isInDoubt()).toBe(false)
    at.own -= 2_000
    expect(steady.isInDoubt()).toBe(true)
    compare()
    expect(steady.isInDoubt()).toBe(false)
  })
})

describe('the time of a process beside a database', () => {
  let database: ShiftedDatabase
  beforeAll(async () => {
    database = await createShiftedDatabase()
  })
  afterAll(() => database.drop())

  it('what is received while our clock is an hour off has the right time, and after all stood still the new one', async () => {
    const world = { ownMs: 0, sleptMs: 0 }
    const time = keepSteady({
      db: database.pool,
      elapsedMs: () => performance.now() - world.sleptMs,
      log: createSilentLog(),
      own: { nowMs: () => Date.now() + world.ownMs },
      shard: 0,
    })
    await time.start()
    const app = await createTestApp({ clock: time.clock })
    let sequence = 0
    const receive = async (): Promise<number> => {
      sequence += 1
      const recordedAt = new Date(Date.now() + world.sleptMs).toISOString()
      const place = { longitude: 4.9, latitude: 52.4, serialNumber: 'PHONE-1' }
      const answer = await app.call('vendor', 'POST', '/v1/positions', {
        positions: [{ ...place, recordedAt, sequence }],
      })
      expect(answer).toMatchObject({ status: 202, body: { accepted: 1 } })
      const fixes = await readJournalFixes(app.database.pool)
      const fix = fixes.find((stored) => stored.sequence === sequence)
      return (fix?.receivedAtMs ?? Number.NaN) - Date.parse(recordedAt)
    }
    for (const ownMs of [0, hourMs, 0, -hourMs, 0]) {
      world.ownMs = ownMs
      expect(Math.abs(await receive())).toBeLessThan(2_000)
    }
    // Ten minutes in which nothing counted: all else has gone on, and so must we at once, or what
    // is reported now would be refused as of the future.
    world.sleptMs = 600_000
    world.ownMs = 600_000
    await database.jump(600_000)
    expect(Math.abs(await receive())).toBeLessThan(2_000)
    await app.close()
    await time.stop()
  })
})
