import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPostgresDoorbell } from '../../src/live/postgres-doorbell.ts'
import { createSilentLog } from '../support/silent-log.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { startSilentProxy } from '../support/silent-proxy.ts'
import { waitUntil } from '../support/wait-until.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

const log = createSilentLog()

function openDoorbell(databaseUrl = database.url, heartbeatMs = 5_000) {
  return createPostgresDoorbell({
    log,
    pool: database.pool,
    databaseUrl,
    pollMs: 600_000,
    heartbeatMs,
  })
}

describe('the doorbell over PostgreSQL', () => {
  it('a ring over PostgreSQL is heard by another process, and by the own one exactly once', async () => {
    const [one, other] = [openDoorbell(), openDoorbell()]
    const heard = { one: 0, other: 0 }
    await waitUntil('both listen', () => one.stats().isListening && other.stats().isListening)
    one.on('journal', () => (heard.one += 1))
    other.on('journal', () => (heard.other += 1))
    one.ring('journal')
    await waitUntil('the other hears', () => heard.other === 1)
    // A round trip the other way proves that an echo of the first ring would have arrived.
    other.ring('journal')
    await waitUntil('the first hears back', () => heard.one === 2)
    expect(heard).toEqual({ one: 2, other: 2 })
    await Promise.all([one.close(), other.close()])
  })

  it('the doorbell over PostgreSQL turns a storm of rings into few notifications', async () => {
    const [one, other] = [openDoorbell(), openDoorbell()]
    await waitUntil('both listen', () => one.stats().isListening && other.stats().isListening)
    let heard = 0
    other.on('alert-events', () => (heard += 1))
    for (let count = 0; count < 1_000; count += 1) one.ring('alert-events')
    await waitUntil('the storm arrived', () => heard >= 2)
    expect(heard).toBeLessThan(10)
    await Promise.all([one.close(), other.close()])
  })

  it('the doorbell over PostgreSQL listens again after its connection is terminated', async () => {
    const doorbell = openDoorbell()
    await waitUntil('it listens', () => doorbell.stats().isListening)
    await database.pool.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
        where application_name = 'hoede-doorbell' and datname = current_database()`,
    )
    await waitUntil('it listens again', () => {
      const { isListening, reconnectCount } = doorbell.stats()
      return isListening && reconnectCount === 1
    })
    let heard = 0
    doorbell.on('journal', () => (heard += 1))
    await database.pool.query(`select pg_notify('hoede-journal', 'another process')`)
    await waitUntil('it hears', () => heard === 1)
    await doorbell.close()
  })

  it('the doorbell over PostgreSQL notices a connection that has died without a word, and replaces it', async () => {
    const url = new URL(database.url)
    const proxy = await startSilentProxy({ host: url.hostname, port: Number(url.port) })
    url.port = String(proxy.port)
    const doorbell = openDoorbell(url.href, 100)
    await waitUntil('it listens', () => doorbell.stats().isListening)
    let heard = 0
    doorbell.on('journal', () => (heard += 1))
    expect(proxy.silence()).toBeGreaterThan(0)
    await waitUntil('it has reconnected', () => {
      const { isListening, reconnectCount } = doorbell.stats()
      return isListening && reconnectCount >= 1
    })
    const before = heard
    await database.pool.query(`select pg_notify('hoede-journal', 'another process')`)
    await waitUntil('it hears', () => heard > before)
    await doorbell.close()
    proxy.close()
  })
})
