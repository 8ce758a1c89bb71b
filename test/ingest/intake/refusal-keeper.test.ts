import { afterAll, beforeAll, expect, it } from 'vitest'
import { createRefusalKeeper } from '../../../src/ingest/intake/refusal-keeper.ts'
import type { RefusedElement } from '../../../src/ingest/intake/refusals.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { nowMs } from '../support.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

const [loud, other] = [
  '01890000-0000-7000-8000-000000000001',
  '01890000-0000-7000-8000-000000000002',
]

function refusals(count: number, code: 'unknown-device' | 'missing-field'): RefusedElement[] {
  return Array.from({ length: count }, (_, index) => ({
    index,
    reasons: [{ field: null, code, detail: 'expected another' }],
    body: { index },
  }))
}

async function countKept(apiClientId: string): Promise<unknown> {
  const { rows } = await database.pool.query(
    `select count(*) filter (where code <> 'reports-counted')::int as kept,
            count(*) filter (where code = 'reports-counted')::int as notes,
            coalesce(sum((body ->> 'count')::int), 0)::int as counted
       from quarantined_fixes where api_client_id = $1`,
    [apiClientId],
  )
  return rows[0]
}

it('refused elements beyond two thousand a minute are counted in one row a minute, of each sender by itself', async () => {
  const clock = { elapsedMs: 0 }
  const keeper = createRefusalKeeper(database.pool, () => clock.elapsedMs)
  const send = async (apiClientId: string, refused: readonly RefusedElement[]) =>
    await keeper.keep({ apiClientId, receivedAtMs: nowMs + clock.elapsedMs }, refused)
  await Promise.all(Array.from({ length: 30 }, () => send(loud, refusals(1_000, 'unknown-device'))))
  await send(other, refusals(1_000, 'missing-field'))
  expect(await countKept(loud)).toEqual({ kept: 2_000, notes: 1, counted: 28_000 })
  expect(await countKept(other)).toEqual({ kept: 1_000, notes: 0, counted: 0 })
  clock.elapsedMs += 30_000
  await send(loud, refusals(1_200, 'missing-field'))
  expect(await countKept(loud)).toEqual({ kept: 3_000, notes: 1, counted: 28_200 })
  clock.elapsedMs += 31_000
  await send(loud, refusals(1_200, 'missing-field'))
  expect(await countKept(loud)).toMatchObject({ notes: 2, kept: 4_033, counted: 28_367 })
  const { rows } = await database.pool.query(
    `select detail, body from quarantined_fixes where code = 'reports-counted' order by id limit 1`,
  )
  expect(rows).toEqual([
    {
      detail:
        '28200 refused reports were counted and not kept, because more than 2000 came in a minute: 28000 unknown-device, 200 missing-field.',
      body: { count: 28_200, codes: { 'unknown-device': 28_000, 'missing-field': 200 } },
    },
  ])
})

it('what could not be counted is not acknowledged, and counted with the next', async () => {
  const sender = '01890000-0000-7000-8000-000000000003'
  const keeper = createRefusalKeeper(database.pool, () => 0)
  const send = async (count: number) =>
    await keeper.keep(
      { apiClientId: sender, receivedAtMs: nowMs },
      refusals(count, 'missing-field'),
    )
  await send(2_500)
  await database.pool.query('alter table quarantined_fixes rename to away')
  await expect(send(100)).rejects.toThrow(/quarantined_fixes/)
  await database.pool.query('alter table away rename to quarantined_fixes')
  await send(50)
  expect(await countKept(sender)).toEqual({ kept: 2_000, notes: 1, counted: 650 })
})
