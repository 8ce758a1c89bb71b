import { describe, expect, it } from 'vitest'
import { defaultLimits } from '../../../src/core/model/limits.ts'
import { readTraccarForm, readTraccarJson } from '../../../src/http/adapters/read-traccar.ts'

const receivedAtMs = Date.parse('2026-11-23T18:30:10Z')
const arrival = { receivedAtMs, limits: defaultLimits }

/** As Traccar Client 9 and newer sends it. */
const location = {
  timestamp: '2026-11-23T18:30:05.862Z',
  coords: {
    latitude: 52.3702,
    longitude: 4.8952,
    accuracy: 5,
    speed: 18.67,
    heading: 63,
    altitude: 5,
  },
  is_moving: false,
  odometer: 0,
  event: 'motionchange',
  battery: { level: 0.79, is_charging: false },
  activity: { type: 'still' },
  extras: {},
  _: '&id=48241179&lat=52.3702&lon=4.8952&timestamp=2026-11-23T18:30:05.862Z&',
}

function readJson(changes: Readonly<Record<string, unknown>> = {}) {
  return readTraccarJson({ location: { ...location, ...changes }, device_id: '48241179' }, arrival)
}

describe('a location of Traccar Client 9', () => {
  it('a location of Traccar Client 9 is a fix in our units', () => {
    expect(readJson()).toMatchObject([
      {
        type: 'fix',
        report: {
          recordedAtMs: Date.parse('2026-11-23T18:30:05.862Z'),
          longitude: 4.8952,
          latitude: 52.3702,
          accuracyMeters: 5,
          speedMetersPerSecond: 18.67,
          headingDegrees: 63,
          source: 'fused',
          batteryFraction: 0.79,
        },
      },
    ])
  })

  it('a location of Traccar Client 9 with an accuracy of -1 is no position', () => {
    expect(readJson({ coords: { ...location.coords, accuracy: -1 } })).toMatchObject([
      { type: 'refused', reasons: [{ code: 'device-says-invalid' }] },
    ])
  })

  it('a location of Traccar Client 9 has null for each other -1', () => {
    const coords = { ...location.coords, speed: -1, heading: -1 }
    expect(readJson({ coords, battery: { level: -1, is_charging: false } })).toMatchObject([
      {
        report: {
          speedMetersPerSecond: null,
          headingDegrees: null,
          batteryFraction: null,
        },
      },
    ])
  })

  it('a location of Traccar Client 9 may come as a list', () => {
    expect(readTraccarJson({ location: [location, location] }, arrival)).toHaveLength(2)
  })

  it('a location of Traccar Client 9 is refused when another app simulates it', () => {
    expect(readJson({ mock: true })).toMatchObject([
      { type: 'refused', reasons: [{ code: 'simulated-position' }] },
    ])
  })

  it.each([{}, [], 'text', { location: 7 }])(
    'a location of Traccar Client 9 is refused when it is something else: %j',
    (body) => {
      expect(readTraccarJson(body, arrival)).toMatchObject([
        { type: 'refused', reasons: [{ code: 'unreadable' }] },
      ])
    },
  )

  it.each([{ alarm: 'sos' }, { extras: { alarm: 'sos' } }])(
    'a location of Traccar Client 9 is a panic beside the fix when help was asked for: %j',
    (changes) => {
      expect(readJson(changes)).toMatchObject([
        {
          type: 'device-event',
          report: { kind: 'panic', recordedAtMs: Date.parse('2026-11-23T18:30:05.862Z') },
        },
        { type: 'fix' },
      ])
    },
  )

  it.each([
    [10_000, true],
    [10_001, false],
    [3 * 3_600_000, false],
    [-10_000, true],
    [-10_001, false],
  ])(
    'a location of Traccar Client 9 is a panic of the time of a position %d ms old: %s',
    (ageMs, isOfPosition) => {
      const timestamp = new Date(receivedAtMs - ageMs).toISOString()
      expect(readJson({ alarm: 'sos', timestamp })).toMatchObject([
        isOfPosition
          ? { report: { kind: 'panic', recordedAtMs: receivedAtMs - ageMs } }
          : { report: { recordedAtMs: receivedAtMs, deviceClockAtMs: receivedAtMs - ageMs } },
        { type: 'fix', report: { recordedAtMs: receivedAtMs - ageMs } },
      ])
    },
  )

  it.each(['1980-01-06T00:00:00Z', '2046-01-01T00:00:00Z', 'yesterday'])(
    'a location of Traccar Client 9 is a panic at its arrival when help was asked for by a clock that says %s',
    (timestamp) => {
      expect(readJson({ alarm: 'sos', timestamp })[0]).toMatchObject({
        type: 'device-event',
        report: { kind: 'panic', recordedAtMs: receivedAtMs },
      })
    },
  )
})

describe('a position in the older form of Traccar Client', () => {
  const form =
    'id=123456&timestamp=1795458605&lat=52.3702&lon=4.8952&speed=36&bearing=7.5&altitude=0&accuracy=12.5&batt=87'

  it('a position in the older form of Traccar Client is a fix in our units: knots to m/s, percent to a fraction', () => {
    expect(readTraccarForm(form, arrival)).toMatchObject([
      {
        type: 'fix',
        report: {
          recordedAtMs: 1_795_458_605_000,
          longitude: 4.8952,
          latitude: 52.3702,
          accuracyMeters: 12.5,
          headingDegrees: 7.5,
          batteryFraction: 0.87,
          hdop: null,
        },
      },
    ])
    const [reading] = readTraccarForm(form, arrival)
    expect(reading?.type === 'fix' ? reading.report.speedMetersPerSecond : null).toBeCloseTo(
      18.52,
      9,
    )
  })

  it.each([
    ['milliseconds', 'timestamp=1795458605579', 1_795_458_605_579],
    ['ISO text', 'timestamp=2026-11-23T18%3A30%3A05Z', 1_795_458_605_000],
    ['plain text in UTC', 'timestamp=2026-11-23+18%3A30%3A05', 1_795_458_605_000],
    ['nothing: then it is the time of arrival', '', receivedAtMs],
  ])(
    'a position in the older form of Traccar Client has its time as %s',
    (_name, time, recordedAtMs) => {
      expect(readTraccarForm(`id=1&lat=52&lon=5&${time}`, arrival)).toMatchObject([
        { type: 'fix', report: { recordedAtMs } },
      ])
    },
  )

  it.each([
    ['a pair of latitude and longitude', 'location=52.5,5.25', { latitude: 52.5, longitude: 5.25 }],
    ['heading for bearing', 'lat=52&lon=5&heading=90', { headingDegrees: 90 }],
    ['an accuracy of 0 as not told', 'lat=52&lon=5&accuracy=0.0', { accuracyMeters: null }],
    ['hdop', 'lat=52&lon=5&hdop=6.0', { hdop: 6 }],
    ['a battery of one percent', 'lat=52&lon=5&batt=1', { batteryFraction: 0.01 }],
  ])('a position in the older form of Traccar Client reads %s', (_name, fields, report) => {
    expect(readTraccarForm(`id=1&timestamp=1795458605&${fields}`, arrival)).toMatchObject([
      { type: 'fix', report },
    ])
  })

  it.each([
    ['valid=false', 'device-says-invalid'],
    ['valid=0', 'device-says-invalid'],
    ['mock=true', 'simulated-position'],
    ['lat=91', 'out-of-range'],
    ['lat=NaN', 'out-of-range'],
    ['lat=', 'missing-field'],
  ])('a position in the older form of Traccar Client is refused with %s', (field, code) => {
    const fields = new URLSearchParams(form)
    for (const [name, value] of new URLSearchParams(field)) fields.set(name, value)
    expect(readTraccarForm(fields.toString(), arrival)).toMatchObject([
      { type: 'refused', reasons: [{ code }] },
    ])
  })

  it('a position in the older form of Traccar Client is a panic beside the fix when help was asked for', () => {
    expect(readTraccarForm(`${form}&alarm=sos`, arrival).map(({ type }) => type)).toEqual([
      'device-event',
      'fix',
    ])
  })

  it('a position in the older form of Traccar Client is written in decimal numbers, small ones with their power of ten', () => {
    const read = (text: string) => readTraccarForm(`timestamp=1763922605&${text}`, arrival)
    expect(read('lat=52.3702&lon=1.0E-4')).toMatchObject([
      { type: 'fix', report: { latitude: 52.3702, longitude: 0.0001 } },
    ])
    for (const wrong of ['lat=0x34&lon=4.9', 'lat=52.4&lon=0b100', 'location=0x34,4.9']) {
      expect(read(wrong), wrong).toMatchObject([{ type: 'refused' }])
    }
  })

  it('a position in the older form of Traccar Client is nothing when it is empty', () => {
    expect(readTraccarForm('', arrival)).toEqual([])
  })
})

describe('what apps on the library of Traccar Client 10 may send', () => {
  const T = receivedAtMs / 1_000 - 3
  const queue = [
    {
      id: '1',
      lat: 52.38,
      lon: 4.95,
      timestamp: T - 20,
      accuracy: 12,
      altitude: 3,
      speed: 2.92,
      bearing: 90,
      batt: 81,
      charge: false,
    },
    { id: '1', lat: 52.38, lon: 4.951, timestamp: T, speed: 2.92, batt: 81, alarm: 'sos' },
  ]

  it('what apps on the library of Traccar Client 10 may send is a list of flat objects: each is a fix, and a cry for help in one is a panic', () => {
    const readings = readTraccarJson(queue, arrival)
    expect(readings.map(({ type }) => type)).toEqual(['fix', 'device-event', 'fix'])
    expect(readings[0]).toMatchObject({
      report: {
        recordedAtMs: (T - 20) * 1_000,
        longitude: 4.95,
        latitude: 52.38,
        accuracyMeters: 12,
        headingDegrees: 90,
        batteryFraction: 0.81,
      },
    })
    const [first] = readings
    const speed = first?.type === 'fix' ? first.report.speedMetersPerSecond : null
    expect(speed).toBeCloseTo(1.502, 3)
    expect(readings[1]).toMatchObject({ report: { kind: 'panic', recordedAtMs: T * 1_000 } })
  })

  it('what apps on the library of Traccar Client 10 may send is one flat object', () => {
    expect(readTraccarJson(queue[1], arrival).map(({ type }) => type)).toEqual([
      'device-event',
      'fix',
    ])
  })

  it.each([
    [{ alarm: 'sos' }],
    [{ extras: { alarm: 'sos' } }],
    [{ location: { a: [{ alarm: 'SOS' }] } }],
    [{ location: 7, event: { extras: { alarm: 'sos' } } }],
    [[7, { note: { alarm: 'sos' } }]],
    [{ alarm: 'lowBattery, SOS' }],
    [[{ lat: 52.38, lon: 4.95, timestamp: T, alarm: ['tampering', 'sos'] }]],
  ])(
    'what apps on the library of Traccar Client 10 may send is a cry for help at whatever place it stands: %j',
    (body) => {
      const kinds = readTraccarJson(body, arrival).map((reading) =>
        reading.type === 'device-event' ? reading.report.kind : reading.type,
      )
      expect(kinds.filter((kind) => kind === 'panic')).toEqual(['panic'])
    },
  )

  it.each([
    ['a form', () => readTraccarForm(`id=1&timestamp=${T - 7_200}&batt=50`, arrival)],
    ['a flat object', () => readTraccarJson({ id: '1', timestamp: T, batt: 50 }, arrival)],
    [
      'a location',
      () =>
        readTraccarJson(
          { location: { timestamp: location.timestamp, battery: { level: 0.5 } } },
          arrival,
        ),
    ],
  ])(
    'what apps on the library of Traccar Client 10 may send without a place is a heartbeat of its arrival, with the battery: %s',
    (_, read) => {
      expect(read()).toMatchObject([
        {
          type: 'device-event',
          report: { kind: 'heartbeat', recordedAtMs: receivedAtMs, batteryFraction: 0.5 },
        },
      ])
    },
  )

  it('what apps on the library of Traccar Client 10 may send as JSON is that, also where it is called a form', () => {
    const text = `\n ${JSON.stringify(queue)}`
    expect(readTraccarForm(text, arrival)).toEqual(readTraccarJson(queue, arrival))
    const cut = readTraccarForm(text.slice(0, -2), arrival).map(({ type }) => type)
    expect(cut).toEqual(['device-event', 'refused'])
  })

  it('what apps on the library of Traccar Client 10 may send is refused with half a place', () => {
    expect(readTraccarForm(`id=1&timestamp=${T}&lat=52`, arrival)).toMatchObject([
      { type: 'refused', reasons: [{ field: 'longitude', code: 'missing-field' }] },
    ])
  })
})

it('JSON that is named a form and nested too deep is refused, and a cry in it is heard', () => {
  const nest = (text: string): string => '['.repeat(9_000) + text + ']'.repeat(9_000)
  expect(readTraccarForm(nest('1'), arrival).map(({ type }) => type)).toEqual(['refused'])
  expect(readTraccarForm(nest('{"alarm":"sos"}'), arrival)).toHaveLength(2)
})
