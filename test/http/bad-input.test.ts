import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { callerFor, type TestCaller } from '../support/caller-for.ts'
import { createTestApp, type TestApp } from '../support/http-app.ts'

let world: TestApp
let before: unknown
beforeAll(async () => {
  world = await createTestApp()
  // Somebody is signed in before rows are counted.
  await world.call('person', 'GET', '/v1/me')
})
afterAll(async () => {
  await world.close()
})
beforeEach(async () => {
  // Every operation is called by the same clients, more often than they may in one minute.
  world.clock.timeMs += 60_000
  before = await storedCounts()
})

const someId = '019ab2f4-6d1c-7c3e-9a55-3f1f0c9d7e21'

/**
 * How many rows there are of everything a call could have stored. Quarantine is where refused
 * elements belong, sealed with a key of their day; the server's own key is made when it is first
 * needed.
 */
async function storedCounts(): Promise<unknown> {
  const { rows } = await world.database.pool.query<{ table_name: string; rows: number }>(
    `select table_name,
            (xpath('/row/c/text()', query_to_xml(format('select count(*) as c from %I', table_name), false, true, '')))[1]::text::int as rows
     from information_schema.tables
     where table_schema = 'public' and table_type = 'BASE TABLE' and table_name not like 'quarantined%'
       and table_name not in ('server_keys', 'data_keys')
     order by table_name`,
  )
  return rows
}

function writes(): {
  readonly method: string
  readonly url: string
  readonly role: TestCaller
}[] {
  return world.app.routeList.entries
    .filter((entry) => entry.method === 'POST' || entry.method === 'PUT')
    .map((entry) => ({
      method: entry.method,
      url: entry.url.replace(':id', someId).replace(':token', world.tokens['victim-device']),
      role: callerFor(entry.access),
    }))
}

describe('every body of every write', () => {
  const bodies: readonly (readonly [string, string])[] = [
    ['__proto__ at the top', '{"__proto__":{"role":"administrator"}}'],
    ['__proto__ in the depth', '{"a":[{"b":{"__proto__":{"isAdmin":true}}}]}'],
    ['__proto__ spelled with an escape', String.raw`{"\u005f_proto__":{"isAdmin":true}}`],
    ['constructor', '{"constructor":{"prototype":{"isAdmin":true}}}'],
    ['nesting fifty thousand deep', `${'['.repeat(50_000)}${']'.repeat(50_000)}`],
    ['broken JSON', '{"name":'],
    ['two documents', '{}{}'],
    ['NaN', '{"longitude":NaN}'],
  ]

  // A phone app sends what is refused for ever: it is told that all is well, and staff what came.
  test.each(bodies)(
    'a body with %s is refused with 400, but to phones, and stores nothing',
    async (_name, body) => {
      const routes = writes()
      expect(routes.length).toBeGreaterThan(10)
      for (const { method, url, role } of routes) {
        const answer = await world.call(role, method, url, body)
        if (url.startsWith('/adapters/')) {
          expect(answer.status, `${method} ${url}`).toBe(200)
          continue
        }
        // Of strangers no body is read that is longer than what signs somebody in.
        const statuses = url.startsWith('/v1/sign-in/') ? [400, 413] : [400]
        expect(statuses, `${method} ${url}`).toContain(answer.status)
        expect(answer.headers['content-type']).toBe('application/problem+json')
        expect(JSON.stringify(answer.body)).not.toContain('isAdmin')
      }
      expect(({} as Record<string, unknown>)['isAdmin']).toBeUndefined()
      expect(await storedCounts()).toEqual(before)
    },
  )

  const unstorable: readonly (readonly [string, string])[] = [
    ['a NUL character', String.raw`{"name":"a\u0000b"}`],
    ['half a surrogate pair', String.raw`{"name":"\ud800"}`],
  ]

  // A phone app sends the same body for ever until it is taken, and nobody there could correct it.
  test.each(unstorable)(
    'a body with %s is refused with 400, but mended for phones; it stores nothing',
    async (_name, body) => {
      for (const { method, url, role } of writes()) {
        const answer = await world.call(role, method, url, body)
        const isPhone = url.startsWith('/adapters/')
        expect(answer.status, `${method} ${url}`).toBe(isPhone ? 200 : 400)
        if (!isPhone) expect(answer.headers['content-type']).toBe('application/problem+json')
      }
      expect(await storedCounts()).toEqual(before)
    },
  )

  test('an array, a number, a text and null where an object belongs are 400', async () => {
    const bodyless = ['/v1/me/_sign-out', '/v1/sign-in/_ask-passkey']
    const routes = writes().filter(({ url }) => url.startsWith('/v1/') && !bodyless.includes(url))
    for (const { method, url, role } of routes) {
      for (const body of ['[]', '7', '"text"', 'null']) {
        const answer = await world.call(role, method, url, body)
        // Operations without a body do not look at one; their unknown id is what is wrong.
        expect([400, 404], `${method} ${url} ${body}`).toContain(answer.status)
      }
    }
    expect(await storedCounts()).toEqual(before)
  })

  test('a form, plain text and no type at all are 415', async () => {
    for (const { method, url, role } of writes().filter((route) => route.url.startsWith('/v1/'))) {
      for (const type of [
        'application/x-www-form-urlencoded',
        'text/plain',
        'application/xml',
        '???',
      ]) {
        const answer = await world.call(role, method, url, 'name=x', { 'content-type': type })
        expect(answer.status, `${method} ${url} ${type}`).toBe(415)
        expect(answer.body['type']).toBe('/docs#problem-unsupported-media-type')
      }
    }
    expect(await storedCounts()).toEqual(before)
  })
})

describe('faults are all named at once', () => {
  test('each fault has a pointer, what was expected and the type that came', async () => {
    const answer = await world.call('supervisor', 'POST', '/v1/devices', {
      vendorId: 'not an id',
      serialNumber: 12,
      kind: 'anklet',
      reportIntervalSeconds: 0.5,
      colour: 'red',
      'a/b~c': 1,
    })
    expect(answer.status).toBe(400)
    expect(answer.body).toEqual({
      type: '/docs#problem-invalid-request',
      title: 'The request does not have the expected shape.',
      status: 400,
      detail: 'The body has 6 faults; see errors.',
      errors: [
        {
          pointer: '/vendorId',
          code: 'invalid-format',
          detail: 'expected a UUID, got a string that is not one',
        },
        {
          pointer: '/serialNumber',
          code: 'invalid-type',
          detail: 'expected a string, got a number',
        },
        {
          pointer: '/kind',
          code: 'invalid-value',
          detail: 'expected "ankle-monitor" or "victim-device", got another string',
        },
        {
          pointer: '/reportIntervalSeconds',
          code: 'invalid-type',
          detail: 'expected a whole number, got a number',
        },
        {
          pointer: '/colour',
          code: 'unknown-field',
          detail: 'expected no field of this name; it is not part of this resource',
        },
        {
          pointer: '/(unnamed field)',
          code: 'unknown-field',
          detail: 'expected no field of this name; it is not part of this resource',
        },
      ],
    })
    expect(await storedCounts()).toEqual(before)
  })

  test('a position or a token that was sent never comes back', async () => {
    const answer = await world.call('supervisor', 'POST', '/v1/protection-orders', {
      reference: 'x',
      legalBasis: 'civil-ban',
      offenderId: someId,
      validFrom: '2026-01-01T00:00:00Z',
      validUntil: '2027-01-01T00:00:00Z',
      locationBans: [
        {
          label: 'a',
          circle: { longitude: 4.895_212, latitude: 152.370_216, radiusMeters: '52.370216' },
        },
        { label: 'b', geometry: { type: 'Polygon', coordinates: [[[4.895_212, 152.370_216]]] } },
      ],
    })
    expect(answer.status).toBe(400)
    expect(JSON.stringify(answer.body)).not.toMatch(/370216|895212/)
  })

  test('a position that was sent as the name of a field or parameter never comes back', async () => {
    for (const [role, url, list] of [
      ['supervisor', '/v1/devices', null],
      ['vendor', '/v1/positions', 'positions'],
      ['vendor', '/v1/device-events', 'events'],
    ] as const) {
      for (const inside of [1, { constructor: 1 }]) {
        const element = { '52.370216,4.895212': inside, '370216': 1 }
        const body = list === null ? element : { [list]: [element] }
        const answer = await world.call(role, 'POST', url, body)
        expect(answer.status).toBe(400)
        expect(JSON.stringify(answer.body)).not.toMatch(/370216|895212/)
      }
    }
    const query = await world.call('supervisor', 'GET', '/v1/persons?52.370216=4.895212')
    expect(query.status).toBe(400)
    expect(JSON.stringify(query.body)).not.toMatch(/370216|895212/)
    const refused = await world.call('supervisor', 'GET', '/v1/refused-reports')
    expect((refused.body['items'] as object[]).length).toBeGreaterThanOrEqual(4)
    expect(JSON.stringify(refused.body)).not.toMatch(/370216|895212/)
  })

  test('an id that is not one is 400, an id of nothing is 404', async () => {
    for (const entry of world.app.routeList.entries) {
      if (!entry.url.startsWith('/v1/') || !entry.url.includes(':id')) continue
      if (entry.method !== 'GET' || entry.access === 'public') continue
      const role = callerFor(entry.access)
      for (const id of [
        '7',
        'not-an-id',
        "';drop table persons;--",
        `${someId}0`,
        '%00',
        '..%2f..',
      ]) {
        const answer = await world.call(role, 'GET', entry.url.replace(':id', id))
        expect(answer.status, `${entry.url} ${id}`).toBe(400)
      }
      // This one says at which table it is looked at, or is refused before its id is looked up.
      const query = entry.url.endsWith('/case-page') ? '?purpose=zsm&ground=wgs' : ''
      const answer = await world.call(role, 'GET', entry.url.replace(':id', someId) + query)
      expect(answer.status, entry.url).toBe(404)
    }
  })

  test('a cursor or limit that was not given out is 400', async () => {
    for (const query of [
      'cursor=zzz',
      'limit=0',
      'limit=201',
      'limit=ten',
      'limit=1e1',
      'limit=0x10',
      'limit=%2B5',
      'limit=5.0',
      'limit=%205',
      'limit=5&limit=6',
      'page=2',
    ]) {
      const answer = await world.call('supervisor', 'GET', `/v1/persons?${query}`)
      expect(answer.status, query).toBe(400)
    }
    // The contract's own address has empty ones: they say nothing.
    expect((await world.call('supervisor', 'GET', '/v1/persons?cursor=&limit=')).status).toBe(200)
  })
})

describe('compressed bodies', () => {
  const send = async (payload: Buffer, encoding: string) =>
    world.app.inject({
      method: 'POST',
      url: '/v1/vendors',
      headers: {
        authorization: `Bearer ${world.tokens.administrator}`,
        'content-type': 'application/json',
        'content-encoding': encoding,
      },
      payload,
    })

  test('a body in gzip is read', async () => {
    const answer = await send(gzipSync('{"name":"Pressed together"}'), 'gzip')
    expect(answer.statusCode).toBe(201)
  })

  test('a gzip bomb is refused with 413 at the bound', async () => {
    const bomb = gzipSync(Buffer.alloc(200 * 1024 * 1024, 0x20))
    expect(bomb.length).toBeLessThan(1024 * 1024)
    const heapBefore = process.memoryUsage().arrayBuffers
    const answer = await send(bomb, 'gzip')
    expect(answer.statusCode).toBe(413)
    expect(answer.json()).toMatchObject({ type: '/docs#problem-inflated-body-too-large' })
    expect(process.memoryUsage().arrayBuffers - heapBefore).toBeLessThan(32 * 1024 * 1024)
    expect(await storedCounts()).toEqual(before)
  })

  test('a body that says it is gzip and is not is 400', async () => {
    const answer = await send(Buffer.from('{"name":"Plain"}'), 'gzip')
    expect(answer.statusCode).toBe(400)
    expect(await storedCounts()).toEqual(before)
  })

  test.each(['br', 'deflate', 'zstd', 'gzip, gzip'])(
    'a body in the encoding %s is 415',
    async (encoding) => {
      const answer = await send(gzipSync('{"name":"Otherwise"}'), encoding)
      expect(answer.statusCode).toBe(415)
      expect(answer.headers['accept-encoding']).toBe('gzip')
      expect(await storedCounts()).toEqual(before)
    },
  )
})

test('a body that is not UTF-8 is 400', async () => {
  const answer = await world.app.inject({
    method: 'POST',
    url: '/v1/vendors',
    headers: {
      authorization: `Bearer ${world.tokens.administrator}`,
      'content-type': 'application/json',
    },
    payload: Buffer.from([0x7b, 0x22, 0x6e, 0x22, 0x3a, 0x22, 0xff, 0x22, 0x7d]),
  })
  expect(answer.statusCode).toBe(400)
  expect(await storedCounts()).toEqual(before)
})
