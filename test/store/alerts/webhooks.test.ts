import { afterAll, beforeAll, expect, it } from 'vitest'
import { claimDeliveries } from '../../../src/store/alerts/webhooks.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'

let database: TestDatabase

beforeAll(async () => {
  database = await createTestDatabase({ connectionCountMax: 1 })
})
afterAll(() => database.drop())

it('a claim of a few deliveries looks at these, however many are due, also when asked again and again', async () => {
  const { pool } = database
  // One connection: what is set here holds below. Alerts and devices are not asked about.
  await pool.query('set session_replication_role = replica')
  // As where the table is large.
  await pool.query('set enable_seqscan = off')
  await pool.query(
    `insert into webhook_subscriptions (url, secret) values ('https://a', 'x'), ('https://b', 'x')`,
  )
  await pool.query(`with told as (
      insert into alert_events (sequence, alert_id, type, data)
      select place, uuidv7(), 'raised', '{}' from generate_series(1, 2000) as place returning sequence)
    insert into webhook_deliveries (webhook_subscription_id, alert_event_sequence)
    select s.id, told.sequence from webhook_subscriptions s, told`)
  await pool.query('analyze webhook_deliveries')
  const { rows } = await pool.query<{ id: string }>(
    'select id from webhook_deliveries order by id limit 3',
  )
  const onlyIds = rows.map(({ id }) => id)
  const query = { nowMs: Date.now() + 5_000, limit: 20, leaseMs: 60_000, perSubscription: 4 }
  const claim = async (ids: readonly string[] | null) =>
    await claimDeliveries(pool, { ...query, onlyIds: ids, underWay: new Map() })
  for (let time = 0; time < 10; time += 1) {
    await pool.query('begin')
    await claim(time % 2 === 0 ? null : onlyIds)
    await pool.query('rollback')
  }
  await pool.query('begin')
  const before = await countRead()
  const claimed = await claim(onlyIds)
  const readCount = (await countRead()) - before
  await pool.query('commit')
  expect(claimed.map(({ id }) => id).toSorted()).toEqual(onlyIds)
  expect(readCount).toBeGreaterThan(0)
  expect(readCount).toBeLessThan(100)
})

async function countRead(): Promise<number> {
  const { rows } = await database.pool.query<{ count: number }>(
    `select (seq_tup_read + coalesce(idx_tup_fetch, 0))::float8 as count
       from pg_stat_xact_user_tables where relname = 'webhook_deliveries'`,
  )
  return rows[0]?.count ?? 0
}
