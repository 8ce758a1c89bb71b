import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { defaultLimits } from '../../../src/core/model/limits.ts'
import { noticeEventSchema } from '../../../src/schemas/partner.ts'
import { readNoticeEvent } from '../../../src/store/partners/notice-event.ts'
import { findNotice } from '../../../src/store/partners/notices.ts'
import { createOrderKeeper } from '../../../workers/keep-orders.ts'
import { createPartnerTeller } from '../../../workers/tell-partners.ts'
import { createTestApp, type TestApp } from '../../support/http-app.ts'
import {
  startPartnerDouble,
  type Notice,
  type PartnerDouble,
} from '../../support/partner-double.ts'
import { signInAs, type TestPerson } from '../../support/signed-in.ts'
import { createSilentLog } from '../../support/silent-log.ts'

const byText = (one: string, other: string): number => one.localeCompare(other)
const bySide = (one: Notice, other: Notice): number =>
  String(one['side']).localeCompare(String(other['side']))

let world: TestApp
let worker: Awaited<ReturnType<TestApp['database']['connectAs']>>
let administrator: TestPerson
let supervisor: TestPerson
let police: PartnerDouble
let information: PartnerDouble
/** Who comes later. */
const added: PartnerDouble[] = []
let orderId = ''
const startedMs = Date.parse('2026-11-23T18:30:00Z')
const minute = 60_000

beforeAll(async () => {
  // The receivers must be on the list of hosts, which is read before anything listens.
  police = await startPartnerDouble('http://127.0.0.1:0')
  const { host } = police
  police.close()
  world = await createTestApp({ environment: { HOEDE_WEBHOOK_HOSTS: host } })
  worker = await world.database.connectAs('worker')
  const address = await world.app.listen({ host: '127.0.0.1', port: 0 })
  police = await startPartnerDouble(address)
  information = await startPartnerDouble(address)
  added.push(await startPartnerDouble(address))
  await signIn()
  orderId = await impose()
})
afterAll(async () => {
  police.close()
  information.close()
  for (const double of added) double.close()
  await world.close()
})

async function signIn(): Promise<void> {
  administrator = await signInAs(world, { roles: ['administrator'] })
  supervisor = await signInAs(world, { roles: ['supervisor'] })
}

const victimReference = 'SLO-2026-00091'

async function impose(): Promise<string> {
  const person = async (role: string, reference: string) =>
    String((await world.call('supervisor', 'POST', '/v1/persons', { role, reference })).body['id'])
  const made = await world.call('supervisor', 'POST', '/v1/protection-orders', {
    reference: '09/000417-26',
    legalBasis: 'prosecutor-behaviour-order',
    offenderId: await person('offender', 'RECL-2026-00417'),
    validFrom: new Date(startedMs).toISOString(),
    validUntil: new Date(startedMs + 90 * 24 * 60 * minute).toISOString(),
    locationBans: [
      { label: 'wijk', circle: { longitude: 5.123457, latitude: 52.098763, radiusMeters: 700 } },
    ],
    proximityBans: [
      {
        victimId: await person('victim', victimReference),
        separationMeters: 1000,
        fixedAddresses: [
          { label: 'thuis', longitude: 5.234567, latitude: 52.187654, radiusMeters: 50 },
        ],
      },
    ],
  })
  expect(made.status, JSON.stringify(made.body)).toBe(201)
  return String(made.body['id'])
}

/** As the worker, with the rights of its login. */
async function tell(nowMs = world.clock.timeMs): Promise<void> {
  world.clock.timeMs = nowMs
  await createPartnerTeller({
    pool: worker,
    clock: { nowMs: () => nowMs },
    log: createSilentLog(),
    limits: defaultLimits,
    oin: null,
    webhookHosts: [police, information, ...added].map(({ host }) => host),
    onEvent: () => {},
  })()
}

async function makeToken(): Promise<{ readonly id: string; readonly token: string }> {
  const { body } = await world.call('administrator', 'POST', '/v1/api-clients', {
    name: 'a partner',
    role: 'partner',
  })
  return { id: String(body['id']), token: String(body['token']) }
}

/** As an administrator registers it. Where it is sent is put there by hand: its port is new. */
async function register(double: PartnerDouble, kind: string): Promise<string> {
  const { id: apiClientId, token } = await makeToken()
  const body = {
    kind,
    name: kind,
    apiClientId,
    onBreach: 'Houd aan en bel de centrale.',
    onBreachBy: { 'temporary-home-ban': 'Houd aan op grond van art. 11 Wth.' },
  }
  const made = await administrator.call('POST', '/v1/partners', body)
  expect(made).toMatchObject({ status: 201, body: { status: 'waiting', secret: null } })
  const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
  const set = 'update partners set url = $2, secret = $3 where id = $1'
  await world.database.pool.query(set, [made.body['id'], double.url, secret])
  double.know(token, secret)
  return String(made.body['id'])
}

const noticesOf = async (id = orderId): Promise<Notice[]> =>
  (await world.call('operator', 'GET', `/v1/protection-orders/${id}/partner-notices`)).body[
    'items'
  ] as Notice[]

async function alertsOpen(): Promise<readonly Notice[]> {
  const { rows } = await world.database.pool.query<Notice>(
    `select a.priority, a.reason, a.cleared_at is null as "isOpen",
            (select count(*)::int from escalations e where e.alert_id = a.id) as calls
       from alerts a where a.kind = 'receipt-missing' order by a.raised_at, a.id`,
  )
  return rows
}

const operate = (name: string, body?: object) =>
  world.call('supervisor', 'POST', `/v1/protection-orders/${orderId}/${name}`, body)

describe('what partners are told of bans', () => {
  it('a partner is told nothing until somebody else confirms it, not even by a token of whoever asked', async () => {
    const id = await register(police, 'police')
    await tell()
    expect(police.taken()).toEqual([])
    expect((await police.list()).status).toBe(404)
    const both = await signInAs(world, { roles: ['administrator', 'supervisor'] })
    const own = await both.call('POST', '/v1/partners', {
      kind: 'police',
      name: 'of mine',
      apiClientId: (await makeToken()).id,
      onBreach: 'x',
    })
    const path = `/v1/partners/${String(own.body['id'])}/_confirm`
    expect((await both.call('POST', path)).status).toBe(403)
    const { rows } = await world.database.pool.query<{ id: string }>(
      `update api_clients set created_by = $1 where name = 'test supervisor' returning id`,
      [both.staffId],
    )
    expect(rows).toHaveLength(1)
    expect((await world.call('supervisor', 'POST', path)).status).toBe(403)
    await world.database.pool.query('update api_clients set created_by = null')
    expect((await supervisor.call('POST', `/v1/partners/${id}/_confirm`)).status).toBe(200)
    expect((await supervisor.call('POST', `/v1/partners/${id}/_confirm`)).status).toBe(409)
  })

  it('the police are sent each ban in force as they need it: people by reference, the area, the times, what to do', async () => {
    await tell()
    const [event] = police.taken()
    expect(event).toMatchObject({
      specversion: '1.0',
      type: 'nl.hoede.orders.imposed',
      source: 'urn:nld:oin:00000000000000000000:systeem:hoede-orders',
      subject: orderId,
      sequence: '0000000000000000001',
      data: {
        act: 'imposed',
        changes: [],
        order: { reference: '09/000417-26', status: 'active', statute: 'art. 509hh Sv' },
        offenderReference: 'RECL-2026-00417',
        locationBans: [
          { label: 'wijk', circle: { longitude: 5.123457, radiusMeters: 700 }, schedule: null },
        ],
        proximityBans: [{ victimReference, separationMeters: 1000 }],
        onBreach: 'Houd aan en bel de centrale.',
      },
    })
    // A fixed address is where somebody is.
    expect(JSON.stringify(event)).not.toContain('5.234567')
    expect(await noticesOf()).toMatchObject([{ number: 1, act: 'imposed', receivedAt: null }])
    const { rows } = await world.database.pool.query<{ text: string }>(
      `select convert_from(body, 'UTF8') as text from audit_entries`,
    )
    const sent = rows.filter(({ text }) => text.includes('sendPartnerNotice'))
    expect(sent).toHaveLength(2)
  })

  it('a receipt is what they say, and not that their system took it; the first one stands', async () => {
    const { body } = await police.list()
    const id = String(body['items'][0]['id'])
    const fetched = await police.fetch(id)
    expect(fetched.body).toEqual(police.taken()[0])
    expect((await police.receive(id, 'PL0900-1')).status).toBe(200)
    expect((await police.receive(id, 'PL0900-1')).status).toBe(200)
    expect((await police.receive(id, 'PL0900-2')).status).toBe(409)
    expect(await noticesOf()).toMatchObject([
      { receiptReference: 'PL0900-1', receivedAt: '2026-11-23T18:30:00.000Z' },
    ])
    expect((await police.list()).body['items']).toEqual([])
  })

  it('a ban that is extended, suspended or ended is told again, with what is another', async () => {
    const validUntil = new Date(startedMs + 150 * 24 * 60 * minute).toISOString()
    await operate('_extend', { validUntil, decidedBy: 'prosecutor', documentReference: 'V1' })
    await tell()
    await operate('_suspend')
    await tell()
    await operate('_resume')
    await tell()
    expect(police.taken().map(({ data }) => [data['number'], data['act']])).toEqual([
      [1, 'imposed'],
      [2, 'extended'],
      [3, 'suspended'],
      [4, 'resumed'],
    ])
    expect(police.taken()[1]?.['data']['changes']).toEqual([{ what: 'validUntil', how: 'changed' }])
    // Nor of a version in which nothing that they are told of is another.
    const chosen = await operate('_choose-risk-profile', { profile: 'high', reason: 'Screening.' })
    expect(chosen.status, JSON.stringify(chosen.body)).toBe(200)
    await tell()
    expect(police.taken()).toHaveLength(4)
    expect(await noticesOf()).toHaveLength(4)
  })

  it('a receipt that does not come is on the list, sent again, then called out, and over with the receipt', async () => {
    expect(await alertsOpen()).toEqual([])
    await tell(startedMs + 60 * minute)
    expect(await alertsOpen()).toMatchObject([{ priority: 'P3', isOpen: true, calls: 0 }])
    expect(police.taken().at(-1)).toMatchObject({ data: { number: 4, reminderCount: 1 } })
    await tell(startedMs + 90 * minute)
    expect(await alertsOpen()).toHaveLength(1)
    // A clock that is put back takes nothing back, and stops nothing.
    await tell(startedMs + 30 * minute)
    expect(await alertsOpen()).toMatchObject([{ priority: 'P3', isOpen: true }])
    await tell(startedMs + 120 * minute)
    const alerts = await alertsOpen()
    expect(alerts).toMatchObject([
      { priority: 'P3', isOpen: false },
      { priority: 'P2', isOpen: true },
    ])
    expect(alerts[1]?.['calls']).toBeGreaterThan(0)
    expect(alerts[1]?.['reason']).toContain('have not confirmed for 120 minutes')
    const last = String(police.taken().at(-1)?.['data']['noticeId'])
    expect((await police.receive(last, 'PL0900-4')).status).toBe(200)
    await tell()
    expect((await alertsOpen()).every(({ isOpen }) => isOpen === false)).toBe(true)
  })

  it('whoever informs the protected is told whom and what, and neither whom it is against nor where', async () => {
    // Hours have passed, and sessions with them.
    await signIn()
    const id = await register(information, 'victim-information')
    expect((await supervisor.call('POST', `/v1/partners/${id}/_confirm`)).status).toBe(200)
    await tell()
    const [event] = information.taken()
    expect(event?.['data']).toMatchObject({ number: 1, victims: [{ reference: victimReference }] })
    const text = JSON.stringify(event)
    for (const secret of ['5.123457', '5.234567', 'RECL-2026', 'wijk', 'locationBans'])
      expect(text).not.toContain(secret)
  })

  it('a partner reads and receives its own notices alone', async () => {
    const theirs = String(information.taken()[0]?.['id'])
    expect((await police.fetch(theirs)).status).toBe(404)
    expect((await police.receive(theirs, 'x')).status).toBe(404)
    expect((await world.call('partner', 'GET', '/v1/partner-notices')).status).toBe(404)
  })

  it('a receiver that is away is called again, and is not ended by its own answer', async () => {
    police.refuseWith(410)
    await operate('_end', { reason: 'ingetrokken', documentReference: 'RB-1', decidedBy: 'court' })
    const nowMs = world.clock.timeMs
    await tell(nowMs)
    const told = (await noticesOf()).find(({ partnerName }) => partnerName === 'police')
    expect(told).toMatchObject({ act: 'ended', sentAt: null })
    police.refuseWith(204)
    await tell(nowMs + 1_000)
    const count = police.taken().length
    await tell(nowMs + 6_000)
    expect(police.taken()).toHaveLength(count + 1)
    const newest = (await noticesOf()).filter(({ act }) => act === 'ended')
    expect(newest.map(({ sentAt }) => sentAt !== null)).toEqual([true, true])
  })

  it('a receiver that is down for a day is sent one notice by two instances, again and again until it is received, and nothing after', async () => {
    const { body: person } = await world.call('supervisor', 'POST', '/v1/persons', {
      role: 'offender',
      reference: 'RECL-DOWN',
    })
    const startMs = world.clock.timeMs
    const at = (days: number): string => new Date(startMs + days * 24 * 60 * minute).toISOString()
    const circle = { longitude: 5.1, latitude: 52.1, radiusMeters: 300 }
    const made = await world.call('supervisor', 'POST', '/v1/protection-orders', {
      reference: 'DOWN',
      legalBasis: 'prosecutor-behaviour-order',
      offenderId: person['id'],
      validFrom: at(0),
      validUntil: at(80),
      locationBans: [{ label: 'wijk', circle }],
    })
    expect(made.status, JSON.stringify(made.body)).toBe(201)
    const takenOf = () => police.taken().filter(({ subject }) => subject === made.body['id'])
    const pass = async (fromMinutes: number, minutes: number): Promise<void> => {
      for (let passed = fromMinutes; passed <= fromMinutes + minutes; passed += 30) {
        const nowMs = startMs + passed * minute
        await Promise.all([tell(nowMs), tell(nowMs)])
      }
    }
    police.refuseWith(503)
    await pass(0, 24 * 60)
    const downCount = takenOf().length
    expect(downCount).toBeGreaterThan(3)
    police.refuseWith(200)
    await pass(24 * 60 + 30, 6 * 60)
    const after = takenOf().slice(downCount)
    // The same one, however often it was tried: it is known by its id, and sent until received.
    expect(new Set(takenOf().map(({ id }) => id)).size).toBe(1)
    expect(after.length).toBeGreaterThan(0)
    expect((await police.receive(String(takenOf()[0]?.['id']), 'PL-DOWN')).status).toBe(200)
    const receivedCount = takenOf().length
    await pass(31 * 60, 6 * 60)
    expect(takenOf()).toHaveLength(receivedCount)
    world.clock.timeMs = startMs
  })

  it('whoever outside may extend an order is told when they are asked about its end, or nobody answers, with neither people nor places, and of nothing else', async () => {
    // Past all that was asked for above.
    world.clock.timeMs += 3 * 24 * 60 * minute
    await signIn()
    const mayor = await register(information, 'mayor')
    expect((await supervisor.call('POST', `/v1/partners/${mayor}/_confirm`)).status).toBe(200)
    const startMs = world.clock.timeMs
    const at = (days: number): string => new Date(startMs + days * 24 * 60 * minute).toISOString()
    const { body: person } = await world.call('supervisor', 'POST', '/v1/persons', {
      role: 'offender',
      reference: 'RECL-ASKED',
    })
    const made = await world.call('supervisor', 'POST', '/v1/protection-orders', {
      reference: 'ASKED',
      legalBasis: 'temporary-home-ban',
      offenderId: person['id'],
      validFrom: at(-5.5),
      validUntil: at(4.5),
      locationBans: [
        { label: 'wijk', circle: { longitude: 5.1, latitude: 52.1, radiusMeters: 300 } },
      ],
    })
    expect(made.status, JSON.stringify(made.body)).toBe(201)
    const keep = async (days: number): Promise<void> => {
      const nowMs = startMs + days * 24 * 60 * minute
      const clock = { nowMs: () => nowMs }
      await createOrderKeeper({
        pool: worker,
        clock,
        log: createSilentLog(),
        limits: defaultLimits,
        onEvent: () => {},
      })()
      await tell(nowMs)
    }
    const asked = () =>
      information
        .taken()
        .filter(({ subject }) => subject === made.body['id'])
        .map(({ type, data }) => [type, data['reminder']?.['task'], data['reminder']?.['isOver']])
    await keep(0.5)
    expect(asked()).toEqual([])
    // The case lead has not answered for two days, and at the second step the mayor is asked.
    await keep(2.5)
    expect(asked().toSorted((one, other) => `${one[1]}`.localeCompare(`${other[1]}`))).toEqual([
      ['nl.hoede.orders.reminded', 'ask-for-decision', false],
      ['nl.hoede.orders.reminded', 'prepare', false],
    ])
    const text = JSON.stringify(information.taken().at(-1))
    for (const secret of ['RECL-ASKED', '5.1', 'wijk']) expect(text).not.toContain(secret)
    await keep(3.2)
    const missing = (await alertsOpen()).map(({ reason }) => String(reason))
    expect(missing.some((reason) => reason.startsWith('Whoever decides about this order'))).toBe(
      true,
    )
    world.clock.timeMs = startMs
  })

  it('a notice that is larger than the profile allows comes without its areas and says where it is read', async () => {
    const { pool } = world.database
    const { rows } = await pool.query<{ id: string; partnerId: string }>(
      `select n.id, partner_id as "partnerId" from partner_notices n join partners p on p.id = n.partner_id
        where p.kind = 'police' and number = 1`,
    )
    const notice = await findNotice(pool, rows[0] ?? { id: '', partnerId: '' })
    if (notice === null) throw new Error('expected the first notice')
    const partner = { kind: 'police', onBreach: 'x', onBreachBy: {}, organisationId: '' } as const
    const about = { notice, partner, oin: null }
    const { event } = await readNoticeEvent(pool, about, 100)
    expect(event.dataref).toBe(`/v1/partner-notices/${notice.id}`)
    expect(JSON.stringify(event)).not.toContain('5.123457')
    expect((await readNoticeEvent(pool, about)).event.dataref).toBeUndefined()
  })

  it('an order that nobody decides about is told as lapsed at its end, once, and what its kind asks on a breach', async () => {
    const { body: person } = await world.call('supervisor', 'POST', '/v1/persons', {
      role: 'offender',
      reference: 'RECL-LAPSE',
    })
    // After all that was told before, as a clock does not run back.
    const startMs = world.clock.timeMs + 48 * 60 * minute
    world.clock.timeMs = startMs
    const at = (hours: number): string => new Date(startMs + hours * 60 * minute).toISOString()
    const made = await world.call('supervisor', 'POST', '/v1/protection-orders', {
      reference: 'LAPSE',
      legalBasis: 'temporary-home-ban',
      offenderId: person['id'],
      validFrom: at(0),
      validUntil: at(1),
      conditions: ['no-contact', 'keys-handed-in'],
      locationBans: [
        { label: 'huis', circle: { longitude: 5.1, latitude: 52.1, radiusMeters: 300 } },
      ],
    })
    expect(made.status, JSON.stringify(made.body)).toBe(201)
    const path = `/v1/protection-orders/${String(made.body['id'])}`
    const actsOf = () =>
      police
        .taken()
        .filter(({ subject }) => subject === made.body['id'])
        .map(({ data }) => [data['act'], data['order'].status, data['onBreach']])
    const task = 'Houd aan op grond van art. 11 Wth.'
    await tell(startMs + 59 * minute)
    expect(actsOf()).toEqual([['imposed', 'active', task]])
    expect(made.body['conditions']).toEqual(['no-contact', 'keys-handed-in'])
    expect(police.taken().at(-1)?.['data']['conditions']).toEqual([
      { code: 'no-contact', text: 'Geen contact, ook niet per telefoon, bericht of internet.' },
      { code: 'keys-handed-in', text: 'Sleutels inleveren.' },
    ])
    expect(JSON.stringify(information.taken())).not.toContain('conditions')
    await tell(startMs + 60 * minute)
    // A version that changes nothing of it is no second lapse.
    const chosen = { profile: 'high', reason: 'Screening.' }
    await world.call('supervisor', 'POST', `${path}/_choose-risk-profile`, chosen)
    await tell(startMs + 61 * minute)
    expect(actsOf().slice(1)).toEqual([['lapsed', 'lapsed', task]])
    const validUntil = at(2)
    await world.call('supervisor', 'POST', `${path}/_extend`, { validUntil, decidedBy: 'mayor' })
    await tell(startMs + 62 * minute)
    await tell(startMs + 120 * minute)
    // Changed after its end it has lapsed all the same.
    const { body: order } = await world.call('supervisor', 'GET', path)
    const terms = ['reference', 'legalBasis', 'offenderId', 'validFrom', 'validUntil'] as const
    const put = await world.call('supervisor', 'PUT', path, {
      ...Object.fromEntries(terms.map((name) => [name, order[name]])),
      locationBans: [
        { label: 'huis', circle: { longitude: 5.1, latitude: 52.1, radiusMeters: 400 } },
      ],
    })
    expect(put.status, JSON.stringify(put.body)).toBe(200)
    await tell(startMs + 120 * minute + 1)
    expect(actsOf().at(-1)).toEqual(['changed', 'lapsed', task])
    await world.call('supervisor', 'POST', `${path}/_end`)
    await tell(startMs + 121 * minute)
    expect(actsOf().map(([act]) => act)).toEqual([
      'imposed',
      'lapsed',
      'extended',
      'lapsed',
      'changed',
      'ended',
    ])
    await signIn()
  })

  it('a partner is told who leads a case, whom the protected person asks, of a screening and of a move, each once and with the ban beside it', async () => {
    world.clock.timeMs += 24 * 60 * minute
    await signIn()
    const nowMs = world.clock.timeMs
    const at = (days: number): string => new Date(nowMs + days * 24 * 60 * minute).toISOString()
    const called = async (person: TestPerson, path: string, body: object): Promise<string> => {
      const made = await person.call('POST', path, body)
      expect([200, 201], `${path} ${JSON.stringify(made.body)}`).toContain(made.status)
      return String(made.body['id'])
    }
    const personOf = (role: string, reference: string) =>
      called(supervisor, '/v1/persons', { role, reference })
    const [offenderId, victimId] = [
      await personOf('offender', 'RECL-CASE'),
      await personOf('victim', 'SLO-CASE'),
    ]
    const area = { label: 'wijk', circle: { longitude: 5.1, latitude: 52.1, radiusMeters: 300 } }
    const id = await called(supervisor, '/v1/protection-orders', {
      reference: 'CASE',
      legalBasis: 'liberty-restricting-measure',
      offenderId,
      validFrom: at(0),
      validUntil: at(300),
      locationBans: [area],
      proximityBans: [{ victimId, separationMeters: 1000 }],
    })
    const path = `/v1/protection-orders/${id}`
    const eventsOf = (double: PartnerDouble) =>
      double.taken().filter(({ subject }) => subject === id)
    const actsOf = (double: PartnerDouble) => eventsOf(double).map(({ data }) => data['act'])
    await tell(nowMs)
    expect([actsOf(police), actsOf(information)]).toEqual([['imposed'], ['imposed']])
    expect(eventsOf(police)[0]?.['data']).toMatchObject({ caseLead: null, moves: [] })

    const holder = { name: 'J. de Vries', phone: '+31300000001' }
    const standIn = { name: 'A. Jansen' }
    for (const role of ['case-lead', 'contact-point'])
      await called(supervisor, `${path}/_give-role`, { role, holder, standIn })
    const training = { instrument: 'sash', trainedAt: at(-1), validUntil: at(300) }
    await called(administrator, `/v1/staff/${supervisor.staffId}/trainings`, training)
    await called(supervisor, `${path}/screenings`, {
      instrument: 'sash',
      screenedAt: at(0),
      authorId: supervisor.staffId,
      outcome: 'high',
      nextDueAt: at(7),
    })
    const oldAddress = { text: 'Oude weg 12', longitude: 5.31, latitude: 52.31 }
    const newAddress = { text: 'Nieuwe weg 3', longitude: 5.42, latitude: 52.42 }
    const moved = { movedAt: at(2), oldAddress, newAddress }
    await called(supervisor, `/v1/persons/${victimId}/relocations`, moved)
    await called(supervisor, `/v1/persons/${offenderId}/relocations`, moved)
    await Promise.all([tell(nowMs + minute), tell(nowMs + minute)])
    await tell(nowMs + 2 * minute)
    const lead = ['imposed', 'lead-named', 'contact-named']
    const sorted = (acts: readonly unknown[]) => acts.map(String).toSorted(byText)
    expect(sorted(actsOf(police))).toEqual(sorted([...lead, 'screened', 'moved', 'moved']))
    expect(sorted(actsOf(information))).toEqual(sorted([...lead, 'moved']))

    const last = eventsOf(police).toSorted((one, other) =>
      String(one['sequence']).localeCompare(String(other['sequence'])),
    )
    expect(last.at(-1)?.['data']).toMatchObject({
      changes: [{ what: 'moves', how: 'added' }],
      caseLead: { ...holder, standIn: { ...standIn, phone: null } },
      contactPoint: holder,
      screening: { instrument: 'sash', outcome: 'high', nextDueAt: at(7) },
      locationBans: [{ label: 'wijk' }],
    })
    expect(last.at(-1)?.['data']['moves'].toSorted(bySide)).toEqual([
      { side: 'offender', reference: 'RECL-CASE', movedAt: at(2) },
      { side: 'protected', reference: 'SLO-CASE', movedAt: at(2) },
    ])
    for (const event of [...eventsOf(police), ...eventsOf(information)])
      expect(noticeEventSchema.safeParse(event).error?.message).toBeUndefined()
    const outside = JSON.stringify(eventsOf(information))
    const everywhere = outside + JSON.stringify(eventsOf(police))
    for (const secret of ['RECL-CASE', 'screening', 'high']) expect(outside).not.toContain(secret)
    for (const secret of ['weg', '5.31', '52.31', '5.42', '52.42'])
      expect(everywhere).not.toContain(secret)

    // Handed over it is told again, and what came with the next version is told of by that alone.
    await called(supervisor, `${path}/_give-role`, {
      role: 'case-lead',
      holder: { name: 'K. Bos' },
      standIn,
      handOverNote: 'Gesprek op 3 december.',
    })
    await tell(nowMs + 3 * minute)
    await tell(nowMs + 4 * minute)
    expect(actsOf(information).filter((act) => act === 'lead-named')).toHaveLength(2)
    expect(eventsOf(information).at(-1)?.['data']['caseLead']).toMatchObject({ name: 'K. Bos' })
    expect(JSON.stringify(eventsOf(police))).not.toContain('3 december')

    // Whoever is first told of it hears all of that at once, and nothing of it again.
    const [newer] = added
    if (newer === undefined) throw new Error('expected a partner more')
    await called(supervisor, `/v1/partners/${await register(newer, 'police')}/_confirm`, {})
    await tell(nowMs + 10 * minute)
    await tell(nowMs + 11 * minute)
    expect(actsOf(newer)).toEqual(['imposed'])
    expect(eventsOf(newer)[0]?.['data']).toMatchObject({
      caseLead: { name: 'K. Bos' },
      screening: { outcome: 'high' },
    })
  })

  it('a partner is told until its end is asked by one and confirmed by another', async () => {
    await signIn()
    const { body } = await supervisor.call('GET', '/v1/partners')
    const told = (body['items'] as Notice[]).find(({ status }) => status === 'told')
    const path = `/v1/partners/${String(told?.['id'])}`
    expect((await administrator.call('POST', `${path}/_end`)).body['status']).toBe('ending')
    expect((await police.list()).status).toBe(200)
    expect((await supervisor.call('POST', `${path}/_confirm`)).body['status']).toBe('ended')
    expect((await police.list()).status).toBe(404)
  })
})
