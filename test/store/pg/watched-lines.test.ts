import { afterAll, beforeAll, expect, it } from 'vitest'
import { connect, isDatabaseUnavailable } from '../../../src/store/pg/pool.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { startSilentProxy } from '../../support/silent-proxy.ts'
import { waitUntil } from '../../support/wait-until.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

it('a statement on a line that has died without a word fails in seconds, what it held is free, and a slow one is left alone', async () => {
  const url = new URL(database.url)
  const proxy = await startSilentProxy({ host: url.hostname, port: Number(url.port) })
  url.port = String(proxy.port)
  // So long a limit that only the watch can be what ends it.
  const pool = await connect(url.href, { queryMsMax: 600_000 })
  const slow = await pool.connect()
  const dead = await pool.connect()
  const idle = await pool.connect()
  idle.release()
  await dead.query('begin')
  await dead.query('select pg_advisory_lock(1)')
  proxy.silence()
  const failing = dead.query('select 1').catch((error: unknown) => error)
  const other = await connect(url.href, { queryMsMax: 600_000 })
  const slept = other.query(`select pg_sleep(9), 'slept' as what`)
  const failure = await failing
  expect(failure).toMatchObject({ message: expect.stringContaining('Connection terminated') })
  expect(isDatabaseUnavailable(failure)).toBe(true)
  await waitUntil('its lock is free', async () => {
    const { rows } = await database.pool.query<{ free: boolean }>(
      'select pg_try_advisory_xact_lock(1) as free',
    )
    return rows[0]?.free === true
  })
  dead.release(true)
  // Whoever asks next is given none of the same line.
  await waitUntil('no dead one lies ready', () => pool.idleCount === 0)
  expect((await pool.query('select 2 as two')).rows).toEqual([{ two: 2 }])
  // Asked for longer than the watch waits, and worked on all the time.
  expect((await slept).rows).toMatchObject([{ what: 'slept' }])
  slow.release(true)
  await Promise.all([pool.end(), other.end()])
  proxy.close()
}, 40_000)
