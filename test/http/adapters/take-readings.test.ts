import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readJournalDeviceEvents, readJournalFixes } from '../../ingest/support.ts'
import { readRefused } from '../../support/refused-reports.ts'
import { createTestApp, type TestApp } from '../../support/http-app.ts'

let app: TestApp

beforeAll(async () => {
  app = await createTestApp()
})
afterAll(async () => {
  await app.close()
})

let seconds = 1_795_455_000

const owntracks = () => ({
  _type: 'location',
  lat: 52.3702,
  lon: 4.8952,
  tst: (seconds += 10),
  acc: 12,
  vel: 36,
  batt: 81,
  tid: 'aa',
  SSID: 'Home Network',
  BSSID: '00:13:10:85:fe:01',
})
const overland = () => ({
  type: 'Feature',
  geometry: { type: 'Point', coordinates: [4.8952, 52.3702] },
  properties: {
    timestamp: new Date((seconds += 10) * 1_000).toISOString().replace(/\.\d+Z$/, '+0000'),
    speed: -1,
    horizontal_accuracy: 30,
    battery_level: 0.89,
    wifi: 'Home Network',
  },
})
async function post(
  url: string,
  payload: string | Buffer | undefined,
  headers: Record<string, string>,
) {
  const answer = await app.app.inject({
    method: 'POST',
    url,
    headers,
    ...(payload === undefined ? {} : { payload }),
  })
  return { status: answer.statusCode, type: answer.headers['content-type'], text: answer.body }
}

async function postJson(url: string, body: unknown, headers: Record<string, string> = bearer()) {
  return await post(url, JSON.stringify(body), { 'content-type': 'application/json', ...headers })
}

function bearer(): Record<string, string> {
  return { authorization: `Bearer ${app.tokens['victim-device']}` }
}

function basic(): Record<string, string> {
  return {
    authorization: `Basic ${Buffer.from(`jane:${app.tokens['victim-device']}`).toString('base64')}`,
  }
}

function bytesOf(inName = Buffer.from('')): Buffer {
  const [head, tail] = JSON.stringify({ ...owntracks(), SSID: '|' }).split('|')
  return Buffer.concat([Buffer.from(head ?? ''), inName, Buffer.from(tail ?? '')])
}

async function refusedCount(): Promise<number> {
  const { rows } = await app.database.pool.query('select 1 from quarantined_fixes')
  return rows.length
}

async function fixes() {
  return await readJournalFixes(app.database.pool)
}

async function panics() {
  const events = await readJournalDeviceEvents(app.database.pool)
  return events.filter(({ kind }) => kind === 'panic')
}

async function quarantined(code: string) {
  return (await readRefused(app.database.pool, code)).map(({ body }) => body)
}

describe('OwnTracks', () => {
  it('OwnTracks signs in with its password and is answered an empty list once the fix is in the journal', async () => {
    const answer = await postJson('/adapters/owntracks', owntracks(), basic())
    expect(answer).toMatchObject({ status: 200, text: '[]' })
    expect(answer.type).toContain('application/json')
    expect((await fixes()).at(-1)).toMatchObject({
      deviceId: app.deviceId,
      speedMetersPerSecond: 10,
      batteryFraction: 0.81,
    })
  })

  it('OwnTracks may repeat what it has sent: it is stored once', async () => {
    const location = owntracks()
    const before = (await fixes()).length
    for (let round = 0; round < 2; round += 1) {
      expect((await postJson('/adapters/owntracks', location, basic())).text).toBe('[]')
    }
    expect(await fixes()).toHaveLength(before + 1)
  })

  it.each(['transition', 'waypoints', 'lwt', 'status', 'card', 'cmd', 'steps'])(
    'OwnTracks is answered the same for a message of type %s, and nothing is stored',
    async (type) => {
      const before = (await fixes()).length
      expect(
        await postJson('/adapters/owntracks', { ...owntracks(), _type: type }, basic()),
      ).toMatchObject({ status: 200, text: '[]' })
      expect(await fixes()).toHaveLength(before)
    },
  )

  it.each([
    ['with a type', { 'content-type': 'application/json' }],
    ['without a type', {}],
  ] as [string, Record<string, string>][])(
    'OwnTracks is answered the same for an empty body %s',
    async (_name, headers) => {
      expect(
        await post('/adapters/owntracks', undefined, { ...headers, ...basic() }),
      ).toMatchObject({ status: 200, text: '[]' })
      expect(await post('/adapters/owntracks', '', { ...headers, ...basic() })).toMatchObject({
        status: 200,
        text: '[]',
      })
    },
  )

  it('OwnTracks is answered the same for what is encrypted, which is kept and counted where staff can see it', async () => {
    expect(
      await postJson(
        '/adapters/owntracks',
        { _type: 'encrypted', data: '1Vu7OwpW4lMnh28FB' },
        basic(),
      ),
    ).toMatchObject({ status: 200, text: '[]' })
    expect(await quarantined('encrypted')).toEqual([
      { _type: 'encrypted', data: '1Vu7OwpW4lMnh28FB' },
    ])
    const metrics = await app.call(null, 'GET', '/metrics')
    expect(String(metrics.body['text'])).toMatch(
      /hoede_intake_refused_total\{code="encrypted"\} [1-9]/,
    )
  })

  it('OwnTracks is answered the same for a fix that is refused, which is kept without the name of the wireless network', async () => {
    const { lat: _lat, SSID: _ssid, BSSID: _bssid, ...rest } = owntracks()
    const sent = { ...rest, lat: 91 }
    expect(
      await postJson(
        '/adapters/owntracks',
        { ...sent, SSID: 'Home Network', BSSID: '00:13:10:85:fe:01' },
        basic(),
      ),
    ).toMatchObject({ status: 200, text: '[]' })
    expect(await quarantined('out-of-range')).toEqual([sent])
  })

  it('OwnTracks is answered the same for a fix of another century, which is kept', async () => {
    expect(
      await postJson('/adapters/owntracks', { ...owntracks(), tst: 1 }, basic()),
    ).toMatchObject({ status: 200, text: '[]' })
    expect(await quarantined('too-old')).toHaveLength(1)
  })
})

describe('Overland', () => {
  it('Overland is answered that all is well, in the only words it understands, once the batch is in the journal', async () => {
    const before = (await fixes()).length
    const answer = await postJson('/adapters/overland', {
      locations: [overland(), overland(), overland()],
    })
    expect(answer).toMatchObject({ status: 200, text: '{"result":"ok"}' })
    expect(await fixes()).toHaveLength(before + 3)
    expect((await fixes()).at(-1)).toMatchObject({
      speedMetersPerSecond: null,
      accuracyMeters: 30,
      batteryFraction: 0.89,
    })
  })

  it('Overland may send the current position ahead of the backlog that holds it too', async () => {
    const before = (await fixes()).length
    const current = overland()
    await postJson('/adapters/overland', { locations: [overland()], current })
    await postJson('/adapters/overland', { locations: [current] })
    expect(await fixes()).toHaveLength(before + 2)
  })

  it('Overland is answered the same when a location is refused, which is kept without the name of the wireless network', async () => {
    const bad = { ...overland(), geometry: { type: 'Polygon', coordinates: [] } }
    const before = (await fixes()).length
    expect(await postJson('/adapters/overland', { locations: [bad, overland()] })).toMatchObject({
      status: 200,
      text: '{"result":"ok"}',
    })
    expect(await fixes()).toHaveLength(before + 1)
    expect(JSON.stringify(await quarantined('unreadable'))).not.toContain('Home Network')
  })

  it('Overland is not held up by text that no database can hold, which is mended and kept where it is kept', async () => {
    const before = (await fixes()).length
    const wifi = 'net\0work \ud800'
    const bad = { ...overland(), geometry: { type: 'Polygon', coordinates: [] }, 'na\0me': wifi }
    const good = overland()
    const named = { ...good, properties: { ...good.properties, wifi } }
    expect(await postJson('/adapters/overland', { locations: [bad, named] })).toMatchObject({
      status: 200,
      text: '{"result":"ok"}',
    })
    expect(await fixes()).toHaveLength(before + 1)
    expect(JSON.stringify(await quarantined('unreadable'))).not.toMatch(/\\u0000|\\ud800/)
  })

  it('Overland may send a thousand locations, compressed', async () => {
    const before = (await fixes()).length
    const body = gzipSync(JSON.stringify({ locations: Array.from({ length: 50 }, overland) }))
    const answer = await post('/adapters/overland', body, {
      'content-type': 'application/json',
      'content-encoding': 'gzip',
      ...bearer(),
    })
    expect(answer.status).toBe(200)
    expect(await fixes()).toHaveLength(before + 50)
  })
})

describe('every phone app', () => {
  const urls = ['/adapters/owntracks', '/adapters/overland', '/adapters/traccar']

  it.each(urls)('the phone app %s needs the token of one phone', async (url) => {
    expect((await app.call(null, 'POST', url, {})).status).toBe(401)
    for (const role of ['administrator', 'supervisor', 'operator', 'vendor'] as const) {
      expect((await app.call(role, 'POST', url, {})).status).toBe(403)
    }
  })

  it.each(urls)('the phone app %s is not read by GET', async (url) => {
    expect((await app.call('victim-device', 'GET', url)).status).toBe(405)
  })

  it.each(urls)(
    '%s goes on after a body that is no JSON, which is kept as refused',
    async (url) => {
      const heads = [
        '{"speed":Infinity',
        '{"speed":,',
        '{"vel":NaN',
        '{"__proto__":{"a":1}',
        '{"a":1}}',
      ]
      for (const head of heads) {
        const kept = await refusedCount()
        const answer = await app.call('victim-device', 'POST', url, `${head},"x":2}`)
        expect(answer.status).toBe(200)
        expect(await refusedCount()).toBe(kept + 1)
      }
      const told = await readJournalDeviceEvents(app.database.pool)
      expect(told.filter(({ kind }) => kind === 'panic')).toEqual([])
    },
  )

  it.each([
    ['/adapters/owntracks', '{"_type":"location","vel":NaN,"alarm":"sos"}'],
    ['/adapters/traccar', '{"location":{"coords":{"speed":Infinity},"extras":{"alarm":"sos"}}}'],
    [
      '/adapters/traccar',
      '{"location":{"coords":{"speed":,"latitude":52},"extras":{"alarm": "SOS"',
    ],
    ['/adapters/overland', String.raw`"{\"speed\":,\"alarm\":\"sos\"`],
    ['/adapters/traccar', 'id=1&lat=52.38&lon=4.95&alarm=sos'],
    ['/adapters/traccar', '[{"batt":NaN,"alarm":["sos"]}]'],
    ['/adapters/traccar', '{"batt":NaN,"alarm":"lowBattery,sos"}'],
    ['/adapters/traccar', Buffer.from('{"alarm":"sos"}', 'utf16le').toString()],
  ])('%s makes out a cry for help in a body that is no JSON: %s', async (url, body) => {
    app.clock.timeMs += 60_000
    expect((await app.call('victim-device', 'POST', url, body)).status).toBe(200)
    expect((await readJournalDeviceEvents(app.database.pool)).at(-1)).toMatchObject({
      kind: 'panic',
      recordedAtMs: app.clock.timeMs,
      deviceClockAtMs: null,
    })
  })

  it.each([
    '{"alarms":"sos"}x',
    '{"alarm":"none","note":"sos"}x',
    '{"alarm":"none","sos":1}x',
    '{"alarm":"sosta"}x',
  ])('no cry for help is made out in %s', async (body) => {
    const before = await panics()
    expect((await app.call('victim-device', 'POST', '/adapters/traccar', body)).status).toBe(200)
    expect(await panics()).toEqual(before)
  })

  it('every phone app keeps no name of a wireless network, nor more than a few positions, of what is no JSON', async () => {
    const body = `{"SSID":"Home Network","wifi": {"BSSID":"00:13"},"x":NaN,"y":"${'z'.repeat(9_000)}"`
    await app.call('victim-device', 'POST', '/adapters/owntracks', body)
    const text = (await quarantined('unreadable'))
      .map((one) => (one as { text: string }).text)
      .at(-1)
    expect(text).toHaveLength(4_096)
    expect(text).not.toMatch(/Home|00:13/)
  })

  it.each([
    ['a byte order mark', Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), bytesOf()])],
    ['a wrong byte in the name of a network', bytesOf(Buffer.from([0xe9]))],
  ])('every phone app is read with %s', async (_, payload) => {
    const before = (await fixes()).length
    const headers = { 'content-type': 'application/json', ...basic() }
    expect((await post('/adapters/owntracks', payload, headers)).status).toBe(200)
    expect(await fixes()).toHaveLength(before + 1)
  })

  it('a phone that sends the same position again and again is heard each time', async () => {
    const message = owntracks()
    await postJson('/adapters/owntracks', message, basic())
    const before = (await readJournalDeviceEvents(app.database.pool)).length
    for (let times = 0; times < 3; times += 1) {
      app.clock.timeMs += 4_000
      await postJson('/adapters/owntracks', { ...message, created_at: times }, basic())
      expect((await readJournalDeviceEvents(app.database.pool)).at(-1)).toMatchObject({
        kind: 'heartbeat',
        deviceId: app.deviceId,
        recordedAtMs: app.clock.timeMs,
      })
    }
    expect(await readJournalDeviceEvents(app.database.pool)).toHaveLength(before + 3)
  })

  it('a phone that sends positions that cannot be taken is heard all the same', async () => {
    for (const changes of [{ lat: 97 }, { lon: 'x' }, { acc: -1 }, { tst: 7 }]) {
      app.clock.timeMs += 4_000
      const kept = await refusedCount()
      await postJson('/adapters/owntracks', { ...owntracks(), ...changes }, basic())
      expect(await refusedCount()).toBe(kept + 1)
      expect((await readJournalDeviceEvents(app.database.pool)).at(-1)).toMatchObject({
        kind: 'heartbeat',
        recordedAtMs: app.clock.timeMs,
      })
    }
  })

  it('every phone app is not part of the document of the API', async () => {
    const { body } = await app.call(null, 'GET', '/v1/openapi.json')
    expect(JSON.stringify(body['paths'])).not.toContain('adapters')
  })
})
