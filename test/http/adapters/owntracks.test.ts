import { describe, expect, it } from 'vitest'
import { readOwntracks } from '../../../src/http/adapters/owntracks.ts'

/** As OwnTracks for Android sends it. */
const location = {
  _type: 'location',
  BSSID: '00:13:10:85:fe:01',
  SSID: 'AndroidWifi',
  acc: 5,
  alt: 50,
  batt: 81,
  bs: 1,
  cog: 88,
  conn: 'w',
  created_at: 1_795_458_652,
  lat: 52.3702,
  lon: 4.8952,
  m: 1,
  t: 'u',
  tid: 'aa',
  topic: 'owntracks/jane/phone',
  tst: 1_795_458_603,
  vac: 0,
  vel: 36,
}

function onlyReport(body: unknown) {
  const [reading, ...rest] = readOwntracks(body)
  expect(rest).toEqual([])
  if (reading?.type !== 'fix') throw new Error(`expected a fix, got ${reading?.type}`)
  return reading.report
}

describe('a location of OwnTracks', () => {
  it('a location of OwnTracks is a fix in our units', () => {
    expect(onlyReport(location)).toEqual({
      recordedAtMs: 1_795_458_603_000,
      longitude: 4.8952,
      latitude: 52.3702,
      accuracyMeters: 5,
      speedMetersPerSecond: 10,
      headingDegrees: 88,
      source: 'fused',
      hdop: null,
      satellites: null,
      batteryFraction: 0.81,
      sequence: null,
    })
  })

  it('a location of OwnTracks is a fix with its time and place alone', () => {
    expect(
      onlyReport({ _type: 'location', lat: 52, lon: 5, tst: 1_795_458_603, tid: 'aa' }),
    ).toMatchObject({
      accuracyMeters: null,
      speedMetersPerSecond: null,
      headingDegrees: null,
      batteryFraction: null,
    })
  })

  it.each([
    ['km/h to m/s', { vel: 120 }, { speedMetersPerSecond: 120 / 3.6 }],
    ['standing still', { vel: 0 }, { speedMetersPerSecond: 0 }],
    ['an unknown speed', { vel: -1 }, { speedMetersPerSecond: null }],
    ['percent to a fraction', { batt: 100 }, { batteryFraction: 1 }],
    ['one percent, not full', { batt: 1 }, { batteryFraction: 0.01 }],
    ['an unknown battery', { batt: -1 }, { batteryFraction: null }],
    ['an accuracy beyond the earth', { acc: 2_147_483_647 }, { accuracyMeters: 20_000_000 }],
    ['an accuracy of nothing', { acc: null }, { accuracyMeters: null }],
    ['an unknown course', { cog: -1 }, { headingDegrees: null }],
  ])('a location of OwnTracks turns %s', (_name, fields, expected) => {
    expect(onlyReport({ ...location, ...fields })).toMatchObject(expected)
  })

  it.each([
    ['without latitude', { lat: undefined }, 'missing-field'],
    ['with latitude 91', { lat: 91 }, 'out-of-range'],
    ['with longitude 181', { lon: 181 }, 'out-of-range'],
    ['with an accuracy of -1', { acc: -1 }, 'device-says-invalid'],
    ['with an accuracy of -2147473', { acc: -2_147_473 }, 'device-says-invalid'],
    ['with latitude as text', { lat: 'NaN' }, 'invalid-type'],
    ['without time', { tst: undefined }, 'invalid-time'],
  ])('a location of OwnTracks is refused %s', (_name, fields, code) => {
    const [reading] = readOwntracks({ ...location, ...fields })
    expect(reading).toMatchObject({ type: 'refused', reasons: [{ code }] })
  })
})

describe('another message of OwnTracks', () => {
  it.each([
    'transition',
    'waypoint',
    'waypoints',
    'lwt',
    'status',
    'card',
    'cmd',
    'steps',
    'beacon',
    'configuration',
  ])('%s is no position', (type) => {
    expect(readOwntracks({ ...location, _type: type })).toEqual([])
  })

  it('another message of OwnTracks is nothing when it is empty', () => {
    expect(readOwntracks(undefined)).toEqual([])
  })

  it('another message of OwnTracks is refused when it is encrypted, because nobody here can read it', () => {
    expect(readOwntracks({ _type: 'encrypted', data: '1Vu7OwpW4lMnh28FB' })).toMatchObject([
      { type: 'refused', reasons: [{ code: 'encrypted' }] },
    ])
  })

  it.each([[[]], ['text'], [7], [{}]])(
    'another message of OwnTracks is refused when it is not a message: %j',
    (body) => {
      expect(readOwntracks(body)).toMatchObject([
        { type: 'refused', reasons: [{ code: 'unreadable' }] },
      ])
    },
  )
})
