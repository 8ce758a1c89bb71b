import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { insertQuarantined } from '../../../src/store/journal/quarantine.ts'
import { readRefused } from '../../support/refused-reports.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'

let database: TestDatabase

beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(async () => {
  await database.drop()
})

const element = {
  apiClientId: '01890000-0000-7000-8000-000000000001',
  receivedAtMs: Date.parse('2026-11-23T18:30:00.123Z'),
  index: 0,
  code: 'future',
  detail: 'expected a time, got another',
  body: null as unknown,
}

async function bodyKept(body: unknown): Promise<unknown> {
  await database.pool.query('delete from quarantined_fixes')
  await insertQuarantined(database.pool, [{ ...element, body }])
  const { rows } = await database.pool.query<{ body: unknown }>(
    'select body from quarantined_fixes',
  )
  expect(rows).toHaveLength(1)
  expect(JSON.stringify(rows)).not.toContain('two')
  return (await readRefused(database.pool, element.code))[0]?.body
}

describe('the quarantine', () => {
  it.each([
    [{ a: 1 }],
    [[1, 'two', null]],
    ['text'],
    [7],
    [null],
    [false],
    [{ __proto__: null, quote: `"'\\` }],
  ])('the quarantine keeps %j as it came', async (body) => {
    expect(await bodyKept(body)).toEqual(body)
  })

  it.each([
    [`element_index = 1`],
    [`received_at = received_at + interval '1 minute'`],
    [`code = 'out-of-range'`],
    [`body = body || '{"serialNumber": "AM-2"}'`],
    [`body = body - 'isBound'`],
  ])('what came with a refused report says nothing in a row with another %s', async (change) => {
    expect(await bodyKept({ serialNumber: 'AM-1', longitude: 5 })).toMatchObject({ longitude: 5 })
    await database.pool.query(`update quarantined_fixes set ${change}`)
    const { rows } = await database.pool.query<{ code: string }>(
      'select code from quarantined_fixes',
    )
    const found = await readRefused(database.pool, rows[0]?.code ?? '')
    expect(found.map(({ body }) => body)).toEqual([null])
  })

  it('the quarantine keeps what has no JSON as nothing', async () => {
    expect(await bodyKept(undefined)).toBeNull()
  })

  it('the quarantine keeps text the database has no characters for', async () => {
    const body = { 'a\0': 'b\0\udc00', c: String.raw`\u0000 \\u0000`, serialNumber: 'AM\0' }
    expect(await bodyKept(body)).toEqual(body)
  })

  it('the quarantine keeps a reason with such characters too', async () => {
    await database.pool.query('delete from quarantined_fixes')
    await insertQuarantined(database.pool, [{ ...element, detail: 'a\0: half \ud800' }])
    const { rows } = await database.pool.query('select detail from quarantined_fixes')
    expect(rows).toEqual([{ detail: 'a\ufffd: half \ufffd' }])
  })

  it('the quarantine keeps whole characters beyond the basic plane', async () => {
    expect(await bodyKept({ a: '🚲' })).toEqual({ a: '🚲' })
  })

  it('the quarantine keeps only the size of what is far too long', async () => {
    expect(await bodyKept({ a: 'x'.repeat(100_000) })).toEqual({ omittedCharacters: 100_008 })
  })

  it('the quarantine keeps a thousand at once, each with its place, and the time they came', async () => {
    await database.pool.query('delete from quarantined_fixes')
    await insertQuarantined(
      database.pool,
      Array.from({ length: 1_000 }, (_, index) => ({
        ...element,
        index,
        body: { serialNumber: `AM-${index}` },
      })),
    )
    const { rows } = await database.pool.query<{
      count: number
      places: number
      received_at: Date
    }>(
      `select count(*) as count, count(distinct element_index) as places, min(received_at) as received_at
       from quarantined_fixes where body->>'serialNumber' = 'AM-' || element_index`,
    )
    expect(rows).toEqual([
      { count: 1_000, places: 1_000, received_at: new Date(element.receivedAtMs) },
    ])
  })
})
