import { afterEach, beforeEach, expect, it } from 'vitest'
import { migrate, migrationsDirectory } from '../../../src/store/pg/migrate.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'

let database: TestDatabase
beforeEach(async () => {
  database = await createTestDatabase()
  await database.pool.query('drop schema public cascade; create schema public')
  await migrate(database.pool, migrationsDirectory, 11)
})
afterEach(() => database.drop())

/** As they were before commands were bound, with a command that waits to be told. */
async function fill(vendorCount: number): Promise<void> {
  const { pool } = database
  await pool.query(
    `insert into vendors (name) select 'Vendor ' || n from generate_series(1, $1::int) as n`,
    [vendorCount],
  )
  await pool.query(
    `insert into device_commands (device_id, at) values (gen_random_uuid(), now());
     insert into webhook_subscriptions (url, secret, events) values
       ('https://alerts.example/', 'a', '{alerts}'),
       ('https://twice.example/', 'b', '{alerts,alerts}'),
       ('https://both.example/', 'c', '{device-commands,alerts}'),
       ('https://commands.example/', 'd', '{device-commands}');
     insert into webhook_deliveries (webhook_subscription_id, device_command_sequence, next_attempt_at)
       select id, 1, now() from webhook_subscriptions where 'device-commands' = any(events)`,
  )
}

async function subscriptionsAfter(): Promise<readonly unknown[]> {
  await migrate(database.pool)
  const { rows } = await database.pool.query<{ row: unknown }>(
    `select jsonb_build_array(s.url, s.secret, s.events, v.name, s.disabled_at is not null,
        (select count(*) from webhook_deliveries d
          where d.webhook_subscription_id = s.id and d.gave_up_at is null)) as row
       from webhook_subscriptions s left join vendors v on v.id = s.vendor_id order by s.url, s.events`,
  )
  return rows.map(({ row }) => row)
}

it('subscriptions from before go on where there is one vendor, commands apart from alerts', async () => {
  await fill(1)
  expect(await subscriptionsAfter()).toEqual([
    ['https://alerts.example/', 'a', ['alerts'], null, false, 0],
    ['https://both.example/', 'c', ['alerts'], null, false, 0],
    ['https://both.example/', 'c', ['device-commands'], 'Vendor 1', false, 0],
    ['https://commands.example/', 'd', ['device-commands'], 'Vendor 1', false, 1],
    ['https://twice.example/', 'b', ['alerts'], null, false, 0],
  ])
})

it('subscriptions to commands from before end where there are several vendors: nobody knows whose they are', async () => {
  await fill(2)
  expect(await subscriptionsAfter()).toEqual([
    ['https://alerts.example/', 'a', ['alerts'], null, false, 0],
    ['https://both.example/', 'c', ['alerts'], null, false, 0],
    ['https://commands.example/', 'd', ['device-commands'], null, true, 0],
    ['https://twice.example/', 'b', ['alerts'], null, false, 0],
  ])
})
