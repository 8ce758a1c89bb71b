import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { arrayItems, arrayOf, joinItems } from '../../../src/store/pg/array-bytes.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

const read = async (type: string, bytes: Buffer): Promise<unknown> => {
  const { rows } = await database.pool.query(`select $1::${type}[] as items`, [bytes])
  return rows[0]?.items
}

it('whatever text is in a field, the array that PostgreSQL reads holds the same', async () => {
  const words = ['gnss', 'null', 'NULL', '', ' ', '"', '\\', '{}', ',', "'", 'é', '字', '😀', null]
  expect(await read('text', arrayOf('text', words))).toEqual(words)
})

it('pieces that are joined are read as one array, in their order, and nothing of it is lost', async () => {
  const pieces = [['a', '', null], [], ['{,}'], ['']]
  const items = pieces.map((words) => arrayItems('text', words))
  expect(await read('text', joinItems('text', items))).toEqual(pieces.flat())
})

it('numbers are kept to the last digit, and what is no number is not lost', async () => {
  const numbers = [0, -0.1, 1 / 3, 5e-324, 1.7976931348623157e308, 1_795_000_000_123, null]
  expect(await read('float8', arrayOf('float8', numbers))).toEqual(numbers)
})

it('minus zero is zero, as in digits', async () => {
  const { rows } = await database.pool.query('select ($1::float8[])::text as items', [
    arrayOf('float8', [-0]),
  ])
  expect(rows).toEqual([{ items: '{0}' }])
})

it('ids and bytes are read as they were given', async () => {
  const maybe = <T>(values: fc.Arbitrary<T>) => fc.array(fc.option(values, { nil: null }))
  await fc.assert(
    fc.asyncProperty(
      maybe(fc.uuid()),
      maybe(fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes).toString('hex'))),
      async (ids, digits) => {
        expect(await read('uuid', arrayOf('uuid', ids))).toEqual(ids)
        const bytes = digits.map((one) => (one === null ? null : Buffer.from(one, 'hex')))
        expect(await read('bytea', arrayOf('bytes', digits))).toEqual(bytes)
      },
    ),
    { numRuns: 50 },
  )
})

it('no row is an empty array', async () => {
  expect(await read('uuid', arrayOf('uuid', []))).toEqual([])
})
