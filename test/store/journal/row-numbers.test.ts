import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { createRowNumbers, findMisplaced } from '../../../src/store/journal/row-numbers.ts'
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
  const found = await findMisplaced(database.pool, {
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

it('no number comes again, and after an append that failed another writer begins', () => {
  const numbers = createRowNumbers()
  const [first, next] = [numbers.next(), numbers.next()]
  expect(next.readUInt32BE(8) - first.readUInt32BE(8)).toBe(1)
  expect(next.subarray(0, 8)).toEqual(first.subarray(0, 8))
  numbers.renew()
  expect(numbers.next().subarray(0, 8)).not.toEqual(first.subarray(0, 8))
})
