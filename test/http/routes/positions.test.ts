import { advisoryLocks } from '../../../src/store/pg/advisory-locks.ts'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { readJournalFixes, registerDevices } from '../../ingest/support.ts'
import { readRefused } from '../../support/refused-reports.ts'
import { createTestApp, type TestApp } from '../../support/http-app.ts'
import { withoutIdsAndTimes } from '../../support/without-ids-and-times.ts'

let app: TestApp

beforeAll(async () => {
  app = await createTestApp()
})
afterAll(async () => {
  await app.close()
})

let second = 0

/** A full position of the contract, each a second later than the one before. */
function position(changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  second += 1
  return {
    serialNumber: 'PHONE-1',
    recordedAt: new Date(app.clock.timeMs - 20 * 86_400_000 + second * 1_000).toISOString(),
    longitude: 4.8952,
    latitude: 52.3702,
    accuracyMeters: 12,
    speedMetersPerSecond: 1.4,
    headingDegrees: 88,
    source: 'gnss',
    hdop: 0.9,
    satellites: 11,
    batteryFraction: 0.81,
    sequence: second,
    ...changes,
  }
}

async function post(body: unknown) {
  return await app.call('vendor', 'POST', '/v1/positions', body)
}

async function countStored() {
  const { rows } = await app.database.pool.query<{ count: number }>(
    'select count(*) as count from quarantined_fixes',
  )
  return {
    fixes: (await readJournalFixes(app.database.pool)).length,
    quarantined: rows[0]?.count ?? 0,
  }
}

describe('positions', () => {
  it('positions are answered 202 when they are in the journal, as they were sent', async () => {
    const sent = position()
    const answer = await post({ positions: [sent] })
    expect(answer).toMatchObject({
      status: 202,
      body: { accepted: 1, duplicates: 0, rejected: [], wantedIntervals: [] },
    })
    const { serialNumber: _serialNumber, recordedAt, ...rest } = sent
    expect((await readJournalFixes(app.database.pool)).at(-1)).toEqual({
      ...rest,
      recordedAtMs: Date.parse(String(recordedAt)),
      deviceId: app.deviceId,
      receivedAtMs: app.clock.timeMs,
    })
  })

  it('positions need no more than device, time and place', async () => {
    const { serialNumber, recordedAt, longitude, latitude } = position()
    expect(
      (await post({ positions: [{ serialNumber, recordedAt, longitude, latitude }] })).status,
    ).toBe(202)
    expect((await readJournalFixes(app.database.pool)).at(-1)).toMatchObject({
      accuracyMeters: null,
      source: null,
      sequence: null,
    })
  })

  it('positions may give their time with any offset', async () => {
    const answer = await post({
      positions: [position({ recordedAt: '2026-11-23T19:29:59.5+01:00' })],
    })
    expect(answer.status).toBe(202)
    expect((await readJournalFixes(app.database.pool)).at(-1)?.recordedAtMs).toBe(
      Date.parse('2026-11-23T18:29:59.5Z'),
    )
  })

  it('positions are duplicates when they are sent again, also when all of them are', async () => {
    const sent = { positions: [position(), position()] }
    expect((await post(sent)).body).toEqual({
      accepted: 2,
      duplicates: 0,
      rejected: [],
      wantedIntervals: [],
    })
    const before = await countStored()
    expect(await post(sent)).toMatchObject({
      status: 202,
      body: { accepted: 0, duplicates: 2, rejected: [], wantedIntervals: [] },
    })
    expect(await countStored()).toEqual(before)
  })

  it('a thousand positions may come at once, compressed', async () => {
    const body = gzipSync(
      JSON.stringify({ positions: Array.from({ length: 1_000 }, () => position()) }),
    )
    const answer = await app.app.inject({
      method: 'POST',
      url: '/v1/positions',
      headers: {
        authorization: `Bearer ${app.tokens.vendor}`,
        'content-type': 'application/json',
        'content-encoding': 'gzip',
      },
      payload: body,
    })
    expect(answer.statusCode).toBe(202)
    expect(answer.json()).toEqual({
      accepted: 1_000,
      duplicates: 0,
      rejected: [],
      wantedIntervals: [],
    })
  })
})

describe('a wrong element', () => {
  const weeks1024Ms = 1024 * 7 * 86_400_000
  const at = (offsetMs: number) =>
    new Date(Date.parse('2026-11-23T18:30:00Z') + offsetMs).toISOString()
  const cases: [name: string, changes: Record<string, unknown>, code: string, field: string][] = [
    ['with text for a longitude', { longitude: 'NaN' }, 'invalid-type', 'longitude'],
    ['with null for a latitude', { latitude: null }, 'invalid-type', 'latitude'],
    ['without a latitude', { latitude: undefined }, 'missing-field', 'latitude'],
    ['at latitude 91', { latitude: 91 }, 'out-of-range', 'latitude'],
    ['at longitude 181', { longitude: 181 }, 'out-of-range', 'longitude'],
    ['at longitude -180.000001', { longitude: -180.000_001 }, 'out-of-range', 'longitude'],
    ['with a negative accuracy', { accuracyMeters: -1 }, 'out-of-range', 'accuracyMeters'],
    [
      'with a negative speed',
      { speedMetersPerSecond: -0.1 },
      'out-of-range',
      'speedMetersPerSecond',
    ],
    ['with a battery of 81', { batteryFraction: 81 }, 'out-of-range', 'batteryFraction'],
    ['with half a satellite', { satellites: 0.5 }, 'invalid-type', 'satellites'],
    ['with a sequence beyond safe integers', { sequence: 2 ** 53 }, 'out-of-range', 'sequence'],
    ['of a source nobody knows', { source: 'galileo' }, 'invalid-value', 'source'],
    ['with a time that is a number', { recordedAt: 1_795_458_605 }, 'invalid-type', 'recordedAt'],
    [
      'with a time without offset',
      { recordedAt: '2026-11-23T18:30:05' },
      'invalid-time',
      'recordedAt',
    ],
    [
      'with a time that does not exist',
      { recordedAt: '2026-02-30T18:30:05Z' },
      'invalid-time',
      'recordedAt',
    ],
    ['of 1980', { recordedAt: '1980-01-06T00:00:00Z' }, 'too-old', 'recordedAt'],
    ['1,024 weeks behind', { recordedAt: at(-weeks1024Ms) }, 'gps-week-rollover', 'recordedAt'],
    [
      '1,024 weeks ahead',
      { recordedAt: at(weeks1024Ms + 3_600_000) },
      'gps-week-rollover',
      'recordedAt',
    ],
    ['20 years ahead', { recordedAt: '2046-11-23T18:30:00Z' }, 'future', 'recordedAt'],
    ['6 minutes ahead', { recordedAt: at(6 * 60_000) }, 'future', 'recordedAt'],
    ['40 days old', { recordedAt: at(-40 * 86_400_000) }, 'too-old', 'recordedAt'],
    ['with a field nobody knows', { altitude: 3 }, 'unknown-field', 'altitude'],
    ['with an empty serial number', { serialNumber: '' }, 'out-of-range', 'serialNumber'],
  ]

  it.each(cases)(
    'a position %s is named, quarantined, and does not keep the good one beside it out',
    async (_name, changes, code, field) => {
      const before = await countStored()
      const answer = await post({ positions: [position(changes), position()] })
      expect(answer).toMatchObject({
        status: 202,
        body: { accepted: 1, duplicates: 0, rejected: [{ index: 0, code }] },
      })
      expect(JSON.stringify(answer.body)).toContain(`${field}: `)
      expect(withoutIdsAndTimes(answer.body)).not.toMatch(/52\.37|4\.89/)
      expect(await countStored()).toEqual({
        fixes: before.fixes + 1,
        quarantined: before.quarantined + 1,
      })
    },
  )

  it.each(cases)(
    'a position %s alone is a 400 that points at it',
    async (_name, changes, code, field) => {
      const before = await countStored()
      const answer = await post({ positions: [position(changes)] })
      expect(answer.status).toBe(400)
      expect(answer.headers['content-type']).toContain('application/problem+json')
      expect((answer.body['errors'] as unknown[])[0]).toMatchObject({
        pointer: `/positions/0/${field}`,
        code,
      })
      expect(await countStored()).toEqual({
        fixes: before.fixes,
        quarantined: before.quarantined + 1,
      })
    },
  )

  it.each([
    ['a number', 7],
    ['null', null],
    ['an array', [1]],
    ['text', 'here'],
  ])('an element that is %s is named as a whole', async (_name, element) => {
    const answer = await post({ positions: [position(), element] })
    expect(answer.body).toMatchObject({
      accepted: 1,
      rejected: [{ index: 1, code: 'invalid-type' }],
    })
  })

  it('a position of a device nobody knows is kept and named, and is not an error', async () => {
    const before = await countStored()
    const answer = await post({ positions: [position({ serialNumber: 'NOBODY-1' })] })
    expect(answer).toMatchObject({
      status: 202,
      body: { accepted: 0, duplicates: 0, rejected: [{ index: 0, code: 'unknown-device' }] },
    })
    expect(await countStored()).toEqual({
      fixes: before.fixes,
      quarantined: before.quarantined + 1,
    })
  })

  it('a wrong position is answered with everything that is wrong with it', async () => {
    const answer = await post({ positions: [{ longitude: 181, latitude: 91, colour: 'red' }] })
    expect(
      (answer.body['errors'] as { pointer: string }[]).map(({ pointer }) => pointer).toSorted(),
    ).toEqual([
      '/positions/0/colour',
      '/positions/0/latitude',
      '/positions/0/longitude',
      '/positions/0/recordedAt',
      '/positions/0/serialNumber',
    ])
  })

  it('the quarantine of a wrong position holds its index, its reason and what came', async () => {
    await post({ positions: [position(), position({ latitude: 91, sequence: 999_001 })] })
    const { rows } = await app.database.pool.query<{ readonly body: unknown }>(
      `select element_index, code, detail, body, api_client_id is not null as is_known
       from quarantined_fixes order by id desc limit 1`,
    )
    expect(Object.keys(rows[0]?.body ?? {})).toEqual(['sealed', 'isBound', 'serialNumber'])
    const body = (await readRefused(app.database.pool, 'out-of-range')).at(-1)?.body
    expect(body).toMatchObject({ latitude: 91, sequence: 999_001 })
    expect(rows).toEqual([
      {
        element_index: 1,
        code: 'out-of-range',
        detail: 'latitude: expected a number of at most 90, got more',
        body: rows[0]?.body,
        is_known: true,
      },
    ])
  })
})

describe('an element with what is never allowed in a body', () => {
  const good = () => JSON.stringify(position())
  const withFields = (fields: string) => `${good().slice(0, -1)},${fields}}`
  const cases: [name: string, element: () => string, code: string, field: string][] = [
    ['__proto__', () => withFields('"__proto__":{"longitude":5}'), 'unknown-field', '/__proto__'],
    ['constructor', () => withFields('"constructor":{}'), 'unknown-field', '/constructor'],
    [
      'a NUL in its serial number',
      () => good().replace('PHONE-1', String.raw`PHONE\u0000`),
      'invalid-value',
      '/serialNumber',
    ],
    [
      'half a character',
      () => good().replace('PHONE-1', String.raw`\ud800`),
      'invalid-value',
      '/serialNumber',
    ],
    [
      'a NUL in the name of a field',
      () => withFields(String.raw`"a\u0000b":1`),
      'invalid-value',
      '',
    ],
    ['half a character in a name', () => withFields(String.raw`"\ud800":1`), 'invalid-value', ''],
    [
      'nesting of ten thousand levels',
      () => withFields(`"x":${'['.repeat(10_000)}${']'.repeat(10_000)}`),
      'invalid-value',
      '',
    ],
  ]

  it.each(cases)(
    'an element with %s is named and quarantined, and the good one beside it is taken',
    async (_name, element, code, field) => {
      const before = await countStored()
      const answer = await post(`{"positions":[${element()},${good()}]}`)
      expect(answer).toMatchObject({
        status: 202,
        body: { accepted: 1, duplicates: 0, rejected: [{ index: 0, code }] },
      })
      const alone = await post(`{"positions":[${element()}]}`)
      expect(alone).toMatchObject({
        status: 400,
        body: { errors: [{ pointer: `/positions/0${field}`, code }] },
      })
      expect(await countStored()).toEqual({
        fixes: before.fixes + 1,
        quarantined: before.quarantined + 2,
      })
    },
  )
})

describe('a number beyond all numbers', () => {
  it('a number beyond all numbers is no latitude', async () => {
    const text = JSON.stringify({ positions: [position({ latitude: 1 })] }).replace(
      '"latitude":1,',
      '"latitude":1e400,',
    )
    const answer = await post(text)
    expect(answer.status).toBe(400)
    expect(answer.body['errors']).toMatchObject([{ pointer: '/positions/0/latitude' }])
  })
})

describe('a wrong request', () => {
  it.each([
    [
      'with 1,001 positions',
      () => ({ positions: Array.from({ length: 1_001 }, () => position()) }),
    ],
    ['with no positions', () => ({ positions: [] })],
    ['without a list', () => ({})],
    ['with a list that is an object', () => ({ positions: {} })],
    ['that is a list', () => [position()]],
    ['that is null', () => 'null'],
    ['with a field beside the list', () => ({ positions: [position()], note: '' })],
    ['that is not JSON', () => '{"positions": ['],
    ['that is empty', () => ''],
    [
      'with __proto__ beside the list',
      () => `{"positions":[${JSON.stringify(position())}],"__proto__":{"accepted":9}}`,
    ],
  ])('a request for positions %s is a 400 and stores nothing', async (_name, body) => {
    const before = await countStored()
    const answer = await post(body())
    expect(answer.status).toBe(400)
    expect(answer.headers['content-type']).toContain('application/problem+json')
    expect(answer.headers['api-version']).toBeDefined()
    expect(await countStored()).toEqual(before)
  })

  it.each(['administrator', 'supervisor', 'operator', 'victim-device'] as const)(
    'a position sent by a %s is a 403',
    async (role) => {
      expect(
        (await app.call(role, 'POST', '/v1/positions', { positions: [position()] })).status,
      ).toBe(403)
    },
  )

  it('a position sent without a token is a 401', async () => {
    expect(
      (await app.call(null, 'POST', '/v1/positions', { positions: [position()] })).status,
    ).toBe(401)
  })
})

describe('a device of another vendor', () => {
  it('a device of another vendor is refused in exactly the words for a device nobody knows', async () => {
    await registerDevices(app.database.pool, 'Another vendor', ['THEIRS-1'])
    const bodies = []
    for (const serialNumber of ['THEIRS-1', 'NOBODY-2']) {
      const answer = await post({ positions: [position({ serialNumber })] })
      expect(answer.status).toBe(202)
      bodies.push(answer.body)
    }
    expect(bodies[0]).toEqual(bodies[1])
  })
})

describe('an overloaded intake', () => {
  it('an overloaded intake answers 503 with a Retry-After of a few seconds, and takes the same afterwards', async () => {
    const pendingElements = async () => {
      // They are worked out once a second.
      app.clock.timeMs += 1_000
      const { body } = await app.call(null, 'GET', '/metrics')
      return Number(/^hoede_intake_pending_elements (\d+)$/m.exec(String(body['text']))?.[1])
    }
    const client = await app.database.pool.connect()
    await client.query('select pg_advisory_lock($1)', [advisoryLocks.journal])
    const thousand = () => ({ positions: Array.from({ length: 1_000 }, () => position()) })
    const pending = Array.from({ length: 50 }, async () => await post(thousand()))
    await vi.waitUntil(async () => (await pendingElements()) === 50_000, { timeout: 60_000 })
    const one = { positions: [position()] }
    const answer = await post(one)
    await client.query('select pg_advisory_unlock($1)', [advisoryLocks.journal])
    client.release()
    expect(answer.status).toBe(503)
    expect(answer.headers['content-type']).toContain('application/problem+json')
    expect(Number(answer.headers['retry-after'])).toBeGreaterThanOrEqual(1)
    expect(Number(answer.headers['retry-after'])).toBeLessThanOrEqual(5)
    const answers = await Promise.all(pending)
    expect(answers.every(({ body }) => body['accepted'] === 1_000)).toBe(true)
    expect((await post(one)).body).toMatchObject({ accepted: 1 })
  })
})

describe('long bodies', () => {
  it('whoever sends long bodies is told to come later while others send, though nothing of them is taken', async () => {
    const seen = { lat: 52.3, lon: 4.9, acc: 10, tst: Math.floor(app.clock.timeMs / 1_000) }
    await app.call('victim-device', 'POST', '/adapters/owntracks', { _type: 'location', ...seen })
    const filler = ' '.repeat(1_900_000)
    const sendAtOnce = async (count: number): Promise<readonly number[]> => {
      const answers = Array.from({ length: count }, async () => {
        return await post({ positions: [{ ...position(), filler }] })
      })
      return (await Promise.all(answers)).map(({ status }) => status)
    }
    // Whoever waits for its answers is only held back; these come without waiting for any.
    expect(await sendAtOnce(2)).toEqual([400, 400])
    await sendAtOnce(12)
    expect(await sendAtOnce(1)).toEqual([429])
  }, 30_000)
})
