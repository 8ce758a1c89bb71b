import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { deviceEventKinds } from '../../../src/core/model/fix.ts'
import { readJournalDeviceEvents } from '../../ingest/support.ts'
import { createTestApp, type TestApp } from '../../support/http-app.ts'

let app: TestApp

beforeAll(async () => {
  app = await createTestApp()
})
afterAll(async () => {
  await app.close()
})

let second = 0

function event(changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  second += 1
  const recordedAt = new Date(app.clock.timeMs - 3_600_000 + second * 1_000).toISOString()
  return { serialNumber: 'PHONE-1', kind: 'panic', recordedAt, ...changes }
}

async function post(body: unknown) {
  return await app.call('vendor', 'POST', '/v1/device-events', body)
}

describe('device events', () => {
  it('device events of every kind are taken and are in the journal when they are answered', async () => {
    const events = deviceEventKinds.map((kind) =>
      event({ kind, batteryFraction: 0.04, sequence: 7 }),
    )
    expect(await post({ events })).toMatchObject({
      status: 202,
      body: { accepted: deviceEventKinds.length, duplicates: 0, rejected: [] },
    })
    const stored = await readJournalDeviceEvents(app.database.pool)
    // Cries for help and what is done by force have a row of their own, which waits for no turn.
    expect(stored.map(({ kind }) => kind).toSorted()).toEqual(deviceEventKinds.toSorted())
    expect(stored[0]).toMatchObject({
      deviceId: app.deviceId,
      batteryFraction: 0.04,
      sequence: 7,
      receivedAtMs: app.clock.timeMs,
    })
  })

  it('device events are duplicates when device, kind and time agree', async () => {
    const sent = event()
    expect((await post({ events: [sent, sent, { ...sent, kind: 'strap-tamper' }] })).body).toEqual({
      accepted: 2,
      duplicates: 1,
      rejected: [],
    })
    expect((await post({ events: [sent] })).body).toMatchObject({ accepted: 0, duplicates: 1 })
  })
})

describe('a wrong device event', () => {
  it.each([
    ['of a kind nobody knows', { kind: 'explosion' }, 'invalid-value', 'kind'],
    ['without a kind', { kind: undefined }, 'invalid-value', 'kind'],
    ['without a time', { recordedAt: undefined }, 'missing-field', 'recordedAt'],
    ['6 minutes ahead', { recordedAt: '2026-11-23T18:36:00Z' }, 'future', 'recordedAt'],
    ['40 days old', { recordedAt: '2026-10-14T18:30:00Z' }, 'too-old', 'recordedAt'],
    ['with a place', { longitude: 5 }, 'unknown-field', 'longitude'],
    ['with a constructor', { constructor: 1 }, 'unknown-field', 'constructor'],
    ['with a NUL in its serial number', { serialNumber: 'A\0' }, 'invalid-value', 'serialNumber'],
  ])(
    'a device event %s is named and quarantined while the good one beside it is taken',
    async (_name, changes, code, field) => {
      const wrong = () => event({ kind: 'heartbeat', ...changes })
      const answer = await post({ events: [wrong(), event()] })
      expect(answer).toMatchObject({
        status: 202,
        body: { accepted: 1, rejected: [{ index: 0, code }] },
      })
      const alone = await post({ events: [wrong()] })
      expect(alone).toMatchObject({
        status: 400,
        body: { errors: [{ pointer: `/events/0/${field}`, code }] },
      })
      const { rows } = await app.database.pool.query(
        'select 1 from quarantined_fixes where code = $1',
        [code],
      )
      expect(rows.length).toBeGreaterThanOrEqual(2)
    },
  )
})

it.each([{ 'a\0b': 1 }, { '\ud800': 1 }])(
  'an event with characters in a name that no database holds does not keep the good one out: %j',
  async (changes) => {
    const wrong = event({ kind: 'heartbeat', ...changes })
    expect(await post({ events: [wrong, event()] })).toMatchObject({
      status: 202,
      body: { accepted: 1, rejected: [{ index: 0, code: 'invalid-value' }] },
    })
  },
)

it('an event of a device nobody knows is kept and named, and is not an error', async () => {
  expect(await post({ events: [event({ serialNumber: 'NOBODY-1' })] })).toMatchObject({
    status: 202,
    body: { accepted: 0, duplicates: 0, rejected: [{ index: 0, code: 'unknown-device' }] },
  })
})

describe('a wrong request', () => {
  it.each([
    ['with 1,001 events', () => ({ events: Array.from({ length: 1_001 }, () => event()) })],
    ['with no events', () => ({ events: [] })],
    ['with positions', () => ({ positions: [event()] })],
    ['with __proto__', () => `{"events":[],"__proto__":{}}`],
  ])('a request for device events %s is a 400 and stores nothing', async (_name, body) => {
    const before = (await readJournalDeviceEvents(app.database.pool)).length
    expect((await post(body())).status).toBe(400)
    expect(await readJournalDeviceEvents(app.database.pool)).toHaveLength(before)
  })

  it('a device event sent by a phone is a 403', async () => {
    expect(
      (await app.call('victim-device', 'POST', '/v1/device-events', { events: [event()] })).status,
    ).toBe(403)
  })
})

// Last, because they move the clock.
describe('an urgent event', () => {
  const rollover = (now: number) => now - 1_024 * 7 * 86_400_000
  const instant = (ms: number) => new Date(ms).toISOString()

  it.each([
    ['of 1980', () => '1980-01-06T00:00:12Z'],
    ['of 2000', () => '2000-01-01T00:01:00Z'],
    ['1,024 weeks back', () => instant(rollover(app.clock.timeMs))],
    ['an hour ahead', () => instant(app.clock.timeMs + 3_600_000)],
    ['of 2080', () => '2080-01-05T23:59:55Z'],
    ['that is none', () => 'yesterday'],
    ['that was left out', () => undefined],
  ])('an urgent event with a time %s counts from its arrival', async (_, recordedAt) => {
    for (const kind of ['panic', 'strap-tamper']) {
      app.clock.timeMs += 60_000
      const sent = event({ kind, recordedAt: recordedAt() })
      expect(await post({ events: [sent] })).toMatchObject({ status: 202, body: { accepted: 1 } })
      expect((await readJournalDeviceEvents(app.database.pool)).at(-1)).toMatchObject({
        kind,
        recordedAtMs: app.clock.timeMs,
        deviceClockAtMs: Number.isNaN(Date.parse(recordedAt() ?? ''))
          ? null
          : Date.parse(recordedAt() ?? ''),
      })
    }
  })

  it.each([
    [{ batteryFraction: -1 }],
    [{ batteryFraction: 57 }],
    [{ sequence: -4 }],
    [{ longitude: 5 }],
    [{ constructor: 1 }],
  ])('an urgent event is taken without what is wrong beside it: %j', async (changes) => {
    const answer = await post({ events: [event({ kind: 'strap-tamper', ...changes })] })
    expect(answer).toMatchObject({ status: 202, body: { accepted: 1, rejected: [] } })
  })

  it('an urgent event of a clock that stands still is another press once a sender would not try again', async () => {
    const sent = event()
    await post({ events: [sent] })
    app.clock.timeMs += 10_000
    expect((await post({ events: [sent] })).body).toMatchObject({ accepted: 0, duplicates: 1 })
    // With a sequence of its own it is no retry.
    expect((await post({ events: [{ ...sent, sequence: 2 }] })).body).toMatchObject({ accepted: 1 })
    app.clock.timeMs += 10_001
    expect((await post({ events: [sent] })).body).toMatchObject({ accepted: 1, duplicates: 0 })
    expect((await readJournalDeviceEvents(app.database.pool)).at(-1)).toMatchObject({
      recordedAtMs: app.clock.timeMs,
      deviceClockAtMs: Date.parse(String(sent['recordedAt'])),
    })
  })
})
