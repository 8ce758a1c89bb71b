import { afterAll, beforeAll, expect, it } from 'vitest'
import { arrayText, joinArrays } from '../../../src/store/pg/array-text.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

it('whatever text is in a field, the array that PostgreSQL reads holds the same', async () => {
  const words = [
    'gnss',
    'null',
    'NULL',
    '',
    ' ',
    '"',
    '\\',
    '{}',
    ',',
    "'",
    'a"b\\c',
    'é',
    '-',
    '\n',
    null,
  ]
  const rows = words.map((word) => ({ word }))
  const { rows: read } = await database.pool.query('select $1::text[] as words', [
    arrayText(rows, 'word'),
  ])
  expect(read).toEqual([{ words }])
})

it('arrays that are joined are read as one, in their order, and nothing of it is lost', async () => {
  const pieces = [['a', '', null], [], ['{,}'], ['']]
  const texts = pieces.map((words) =>
    arrayText(
      words.map((word) => ({ word })),
      'word',
    ),
  )
  const { rows: read } = await database.pool.query('select $1::text[] as words', [
    joinArrays(texts),
  ])
  expect(read).toEqual([{ words: pieces.flat() }])
  expect(joinArrays([])).toBe('{}')
})

it('numbers are kept to the last digit, and what is no number is not lost', async () => {
  const numbers = [0, -0.1, 1 / 3, 5e-324, 1.7976931348623157e308, 1_795_000_000_123, null]
  const rows = numbers.map((value) => ({ value }))
  const { rows: read } = await database.pool.query('select $1::float8[] as numbers', [
    arrayText(rows, 'value'),
  ])
  expect(read).toEqual([{ numbers }])
})

it('no row is an empty array', async () => {
  const { rows } = await database.pool.query('select $1::uuid[] as ids', [
    arrayText<{ readonly id: string }>([], 'id'),
  ])
  expect(rows).toEqual([{ ids: [] }])
})
