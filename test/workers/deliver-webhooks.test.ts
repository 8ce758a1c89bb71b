import type { ServerResponse } from 'node:http'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createSilentLog } from '../support/silent-log.ts'
import { readAlertEvents } from '../../src/store/alerts/alert-events.ts'
import { findAlert } from '../../src/store/alerts/alerts.ts'
import { inTransaction } from '../../src/store/pg/pool.ts'
import { saveEffects } from '../../src/store/alerts/save-effects.ts'
import { saveWantedIntervals } from '../../src/store/evaluator/save-wanted-intervals.ts'
import {
  findWebhookSubscription,
  insertWebhookSubscription,
} from '../../src/store/alerts/webhooks.ts'
import type { WebhookEvents } from '../../src/core/model/contract-words.ts'
import { createAlertTasks } from '../../workers/alert-tasks.ts'
import { createCourier, retryDelaysMs } from '../../workers/deliver-webhooks.ts'
import { makeAlertDraft, saveContextAt } from '../support/alert-drafts.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { startWebhookReceiver, type WebhookReceiver } from '../support/webhook-receiver.ts'

let database: TestDatabase
let receiver: WebhookReceiver
const log = createSilentLog()
const T = 1_795_000_000_000
const clock = { timeMs: T, nowMs: () => clock.timeMs }
beforeAll(async () => {
  database = await createTestDatabase()
  receiver = await startWebhookReceiver()
})
beforeEach(async () => {
  await database.pool.query('truncate alerts, webhook_subscriptions, device_commands cascade')
  receiver.received.length = 0
  receiver.answerWith((response) => response.writeHead(204).end())
  clock.timeMs = T
})
afterAll(async () => {
  receiver.close()
  await database.drop()
})

function createParts() {
  const happened = { events: 0, retries: [] as number[] }
  const deps = { pool: database.pool, clock, log, onEvent: () => void (happened.events += 1) }
  const courier = createCourier({
    ...deps,
    oin: '00000001234567890000',
    webhookHosts: [receiver.host],
    onRetry: (_id, delayMs) => happened.retries.push(delayMs),
    // Where a test lets one hang it ends that itself: a busy machine fails no attempt.
    timeoutMs: 100_000,
  })
  const tasks = createAlertTasks({ ...deps, onDeliveries: () => {} })
  const deliver = async (): Promise<number> => {
    const started = await courier.deliverDue(null)
    await courier.settle()
    return started
  }
  return { courier, tasks, deliver, happened }
}

async function subscribe(vendorId: string | null = null): Promise<string> {
  const secret = `whsec_${Buffer.alloc(32, 1).toString('base64')}`
  const events: WebhookEvents[] = [vendorId === null ? 'alerts' : 'device-commands']
  const { url } = receiver
  return (await insertWebhookSubscription(database.pool, { url, secret, events, vendorId })).id
}

/** Of a vendor of its own. */
async function addDevice(): Promise<{ readonly id: string; readonly vendorId: string }> {
  const { rows } = await database.pool.query<{ id: string; vendorId: string }>(
    `with vendor as (insert into vendors (name) values (gen_random_uuid()::text) returning id)
     insert into devices (vendor_id, serial_number, kind, report_interval_seconds)
     select id, 'AM-1', 'ankle-monitor', 60 from vendor returning id, vendor_id as "vendorId"`,
  )
  return rows[0] ?? { id: '', vendorId: '' }
}

async function raise(): Promise<string> {
  const alert = makeAlertDraft({ distanceMeters: 321.25, reason: '321 m from the victim.' })
  await inTransaction(database.pool, (tx) =>
    saveEffects(tx, [{ type: 'alert-raised', alert }], saveContextAt(clock.timeMs)),
  )
  return alert.id
}

describe('delivering to webhooks', () => {
  it('each receiver gets each event once, without anything about places', async () => {
    await subscribe()
    await subscribe()
    const alertId = await raise()
    const { tasks, deliver } = createParts()
    await tasks.dispatch()
    await tasks.dispatch()
    expect(await deliver()).toBe(2)
    expect(await deliver()).toBe(0)
    expect(receiver.received).toHaveLength(2)
    const event = JSON.parse(receiver.received[0]?.body ?? '') as Record<string, unknown>
    expect(event).toMatchObject({
      source: 'urn:nld:oin:00000001234567890000:systeem:hoede',
      type: 'nl.hoede.alerts.raised',
      subject: alertId,
      time: new Date(event['time'] as string).toISOString(),
    })
    expect(receiver.received[0]?.headers['webhook-id']).toBe(event['id'])
    expect(receiver.received[0]?.body).not.toMatch(
      /321\.25|321 m|distance|reason|longitude|latitude/,
    )
  })

  it('a vendor learns which of its devices should report faster, and when it is over', async () => {
    const { id: deviceId, vendorId } = await addDevice()
    const other = await addDevice()
    await subscribe()
    await subscribe(vendorId)
    const { pool } = database
    // Of another vendor's devices, to which nobody subscribed, it learns nothing.
    await saveWantedIntervals(pool, [{ deviceId: other.id, seconds: 15 }], clock.timeMs)
    await saveWantedIntervals(pool, [{ deviceId, seconds: 15 }], clock.timeMs)
    await saveWantedIntervals(pool, [{ deviceId, seconds: null }], clock.timeMs + 60_000)
    const { tasks, deliver } = createParts()
    await tasks.dispatch()
    await tasks.dispatch()
    expect(await deliver()).toBe(2)
    expect(await deliver()).toBe(0)
    const events = receiver.received
      .map(({ body }) => JSON.parse(body) as Record<string, unknown>)
      .toSorted((one, other) => (String(one['sequence']) < String(other['sequence']) ? -1 : 1))
    for (const event of events) {
      expect(event).toMatchObject({
        type: 'nl.hoede.devices.report-interval-wanted',
        subject: deviceId,
        source: 'urn:nld:oin:00000001234567890000:systeem:hoede-device-commands',
        data: { vendorId },
      })
      // No person, no order, no reason, no place.
      expect(Object.keys(event['data'] as object).toSorted()).toEqual([
        'deviceId',
        'reportIntervalSeconds',
        'serialNumber',
        'vendorId',
      ])
    }
    const wanted = events.map(
      ({ data }) => (data as Record<string, unknown>)['reportIntervalSeconds'],
    )
    expect(wanted).toEqual([15, 60])
  })

  it('whatever is told, alerts and the commands of each vendor, has a number of its own among those of its source and vendor', async () => {
    const devices = [await addDevice(), await addDevice()]
    await subscribe()
    for (const { vendorId } of devices) await subscribe(vendorId)
    const { tasks, deliver } = createParts()
    // One after the other, so that they arrive in the order in which they were made.
    for (let time = 0; time < 3; time += 1) {
      await raise()
      for (const { id: deviceId } of devices) {
        await saveWantedIntervals(database.pool, [{ deviceId, seconds: 15 }], clock.timeMs)
        await tasks.dispatch()
        await deliver()
      }
    }
    const events = receiver.received.map(({ body }) => JSON.parse(body) as Record<string, string>)
    expect(events).toHaveLength(9)
    const bySource = Map.groupBy(events, ({ source, data }) => {
      const { vendorId } = (data ?? {}) as unknown as { readonly vendorId?: string }
      return `${source} ${vendorId}`
    })
    expect([...bySource.values()].map(({ length }) => length)).toEqual([3, 3, 3])
    for (const list of bySource.values()) {
      const numbers = list.map(({ sequence }) => Number(sequence))
      for (const [index, number] of numbers.entries())
        expect(number).toBeGreaterThan(numbers[index - 1] ?? 0)
    }
  })

  it('a wish without an alert to show it in is given up', async () => {
    const { id: deviceId, vendorId } = await addDevice()
    const id = await subscribe(vendorId)
    await saveWantedIntervals(database.pool, [{ deviceId, seconds: 15 }], clock.timeMs)
    receiver.answerWith((response) => response.writeHead(500).end())
    const { tasks, deliver } = createParts()
    await tasks.dispatch()
    for (const delayMs of [0, ...retryDelaysMs]) {
      clock.timeMs += delayMs
      expect(await deliver()).toBe(1)
    }
    expect(await findWebhookSubscription(database.pool, id)).toMatchObject({ gaveUpCount: 1 })
  })

  it('couriers at the same moment share the work', async () => {
    await subscribe()
    for (let count = 0; count < 30; count += 1) await raise()
    const parts = [createParts(), createParts(), createParts()]
    await Promise.all(parts.map(({ tasks }) => tasks.dispatch()))
    for (let round = 0; round < 5; round += 1) {
      await Promise.all(parts.map(({ deliver }) => deliver()))
    }
    expect(receiver.received).toHaveLength(30)
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(30)
  })

  it('a delivery is tried ten times over three days, then given up where people see it', async () => {
    const subscriptionId = await subscribe()
    const alertId = await raise()
    receiver.answerWith((response) => response.writeHead(500).end())
    const { tasks, deliver, happened } = createParts()
    await tasks.dispatch()
    for (const delayMs of retryDelaysMs) {
      expect(await deliver()).toBe(1)
      clock.timeMs += delayMs - 1
      expect(await deliver()).toBe(0)
      clock.timeMs += 1
    }
    const waiting = await findWebhookSubscription(database.pool, subscriptionId)
    expect(waiting).toMatchObject({ waitingCount: 1, lastError: 'The receiver answered 500.' })
    expect(await deliver()).toBe(1)
    expect(receiver.received).toHaveLength(10)
    expect(happened).toEqual({ events: 2, retries: [...retryDelaysMs] })
    const events = await readAlertEvents(database.pool, { afterSequence: 0, limit: 100 })
    const types = events.map(({ type }) => type)
    expect(types).toEqual(['raised', 'delivery-delayed', 'delivery-failed'])
    const detail = await findAlert(database.pool, alertId)
    expect(detail?.transitions.at(-1)).toMatchObject({ kind: 'delivery-failed' })
    // Neither the delay nor the failure is told by webhook.
    await tasks.dispatch()
    clock.timeMs += 86_400_000
    expect(await deliver()).toBe(0)
    expect(await findWebhookSubscription(database.pool, subscriptionId)).toMatchObject({
      waitingCount: 0,
      gaveUpCount: 1,
    })
  })

  it('the desk learns at the second failure that a delivery is late, once', async () => {
    const webhookSubscriptionId = await subscribe()
    const alertId = await raise()
    receiver.answerWith((response) => response.writeHead(500).end())
    const { tasks, deliver, happened } = createParts()
    await tasks.dispatch()
    await deliver()
    expect((await findAlert(database.pool, alertId))?.transitions).toHaveLength(1)
    for (const delayMs of retryDelaysMs.slice(0, 3)) {
      clock.timeMs += delayMs
      expect(await deliver()).toBe(1)
    }
    expect(happened.events).toBe(1)
    const facts = { webhookSubscriptionId, attemptCount: 2 }
    const events = await readAlertEvents(database.pool, { afterSequence: 0, limit: 100 })
    expect(events).toMatchObject([
      { type: 'raised' },
      { type: 'delivery-delayed', data: { facts } },
    ])
    const detail = await findAlert(database.pool, alertId)
    expect(detail?.transitions.slice(1)).toMatchObject([
      { kind: 'delivery-delayed', detail: { ...facts, error: 'The receiver answered 500.' } },
    ])
  })

  it('the desk learns at the first failure when that took too long already', async () => {
    await subscribe()
    const alertId = await raise()
    receiver.answerWith((response) => response.writeHead(500).end())
    const { tasks, deliver } = createParts()
    await tasks.dispatch()
    await database.pool.query(
      `update alert_events set at = to_timestamp($1::float8 / 1000) - interval '10 s'`,
      [clock.timeMs],
    )
    await deliver()
    const detail = await findAlert(database.pool, alertId)
    expect(detail?.transitions.at(-1)).toMatchObject({ kind: 'delivery-delayed' })
  })

  it('a subscription whose receiver answers 410 ends, and every alert that waits says so', async () => {
    const subscriptionId = await subscribe()
    const alertIds = [await raise(), await raise()]
    receiver.answerWith((response) => response.writeHead(410).end())
    const { tasks, deliver } = createParts()
    await tasks.dispatch()
    await deliver()
    const found = await findWebhookSubscription(database.pool, subscriptionId)
    expect(found).toMatchObject({ disabledAtMs: clock.timeMs, gaveUpCount: 2 })
    for (const alertId of alertIds) {
      const detail = await findAlert(database.pool, alertId)
      const error = 'The receiver answered 410: it wants nothing more.'
      expect(detail?.transitions.slice(1)).toMatchObject([
        { kind: 'delivery-failed', detail: { webhookSubscriptionId: subscriptionId, error } },
      ])
    }
    await raise()
    await tasks.dispatch()
    expect(await deliver()).toBe(0)
  })

  it('a delivery comes again when the courier died in the middle', async () => {
    await subscribe()
    await raise()
    const dying = createParts()
    await dying.tasks.dispatch()
    const hanging: ServerResponse[] = []
    receiver.answerWith((response) => hanging.push(response))
    await dying.courier.deliverDue(null)
    await expect.poll(() => hanging.length, { timeout: 60_000 }).toBe(1)
    // Claimed and under way: nobody else takes it until the claim runs out.
    const other = createParts()
    expect(await other.deliver()).toBe(0)
    clock.timeMs += 30_000
    receiver.answerWith((response) => response.writeHead(204).end())
    expect(await other.deliver()).toBe(1)
    for (const response of hanging) response.destroy()
    await dying.courier.settle()
  })

  it('one hanging receiver does not hold up another', async () => {
    const slow = await startWebhookReceiver()
    slow.answerWith(() => undefined)
    const secret = `whsec_${Buffer.alloc(32, 1).toString('base64')}`
    await insertWebhookSubscription(database.pool, { url: slow.url, secret })
    await subscribe()
    for (let count = 0; count < 150; count += 1) await raise()
    const deps = { pool: database.pool, clock, log, onEvent: () => {} }
    const courier = createCourier({
      ...deps,
      oin: null,
      webhookHosts: [receiver.host, slow.host],
      onRetry: () => {},
      timeoutMs: 100_000,
    })
    await createAlertTasks({ ...deps, onDeliveries: () => {} }).dispatch()
    const startMs = performance.now()
    while (receiver.received.length < 150 && performance.now() - startMs < 60_000) {
      await courier.deliverDue(null)
      await new Promise((resolve) => {
        setImmediate(resolve)
      })
    }
    expect(receiver.received).toHaveLength(150)
    slow.close()
    await courier.settle()
  })

  it('no receiver gets more than sixteen attempts at once, whoever asks', async () => {
    let openCount = 0
    let openCountMax = 0
    const answers: (() => void)[] = []
    receiver.answerWith((response) => {
      openCount += 1
      openCountMax = Math.max(openCountMax, openCount)
      answers.push(() => {
        openCount -= 1
        response.writeHead(204).end()
      })
    })
    await subscribe()
    for (let count = 0; count < 40; count += 1) await raise()
    const { courier, tasks } = createParts()
    await tasks.dispatch()
    const started = await Promise.all([1, 2, 3].map(() => courier.deliverDue(null)))
    expect(started).toEqual([16, 0, 0])
    expect(courier.stats().underWay).toBe(16)
    while (courier.stats().delivered < 40) {
      await courier.deliverDue(null)
      for (const answer of answers.splice(0)) answer()
      await new Promise((resolve) => {
        setImmediate(resolve)
      })
    }
    expect(openCountMax).toBeLessThanOrEqual(16)
    expect(receiver.received).toHaveLength(40)
    await courier.settle()
  })
})
