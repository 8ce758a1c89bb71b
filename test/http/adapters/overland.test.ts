import { describe, expect, it } from 'vitest'
import { readOverland } from '../../../src/http/adapters/overland.ts'

/** As Overland for iOS sends it. */
const feature = {
  type: 'Feature',
  geometry: { type: 'Point', coordinates: [4.8952, 52.3702] },
  properties: {
    timestamp: '2026-11-23T11:30:05-0700',
    altitude: 0,
    speed: 4,
    horizontal_accuracy: 30,
    vertical_accuracy: -1,
    motion: ['driving', 'stationary'],
    pauses: false,
    activity: 'other_navigation',
    desired_accuracy: 100,
    deferred: 1000,
    significant_change: 'disabled',
    locations_in_payload: 1,
    battery_state: 'charging',
    battery_level: 0.89,
    device_id: '',
    wifi: 'Home Network',
  },
}

function withProperties(properties: Readonly<Record<string, unknown>>) {
  return { locations: [{ ...feature, properties: { ...feature.properties, ...properties } }] }
}

describe('a location of Overland', () => {
  it('a location of Overland is a fix in our units', () => {
    expect(readOverland({ locations: [feature] })).toMatchObject([
      {
        type: 'fix',
        report: {
          recordedAtMs: Date.parse('2026-11-23T18:30:05Z'),
          longitude: 4.8952,
          latitude: 52.3702,
          accuracyMeters: 30,
          speedMetersPerSecond: 4,
          headingDegrees: null,
          source: 'fused',
          batteryFraction: 0.89,
          sequence: null,
        },
      },
    ])
  })

  it.each([
    [
      'an offset without colon',
      { timestamp: '2026-11-23T20:30:05+0200' },
      { recordedAtMs: Date.parse('2026-11-23T18:30:05Z') },
    ],
    [
      'an offset with colon',
      { timestamp: '2026-11-23T20:30:05+02:00' },
      { recordedAtMs: Date.parse('2026-11-23T18:30:05Z') },
    ],
    [
      'UTC',
      { timestamp: '2026-11-23T18:30:05Z' },
      { recordedAtMs: Date.parse('2026-11-23T18:30:05Z') },
    ],
    ['-1 of speed as unknown', { speed: -1 }, { speedMetersPerSecond: null }],
    ['a full battery, not one percent', { battery_level: 1 }, { batteryFraction: 1 }],
    ['-1 of battery as unknown', { battery_level: -1 }, { batteryFraction: null }],
    ['no accuracy as unknown', { horizontal_accuracy: undefined }, { accuracyMeters: null }],
  ])('a location of Overland reads %s', (_name, properties, report) => {
    expect(readOverland(withProperties(properties))).toMatchObject([{ type: 'fix', report }])
  })

  it.each([
    ['without a time', { timestamp: undefined }, 'invalid-time'],
    ['with a time without offset', { timestamp: '2026-11-23T18:30:05' }, 'invalid-time'],
    [
      'that iOS marks as not valid by a negative accuracy',
      { horizontal_accuracy: -1 },
      'device-says-invalid',
    ],
  ])('a location of Overland is refused %s', (_name, properties, code) => {
    expect(readOverland(withProperties(properties))).toMatchObject([
      { type: 'refused', reasons: [{ code }] },
    ])
  })

  it('a location of Overland does not keep the others of its batch out when it is refused', () => {
    const readings = readOverland({
      locations: [
        feature,
        { ...feature, geometry: { type: 'Point', coordinates: [4.9, 91] } },
        7,
        feature,
      ],
    })
    expect(readings.map(({ type }) => type)).toEqual(['fix', 'refused', 'refused', 'fix'])
  })
})

describe('what else Overland sends', () => {
  it('an Overland message takes the current position that comes beside a backlog first', () => {
    const current = { ...feature, geometry: { type: 'Point', coordinates: [5, 52] } }
    expect(readOverland({ locations: [feature], current, trip: { mode: 'car' } })).toMatchObject([
      { type: 'fix', report: { longitude: 5 } },
      { type: 'fix', report: { longitude: 4.8952 } },
    ])
  })

  it.each([
    { action: 'paused_location_updates' },
    { action: 'visit', arrival_date: null },
    { type: 'trip', mode: 'car' },
  ])(
    'an Overland message is no position when it carries an older place beside the present time: %j',
    (properties) => {
      expect(readOverland(withProperties(properties))).toEqual([])
    },
  )

  it.each([[{}], [[]], [{ locations: {} }]])(
    'an Overland message is refused when there are no locations in it: %j',
    (body) => {
      expect(readOverland(body)).toMatchObject([
        { type: 'refused', reasons: [{ code: 'unreadable' }] },
      ])
    },
  )
})
