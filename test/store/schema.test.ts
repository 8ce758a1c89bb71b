import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTestDatabase } from '../support/database.ts'
import type { TestDatabase } from '../support/database.ts'
import { dumpSchema } from '../support/dump-schema.ts'

let database: TestDatabase

beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

it('the committed schema is what the migrations make', async () => {
  await expect(await dumpSchema(database.pool)).toMatchFileSnapshot('../../src/store/schema.sql')
})

it('every key is 64-bit or a UUID', async () => {
  const { rows } = await database.pool.query<{ column: string; type: string }>(
    `select format('%s.%s', c.relname, a.attname) as column, format_type(a.atttypid, a.atttypmod) as type
       from pg_constraint k join pg_class c on c.oid = k.conrelid
       join pg_attribute a on a.attrelid = c.oid and a.attnum = k.conkey[1]
      where k.contype = 'p' and c.relnamespace = 'public'::regnamespace and cardinality(k.conkey) = 1
        and format_type(a.atttypid, a.atttypmod) not in ('bigint', 'uuid')`,
  )
  // A count of migrations is no key of data.
  expect(rows).toEqual([{ column: 'schema_migrations.number', type: 'integer' }])
})
