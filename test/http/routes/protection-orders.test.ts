import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ProtectionOrder } from '../../../src/core/model/registry.ts'
import { decodeRegistryChange } from '../../../src/store/journal/journal-codec.ts'
import { journalKinds } from '../../../src/store/journal/journal-kinds.ts'
import { readJournalToJudge } from '../../../src/store/journal/turns.ts'
import { openOrders } from '../../../src/store/keys/sealed-orders.ts'
import { createTestApp, type TestAnswer, type TestApp } from '../../support/http-app.ts'
import { withoutIdsAndTimes } from '../../support/without-ids-and-times.ts'
import { readRegistry } from '../../support/read-registry.ts'

let world: TestApp
let offenderId: string
let victimId: string
let otherVictimId: string
beforeAll(async () => {
  world = await createTestApp()
  offenderId = await makePerson('offender', 'O-1')
  victimId = await makePerson('victim', 'V-1')
  otherVictimId = await makePerson('victim', 'V-2')
})
afterAll(async () => {
  await world.close()
})

async function makePerson(role: string, reference: string): Promise<string> {
  const answer = await world.call('supervisor', 'POST', '/v1/persons', { role, reference })
  return String(answer.body['id'])
}

async function makeDevice(serialNumber: string, reportIntervalSeconds: number): Promise<string> {
  const vendor = await world.call('administrator', 'POST', '/v1/vendors', { name: serialNumber })
  const device = await world.call('supervisor', 'POST', '/v1/devices', {
    vendorId: vendor.body['id'],
    serialNumber,
    kind: 'ankle-monitor',
    reportIntervalSeconds,
  })
  return String(device.body['id'])
}

const square = [
  [5.1, 52.08],
  [5.12, 52.08],
  [5.12, 52.09],
  [5.1, 52.09],
  [5.1, 52.08],
]
let referenceCount = 0
const orderBody = (changes: Record<string, unknown> = {}): Record<string, unknown> => ({
  reference: `09/${String((referenceCount += 1)).padStart(6, '0')}-26`,
  legalBasis: 'prosecutor-behaviour-order',
  offenderId,
  validFrom: '2026-11-01T00:00:00+01:00',
  validUntil: '2027-01-29T00:00:00+01:00',
  locationBans: [
    { label: 'woning', geometry: { type: 'Polygon', coordinates: [square] }, approachMeters: 500 },
    {
      label: 'werk',
      circle: { longitude: 5.2, latitude: 52.1, radiusMeters: 300 },
      schedule: {
        timeZone: 'Europe/Amsterdam',
        weekly: [{ days: ['monday'], from: '08:00', until: '18:00' }],
        exceptions: [
          { from: '2026-12-01T10:00:00Z', until: '2026-12-01T12:00:00Z', reason: 'zitting' },
        ],
      },
    },
  ],
  proximityBans: [{ victimId, separationMeters: 1000 }],
  ...changes,
})

const post = async (body: unknown): Promise<TestAnswer> =>
  world.call('supervisor', 'POST', '/v1/protection-orders', body)

async function lastChange(): Promise<unknown> {
  // As detection reads it.
  const range = { shard: 0, afterId: 0, limit: 10_000 }
  const rows = await readJournalToJudge(world.database.pool, range)
  const last = rows.findLast((row) => row.kind === journalKinds.registryChange)
  return last === undefined ? null : (last.change ?? decodeRegistryChange(last.payload))
}

async function versionsOf(id: unknown): Promise<{ version: number; body: ProtectionOrder }[]> {
  const { rows } = await world.database.pool.query<{ version: number; body: ProtectionOrder }>(
    'select version, body from protection_order_versions where protection_order_id = $1 order by version',
    [id],
  )
  const bodies = await openOrders(
    world.database.pool,
    rows.map(({ body }) => body),
  )
  // Areas are read when they are asked for.
  return rows.map(({ version }, index) => ({
    version,
    body: JSON.parse(JSON.stringify(bodies[index])) as ProtectionOrder,
  }))
}

describe('registering an order', () => {
  test('a registered order is stored with its first version, and detection hears of it in the same transaction', async () => {
    const wakes = world.registryChangeCount()
    const answer = await post(orderBody())
    expect(answer.status, JSON.stringify(answer.body)).toBe(201)
    expect(answer.headers['location']).toBe(`/v1/protection-orders/${String(answer.body['id'])}`)
    expect(answer.headers['etag']).toBe('"1"')
    expect(answer.body).toMatchObject({
      version: 1,
      status: 'active',
      validFrom: '2026-10-31T23:00:00.000Z',
      locationBans: [
        { label: 'woning', approachMeters: 500, schedule: null },
        {
          label: 'werk',
          approachMeters: 500,
          circle: { longitude: 5.2, latitude: 52.1, radiusMeters: 300 },
          schedule: { exceptions: [{ from: '2026-12-01T10:00:00.000Z' }] },
        },
      ],
      proximityBans: [
        { victimId, separationMeters: 1000, approachMeters: 2000, fixedAddresses: [] },
      ],
      escalation: null,
      advisories: [
        { pointer: '/locationBans/0', code: 'E3' },
        { pointer: '/locationBans/1', code: 'E2' },
        { pointer: '/locationBans/1', code: 'E3' },
        { pointer: '/proximityBans/0', code: 'E3' },
      ],
    })
    const [first] = await versionsOf(answer.body['id'])
    expect(await lastChange()).toEqual({ type: 'protection-order', protectionOrder: first?.body })
    const registry = await readRegistry(world.database.pool)
    expect(registry.protectionOrders.at(-1)).toEqual(first?.body)
    expect(world.registryChangeCount()).toBe(wakes + 1)
    const read = await world.call('supervisor', 'GET', answer.headers['location'] ?? '')
    expect(read.body).toEqual(answer.body)
  })

  test('an order keeps the fixed addresses of a victim, and their ban its id while nothing of it changes', async () => {
    const address = { label: 'werk', longitude: 5.12, latitude: 52.09, radiusMeters: 80 }
    const ban = { victimId, separationMeters: 1000, fixedAddresses: [address] }
    const body = orderBody({ proximityBans: [ban] })
    const answer = await post(body)
    expect(answer.body['proximityBans']).toMatchObject([{ fixedAddresses: [address] }])
    const path = answer.headers['location'] ?? ''
    const same = await world.call('supervisor', 'PUT', path, body)
    expect(same.body['version']).toBe(1)
    const without = { ...body, proximityBans: [{ ...ban, fixedAddresses: [] }] }
    const less = await world.call('supervisor', 'PUT', path, without)
    expect(less.body).toMatchObject({ version: 2, proximityBans: [{ fixedAddresses: [] }] })
    const wrong = orderBody({
      proximityBans: [{ ...ban, fixedAddresses: [{ ...address, latitude: 91 }] }],
    })
    expect(await post(wrong)).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/proximityBans/0/fixedAddresses/0/latitude' }] },
    })
  })

  test('a supervisor who reads one order is shown where a victim can be found, and that is written down', async () => {
    const address = {
      label: 'Kerkstraat 12',
      longitude: 5.1234,
      latitude: 52.0987,
      radiusMeters: 80,
    }
    const ban = { victimId, separationMeters: 1000, fixedAddresses: [address] }
    const made = await post(orderBody({ proximityBans: [ban, { victimId: otherVictimId }] }))
    const path = made.headers['location'] ?? ''
    const accesses = async (): Promise<unknown[]> =>
      (await world.database.pool.query('select action, alert_id, person_ids from access_log')).rows

    await world.database.pool.query('truncate access_log')
    const answers = [
      await world.call('operator', 'GET', path),
      await world.call('operator', 'GET', '/v1/protection-orders?limit=100'),
      await world.call('supervisor', 'GET', '/v1/protection-orders?limit=100'),
      await world.call('supervisor', 'POST', `${path}/_suspend`),
    ]
    for (const answer of answers) {
      expect(answer.status).toBe(200)
      expect(withoutIdsAndTimes(answer.body)).not.toMatch(
        /5\.1234|52\.0987|Kerkstraat|coordinates|radiusMeters/,
      )
    }
    expect(answers[0]?.body['proximityBans']).toMatchObject([
      { fixedAddresses: null },
      { fixedAddresses: [] },
    ])
    expect(await accesses()).toEqual([])

    const read = await world.call('supervisor', 'GET', path)
    expect(read.body['proximityBans']).toMatchObject([{ fixedAddresses: [address] }, {}])
    expect(await accesses()).toEqual([
      {
        action: 'read-fixed-addresses',
        alert_id: null,
        person_ids: [victimId, otherVictimId],
      },
    ])
  })

  test('a change takes back what a supervisor read, and not what was kept back from somebody', async () => {
    const address = { label: 'werk', longitude: 5.12, latitude: 52.09, radiusMeters: 80 }
    const body = orderBody({ proximityBans: [{ victimId, fixedAddresses: [address] }] })
    const path = (await post(body)).headers['location'] ?? ''
    const putBack = async (role: 'operator' | 'supervisor'): Promise<TestAnswer> => {
      const { proximityBans } = (await world.call(role, 'GET', path)).body
      return world.call('supervisor', 'PUT', path, { ...body, proximityBans })
    }
    expect(await putBack('supervisor')).toMatchObject({ status: 200, body: { version: 1 } })
    expect(await putBack('operator')).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/proximityBans/0/fixedAddresses' }] },
    })
  })

  test('a wrong winding in an order is repaired and reported', async () => {
    const coordinates = [[...square].reverse()]
    const answer = await post(
      orderBody({ locationBans: [{ label: 'x', geometry: { type: 'Polygon', coordinates } }] }),
    )
    expect(answer.status).toBe(201)
    expect((answer.body['advisories'] as unknown[]).slice(0, 1)).toMatchObject([
      { pointer: expect.stringContaining('/locationBans/0/geometry'), code: 'geometry-repaired' },
    ])
  })

  test('an order with a term that is too long and a separation that is too small is advised on', async () => {
    const answer = await post(
      orderBody({
        validUntil: '2032-01-01T00:00:00Z',
        proximityBans: [{ victimId, separationMeters: 100 }],
      }),
    )
    expect(answer.status).toBe(201)
    const advisories = answer.body['advisories'] as { pointer: string; code: string }[]
    const pointers = advisories
      .filter(({ code }) => !code.startsWith('E'))
      .map((one) => one.pointer)
    expect(pointers).toEqual(['/validUntil', '/proximityBans/0/separationMeters'])
    // What is advised on once is not said twice.
    expect(advisories.map(({ code }) => code)).not.toContain('E14')
    expect(
      advisories.filter(({ pointer }) => pointer === '/proximityBans/0').map(({ code }) => code),
    ).toEqual(['E3'])
  })

  test('an order is advised on as its bans would be assessed, by the plan of the device given later too', async () => {
    const circle = { longitude: 4.895, latitude: 52.373, radiusMeters: 5 }
    const own = await makePerson('offender', 'O-slow')
    const body = orderBody({
      offenderId: own,
      locationBans: [{ label: 'adres', circle, approachMeters: 0 }],
      proximityBans: [],
    })
    const answer = await post(body)
    expect(answer.status, JSON.stringify(answer.body)).toBe(201)
    const assess = async (reportIntervalSeconds: number | null) => {
      const policeResponseSeconds = 900
      const asked = { circle, approachMeters: 0, reportIntervalSeconds, policeResponseSeconds }
      const { body: answered } = await world.call(
        'supervisor',
        'POST',
        '/v1/enforceability-assessments',
        asked,
      )
      return (answered['checks'] as Record<'code' | 'result' | 'sentence' | 'sentenceNl', string>[])
        .filter(({ result }) => result === 'red')
        .map(({ code, sentence, sentenceNl }) => ({
          pointer: '/locationBans/0',
          code,
          // Whose figure that is, is said where nobody gave it.
          detail: code === 'E3' ? expect.stringContaining(sentence) : sentence,
          detailNl: code === 'E3' ? expect.stringContaining(sentenceNl) : sentenceNl,
        }))
    }
    const assessed = await assess(null)
    expect(assessed.map(({ code }) => code)).toEqual(['E2', 'E3'])
    expect(answer.body['advisories']).toEqual(assessed)
    const deviceId = await makeDevice('AM-slow', 600)
    await world.call('supervisor', 'POST', '/v1/device-assignments', {
      deviceId,
      personId: own,
      validFrom: '2026-11-01T00:00:00Z',
    })
    const path = answer.headers['location'] ?? ''
    const read = await world.call('operator', 'GET', path)
    expect(read.body['advisories']).toEqual(await assess(600))
    expect(read.body['advisories']).toMatchObject([{ code: 'E2' }, { code: 'E3' }, { code: 'E4' }])
    // Larger and with a better plan it is still the assessment that answers.
    const larger = {
      ...body,
      locationBans: [{ label: 'adres', circle: { ...circle, radiusMeters: 3_000 } }],
    }
    const put = await world.call('supervisor', 'PUT', path, larger)
    expect(put.body['advisories']).toMatchObject([{ code: 'E3' }, { code: 'E4' }])
    expect(JSON.stringify(put.body['advisories'])).not.toMatch(/52\.3|4\.89/)
  })

  test('an order of very many corners is registered without waiting for its assessment, and says so', async () => {
    const ring = Array.from({ length: 9_000 }, (_, at) => [
      5.2 + 0.02 * Math.cos((2 * Math.PI * at) / 9_000),
      52.1 + 0.01 * Math.sin((2 * Math.PI * at) / 9_000),
    ])
    const geometry = { type: 'Polygon', coordinates: [[...ring, ring[0]]] }
    const answer = await post(
      orderBody({ locationBans: [{ label: 'stad', geometry }], proximityBans: [] }),
    )
    expect(answer.body['advisories']).toMatchObject([
      { pointer: '/locationBans/0', code: 'not-assessed' },
    ])
  })

  const bowTie = [
    [5.1, 52.08],
    [5.12, 52.09],
    [5.12, 52.08],
    [5.1, 52.09],
    [5.1, 52.08],
  ]
  const refusals: readonly (readonly [string, () => Record<string, unknown>, RegExp])[] = [
    ['ends before it starts', () => ({ validUntil: '2026-10-01T00:00:00Z' }), /^\/validUntil$/],
    ['ends as it starts', () => ({ validUntil: '2026-11-01T00:00:00+01:00' }), /^\/validUntil$/],
    ['has no bans', () => ({ locationBans: [], proximityBans: [] }), /^\/locationBans$/],
    ['names an offender nobody is', () => ({ offenderId: world.vendorId }), /^\/offenderId$/],
    ['names a victim as offender', () => ({ offenderId: victimId }), /^\/offenderId$/],
    [
      'protects an offender',
      () => ({ proximityBans: [{ victimId: offenderId }] }),
      /^\/proximityBans\/0\/victimId$/,
    ],
    [
      'names a victim twice',
      () => ({ proximityBans: [{ victimId }, { victimId }] }),
      /^\/proximityBans\/1\/victimId$/,
    ],
    [
      'has an approach inside the separation',
      () => ({ proximityBans: [{ victimId, separationMeters: 500, approachMeters: 400 }] }),
      /^\/proximityBans\/0\/approachMeters$/,
    ],
    [
      'has a ban without an area',
      () => ({ locationBans: [{ label: 'x' }] }),
      /^\/locationBans\/0$/,
    ],
    [
      'has a ban with two areas',
      () => ({
        locationBans: [
          {
            label: 'x',
            geometry: { type: 'Polygon', coordinates: [square] },
            circle: { longitude: 5, latitude: 52, radiusMeters: 10 },
          },
        ],
      }),
      /^\/locationBans\/0$/,
    ],
    [
      'has a border that crosses itself',
      () => ({
        locationBans: [{ label: 'x', geometry: { type: 'Polygon', coordinates: [bowTie] } }],
      }),
      /^\/locationBans\/0\/geometry\/coordinates\/0/,
    ],
    [
      'has a ban larger than the country',
      () => ({
        locationBans: [
          { label: 'x', circle: { longitude: 5, latitude: 52, radiusMeters: 200_000 } },
        ],
      }),
      /^\/locationBans\/0\/circle\/radiusMeters$/,
    ],
    [
      'is north of the pole',
      () => ({
        locationBans: [{ label: 'x', circle: { longitude: 5, latitude: 91, radiusMeters: 100 } }],
      }),
      /^\/locationBans\/0\/circle\/latitude$/,
    ],
    ['names an unknown legal basis', () => ({ legalBasis: 'because' }), /^\/legalBasis$/],
    ['has a date without offset', () => ({ validFrom: '2026-11-01T00:00:00' }), /^\/validFrom$/],
    ['has an unknown offset', () => ({ validFrom: '2026-11-01T00:00:00-00:00' }), /^\/validFrom$/],
    ['starts on 30 February', () => ({ validFrom: '2026-02-30T00:00:00Z' }), /^\/validFrom$/],
    [
      'names an id of a ban',
      () => ({ proximityBans: [{ id: victimId, victimId }] }),
      /^\/proximityBans\/0\/id$/,
    ],
    [
      'has an exception that ends before it starts',
      () => ({
        locationBans: [
          {
            label: 'x',
            circle: { longitude: 5, latitude: 52, radiusMeters: 10 },
            schedule: {
              timeZone: 'Europe/Amsterdam',
              exceptions: [
                { from: '2026-12-02T00:00:00Z', until: '2026-12-01T00:00:00Z', reason: 'x' },
              ],
            },
          },
        ],
      }),
      /^\/locationBans\/0\/schedule\/exceptions\/0\/until$/,
    ],
  ]

  test.each(refusals)(
    'an order that %s is refused, and nothing is stored',
    async (_name, changes, pointer) => {
      const before = await world.database.pool.query('select count(*) from protection_orders')
      const answer = await post(orderBody(changes()))
      expect(answer.status, JSON.stringify(answer.body)).toBe(400)
      const errors = answer.body['errors'] as { pointer: string; detail: string }[]
      expect(errors.map((error) => error.pointer).join('\n')).toMatch(pointer)
      expect(errors[0]?.detail).not.toBe('')
      const after = await world.database.pool.query('select count(*) from protection_orders')
      expect(after.rows).toEqual(before.rows)
    },
  )

  test('an order with 101 location bans is refused', async () => {
    const ban = { label: 'x', circle: { longitude: 5, latitude: 52, radiusMeters: 10 } }
    const answer = await post(orderBody({ locationBans: Array.from({ length: 101 }, () => ban) }))
    expect(answer.status).toBe(400)
    expect(answer.body['errors']).toMatchObject([{ pointer: '/locationBans' }])
  })

  test('a reference that is taken is 409', async () => {
    const body = orderBody()
    expect((await post(body)).status).toBe(201)
    const again = await post(body)
    expect(again.status).toBe(409)
    expect(again.body['type']).toBe('/docs#problem-already-exists')
  })

  test('positions in another reference system are refused', async () => {
    const answer = await world.call('supervisor', 'POST', '/v1/protection-orders', orderBody(), {
      'content-crs': '<http://www.opengis.net/def/crs/EPSG/0/28992>',
    })
    expect(answer.status).toBe(400)
  })
})

describe('changing an order', () => {
  type Bans = { id: string }[]
  const put = async (id: unknown, body: unknown, headers = {}): Promise<TestAnswer> =>
    world.call('supervisor', 'PUT', `/v1/protection-orders/${String(id)}`, body, headers)

  test('a changed order is a new version and keeps the ids of bans that stay, named or not', async () => {
    const body = orderBody()
    const made = await post(body)
    const [home, work] = made.body['locationBans'] as Bans
    const [pair] = made.body['proximityBans'] as Bans
    const [homeBody, workBody] = body['locationBans'] as Record<string, unknown>[]
    const changed = await put(made.body['id'], {
      ...body,
      locationBans: [
        { id: home?.id, ...homeBody, approachMeters: 800 },
        workBody,
        { label: 'school', circle: { longitude: 5.3, latitude: 52, radiusMeters: 200 } },
      ],
      proximityBans: [{ victimId: otherVictimId }, { victimId, separationMeters: 1000 }],
    })
    expect(changed.status, JSON.stringify(changed.body)).toBe(200)
    expect(changed.body['version']).toBe(2)
    const bans = changed.body['locationBans'] as Bans
    expect(bans.map((ban) => ban.id)).toEqual([home?.id, work?.id, expect.any(String)])
    expect(new Set(bans.map((ban) => ban.id)).size).toBe(3)
    expect((changed.body['proximityBans'] as Bans)[1]?.id).toBe(pair?.id)
    const versions = await versionsOf(made.body['id'])
    expect(versions.map((version) => version.version)).toEqual([1, 2])
    expect(await lastChange()).toEqual({
      type: 'protection-order',
      protectionOrder: versions[1]?.body,
    })
  })

  test('a change to what the order is already makes no version and wakes nobody', async () => {
    const body = orderBody()
    const made = await post(body)
    const wakes = world.registryChangeCount()
    const changed = await put(made.body['id'], body)
    expect(changed.body).toEqual(made.body)
    expect(await versionsOf(made.body['id'])).toHaveLength(1)
    expect(world.registryChangeCount()).toBe(wakes)
  })

  test('a change at a version that is no longer the present one is 412', async () => {
    const body = orderBody()
    const made = await post(body)
    const first = await put(
      made.body['id'],
      { ...body, legalBasis: 'civil-ban' },
      { 'if-match': '"1"' },
    )
    expect(first.status).toBe(200)
    const second = await put(
      made.body['id'],
      { ...body, legalBasis: 'mayor-area-ban' },
      { 'if-match': '"1"' },
    )
    expect(second.status).toBe(412)
    expect(await versionsOf(made.body['id'])).toHaveLength(2)
  })

  test('three changes at the same moment give three versions, none of them lost', async () => {
    const body = orderBody()
    const made = await post(body)
    const answers = await Promise.all(
      ['civil-ban', 'mayor-area-ban', 'special-condition'].map((legalBasis) =>
        put(made.body['id'], { ...body, legalBasis }),
      ),
    )
    expect(
      answers.map((answer) => Number(answer.body['version'])).toSorted((a, b) => a - b),
    ).toEqual([2, 3, 4])
  })

  test('a change with the id of a ban of another order is 400', async () => {
    const other = await post(orderBody())
    const [stranger] = other.body['proximityBans'] as Bans
    const body = orderBody()
    const made = await post(body)
    const answer = await put(made.body['id'], {
      ...body,
      proximityBans: [{ id: stranger?.id, victimId }],
    })
    expect(answer.status).toBe(400)
    expect(answer.body['errors']).toMatchObject([{ pointer: '/proximityBans/0/id' }])
  })
})

test('an order cannot be turned against somebody else', async () => {
  const body = orderBody()
  const { body: made } = await post(body)
  const other = await makePerson('offender', 'O-other')
  const answer = await world.call(
    'supervisor',
    'PUT',
    `/v1/protection-orders/${String(made['id'])}`,
    {
      ...body,
      offenderId: other,
    },
  )
  expect(answer.status).toBe(409)
  expect(answer.body['errors']).toMatchObject([{ pointer: '/offenderId', code: 'not-changeable' }])
})

describe('the course of an order', () => {
  const operate = async (id: unknown, operation: string, body?: unknown): Promise<TestAnswer> =>
    world.call('supervisor', 'POST', `/v1/protection-orders/${String(id)}/${operation}`, body)

  test('an order is suspended, resumed, extended and ended: each is a version that detection hears of', async () => {
    const { body } = await post(orderBody())
    const suspended = await operate(body['id'], '_suspend')
    expect(suspended.body).toMatchObject({ status: 'suspended', version: 2 })
    expect((await operate(body['id'], '_suspend')).status).toBe(409)
    expect((await operate(body['id'], '_resume')).body).toMatchObject({
      status: 'active',
      version: 3,
    })
    expect((await operate(body['id'], '_resume')).status).toBe(409)
    const extended = await operate(body['id'], '_extend', { validUntil: '2027-03-01T00:00:00Z' })
    expect(extended.body).toMatchObject({ validUntil: '2027-03-01T00:00:00.000Z', version: 4 })
    const shorter = await operate(body['id'], '_extend', { validUntil: '2027-02-01T00:00:00Z' })
    expect(shorter.status).toBe(400)
    expect(shorter.body['errors']).toMatchObject([{ pointer: '/validUntil' }])
    expect((await operate(body['id'], '_end')).body).toMatchObject({ status: 'ended', version: 5 })
    expect(await lastChange()).toMatchObject({ protectionOrder: { status: 'ended', version: 5 } })
  })

  test('an order is over for good once it has ended', async () => {
    const order = orderBody()
    const { body } = await post(order)
    expect((await operate(body['id'], '_end')).status).toBe(200)
    for (const operation of ['_end', '_suspend', '_resume']) {
      expect((await operate(body['id'], operation)).status, operation).toBe(409)
    }
    const extended = await operate(body['id'], '_extend', { validUntil: '2029-01-01T00:00:00Z' })
    expect(extended.status).toBe(409)
    const replaced = await world.call(
      'supervisor',
      'PUT',
      `/v1/protection-orders/${String(body['id'])}`,
      order,
    )
    expect(replaced.status).toBe(409)
    expect(await versionsOf(body['id'])).toHaveLength(2)
  })
})
