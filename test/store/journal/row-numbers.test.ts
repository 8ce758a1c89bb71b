import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { createRowFollower, createRowNumbers } from '../../../src/store/journal/row-numbers.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { registerDevices, reportAt, startIntake, vendorRequest } from '../../ingest/support.ts'

let database: TestDatabase
let vendorId = ''
let second = 0
beforeAll(async () => {
  database = await createTestDatabase()
  vendorId = (await registerDevices(database.pool, 'V', ['AM-1', 'AM-2'])).vendorId
})
afterAll(() => database.drop())

let ids: readonly number[] = []
beforeEach(async () => {
  const { pool } = database
  await pool.query('truncate journal, journal_waiting')
  // Two writers, as after a start; the longer one is of six rows.
  for (const count of [3, 6]) {
    const intake = startIntake(pool)
    for (let row = 0; row < count; row += 1) {
      second += 1
      await intake.acceptFixes(
        vendorRequest(vendorId, [
          ['AM-1', reportAt(second)],
          ['AM-2', reportAt(second)],
        ]),
      )
    }
    await intake.close()
  }
  const { rows } = await pool.query<{ id: number }>('select id from journal order by id')
  ids = rows.map(({ id }) => id).slice(3)
  expect(ids).toHaveLength(6)
})

const look = async () => {
  const found = await createRowFollower(database.pool)({
    shard: 0,
    fromId: 0,
    untilId: Number.MAX_SAFE_INTEGER,
  })
  return found.map(({ journalId, what }) => [ids.indexOf(journalId), what])
}
const edit = (text: string, ...places: readonly number[]) =>
  database.pool.query(
    text,
    places.map((place) => ids[place]),
  )

it('rows as the intake wrote them are where they were written', async () => {
  expect(await look()).toEqual([])
})

it('a row that is gone is found by the one behind it', async () => {
  await edit('delete from journal where id = $1', 2)
  expect(await look()).toEqual([[3, 'behind-a-gap']])
})

it('the first row of a writer is missed too', async () => {
  await edit('delete from journal where id = $1', 0)
  expect(await look()).toEqual([[1, 'behind-a-gap']])
})

it('a stretch that begins amid the rows of a writer follows what is before it', async () => {
  const follow = createRowFollower(database.pool)
  const [fromId = 0, untilId = 0] = ids.slice(2, 4)
  expect(await follow({ shard: 0, fromId, untilId })).toEqual([])
  await edit('delete from journal where id = $1', 4)
  const found = await follow({ shard: 0, fromId: untilId + 1, untilId: untilId + 10 })
  expect(found.map(({ journalId }) => ids.indexOf(journalId))).toEqual([5])
})

it('two rows that changed places are found', async () => {
  await edit(
    `update journal j set payload = o.payload from journal o
      where j.id in ($1, $2) and o.id in ($1, $2) and o.id <> j.id`,
    2,
    3,
  )
  expect(await look()).toEqual([
    [2, 'behind-a-gap'],
    [3, 'out-of-order'],
    [4, 'behind-a-gap'],
  ])
})

it('a row that was laid over another one is found there, and the other one is missed', async () => {
  await edit(
    'update journal set payload = (select payload from journal where id = $1) where id = $2',
    1,
    2,
  )
  expect(await look()).toEqual([
    [2, 'doubled'],
    [3, 'behind-a-gap'],
  ])
})

it('no number comes again, and after an append that failed, and on another day, another writer begins', () => {
  const numbers = createRowNumbers()
  const noonMs = Date.UTC(2026, 10, 23, 12)
  const [first, next] = [numbers.next(noonMs), numbers.next(noonMs)]
  expect(next.readUInt32BE(8) - first.readUInt32BE(8)).toBe(1)
  expect(next.subarray(0, 8)).toEqual(first.subarray(0, 8))
  numbers.renew()
  const renewed = numbers.next(noonMs)
  expect(renewed.subarray(0, 8)).not.toEqual(first.subarray(0, 8))
  const nextDay = numbers.next(noonMs + 86_400_000)
  expect(nextDay.subarray(0, 8)).not.toEqual(renewed.subarray(0, 8))
  expect(nextDay.readUInt32BE(8)).toBe(0)
})
