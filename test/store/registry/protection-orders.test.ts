import { afterAll, beforeAll, expect, it } from 'vitest'
import { inTransaction, type Db } from '../../../src/store/pg/pool.ts'
import { findVictimsForUpdate } from '../../../src/store/registry/protection-orders.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

/** Each with one order, in three versions that name three victims, and an area of 200 corners. */
async function registerOffenders(from: number, count: number): Promise<void> {
  await database.pool.query(
    `with person as (
       insert into persons (role, reference) select 'offender', 'o' || n
         from generate_series($1::int, $1::int + $2::int - 1) as n returning id, reference
     ), made as (
       insert into protection_orders (reference, legal_basis, offender_id, valid_from, valid_until, version)
       select reference, 'civil-ban', id, now(), now() + interval '1 year', 3 from person
       returning id, offender_id
     )
     insert into protection_order_versions (protection_order_id, version, body)
     select made.id, version, jsonb_build_object(
         'offenderId', made.offender_id,
         'proximityBans', jsonb_build_array(jsonb_build_object('victimId', overlay(made.offender_id::text placing lpad(version::text, 12, '0') from 25))),
         'corners', (select jsonb_agg(random()) from generate_series(1, 400)))
       from made cross join generate_series(1, 3) as version`,
    [from, count],
  )
}

async function offender(number: number): Promise<string> {
  const { rows } = await database.pool.query<{ id: string }>(
    'select id from persons where reference = $1',
    [`o${number}`],
  )
  return rows[0]?.id ?? ''
}

/** Of these versions. */
function victimsOf(offenderId: string, ...versions: readonly number[]): ReadonlySet<string> {
  return new Set(versions.map((version) => `${offenderId.slice(0, 24)}00000000000${version}`))
}

async function countVersionsRead(tx: Db): Promise<number> {
  const { rows } = await tx.query<{ count: number }>(
    `select (seq_tup_read + coalesce(idx_tup_fetch, 0))::int as count
       from pg_stat_xact_user_tables where relname = 'protection_order_versions'`,
  )
  return rows[0]?.count ?? 0
}

it.each([
  [100, 'before the tables are analyzed', false],
  [2_000, 'before the tables are analyzed', false],
  [3_000, 'after it', true],
])(
  'whom an offender may not see is read from the orders of that offender alone, of %i offenders, %s',
  async (offenderCount, _when, isAnalyzed) => {
    const { rows } = await database.pool.query<{ count: number }>(
      'select count(*)::int as count from persons',
    )
    const known = rows[0]?.count ?? 0
    await registerOffenders(known, offenderCount - known)
    if (isAnalyzed) await database.pool.query('analyze')
    const id = await offender(offenderCount - 7)
    await inTransaction(database.pool, async (tx) => {
      expect(await findVictimsForUpdate(tx, id)).toEqual(victimsOf(id, 1, 2, 3))
      expect(await countVersionsRead(tx)).toBeLessThan(10)
    })
  },
)

it('a victim of a version that bound somebody else is none of this offender', async () => {
  const [one, other] = [await offender(0), await offender(1)]
  await database.pool.query(
    `update protection_order_versions v set body = jsonb_set(body, '{offenderId}', to_jsonb($2::text))
       from protection_orders o
      where o.id = v.protection_order_id and o.offender_id = $1 and v.version = 2`,
    [one, other],
  )
  await inTransaction(database.pool, async (tx) => {
    expect(await findVictimsForUpdate(tx, one)).toEqual(victimsOf(one, 1, 3))
  })
})
