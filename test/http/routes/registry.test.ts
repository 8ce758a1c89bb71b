import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { decodeRegistryChange } from '../../../src/store/journal/journal-codec.ts'
import { readJournal } from '../../../src/store/journal/journal.ts'
import { createTestApp, type TestAnswer, type TestApp } from '../../support/http-app.ts'
import { readRegistry } from '../../support/read-registry.ts'

let world: TestApp
beforeAll(async () => {
  world = await createTestApp()
})
afterAll(async () => {
  await world.close()
})

let count = 0
const next = (prefix: string): string => `${prefix}-${String((count += 1))}`

async function make(path: string, body: Record<string, unknown>): Promise<TestAnswer> {
  const role = path === '/v1/vendors' ? 'administrator' : 'supervisor'
  const answer = await world.call(role, 'POST', path, body)
  expect(answer.status, JSON.stringify(answer.body)).toBe(201)
  return answer
}

const makePerson = async (role: string): Promise<string> =>
  String((await make('/v1/persons', { role, reference: next('ref') })).body['id'])

const makeDevice = async (kind: string): Promise<string> => {
  const body = {
    vendorId: world.vendorId,
    serialNumber: next('AM'),
    kind,
    reportIntervalSeconds: 60,
  }
  return String((await make('/v1/devices', body)).body['id'])
}

async function changes(): Promise<unknown[]> {
  const rows = await readJournal(world.database.pool, { shard: 0, afterId: 0, limit: 10_000 })
  return rows.map((row) => decodeRegistryChange(row.payload))
}

describe('what is registered', () => {
  test('what is registered is answered with its place, can be read there, and reaches detection', async () => {
    const vendor = await make('/v1/vendors', { name: 'Enkelband BV' })
    const person = await make('/v1/persons', { role: 'offender', reference: 'RECL-1' })
    const device = await make('/v1/devices', {
      vendorId: vendor.body['id'],
      serialNumber: 'AM-000123',
      kind: 'ankle-monitor',
      reportIntervalSeconds: 60,
    })
    const assignment = await make('/v1/device-assignments', {
      deviceId: device.body['id'],
      personId: person.body['id'],
      validFrom: '2026-11-01T12:00:00+01:00',
    })
    for (const made of [vendor, person, device, assignment]) {
      const read = await world.call('supervisor', 'GET', String(made.headers['location']))
      expect(read.status).toBe(200)
      // The device has a wearer since.
      const worn =
        made === device
          ? { personId: person.body['id'], personReference: person.body['reference'] }
          : {}
      expect(read.body).toEqual({ ...made.body, ...worn })
    }
    expect(assignment.body).toMatchObject({
      validFrom: '2026-11-01T11:00:00.000Z',
      validUntil: null,
    })
    const last = (await changes()).slice(-4)
    expect(last).toMatchObject([
      { type: 'vendor', vendor: { id: vendor.body['id'], name: 'Enkelband BV' } },
      { type: 'person', person: { role: 'offender', reference: 'RECL-1' } },
      { type: 'device', device: { serialNumber: 'AM-000123', reportIntervalSeconds: 60 } },
      {
        type: 'device-assignment',
        deviceAssignment: {
          validFromMs: Date.parse('2026-11-01T11:00:00Z'),
          validUntilMs: null,
        },
      },
    ])
    const registry = await readRegistry(world.database.pool)
    expect(last).toContainEqual({ type: 'person', person: registry.persons.at(-1) })
    expect(last).toContainEqual({ type: 'device', device: registry.devices.at(-1) })
    expect(last).toContainEqual({
      type: 'device-assignment',
      deviceAssignment: registry.deviceAssignments.at(-1),
    })
  })

  test('what is registered twice is 409, and the second leaves no trace', async () => {
    const device = {
      vendorId: world.vendorId,
      serialNumber: 'TWICE',
      kind: 'ankle-monitor',
      reportIntervalSeconds: 60,
    }
    const cases = [
      ['administrator', '/v1/vendors', { name: 'Twice BV' }],
      ['supervisor', '/v1/persons', { role: 'victim', reference: 'TWICE' }],
      ['supervisor', '/v1/devices', device],
    ] as const
    for (const [role, path, body] of cases) {
      expect((await world.call(role, 'POST', path, body)).status).toBe(201)
      const before = await changes()
      const again = await world.call(role, 'POST', path, body)
      expect(again.status, path).toBe(409)
      expect(again.body).toMatchObject({ type: '/docs#problem-already-exists', status: 409 })
      expect(await changes()).toEqual(before)
    }
    // The same reference for the other side of an order is another person.
    await make('/v1/persons', { role: 'offender', reference: 'TWICE' })
  })

  test('what is registered cannot name a vendor that does not exist', async () => {
    const answer = await world.call('supervisor', 'POST', '/v1/devices', {
      vendorId: '019ab2f4-6d1c-7c3e-9a55-3f1f0c9d7e21',
      serialNumber: 'X',
      kind: 'ankle-monitor',
      reportIntervalSeconds: 60,
    })
    expect(answer.status).toBe(400)
    expect(answer.body['errors']).toMatchObject([{ pointer: '/vendorId' }])
  })

  test('what is registered keeps its ids in lower case, however they are sent', async () => {
    const answer = await make('/v1/devices', {
      vendorId: world.vendorId.toUpperCase(),
      serialNumber: next('UP'),
      kind: 'ankle-monitor',
      reportIntervalSeconds: 60,
    })
    expect(answer.body['vendorId']).toBe(world.vendorId)
  })

  test.each(['', '   ', 'two\nlines', 'a\u0007b', 'a\u2028b', 'x'.repeat(201)])(
    'what is registered has no reference such as %j',
    async (reference) => {
      const answer = await world.call('supervisor', 'POST', '/v1/persons', {
        role: 'victim',
        reference,
      })
      expect(answer.status).toBe(400)
      expect(answer.body['errors']).toMatchObject([{ pointer: '/reference' }])
    },
  )
})

describe('a list', () => {
  test('a list gives every item once, page by page', async () => {
    for (let index = 0; index < 7; index += 1) await makePerson('victim')
    const seen: string[] = []
    let cursor: string | null = null
    do {
      const query: string = cursor === null ? '' : `&cursor=${cursor}`
      const page = await world.call('operator', 'GET', `/v1/persons?limit=3${query}`)
      expect(page.status).toBe(200)
      const items = page.body['items'] as { id: string }[]
      expect(items.length).toBeLessThanOrEqual(3)
      seen.push(...items.map((item) => item.id))
      cursor = page.body['nextCursor'] as string | null
    } while (cursor !== null)
    const { rows } = await world.database.pool.query<{ id: string }>(
      'select id from persons order by id',
    )
    expect(seen).toEqual(rows.map((row) => row.id))
  })

  test('a list that is empty has no next page', async () => {
    const page = await world.call('operator', 'GET', '/v1/protection-orders')
    expect(page.body).toEqual({ items: [], nextCursor: null })
  })
})

describe('a device', () => {
  const assign = async (body: Record<string, unknown>): Promise<TestAnswer> =>
    world.call('supervisor', 'POST', '/v1/device-assignments', body)

  test('a device is with one person at a time', async () => {
    const deviceId = await makeDevice('ankle-monitor')
    const first = await makePerson('offender')
    const second = await makePerson('offender')
    const stretch = (validFrom: string, validUntil: string | null, personId: string) =>
      assign({ deviceId, personId, validFrom, validUntil })
    const noon = '2026-11-10T12:00:00Z'
    expect((await stretch('2026-11-01T00:00:00Z', noon, first)).status).toBe(201)
    expect((await stretch('2026-11-05T00:00:00Z', '2026-11-06T00:00:00Z', second)).status).toBe(409)
    expect((await stretch('2026-11-10T11:59:59.999Z', null, second)).status).toBe(409)
    expect((await stretch('2026-10-01T00:00:00Z', null, second)).status).toBe(409)
    // The end is exclusive: the next wearer may have it from that very moment.
    expect((await stretch(noon, null, second)).status).toBe(201)
    expect((await stretch('2030-01-01T00:00:00Z', null, first)).status).toBe(409)
  })

  test('a device given to two people at the same moment goes to one of them', async () => {
    const deviceId = await makeDevice('ankle-monitor')
    const people = await Promise.all([1, 2, 3, 4].map(() => makePerson('offender')))
    const answers = await Promise.all(
      people.map((personId) => assign({ deviceId, personId, validFrom: '2026-11-01T00:00:00Z' })),
    )
    expect(answers.map((answer) => answer.status).toSorted((a, b) => a - b)).toEqual([
      201, 409, 409, 409,
    ])
  })

  test('a device of the wrong kind, or that does not exist, is refused with every fault', async () => {
    const monitor = await makeDevice('ankle-monitor')
    const victim = await makePerson('victim')
    const validFrom = '2026-11-01T00:00:00Z'
    const wrongKind = await assign({ deviceId: monitor, personId: victim, validFrom })
    expect(wrongKind.status).toBe(400)
    expect(wrongKind.body['errors']).toMatchObject([{ pointer: '/personId' }])
    const neither = await assign({ deviceId: victim, personId: monitor, validFrom })
    expect(neither.body['errors']).toMatchObject([
      { pointer: '/deviceId' },
      { pointer: '/personId' },
    ])
    const backwards = await assign({
      deviceId: monitor,
      personId: victim,
      validFrom,
      validUntil: '2026-10-01T00:00:00Z',
    })
    expect(backwards.body['errors']).toMatchObject([{ pointer: '/validUntil' }])
  })

  test('a device is taken back, now or at a named time, and never later than agreed', async () => {
    const deviceId = await makeDevice('ankle-monitor')
    const personId = await makePerson('offender')
    const made = await assign({ deviceId, personId, validFrom: '2026-11-01T00:00:00Z' })
    const end = async (body?: unknown): Promise<TestAnswer> =>
      world.call(
        'supervisor',
        'POST',
        `/v1/device-assignments/${String(made.body['id'])}/_end`,
        body,
      )
    const early = await end({ validUntil: '2026-10-01T00:00:00Z' })
    expect(early.status).toBe(400)
    const ended = await end()
    expect(ended.status, JSON.stringify(ended.body)).toBe(200)
    expect(ended.body['validUntil']).toBe(new Date(world.clock.timeMs).toISOString())
    expect((await changes()).at(-1)).toMatchObject({
      deviceAssignment: { id: made.body['id'], validUntilMs: world.clock.timeMs },
    })
    expect((await end({ validUntil: '2027-01-01T00:00:00Z' })).status).toBe(409)
    expect((await end({ validUntil: '2026-11-05T00:00:00+01:00' })).status).toBe(200)
  })
})
