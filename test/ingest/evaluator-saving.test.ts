import { afterAll, beforeAll, expect, it } from 'vitest'
import { inTransactionOn } from '../../src/ingest/evaluator-saving.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

it('saving that lost against another transaction is done again on the same connection', async () => {
  const client = await database.pool.connect()
  try {
    let beginCount = 0
    await inTransactionOn(client, 'begin', async () => {
      beginCount += 1
      await client.query('insert into vendors (name) values ($1)', [`vendor ${beginCount}`])
      if (beginCount < 3) await client.query(`do $$ begin raise sqlstate '40P01'; end $$`)
    })
    const { rows } = await client.query('select name from vendors')
    expect(rows).toEqual([{ name: 'vendor 3' }])
  } finally {
    client.release()
  }
})
