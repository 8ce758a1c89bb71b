import { afterAll, beforeAll, expect, it } from 'vitest'
import { noteIntakeAlive, readDatabaseTime } from '../../../src/store/evaluator/reception.ts'
import { decodeOutage } from '../../../src/store/journal/journal-codec.ts'
import { journalKinds } from '../../../src/store/journal/journal-kinds.ts'
import { appendJournal, readJournal } from '../../../src/store/journal/journal.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'

let database: TestDatabase
let shard = 0

beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

const read = () => readJournal(database.pool, { shard, afterId: 0, limit: 100 })

/** As if the last sign of life was so long ago. */
async function ageSign(seconds: number): Promise<void> {
  await database.pool.query(
    `update journal_positions set updated_at = clock_timestamp() - make_interval(secs => $2)
      where reader = 'intake' and shard = $1`,
    [shard, seconds],
  )
}

const entry = () => ({
  shard,
  kind: journalKinds.deviceEvents,
  entryCount: 1,
  payload: Buffer.from('x'),
})

it('no outage is known where no intake has ever given a sign', async () => {
  shard = 1
  expect((await readDatabaseTime(database.pool, shard)).receptionLeftMs).toBeNull()
  await appendJournal(database.pool, entry())
  expect((await read()).map(({ kind }) => kind)).toEqual([journalKinds.deviceEvents])
})

it('intake counts as receiving for a while after a sign, and the database says what time it is', async () => {
  shard = 2
  await noteIntakeAlive(database.pool, shard)
  const { nowMs, receptionLeftMs } = await readDatabaseTime(database.pool, shard)
  expect(Math.abs(nowMs - Date.now())).toBeLessThan(10_000)
  expect(receptionLeftMs).toBeGreaterThan(10_000)
  expect(receptionLeftMs).toBeLessThanOrEqual(15_000)
  await ageSign(70)
  const aged = await readDatabaseTime(database.pool, shard)
  expect(aged.receptionLeftMs).toBeGreaterThan(-60_000)
  expect(aged.receptionLeftMs).toBeLessThanOrEqual(-55_000)
})

it('a gap of less than the grace is no outage', async () => {
  shard = 3
  await noteIntakeAlive(database.pool, shard)
  await ageSign(14)
  await noteIntakeAlive(database.pool, shard)
  expect(await read()).toEqual([])
})

it.each(['a sign', 'an append'])(
  'an outage stands before what comes after it: %s',
  async (first) => {
    shard = first === 'a sign' ? 4 : 5
    await noteIntakeAlive(database.pool, shard)
    await ageSign(70)
    if (first === 'a sign') await noteIntakeAlive(database.pool, shard)
    await appendJournal(database.pool, entry())
    await noteIntakeAlive(database.pool, shard)
    const rows = await read()
    expect(rows.map(({ kind }) => kind)).toEqual([journalKinds.outage, journalKinds.deviceEvents])
    const { fromMs, untilMs } = decodeOutage(rows[0]!.payload)
    expect(untilMs - fromMs).toBeGreaterThanOrEqual(70_000)
    expect(untilMs - fromMs).toBeLessThan(80_000)
    expect(Math.abs(untilMs - Date.now())).toBeLessThan(10_000)
  },
)

it('one outage is noted, however many processes come back from it at once', async () => {
  shard = 6
  await noteIntakeAlive(database.pool, shard)
  await ageSign(70)
  await Promise.all(Array.from({ length: 8 }, () => noteIntakeAlive(database.pool, shard)))
  expect(await read()).toHaveLength(1)
})

it('a damaged outage is refused', () => {
  for (const text of ['{"fromMs":1}', '{"fromMs":1,"untilMs":"2"}', 'null', '{']) {
    expect(() => decodeOutage(Buffer.from(text))).toThrow()
  }
})
