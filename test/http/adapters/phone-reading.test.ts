import { describe, expect, it } from 'vitest'
import {
  kilometersPerHourPerMeterPerSecond,
  knotsPerMeterPerSecond,
  numberWithin,
  readBatteryFraction,
  readSpeed,
  readUnreadable,
  withoutNetworkNames,
} from '../../../src/http/adapters/phone-reading.ts'

describe('one speed in three units', () => {
  it.each([
    ['m/s', 10, 1],
    ['km/h', 36, kilometersPerHourPerMeterPerSecond],
    ['knots', 19.438_444_924, knotsPerMeterPerSecond],
  ])('a speed of 10 m/s is read from %s', (_name, value, units) => {
    expect(readSpeed(value, units)).toBeCloseTo(10, 8)
  })
})

describe('a battery', () => {
  it.each([
    [1, 1, 1],
    [1, 100, 0.01],
    [0, 100, 0],
    [81, 100, 0.81],
    [81, 1, null],
    [-1, 1, null],
    [-100, 100, null],
    ['81', 100, null],
  ] as const)('a battery of %s where full is %s is the fraction %s', (value, full, fraction) => {
    expect(readBatteryFraction(value, full)).toBe(fraction)
  })
})

describe('a number within bounds', () => {
  it.each([Number.NaN, Number.POSITIVE_INFINITY, -1, '1', null, undefined, {}])(
    'a number within bounds is not %s',
    (value) => {
      expect(numberWithin(value, 0, 100)).toBeNull()
    },
  )
})

describe('what is kept of a payload', () => {
  it('a kept payload has no names of wireless networks, at any depth', () => {
    const kept = withoutNetworkNames({
      SSID: 'a',
      locations: [{ properties: { wifi: 'b', speed: 1, inner: { BSSID: 'c', ssid: 'd' } } }],
      text: 'wifi',
    })
    expect(kept).toEqual({ locations: [{ properties: { speed: 1, inner: {} } }], text: 'wifi' })
  })
})

describe('a cry for help in a body that cannot be read', () => {
  const isHeard = (text: string): boolean => readUnreadable(text, 0).length === 2
  it.each([
    '{"batt":NaN,"alarm":["lowBattery", "sos"]}',
    '{"batt":NaN,"alarm":["low-battery","sos"]}',
    'id=1&lat=&alarm=lowBattery%2Csos',
    '%7B%22alarm%22%3A%22sos%22',
  ])('a cry is heard in %s', (text) => {
    expect(isHeard(text)).toBe(true)
  })

  it.each([
    '{"batt":NaN,"alarm":"nosos"}',
    '{"batt":NaN,"alarm":"lowBattery","sos":false}',
    '{"batt":NaN,"alarm":["lowBattery"],"sos":0}',
    'id=sos&alarm=lowBattery&sos=0',
  ])('no cry is heard in %s', (text) => {
    expect(isHeard(text)).toBe(false)
  })

  // A pattern that tries each way to part a row of spaces takes half a minute for the first.
  it.each([
    ['spaces', 'alarm:', ' ', 250_000],
    ['spaces in a list', 'alarm:[', ' ', 250_000],
    ['words', 'alarm:', 'a ,', 100_000],
  ])('a body of %s is read to its end, and its cry is heard', (_name, head, filling, count) => {
    const text = head + filling.repeat(count)
    expect(isHeard(`${text}?`)).toBe(false)
    expect(isHeard(`${text}sos`)).toBe(true)
  })
})
