import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { defaultLimits } from '../../src/core/model/limits.ts'
import { createLocalDoorbell } from '../../src/live/doorbell.ts'
import { createSilentLog } from '../support/silent-log.ts'
import { inTransaction } from '../../src/store/pg/pool.ts'
import { saveEffects } from '../../src/store/alerts/save-effects.ts'
import { insertWebhookSubscription } from '../../src/store/alerts/webhooks.ts'
import { createWorkerRuntime, type WorkerRuntime } from '../../workers/runtime.ts'
import { raised } from '../support/alert-drafts.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { waitUntil } from '../support/wait-until.ts'

let database: TestDatabase
let receiver: Server
let runtime: WorkerRuntime
const receivedIds: string[] = []
const receivedAtMs = new Map<string, number>()
const log = createSilentLog()
const doorbell = createLocalDoorbell({ log })

beforeAll(async () => {
  database = await createTestDatabase()
  receiver = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const event = JSON.parse(Buffer.concat(chunks).toString('utf8')) as {
        id: string
        type: string
        subject: string
      }
      const key = `${event.type} ${event.subject}`
      // One alert may be called out twice: by its ladder, and by a flood, which these make.
      receivedIds.push(event.id)
      if (!receivedAtMs.has(key)) receivedAtMs.set(key, Date.now())
      response.writeHead(204).end()
    })
  })
  await new Promise<void>((resolve) => {
    receiver.listen(0, '127.0.0.1', resolve)
  })
  const { port } = receiver.address() as AddressInfo
  await insertWebhookSubscription(database.pool, {
    url: `http://127.0.0.1:${port}/hook`,
    secret: `whsec_${Buffer.alloc(32, 7).toString('base64')}`,
  })
  runtime = createWorkerRuntime({
    limits: defaultLimits,
    pool: database.pool,
    clock: systemClock,
    log,
    doorbell,
    shard: 0,
    databaseUrl: database.url,
    config: { redisUrl: null, oin: null, webhookHosts: [`127.0.0.1:${port}`], retentionDays: 90 },
  })
  await runtime.start()
})
afterAll(async () => {
  await runtime.stop()
  await doorbell.close()
  receiver.close()
  await database.drop()
})

/** Raises an alert whose first step is due in a second, as the evaluator would, and rings. */
async function raise(): Promise<{ id: string; atMs: number }> {
  const effect = raised()
  const nowMs = Date.now()
  await inTransaction(database.pool, (tx) =>
    saveEffects(tx, [effect], {
      nowMs,
      journalId: 1,
      escalationsOf: () => [{ step: 1, target: 'second-operator', dueAtMs: nowMs + 1_000 }],
    }),
  )
  doorbell.ring('alert-events')
  return { id: effect.alert.id, atMs: nowMs }
}

async function expectTold(alert: { id: string; atMs: number }, lateMsMax: number): Promise<void> {
  const raisedKey = `nl.hoede.alerts.raised ${alert.id}`
  const escalatedKey = `nl.hoede.alerts.escalated ${alert.id}`
  await waitUntil('raised and escalated', () => {
    return receivedAtMs.has(raisedKey) && receivedAtMs.has(escalatedKey)
  })
  expect((receivedAtMs.get(raisedKey) ?? Infinity) - alert.atMs).toBeLessThan(lateMsMax)
  const step = await database.pool.query<{ late: number }>(
    `select (extract(epoch from done_at - due_at) * 1000)::float8 as late from escalations where alert_id = $1`,
    [alert.id],
  )
  expect(step.rows[0]?.late).toBeLessThan(lateMsMax)
}

/**
 * Dropping takes the locks of all tables one by one while the workers hold some of them, so
 * PostgreSQL may call either side the victim of a deadlock. The fault wanted here is the tables
 * gone: a victim drops again.
 */
async function dropQueueTables(): Promise<void> {
  for (;;) {
    try {
      await database.pool.query('drop schema bullmq cascade')
      return
    } catch (error) {
      const isDeadlock = error instanceof pg.DatabaseError && error.code === deadlockDetected
      if (!isDeadlock) throw error
    }
  }
}

const deadlockDetected = '40P01'

describe('the queue destroyed in mid-flight', () => {
  it('alerts are announced through the queue while it is there', async () => {
    expect(runtime.stats().queue).toMatchObject({ isOpen: true, errors: 0 })
    await expectTold(await raise(), 2_500)
  })

  it('every alert is delivered and escalated when the tables of the queue are dropped', async () => {
    const alerts = [await raise(), await raise()]
    await dropQueueTables()
    for (let count = 0; count < 10; count += 1) alerts.push(await raise())
    for (const alert of alerts) await expectTold(alert, 2_500)
    expect(runtime.stats().queue.errors).toBeGreaterThan(0)
    // A broken queue may not turn into a busy loop: errors are counted in tens, not thousands.
    expect(runtime.stats().queue.errors).toBeLessThan(100)
  })

  it('a destroyed queue is made anew and used again', async () => {
    await waitUntil('the queue is open again', () => runtime.stats().queue.isOpen)
    expect(runtime.stats().queue.rebuilds).toBeGreaterThan(0)
    await expectTold(await raise(), 2_500)
  })

  it('each event is delivered once when nothing else goes wrong', () => {
    expect(new Set(receivedIds).size).toBe(receivedIds.length)
  })
})
