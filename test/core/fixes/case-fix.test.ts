import { describe, expect, it } from 'vitest'
import type { CaseFix } from '../../../src/core/fixes/case-fix.ts'
import { compareFixes, toCaseFix } from '../../../src/core/fixes/case-fix.ts'
import type { Fix } from '../../../src/core/model/fix.ts'
import { defaultLimits } from '../../../src/core/model/limits.ts'
import { makeFix } from '../engine-world.ts'

describe('the accuracy a fix is judged with', () => {
  const cases: [name: string, values: Partial<Fix>, meters: number][] = [
    ['as claimed', { accuracyMeters: 12 }, 12],
    ['never better than the floor', { accuracyMeters: 1 }, 5],
    ['zero is not told', { accuracyMeters: 0, hdop: null }, 30],
    ['missing, HDOP 10', { accuracyMeters: null, hdop: 10 }, 50],
    ['missing, satellite fix of good geometry', { accuracyMeters: null, hdop: 2 }, 10],
    ['missing, source missing, HDOP good', { accuracyMeters: null, hdop: 1, source: null }, 10],
    ['missing, HDOP just too high', { accuracyMeters: null, hdop: 2.01 }, 30],
    ['missing, HDOP missing', { accuracyMeters: null }, 30],
    ['missing, HDOP 0, which is not known', { accuracyMeters: null, hdop: 0 }, 30],
    ['missing, HDOP hardly above', { accuracyMeters: null, hdop: 0.4 }, 10],
    ['missing, network fix', { accuracyMeters: null, hdop: 1, source: 'network' }, 1000],
    ['NaN, network fix', { accuracyMeters: Number.NaN, source: 'network' }, 1000],
    ['claimed, network fix', { accuracyMeters: 40, source: 'network' }, 40],
    ['missing, fused fix', { accuracyMeters: null, hdop: 1, source: 'fused' }, 30],
    ['missing, position set by hand', { accuracyMeters: null, source: 'manual' }, 30],
    ['NaN is missing', { accuracyMeters: Number.NaN }, 30],
    ['negative is missing', { accuracyMeters: -1 }, 30],
  ]
  it.each(cases)('the accuracy a fix is judged with: %s', (_name, values, meters) => {
    const fix = toCaseFix(makeFix(0, 0, 0, values), 0, 0, defaultLimits)
    expect(fix.accuracyMeters).toBe(meters)
  })
})

it.each([
  ['none', { satellites: 0 }, 0],
  ['too few for a place', { satellites: 2 }, 0],
  ['as many as a place takes', { satellites: 3 }, 1],
  ['some', { satellites: 9 }, 1],
  ['not told', { satellites: null }, -1],
  ['of a network position, which has none by nature', { satellites: 0, source: 'network' }, -1],
] as const)('the accuracy by satellites: %s', (_name, values, expected) => {
  expect(toCaseFix(makeFix(0, 0, 0, values), 0, 0, defaultLimits).satellites).toBe(expected)
})

describe('the order in which a case reads fixes', () => {
  const names = { persons: ['b-person', 'a-person'], devices: ['b-device', 'a-device'] }
  const base: CaseFix = {
    personSlot: 0,
    deviceSlot: 0,
    recordedAtMs: 1000,
    receivedAtMs: 2000,
    longitude: 5,
    latitude: 52,
    accuracyMeters: 10,
    speedMetersPerSecond: Number.NaN,
    sequence: 7,
    satellites: 1,
    clockBehindMs: 0,
  }
  const earlier: [name: string, values: Partial<CaseFix>][] = [
    ['recorded before', { recordedAtMs: 999, sequence: 8 }],
    ['at one moment: person by id, not by slot', { personSlot: 1, sequence: 8 }],
    ['one person: device by id, not by slot', { deviceSlot: 1, sequence: 8 }],
    ['one device: better accuracy', { accuracyMeters: 9, sequence: 8 }],
    ['then lower sequence', { sequence: 6, longitude: 6 }],
    ['unknown sequence before any known', { sequence: -1, longitude: 6 }],
    ['unknown satellites before none, none before some', { satellites: 0 }],
    ['then longitude', { longitude: 4.9, latitude: 53 }],
    ['then latitude', { latitude: 51.9, speedMetersPerSecond: 1 }],
  ]
  it.each(earlier)('the order in which a case reads fixes: %s', (_name, values) => {
    expect(compareFixes({ ...base, ...values }, base, names)).toBeLessThan(0)
    expect(compareFixes(base, { ...base, ...values }, names)).toBeGreaterThan(0)
  })

  it('a known speed comes after an unknown one', () => {
    expect(compareFixes(base, { ...base, speedMetersPerSecond: 0 }, names)).toBeLessThan(0)
  })

  it('the time at which a fix was received takes no part in the order', () => {
    expect(compareFixes(base, { ...base, receivedAtMs: 9 }, names)).toBe(0)
  })
})
