import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readJournalDeviceEvents, readJournalFixes } from '../../ingest/support.ts'
import { createTestApp, type TestApp } from '../../support/http-app.ts'

let app: TestApp

beforeAll(async () => {
  app = await createTestApp()
})
afterAll(async () => {
  await app.close()
})

let seconds = 1_795_455_000

const traccar = () => ({
  location: {
    timestamp: new Date((seconds += 10) * 1_000).toISOString(),
    coords: {
      latitude: 52.3702,
      longitude: 4.8952,
      accuracy: 5,
      speed: 18.67,
      heading: -1,
      altitude: 5,
    },
    battery: { level: 1, is_charging: false },
    extras: {},
  },
  device_id: '48241179',
})

async function post(url: string, payload: string | undefined, headers: Record<string, string>) {
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

async function fixes() {
  return await readJournalFixes(app.database.pool)
}

describe('Traccar Client', () => {
  it('Traccar Client signs in with the token in its address', async () => {
    const before = (await fixes()).length
    const answer = await postJson(`/adapters/traccar/${app.tokens['victim-device']}`, traccar(), {})
    expect(answer.status).toBe(200)
    expect(await fixes()).toHaveLength(before + 1)
    expect((await fixes()).at(-1)).toMatchObject({
      deviceId: app.deviceId,
      speedMetersPerSecond: 18.67,
      headingDegrees: null,
      batteryFraction: 1,
    })
  })

  it('Traccar Client may sign in with a bearer token', async () => {
    expect((await postJson('/adapters/traccar', traccar())).status).toBe(200)
  })

  it.each(['1234567890', 'hoede_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'])(
    'Traccar Client is refused with a token nobody has: %s',
    async (token) => {
      const answer = await postJson(`/adapters/traccar/${token}`, traccar(), {})
      expect(answer.status).toBe(401)
      expect(answer.text).not.toContain(token)
    },
  )

  it('Traccar Client may send the older form in the body', async () => {
    const form = `id=123456&timestamp=${(seconds += 10)}&lat=52.3702&lon=4.8952&speed=36&bearing=7.5&accuracy=12.5&batt=87`
    const answer = await post(`/adapters/traccar/${app.tokens['victim-device']}`, form, {
      'content-type': 'application/x-www-form-urlencoded',
    })
    expect(answer.status).toBe(200)
    const last = (await fixes()).at(-1)
    expect(last).toMatchObject({ batteryFraction: 0.87, headingDegrees: 7.5 })
    expect(last?.speedMetersPerSecond).toBeCloseTo(18.52, 9)
  })

  it('Traccar Client may not send positions in the address, where they would get into logs', async () => {
    const before = (await fixes()).length
    const url = `/adapters/traccar/${app.tokens['victim-device']}?id=1&lat=52.3702&lon=4.8952&timestamp=${seconds}`
    const answer = await post(url, undefined, {})
    expect(answer.status).toBe(400)
    expect(answer.text).not.toContain('52.37')
    expect(await fixes()).toHaveLength(before)
  })

  it('Traccar Client calls for help with a panic, even when its position is refused and its clock is wrong', async () => {
    const { location } = traccar()
    const body = {
      location: {
        ...location,
        timestamp: '1980-01-06T00:00:00Z',
        coords: { ...location.coords, latitude: 91 },
        alarm: 'sos',
      },
    }
    expect(
      (await postJson(`/adapters/traccar/${app.tokens['victim-device']}`, body, {})).status,
    ).toBe(200)
    expect((await readJournalDeviceEvents(app.database.pool)).at(-1)).toMatchObject({
      kind: 'panic',
      deviceId: app.deviceId,
      recordedAtMs: app.clock.timeMs,
    })
  })

  it('Traccar Client is refused a form elsewhere', async () => {
    const answer = await post('/adapters/overland', 'lat=52', {
      'content-type': 'application/x-www-form-urlencoded',
      ...bearer(),
    })
    expect(answer.status).toBe(415)
  })
})
