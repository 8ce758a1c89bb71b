import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { inTransaction } from '../../../src/store/pg/pool.ts'
import { saveEffects } from '../../../src/store/alerts/save-effects.ts'
import { makeAlertDraft, saveContextAt } from '../../support/alert-drafts.ts'
import { createTestApp, type TestApp } from '../../support/http-app.ts'

let world: TestApp
let victimId = ''
let otherId = ''
let offenderId = ''
let orderId = ''
const startedMs = Date.parse('2026-11-23T18:30:00Z')

beforeAll(async () => {
  world = await createTestApp()
  const person = async (role: string, reference: string) =>
    String((await world.call('supervisor', 'POST', '/v1/persons', { role, reference })).body['id'])
  victimId = await person('victim', 'v')
  otherId = await person('victim', 'w')
  offenderId = await person('offender', 'o')
  const made = await world.call('supervisor', 'POST', '/v1/protection-orders', {
    reference: 'V-1',
    legalBasis: 'prosecutor-behaviour-order',
    offenderId,
    validFrom: '2026-11-23T00:00:00Z',
    validUntil: '2027-02-20T00:00:00Z',
    proximityBans: [{ victimId, separationMeters: 1000 }],
  })
  orderId = String(made.body['id'])
})
afterAll(() => world.close())

const path = (name: string, id = victimId): string => `/v1/persons/${id}/${name}`
const file = async () => (await world.call('operator', 'GET', path('victim-file'))).body
const told = (body: object, id = victimId) =>
  world.call('operator', 'POST', path('tellings', id), {
    channel: 'call',
    phone: '+31300000001',
    ground: 'desk',
    outcome: 'reached',
    ...body,
  })

async function raise(probability: number): Promise<string> {
  const alert = makeAlertDraft({
    kind: 'proximity-breach',
    priority: 'P1',
    protectionOrderId: orderId,
    offenderId,
    victimId,
    probability,
  })
  await inTransaction(world.database.pool, (tx) =>
    saveEffects(tx, [{ type: 'alert-raised', alert }], saveContextAt(world.clock.timeMs)),
  )
  return alert.id
}

async function entriesOf(name: string): Promise<readonly string[]> {
  const { rows } = await world.database.pool.query<{ text: string }>(
    `select convert_from(body, 'UTF8') as text from audit_entries order by index`,
  )
  return rows.map(({ text }) => text).filter((text) => text.includes(`"name":"${name}"`))
}

describe('what a protected person agrees to and wishes', () => {
  it('a consent is kept and taken back, changes no order, and a device carried without one is said', async () => {
    const { rows } = await world.database.pool.query<{ id: string }>('select id from devices')
    await world.database.pool.query(
      `insert into device_assignments (device_id, person_id, valid_from) values ($1, $2, '2026-01-01')`,
      [rows[0]?.id, victimId],
    )
    expect(await file()).toMatchObject({
      consent: null,
      carriesDevice: true,
      isConsentMissing: true,
    })
    const order = await world.call('supervisor', 'GET', `/v1/protection-orders/${orderId}`)
    const say = (isGiven: boolean) => world.call('operator', 'POST', path('consents'), { isGiven })
    expect((await say(true)).body).toMatchObject({ isConsentMissing: false })
    world.clock.timeMs += 60_000
    expect((await say(false)).body).toMatchObject({ isConsentMissing: true })
    const after = await file()
    expect((after['consents'] as { isGiven: boolean }[]).map(({ isGiven }) => isGiven)).toEqual([
      false,
      true,
    ])
    const still = await world.call('supervisor', 'GET', `/v1/protection-orders/${orderId}`)
    expect(still.body['version']).toBe(order.body['version'])
    expect(await entriesOf('keepConsent')).toHaveLength(2)
    expect(
      (await world.call('operator', 'POST', path('consents', offenderId), { isGiven: true }))
        .status,
    ).toBe(404)
  })

  it('a neutral text has a number in it and no words of whoever tells', async () => {
    for (const phone of ['politie 0900-8844', "$'", '$&'])
      expect(await told({ topic: 'contact', phone })).toMatchObject({
        status: 400,
        body: { errors: [{ pointer: '/phone' }] },
      })
  })

  it('whatever is told otherwise than they wish takes a reason, and danger does not', async () => {
    // Whoever has said nothing is written to in Dutch.
    expect((await told({ topic: 'contact' })).body).toMatchObject({
      outsideWishes: ['not-asked'],
      text: 'Wilt u bellen met +31300000001, als het u uitkomt?',
    })
    const wishes = {
      channel: 'text',
      hours: { from: '08:00', until: '18:00' },
      topics: ['danger', 'order-ends'],
      language: 'nl',
    }
    expect((await world.call('operator', 'PUT', path('wishes'), wishes)).status).toBe(200)
    // It is half past seven in the evening.
    const refused = await told({ topic: 'order-changed' })
    expect(refused).toMatchObject({ status: 400, body: { errors: [{ pointer: '/reason' }] } })
    expect(JSON.stringify(refused.body)).toContain('channel, hours, topic')
    const reasoned = await told({ topic: 'order-changed', reason: 'de zitting is morgenvroeg' })
    expect(reasoned.body).toMatchObject({
      text: 'Uw afspraak is gewijzigd. Bel +31300000001 als het u uitkomt.',
      outsideWishes: ['channel', 'hours', 'topic'],
    })
    await world.call('operator', 'PUT', path('wishes'), { ...wishes, language: 'pl' })
    const other = await told({ topic: 'order-changed', reason: 'de zitting is morgenvroeg' })
    expect(other.body).toMatchObject({
      text: 'Your appointment has changed. Call +31300000001 when it suits you.',
    })
    const alertId = await raise(0.5)
    expect((await told({ topic: 'danger' })).status).toBe(400)
    expect(await told({ topic: 'danger', alertId })).toMatchObject({
      status: 201,
      body: { outsideWishes: ['channel', 'hours'], reason: null },
    })
  })

  it('what is kept later stands at the hour at which they were told, and is judged by that', async () => {
    const wishes = {
      channel: 'call',
      hours: { from: '08:00', until: '18:00' },
      topics: ['contact'],
      language: 'nl',
    }
    expect((await world.call('operator', 'PUT', path('wishes'), wishes)).status).toBe(200)
    // Told at half past eleven the next morning, kept at half past seven in the evening.
    world.clock.timeMs = startedMs + 24 * 3_600_000
    const toldAt = new Date(world.clock.timeMs - 8 * 3_600_000).toISOString()
    const kept = await told({ topic: 'contact', toldAt })
    expect(kept, JSON.stringify(kept.body)).toMatchObject({
      status: 201,
      body: { toldAt, at: new Date(world.clock.timeMs).toISOString(), outsideWishes: [] },
    })
    // Before anybody had asked what they wish, nothing was told as they wish.
    const before = await told({ topic: 'contact', toldAt: '2026-11-23T12:00:00Z' })
    expect(before.body).toMatchObject({ outsideWishes: ['not-asked'] })
    for (const wrong of [world.clock.timeMs + 1_000, world.clock.timeMs - 7 * 86_400_000 - 1]) {
      const refused = await told({ topic: 'contact', toldAt: new Date(wrong).toISOString() })
      expect(refused).toMatchObject({ status: 400, body: { errors: [{ pointer: '/toldAt' }] } })
    }
    expect(((await file())['tellings'] as { toldAt: string }[])[0]?.toldAt).toBe(toldAt)
  })

  it('a telling that is sent twice is one', async () => {
    const countOf = async () => ((await file())['tellings'] as object[]).length
    const before = await countOf()
    const twice = { topic: 'contact', reason: 'op verzoek' }
    const both = await Promise.all([told(twice), told(twice)])
    expect(new Set(both.map(({ status }) => status))).toEqual(new Set([200, 201]))
    expect(both[0]?.body['id']).toBe(both[1]?.body['id'])
    expect(await countOf()).toBe(before + 1)
    // Another outcome, or a minute later, is another telling.
    expect((await told({ ...twice, outcome: 'no-answer' })).status).toBe(201)
    world.clock.timeMs += 60_000
    expect((await told(twice)).status).toBe(201)
    const toldAt = new Date(world.clock.timeMs - 3_600_000).toISOString()
    expect((await told({ ...twice, toldAt })).status).toBe(201)
    world.clock.timeMs += 600_000
    expect((await told({ ...twice, toldAt })).status).toBe(200)
  })

  it('a rule tells of a breach beyond doubt alone, and of no case of somebody else', async () => {
    const unsure = await raise(0.9)
    const sure = await raise(0.99)
    const byRule = { topic: 'danger', ground: 'rule' }
    expect((await told({ ...byRule, alertId: unsure })).status).toBe(409)
    expect((await told({ ...byRule, alertId: sure })).status).toBe(201)
    expect((await told({ ...byRule, alertId: sure }, otherId)).status).toBe(409)
    expect((await told({ topic: 'contact', ground: 'rule' })).status).toBe(400)
    expect((await file())['toldInVainCount']).toBe(0)
    const close = { outcome: 'false-alarm', note: 'spiegeling' }
    await world.call('supervisor', 'POST', `/v1/alerts/${sure}/_close`, close)
    expect((await file())['toldInVainCount']).toBe(1)
  })

  it('what they saw calls the desk at once, from their own device or by phone, and their words stand in no alert', async () => {
    const seen = {
      kind: 'seen',
      seenAt: new Date(world.clock.timeMs - 10 * 60_000).toISOString(),
      note: 'Bij de school van mijn dochter.',
    }
    const own = await world.call('victim-device', 'POST', '/v1/sightings', seen)
    expect(own.status, JSON.stringify(own.body)).toBe(201)
    const [alertId] = own.body['alertIds'] as string[]
    const alert = (await world.call('operator', 'GET', `/v1/alerts/${alertId}`)).body
    expect(alert).toMatchObject({ kind: 'sighting-reported', priority: 'P1', status: 'open' })
    expect(JSON.stringify(alert)).not.toContain('school')
    const { rows } = await world.database.pool.query<{ note: string; calls: number }>(
      `select note, (select count(*)::int from escalations where alert_id = $1) as calls from person_sightings`,
      [alertId],
    )
    expect(rows[0]?.note.startsWith('sealed:')).toBe(true)
    expect(rows[0]?.calls).toBeGreaterThan(0)
    const late = { ...seen, seenAt: new Date(startedMs - 5 * 3_600_000).toISOString() }
    const byPhone = await world.call('operator', 'POST', path('sightings'), late)
    const [lateId] = byPhone.body['alertIds'] as string[]
    expect((await world.call('operator', 'GET', `/v1/alerts/${lateId}`)).body['priority']).toBe(
      'P2',
    )
    expect((await world.call('operator', 'POST', path('sightings', otherId), seen)).status).toBe(
      409,
    )
    const { rows: orders } = await world.database.pool.query<{ id: string }>(
      `select id from protection_orders where status <> 'ended'`,
    )
    for (const { id } of orders) {
      const ended = await world.call('supervisor', 'POST', `/v1/protection-orders/${id}/_end`)
      expect(ended.status).toBe(200)
    }
    const after = await world.call('victim-device', 'POST', '/v1/sightings', {
      ...seen,
      kind: 'contacted',
    })
    expect(after.status, JSON.stringify(after.body)).toBe(201)
    const [afterId] = after.body['alertIds'] as string[]
    const { rows: told } = await world.database.pool.query<Record<string, unknown>>(
      'select priority, status, reason from alerts where id = $1',
      [afterId],
    )
    expect(told).toMatchObject([{ priority: 'P2', status: 'open' }])
    expect(told[0]?.['reason']).toContain('The order that protected them has ended')
    const ahead = { ...seen, seenAt: '2026-12-23T18:30:00Z' }
    expect((await world.call('victim-device', 'POST', '/v1/sightings', ahead)).status).toBe(400)
    expect(await entriesOf('createOwnSighting')).toHaveLength(2)
  })
})
