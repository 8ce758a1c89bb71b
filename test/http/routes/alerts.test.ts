import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { alertKinds, type AlertDraft, type EvidenceFix } from '../../../src/core/model/alert.ts'
import { defaultLimits } from '../../../src/core/model/limits.ts'
import { hourOf } from '../../../src/core/model/units.ts'
import { inTransaction } from '../../../src/store/pg/pool.ts'
import { readAlertEvents } from '../../../src/store/alerts/alert-events.ts'
import { recallDue } from '../../../src/store/alerts/recall-due.ts'
import { saveEffects } from '../../../src/store/alerts/save-effects.ts'
import { createOrderWatch } from '../../../workers/watch-orders.ts'
import { createSilentLog } from '../../support/silent-log.ts'
import { makeAlertDraft, saveContextAt } from '../../support/alert-drafts.ts'
import { createTestApp, type TestApp } from '../../support/http-app.ts'
import { withoutIdsAndTimes } from '../../support/without-ids-and-times.ts'

let world: TestApp
beforeAll(async () => {
  world = await createTestApp()
})
afterAll(() => world.close())
beforeEach(async () => {
  await world.database.pool.query('truncate alerts, access_log cascade')
})

async function raise(facts: Partial<AlertDraft> = {}, raisedAtMs = world.clock.timeMs) {
  const alert = makeAlertDraft(facts)
  await inTransaction(world.database.pool, (tx) =>
    saveEffects(tx, [{ type: 'alert-raised', alert }], saveContextAt(raisedAtMs)),
  )
  return alert
}

const offenderFix: EvidenceFix = {
  role: 'offender',
  personId: '0192f000-0000-7000-8000-00000000000a',
  deviceId: '0192f000-0000-7000-8000-00000000000b',
  recordedAtMs: 1_795_000_000_000,
  receivedAtMs: 1_795_000_001_000,
  longitude: 4.8951,
  latitude: 52.3703,
  accuracyMeters: 8,
  isBelieved: true,
  disbelief: [],
  probability: 0.98,
}
const victimFix: EvidenceFix = {
  ...offenderFix,
  role: 'victim',
  personId: '0192f000-0000-7000-8000-00000000000c',
  longitude: 5.1214,
  latitude: 52.0907,
}
const evidence = { ...makeAlertDraft().evidence, fixes: [offenderFix, victimFix] }

async function accessRows() {
  const found = await world.database.pool.query<{ alert_id: string; person_ids: string[] }>(
    'select alert_id, person_ids, action from access_log order by at, id',
  )
  return found.rows
}

describe('the list of alerts', () => {
  it('the list of alerts puts the most urgent first: priority, then unanswered, then longest waiting', async () => {
    const t = world.clock.timeMs
    const low = await raise({ priority: 'P3', kind: 'battery-low' }, t - 9_000)
    const answered = await raise({}, t - 8_000)
    const second = await raise({}, t - 1_000)
    const first = await raise({}, t - 5_000)
    const middle = await raise({ priority: 'P2', kind: 'location-ban-approach' }, t - 7_000)
    const closed = await raise({}, t - 20_000)
    await world.call('operator', 'POST', `/v1/alerts/${answered.id}/_acknowledge`, {})
    await world.call('operator', 'POST', `/v1/alerts/${closed.id}/_close`, {
      outcome: 'test',
      note: 'proef',
    })
    const expected = [first, second, answered, middle, low, closed].map(({ id }) => id)
    const all = await world.call('operator', 'GET', '/v1/alerts')
    expect((all.body['items'] as { id: string }[]).map(({ id }) => id)).toEqual(expected)
    expect(all.body['nextCursor']).toBeNull()

    const seen: string[] = []
    let cursor: string | null = null
    do {
      const url: string = `/v1/alerts?limit=2${cursor === null ? '' : `&cursor=${cursor}`}`
      const page = await world.call('operator', 'GET', url)
      seen.push(...(page.body['items'] as { id: string }[]).map(({ id }) => id))
      cursor = page.body['nextCursor'] as string | null
    } while (cursor !== null)
    expect(seen).toEqual(expected)
  })

  it('the list of alerts has the shape of the contract and no position', async () => {
    const alert = await raise({ evidence })
    const answer = await world.call('operator', 'GET', '/v1/alerts')
    const [item] = answer.body['items'] as Record<string, unknown>[]
    expect(item).toMatchObject({
      id: alert.id,
      kind: 'location-ban-breach',
      priority: 'P1',
      status: 'open',
      protectionOrderId: alert.protectionOrderId,
      offenderId: alert.offenderId,
      victimId: null,
      locationBanId: alert.locationBanId,
      detailLevel: 'coarse',
      occurredAt: new Date(hourOf(alert.occurredAtMs)).toISOString(),
      raisedAt: '2026-11-23T18:30:00.000Z',
      clearedAt: null,
      late: false,
      probability: null,
      distanceMeters: null,
      reason: 'The offender is inside the banned area.',
    })
    const supervisors = await world.call('supervisor', 'GET', '/v1/alerts')
    expect(supervisors.body).toEqual(answer.body)
    expect(withoutIdsAndTimes(answer.body)).not.toMatch(/52\.\d|longitude|latitude/)
    expect(await accessRows()).toEqual([])
  })

  it('the list of alerts filters by status, kind and order', async () => {
    const one = await raise()
    const two = await raise({ kind: 'panic' })
    const ids = async (query: string) => {
      const answer = await world.call('operator', 'GET', `/v1/alerts?${query}`)
      return (answer.body['items'] as { id: string }[]).map(({ id }) => id)
    }
    expect(await ids('kind=panic')).toEqual([two.id])
    expect(await ids(`protectionOrderId=${one.protectionOrderId}`)).toEqual([one.id])
    await world.call('operator', 'POST', `/v1/alerts/${one.id}/_acknowledge`, {})
    expect(await ids('status=open')).toEqual([two.id])
    expect(await ids('status=acknowledged')).toEqual([one.id])
    expect(await ids('status=closed')).toEqual([])
  })

  it('the list of alerts refuses a cursor it did not make and a filter it does not know', async () => {
    for (const query of ['cursor=abc', 'status=gone', 'kind=noise', 'limit=0', 'order=1']) {
      const answer = await world.call('operator', 'GET', `/v1/alerts?${query}`)
      expect([query, answer.status]).toEqual([query, 400])
    }
  })
})

describe('one alert', () => {
  it('one alert shows the evidence and records who read whose position, before answering', async () => {
    const alert = await raise({ kind: 'proximity-breach', locationBanId: null, evidence })
    const path = `/v1/alerts/${alert.id}`
    const before = await world.call('operator', 'GET', path)
    expect(before.body).toMatchObject({
      detailLevel: 'coarse',
      probability: null,
      reason: 'The offender and the victim are closer than the order allows.',
      evidence: { fixes: [], withheldFixCount: 2, facts: {}, offenderArea: { sizeMeters: 5_000 } },
    })
    expect(withoutIdsAndTimes(before.body)).not.toMatch(/4\.8951|52\.3703|5\.1214|52\.0907/)
    await world.call('operator', 'POST', `${path}/_acknowledge`, {})
    await world.database.pool.query('truncate access_log')
    const answer = await world.call('operator', 'GET', path)
    expect(answer.status).toBe(200)
    expect(answer.body).toMatchObject({ detailLevel: 'whole', probability: 0.98 })
    const shown = answer.body['evidence'] as { fixes: { role: string }[]; note: string | null }
    expect(shown.fixes.map(({ role }) => role)).toEqual(['offender', 'victim'])
    expect(shown.note).toBeNull()
    expect(await accessRows()).toEqual([
      {
        alert_id: alert.id,
        person_ids: [offenderFix.personId, victimFix.personId],
        action: 'read-alert-positions',
      },
    ])
  })

  it.each(alertKinds)(
    'the alert of a %s shows no position without a row of the access log',
    async (kind) => {
      const alert = await raise({ kind, evidence })
      const needsVictim = [
        'proximity-breach',
        'proximity-approach',
        'panic',
        'device-silent',
        'protection-degraded',
      ].includes(kind)
      for (const isClosed of [false, true]) {
        if (isClosed) {
          await world.call('supervisor', 'POST', `/v1/alerts/${alert.id}/_close`, {
            outcome: 'confirmed',
            note: 'afgehandeld',
          })
        }
        await world.database.pool.query('truncate access_log')
        const answer = await world.call('supervisor', 'GET', `/v1/alerts/${alert.id}`)
        const text = JSON.stringify(answer.body)
        const isVictimShown = text.includes(String(victimFix.latitude))
        expect(isVictimShown).toBe(needsVictim && !isClosed)
        const [row] = await accessRows()
        expect(row?.person_ids.includes(offenderFix.personId)).toBe(true)
        // What an alert about somebody says is a reading of that person, with or without a fix.
        expect(row?.person_ids.includes(victimFix.personId)).toBe(needsVictim)
        const shown = answer.body['evidence'] as { withheldFixCount: number; note: string | null }
        expect(shown.withheldFixCount).toBe(isVictimShown ? 0 : 1)
        expect(shown.note === null).toBe(isVictimShown)
      }
    },
  )

  it('an alert of the same stretch of trouble as that of a pair is as coarse, in a list and by its id, for whoever does not handle the pair', async () => {
    const offenderId = offenderFix.personId
    const victimId = victimFix.personId
    const pair = await raise({ kind: 'proximity-approach', offenderId, victimId, evidence })
    const { incidentId } = pair
    const ban = await raise({ offenderId, evidence, incidentId })
    const elsewhere = await raise({
      kind: 'battery-low',
      locationBanId: null,
      offenderId,
      evidence,
      occurredAtMs: pair.occurredAtMs - 86_400_000,
    })
    const levelOf = async (alert: { readonly id: string }) =>
      (await world.call('operator', 'GET', `/v1/alerts/${alert.id}`)).body['detailLevel']
    expect(await levelOf(ban)).toBe('coarse')
    expect(await levelOf(elsewhere)).toBe('whole')
    const { body } = await world.call('operator', 'GET', '/v1/alerts')
    const listed = body['items'] as { id: string; detailLevel: string; distanceBand: string }[]
    const levels = new Map(listed.map(({ id, detailLevel }) => [id, detailLevel]))
    expect([pair, ban, elsewhere].map(({ id }) => levels.get(id))).toEqual([
      'coarse',
      'coarse',
      'whole',
    ])
    await world.call('operator', 'POST', `/v1/alerts/${pair.id}/_acknowledge`, {})
    expect([await levelOf(pair), await levelOf(ban)]).toEqual(['whole', 'whole'])
    const end = { outcome: 'confirmed', note: 'afgehandeld' }
    await world.call('operator', 'POST', `/v1/alerts/${pair.id}/_close`, end)
    expect([await levelOf(pair), await levelOf(ban)]).toEqual(['coarse', 'coarse'])
  })

  it('an alert of an area is coarse whatever its order says, and so is what happened beside it, until somebody takes it over', async () => {
    const offenderId = offenderFix.personId
    const facts = { borderMeters: -41.5 }
    const ban = await raise({ offenderId, evidence: { ...evidence, facts } })
    await world.database.pool.query(
      `with person as (insert into persons (id, role, reference) values ($1, 'offender', 'p') returning id)
       insert into protection_orders (id, reference, legal_basis, offender_id, valid_from, valid_until, status)
       select $2, 'o', 'civil-ban', id, now(), now() + interval '1 day', 'active' from person`,
      [offenderId, ban.protectionOrderId],
    )
    const ofDevice = (afterMs: number) =>
      raise({
        kind: 'battery-low',
        locationBanId: null,
        protectionOrderId: null,
        offenderId,
        evidence,
        occurredAtMs: ban.occurredAtMs + afterMs,
      })
    const beside = await ofDevice(3_600_000)
    const later = await ofDevice(10_800_000)
    const read = async (alert: { readonly id: string }) =>
      (await world.call('operator', 'GET', `/v1/alerts/${alert.id}`)).body
    const before = await read(ban)
    expect(before).toMatchObject({ detailLevel: 'coarse', evidence: { fixes: [], facts: {} } })
    expect(withoutIdsAndTimes(before)).not.toMatch(/41\.5|4\.8951|52\.3703/)
    expect((await read(beside))['detailLevel']).toBe('coarse')
    expect((await read(later))['detailLevel']).toBe('whole')
    await world.call('operator', 'POST', `/v1/alerts/${ban.id}/_acknowledge`, {})
    expect(await read(ban)).toMatchObject({ detailLevel: 'whole', evidence: { facts } })
  })

  it('one alert is not shown when the reading cannot be recorded', async () => {
    const alert = await raise({ evidence })
    await world.database.pool.query('alter table access_log rename to access_log_away')
    const answer = await world.call('operator', 'GET', `/v1/alerts/${alert.id}`)
    await world.database.pool.query('alter table access_log_away rename to access_log')
    expect(answer.status).toBe(500)
    expect(withoutIdsAndTimes(answer.body)).not.toContain('52.')
  })

  it('one alert is 404 when there is none and 400 when the id is none', async () => {
    const unknown = '0192f000-0000-8000-8000-0000000000ff'
    expect((await world.call('operator', 'GET', `/v1/alerts/${unknown}`)).status).toBe(404)
    expect((await world.call('operator', 'GET', '/v1/alerts/17')).status).toBe(400)
    const missing = await world.call('operator', 'POST', `/v1/alerts/${unknown}/_acknowledge`, {})
    expect(missing.status).toBe(404)
  })
})

describe('answering an alert', () => {
  it('an acknowledgement is taken once, stops the ladder, and is on the stream', async () => {
    const alert = await raise()
    const path = `/v1/alerts/${alert.id}/_acknowledge`
    const first = await world.call('operator', 'POST', path, { note: 'ik bel' })
    expect(first.status).toBe(200)
    expect(first.body).toMatchObject({
      status: 'acknowledged',
      acknowledgedAt: '2026-11-23T18:30:00.000Z',
    })
    const again = await world.call('operator', 'POST', path, {})
    expect(again.status).toBe(200)
    const steps = await world.database.pool.query(
      'select 1 from escalations where alert_id = $1 and cancelled_at is null',
      [alert.id],
    )
    expect(steps.rows).toEqual([])
    const events = await readAlertEvents(world.database.pool, { afterSequence: 0, limit: 100 })
    expect(events.filter(({ alertId }) => alertId === alert.id).map(({ type }) => type)).toEqual([
      'raised',
      'acknowledged',
    ])
    const detail = await world.call('operator', 'GET', `/v1/alerts/${alert.id}`)
    const history = detail.body['history'] as { kind: string; note: string | null }[]
    expect(history.map(({ kind, note }) => [kind, note])).toEqual([
      ['raised', null],
      ['acknowledged', 'ik bel'],
    ])
  })

  it('an acknowledgement needs no body, because all in it is optional, and the document says so', async () => {
    const path = `/v1/alerts/${(await raise()).id}/_acknowledge`
    const answer = await world.call('operator', 'POST', path)
    expect(answer).toMatchObject({ status: 200, body: { status: 'acknowledged' } })
    const document = await world.call(null, 'GET', '/v1/openapi.json')
    expect(document.body['paths']).toMatchObject({
      '/alerts/{id}/_acknowledge': { post: { requestBody: { required: false } } },
    })
  })

  it('a second answer is told who was first, and when', async () => {
    const alert = await raise()
    const path = `/v1/alerts/${alert.id}/_acknowledge`
    const first = await world.call('operator', 'POST', path, {})
    const second = await world.call('supervisor', 'POST', path, {})
    expect(second.status).toBe(409)
    expect(second.body['detail']).toContain(String(first.body['acknowledgedBy']))
    expect(second.body['detail']).toContain('2026-11-23T18:30:00.000Z')
  })

  it('a closing happens once, with an outcome; an unanswered alert is acknowledged by it', async () => {
    const alert = await raise()
    const path = `/v1/alerts/${alert.id}/_close`
    const first = await world.call('operator', 'POST', path, { outcome: 'confirmed', note: 'x' })
    expect(first.status).toBe(200)
    expect(first.body).toMatchObject({ status: 'closed', outcome: 'confirmed' })
    expect(first.body['acknowledgedBy']).toBe(first.body['closedBy'])
    const second = await world.call('operator', 'POST', path, { outcome: 'test', note: 'y' })
    expect(second.status).toBe(409)
    expect(second.body['detail']).toContain('confirmed')
    const late = await world.call('operator', 'POST', `/v1/alerts/${alert.id}/_acknowledge`, {})
    expect(late.status).toBe(409)
  })

  it('the first of many hands at the same moment answers the alert', async () => {
    const alert = await raise()
    const path = `/v1/alerts/${alert.id}/_close`
    const answers = await Promise.all(
      Array.from({ length: 20 }, () =>
        world.call('operator', 'POST', path, { outcome: 'confirmed', note: 'x' }),
      ),
    )
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(19)
  })

  it.each([
    [{}, 'no outcome'],
    [{ outcome: 'solved', note: 'x' }, 'an outcome that is none'],
    [{ outcome: 'test' }, 'no note'],
    [{ outcome: 'test', note: 'x', status: 'open' }, 'an unknown field'],
    [{ outcome: 'test', note: 'a\u0000b' }, 'a control character'],
  ])('a closing with %j is refused: %s', async (body, _what) => {
    const alert = await raise()
    const answer = await world.call('operator', 'POST', `/v1/alerts/${alert.id}/_close`, body)
    expect(answer.status).toBe(400)
    const detail = await world.call('operator', 'GET', `/v1/alerts/${alert.id}`)
    expect(detail.body['status']).toBe('open')
  })

  it.each(['vendor', 'administrator', 'victim-device'] as const)(
    'an answer to an alert is not for the role %s',
    async (role) => {
      const alert = await raise({ evidence })
      for (const [method, path] of [
        ['GET', '/v1/alerts'],
        ['GET', `/v1/alerts/${alert.id}`],
        ['POST', `/v1/alerts/${alert.id}/_acknowledge`],
        ['POST', `/v1/alerts/${alert.id}/_close`],
        ['GET', '/v1/alert-events'],
      ] as const) {
        const body = method === 'POST' ? {} : undefined
        expect((await world.call(role, method, path, body)).status).toBe(403)
      }
    },
  )
})

describe('an answer to what goes on', () => {
  const answerTo = (id: string, how: string, body: unknown, role: 'operator' | 'supervisor') =>
    world.call(role, 'POST', `/v1/alerts/${id}/_${how}`, body)

  it('an answer to what goes on says that it goes on and when the alert is back, in the list too', async () => {
    const { id } = await raise()
    const body = { outcome: 'confirmed', note: 'x' }
    const closed = await answerTo(id, 'close', body, 'operator')
    const recallAt = new Date(world.clock.timeMs + 600_000).toISOString()
    expect(closed).toMatchObject({ status: 200, body: { stillGoingOn: true, recallAt } })
    const list = await world.call('operator', 'GET', '/v1/alerts?status=closed')
    expect(list.body['items']).toMatchObject([
      { id, incidentId: id, stillGoingOn: true, recallAt, toldAt: closed.body['raisedAt'] },
    ])
    const other = await raise()
    const taken = await answerTo(other.id, 'acknowledge', { recallAfterMinutes: 25 }, 'operator')
    const backAt = new Date(world.clock.timeMs + 1_500_000).toISOString()
    expect(taken.body).toMatchObject({ stillGoingOn: true, recallAt: backAt })
  })

  it('an answer to what goes on is refused, by name, where it asks for more quiet than it may', async () => {
    const { id } = await raise()
    const close = { outcome: 'confirmed', note: 'x' }
    const pointers = async (body: unknown, how = 'close', role: 'operator' | 'supervisor') => {
      const refused = await answerTo(id, how, body, role)
      expect(refused.status).toBe(400)
      return (refused.body['errors'] as { pointer: string }[]).map(({ pointer }) => pointer)
    }
    const hour = { ...close, recallAfterMinutes: 61 }
    expect(await pointers(hour, 'close', 'operator')).toEqual(['/recallAfterMinutes'])
    expect(await pointers({ ...hour, note: ' ' }, 'close', 'supervisor')).toEqual(['/note'])
    const tooLong = { ...close, recallAfterMinutes: 1_441 }
    expect(await pointers(tooLong, 'close', 'supervisor')).toEqual(['/recallAfterMinutes'])
    const none = { recallAfterMinutes: 0 }
    expect(await pointers(none, 'acknowledge', 'operator')).toEqual(['/recallAfterMinutes'])
    const permitted = { outcome: 'permitted', note: 'x' }
    expect(await pointers(permitted, 'close', 'operator')).toEqual(['/permittedUntil'])
    const past = { ...permitted, permittedUntil: new Date(world.clock.timeMs).toISOString() }
    expect(await pointers(past, 'close', 'operator')).toEqual(['/permittedUntil'])
    expect((await world.call('operator', 'GET', `/v1/alerts/${id}`)).body['status']).toBe('open')
  })

  it('an answer to what goes on permits until a moment, and has the alert back then', async () => {
    const { id } = await raise()
    const permittedUntil = new Date(world.clock.timeMs + 7_200_000).toISOString()
    const body = { outcome: 'permitted', note: 'Court hearing.', permittedUntil }
    const closed = await answerTo(id, 'close', body, 'operator')
    expect(closed).toMatchObject({
      status: 200,
      body: { permittedUntil, recallAt: permittedUntil },
    })
  })
})

describe('an alert whose evidence somebody touched', () => {
  it.each([
    ['was touched', `jsonb_set(evidence, '{sealed}', '"AAAA"')`],
    ['is gone', `'{}'`],
  ])(
    'an alert whose evidence %s is shown, taken over and closed, and says that it does not match its seal',
    async (_how, touched) => {
      const { id } = await raise({ evidence })
      await world.database.pool.query(`update alerts set evidence = ${touched} where id = $1`, [id])
      const list = await world.call('operator', 'GET', '/v1/alerts')
      expect(list.body['items']).toMatchObject([{ id, status: 'open' }])
      const read = await world.call('supervisor', 'GET', `/v1/alerts/${id}`)
      expect([read.status, read.body]).toMatchObject([200, { id, reason: expect.any(String) }])
      expect(read.body['evidence']).toMatchObject({
        isAsSealed: false,
        fixes: [],
        note: expect.stringContaining('does not match its seal'),
      })
      for (const path of ['', '/track', '/response']) {
        const answer = await world.call('operator', 'GET', `/v1/alerts/${id}${path}`)
        expect([path, answer.status]).toEqual([path, 200])
      }
      const taken = await world.call('operator', 'POST', `/v1/alerts/${id}/_acknowledge`, {})
      expect(taken.status).toBe(200)
      const close = { outcome: 'confirmed', note: 'Politie was er.' }
      const closed = await world.call('operator', 'POST', `/v1/alerts/${id}/_close`, close)
      expect([closed.status, closed.body['status']]).toEqual([200, 'closed'])
    },
  )

  it('an alert whose evidence nobody touched says that it is as it was sealed', async () => {
    const { id } = await raise({ evidence })
    const read = await world.call('supervisor', 'GET', `/v1/alerts/${id}`)
    expect(read.body['evidence']).toMatchObject({ isAsSealed: true })
    expect((read.body['evidence'] as { fixes: unknown[] }).fixes).not.toEqual([])
  })
})

it('an alert that an order cannot be read is not over by closing it: it is back while that lasts', async () => {
  const { pool } = world.database
  const person = await world.call('supervisor', 'POST', '/v1/persons', {
    role: 'offender',
    reference: 'o-unreadable',
  })
  const made = await world.call('supervisor', 'POST', '/v1/protection-orders', {
    reference: 'ORDER-U',
    legalBasis: 'liberty-restricting-measure',
    offenderId: person.body['id'],
    validFrom: '2026-11-01T00:00:00Z',
    validUntil: '2027-11-01T00:00:00Z',
    locationBans: [
      { label: 'home', circle: { longitude: 5.12, latitude: 52.09, radiusMeters: 300 } },
    ],
  })
  const orderId = String(made.body['id'])
  const put = (validUntilMs: number) =>
    pool.query(
      `update protection_order_versions set body = jsonb_set(body, '{validUntilMs}', to_jsonb($2::bigint))
        where protection_order_id = $1`,
      [orderId, validUntilMs],
    )
  const clock = { nowMs: () => world.clock.timeMs }
  const deps = { pool, clock, log: createSilentLog(), limits: defaultLimits, onEvent: () => {} }
  const look = () => createOrderWatch(deps)()
  const listed = async () => {
    const { body } = await world.call('operator', 'GET', '/v1/alerts')
    const items = body['items'] as { id: string; protectionOrderId: string | null }[]
    return items.filter(({ protectionOrderId }) => protectionOrderId === orderId)
  }
  await put(Date.parse('2026-11-02T00:00:00Z'))
  await look()
  const [alert] = await listed()
  expect(alert).toMatchObject({ kind: 'order-unreadable', priority: 'P1', status: 'open' })
  const id = alert?.id ?? ''
  const close = () =>
    world.call('operator', 'POST', `/v1/alerts/${id}/_close`, {
      outcome: 'device-fault',
      note: 'De beheerder is gebeld.',
    })
  const closed = await close()
  expect([closed.status, closed.body]).toMatchObject([
    200,
    { stillGoingOn: true, recallAt: expect.any(String) },
  ])
  const dueMs = Date.parse(String(closed.body['recallAt']))
  const recall = { nowMs: dueMs + 1, limit: 10, limits: defaultLimits }
  await inTransaction(pool, (tx) => recallDue(tx, recall))
  await look()
  expect(await listed()).toMatchObject([{ id, status: 'open', stillGoingOn: true }])
  await put(Date.parse('2027-11-01T00:00:00Z'))
  await look()
  expect(await listed()).toMatchObject([{ id, stillGoingOn: false }])
  const over = await close()
  expect([over.status, over.body]).toMatchObject([200, { stillGoingOn: false, recallAt: null }])
})
