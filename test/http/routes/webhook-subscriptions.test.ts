import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dispatchAlertEvents, readAlertEvents } from '../../../src/store/alerts/alert-events.ts'
import { findAlert } from '../../../src/store/alerts/alerts.ts'
import {
  claimDeliveries,
  disableWebhookSubscription,
  insertWebhookSubscription,
} from '../../../src/store/alerts/webhooks.ts'
import { inTransaction } from '../../../src/store/pg/pool.ts'
import { raiseAlertAt } from '../../support/alert-drafts.ts'
import { createTestApp, type TestApp } from '../../support/http-app.ts'

let world: TestApp
beforeAll(async () => {
  world = await createTestApp()
})
afterAll(() => world.close())

const path = '/v1/webhook-subscriptions'

describe('webhook subscriptions', () => {
  it.each([
    'https://not-on-the-list.example/hook',
    'http://127.0.0.1:9000/',
    'http://169.254.169.254/',
    'file:///etc/passwd',
    'nonsense',
  ])('webhook subscriptions are refused for %s where no host is allowed', async (url) => {
    const answer = await world.call('administrator', 'POST', path, { url })
    expect(answer.status).toBe(400)
    const [fault] = answer.body['errors'] as { pointer: string }[]
    expect(fault?.pointer).toMatch(/url/)
    const stored = await world.database.pool.query('select 1 from webhook_subscriptions')
    expect(stored.rows).toEqual([])
  })

  it('webhook subscriptions refuse a secret that is too short and a field they do not know', async () => {
    for (const body of [
      { url: 'https://a.example/', secret: 'whsec_abc' },
      { url: 'https://a.example/', secret: 'geheim' },
      { url: 'https://a.example/', enabled: true },
      {},
    ]) {
      expect((await world.call('administrator', 'POST', path, body)).status).toBe(400)
    }
  })

  it('webhook subscriptions to device commands are for one vendor, and hold no alerts', async () => {
    const open = await createTestApp({ environment: { HOEDE_WEBHOOK_HOSTS: 'a.example' } })
    try {
      const url = 'https://a.example/'
      const vendor = await open.call('administrator', 'POST', '/v1/vendors', { name: 'Band BV' })
      const vendorId = vendor.body['id']
      const stranger = '0192f000-0000-7000-8000-0000000000ff'
      const commands = ['device-commands']
      for (const [body, pointer, detail] of [
        [{ events: commands }, '/vendorId', 'commands go to the vendor of the device only'],
        [{ events: commands, vendorId: stranger }, '/vendorId', 'an id that no vendor has'],
        [{ vendorId }, '/vendorId', 'alerts are for the organisation'],
        [{ events: ['alerts', ...commands], vendorId }, '/events', 'make two subscriptions'],
        [{ events: ['alerts', 'alerts'] }, '/events', 'make two subscriptions'],
      ] as const) {
        const refused = await open.call('administrator', 'POST', path, { url, ...body })
        expect(refused.status).toBe(400)
        expect(refused.body['errors']).toMatchObject([
          { pointer, detail: expect.stringContaining(detail) },
        ])
      }
      const made = await open.call('administrator', 'POST', path, {
        url,
        events: commands,
        vendorId,
      })
      expect(made).toMatchObject({ status: 201, body: { events: commands, vendorId } })
      const read = await open.call('administrator', 'GET', `${path}/${String(made.body['id'])}`)
      expect(read.body).toMatchObject({ events: commands, vendorId })
      const alerts = await open.call('administrator', 'POST', path, { url })
      expect(alerts).toMatchObject({ status: 201, body: { events: ['alerts'], vendorId: null } })
    } finally {
      await open.close()
    }
  })

  it.each([
    ['33 digits of base64 are no number of bytes', 'A'.repeat(33)],
    ['the padding is missing', 'A'.repeat(43)],
    ['bits are left over', `${'A'.repeat(42)}B=`],
  ])('webhook subscriptions refuse a secret of which %s', async (_why, digits) => {
    const body = { url: 'https://a.example/', secret: `whsec_${digits}` }
    const answer = await world.call('administrator', 'POST', path, body)
    expect(answer.body['errors']).toMatchObject([{ pointer: '/secret' }])
    expect(JSON.stringify(answer.body)).not.toContain(digits)
  })

  it('webhook subscriptions never show their secret again, and stay on record when deleted', async () => {
    const made = await world.database.pool.query<{ id: string }>(
      `insert into webhook_subscriptions (url, secret) values ('https://a.example/', 'whsec_verborgen') returning id`,
    )
    const id = made.rows[0]?.id ?? ''
    const read = await world.call('administrator', 'GET', `${path}/${id}`)
    expect(read.body).toMatchObject({ id, disabledAt: null, waitingCount: 0, gaveUpCount: 0 })
    const list = await world.call('administrator', 'GET', path)
    expect(JSON.stringify([read.body, list.body])).not.toContain('verborgen')
    const gone = await world.call('administrator', 'DELETE', `${path}/${id}`)
    expect(gone.status).toBe(200)
    expect(gone.body['disabledAt']).not.toBeNull()
    const unknown = '0192f000-0000-7000-8000-0000000000ff'
    expect((await world.call('administrator', 'DELETE', `${path}/${unknown}`)).status).toBe(404)
  })

  it('webhook subscriptions say who made them and who ended them', async () => {
    const open = await createTestApp({ environment: { HOEDE_WEBHOOK_HOSTS: 'a.example' } })
    try {
      const { rows } = await open.database.pool.query<{ id: string }>(
        `select id from api_clients where name = 'test administrator'`,
      )
      const self = rows[0]?.id
      const made = await open.call('administrator', 'POST', path, { url: 'https://a.example/' })
      expect(made.status).toBe(201)
      expect(made.body).toMatchObject({ createdBy: self, disabledBy: null })
      const gone = await open.call('administrator', 'DELETE', `${path}/${String(made.body['id'])}`)
      expect(gone.body).toMatchObject({ createdBy: self, disabledBy: self })
      // Its receiver did.
      const other = await insertWebhookSubscription(open.database.pool, {
        url: 'https://a.example/',
        secret: `whsec_${'A'.repeat(44)}`,
      })
      const ending = { id: other.id, reason: 'The receiver answered 410.', nowMs: 1 }
      await inTransaction(open.database.pool, (tx) => disableWebhookSubscription(tx, ending))
      const again = await open.call('administrator', 'DELETE', `${path}/${other.id}`)
      expect(again.body).toMatchObject({ createdBy: null, disabledBy: null })
    } finally {
      await open.close()
    }
  })

  it('webhook subscriptions get another secret, and those before sign too for a day', async () => {
    const { pool } = world.database
    const first = `whsec_${'B'.repeat(44)}`
    const { id } = await insertWebhookSubscription(pool, {
      url: 'https://a.example/',
      secret: first,
    })
    const change = async () => world.call('administrator', 'POST', `${path}/${id}/_change-secret`)
    const secrets: string[] = [first]
    // Somebody who lost an answer asks again: the receiver still has the first one.
    for (let count = 0; count < 4; count += 1) {
      const changed = await change()
      expect(changed.status).toBe(200)
      secrets.unshift(String(changed.body['secret']))
    }
    expect(new Set(secrets).size).toBe(5)
    const fifth = await change()
    expect(fifth.status).toBe(409)
    expect(fifth.body['detail']).toContain('4 times within a day')

    const nowMs = world.clock.timeMs
    await raiseAlertAt(pool, nowMs)
    await dispatchAlertEvents(pool, { nowMs, limit: 100 })
    for (const [atMs, previousSecrets] of [
      [nowMs + 86_399_999, secrets.slice(1)],
      [nowMs + 86_400_000, []],
    ] as const) {
      const claimed = await claimDeliveries(pool, {
        nowMs: atMs,
        limit: 1_000,
        onlyIds: null,
        underWay: new Map(),
        perSubscription: 1_000,
        leaseMs: 1,
      })
      expect(claimed.filter((delivery) => delivery.webhookSubscriptionId === id)).toMatchObject([
        { secret: secrets[0], previousSecrets },
      ])
    }
    // The ones that no longer sign are forgotten with the next change.
    world.clock.timeMs += 86_400_000
    expect((await change()).status).toBe(200)
    const { rows } = await pool.query(
      'select cardinality(previous_secrets) as count from webhook_subscriptions where id = $1',
      [id],
    )
    expect(rows).toEqual([{ count: 1 }])
    world.clock.timeMs = nowMs

    await world.call('administrator', 'DELETE', `${path}/${id}`)
    const ended = await change()
    expect(ended.status).toBe(409)
    expect(ended.body['detail']).toContain('has ended')
    const unknown = '0192f000-0000-7000-8000-0000000000ff'
    const answer = await world.call('administrator', 'POST', `${path}/${unknown}/_change-secret`)
    expect(answer.status).toBe(404)
  })

  it('a deleted subscription leaves at each alert what was given up with it, and on the stream', async () => {
    const { pool } = world.database
    const secret = `whsec_${'A'.repeat(44)}`
    const { id } = await insertWebhookSubscription(pool, { url: 'https://a.example/', secret })
    const nowMs = world.clock.timeMs
    const alertIds = [await raiseAlertAt(pool, nowMs), await raiseAlertAt(pool, nowMs)]
    await dispatchAlertEvents(pool, { nowMs, limit: 100 })
    for (let time = 0; time < 2; time += 1) {
      const gone = await world.call('administrator', 'DELETE', `${path}/${id}`)
      expect(gone.body['gaveUpCount']).toBe(2)
    }
    const events = await readAlertEvents(pool, { afterSequence: 0, limit: 100 })
    for (const alertId of alertIds) {
      const told = events.filter((event) => event.alertId === alertId)
      expect(told).toMatchObject([
        { type: 'raised' },
        {
          type: 'delivery-failed',
          data: { facts: { webhookSubscriptionId: id, attemptCount: 0 } },
        },
      ])
      expect((await findAlert(pool, alertId))?.transitions.slice(1)).toMatchObject([
        { kind: 'delivery-failed', detail: { error: 'Deleted by an administrator.' } },
      ])
    }
  })

  it.each(['operator', 'supervisor', 'vendor', 'victim-device'] as const)(
    'webhook subscriptions are not for the role %s',
    async (role) => {
      expect((await world.call(role, 'GET', path)).status).toBe(403)
      expect((await world.call(role, 'POST', path, { url: 'https://a.example/' })).status).toBe(403)
    },
  )
})
