import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { deviceEventKinds, fixSources } from '../../src/core/model/fix.ts'
import type { DeviceEvent, Fix } from '../../src/core/model/fix.ts'
import { CorruptJournal } from '../../src/errors.ts'
import {
  decodeDeviceEvents,
  decodeFixes,
  decodeRegistryChange,
  encodeDeviceEvents,
  encodeFixes,
  encodeRegistryChange,
} from '../../src/store/journal/journal-codec.ts'

const finite = fc.double({ noNaN: true, noDefaultInfinity: true })
const maybe = fc.option(finite, { nil: null })
const timeMs = fc.integer({ min: 0, max: 8.64e15 })
const deviceId = fc.constantFrom(
  '00000000-0000-7000-8000-000000000000',
  'ffffffff-ffff-7fff-bfff-ffffffffffff',
  '0192f3a4-5b6c-7d8e-9f00-112233445566',
)

const fixes: fc.Arbitrary<Fix[]> = fc.array(
  fc.record({
    deviceId: fc.oneof(deviceId, fc.uuid()),
    recordedAtMs: timeMs,
    receivedAtMs: timeMs,
    longitude: finite,
    latitude: finite,
    accuracyMeters: maybe,
    speedMetersPerSecond: maybe,
    headingDegrees: maybe,
    source: fc.option(fc.constantFrom(...fixSources), { nil: null }),
    hdop: maybe,
    satellites: maybe,
    batteryFraction: maybe,
    sequence: fc.option(fc.maxSafeInteger(), { nil: null }),
  }),
  { minLength: 1, maxLength: 40 },
)

const events: fc.Arbitrary<DeviceEvent[]> = fc.array(
  fc.record(
    {
      deviceId,
      kind: fc.constantFrom(...deviceEventKinds),
      recordedAtMs: timeMs,
      receivedAtMs: timeMs,
      batteryFraction: maybe,
      sequence: fc.option(fc.maxSafeInteger(), { nil: null }),
      deviceClockAtMs: fc.option(timeMs, { nil: null }),
    },
    {
      requiredKeys: [
        'deviceId',
        'kind',
        'recordedAtMs',
        'receivedAtMs',
        'batteryFraction',
        'sequence',
      ],
      noNullPrototype: true,
    },
  ),
  { minLength: 1, maxLength: 40 },
)

describe('a packed row of fixes', () => {
  it('a packed row of fixes reads back exactly what was written', () => {
    fc.assert(
      fc.property(fixes, (given) => {
        expect(decodeFixes(encodeFixes(given))).toEqual(given)
      }),
      { numRuns: 300 },
    )
  })

  it('a packed row of fixes is refused by name when any bit of it is wrong', () => {
    fc.assert(
      fc.property(fixes, fc.nat(), fc.nat({ max: 7 }), (given, place, bit) => {
        const payload = encodeFixes(given)
        // The two spare bytes are under the checksum too.
        const at = place % payload.length
        payload.writeUInt8(payload.readUInt8(at) ^ (1 << bit), at)
        expect(() => decodeFixes(payload)).toThrow(CorruptJournal)
      }),
      { numRuns: 300 },
    )
  })

  it('a packed row of fixes is refused by name when it is cut short or grown', () => {
    fc.assert(
      fc.property(fixes, fc.nat(), (given, place) => {
        const payload = encodeFixes(given)
        const cut = payload.subarray(0, place % payload.length)
        expect(() => decodeFixes(cut)).toThrow(CorruptJournal)
        expect(() => decodeFixes(Buffer.concat([payload, Buffer.alloc(1)]))).toThrow(CorruptJournal)
      }),
    )
  })

  it('a packed row of fixes is not read as device events, nor the other way round', () => {
    const fix: Fix = {
      deviceId: '00000000-0000-7000-8000-000000000000',
      recordedAtMs: 1,
      receivedAtMs: 2,
      longitude: 0,
      latitude: -0,
      accuracyMeters: null,
      speedMetersPerSecond: null,
      headingDegrees: null,
      source: null,
      hdop: null,
      satellites: null,
      batteryFraction: null,
      sequence: null,
    }
    expect(() => decodeDeviceEvents(encodeFixes([fix]))).toThrow(
      'expected entries of kind 2, got kind 1',
    )
    expect(Object.is(decodeFixes(encodeFixes([fix]))[0]?.latitude, -0)).toBe(true)
  })

  it('a packed row of fixes does not take an id that is not a lower-case UUID, nor an empty batch', () => {
    expect(() => encodeFixes([])).toThrow('at least one entry')
    expect(() =>
      encodeDeviceEvents([
        {
          deviceId: 'AM-000123',
          kind: 'panic',
          recordedAtMs: 1,
          receivedAtMs: 1,
          batteryFraction: null,
          sequence: null,
        },
      ]),
    ).toThrow('lower-case UUIDs')
  })
})

describe('a packed row of device events', () => {
  it('a packed row of device events reads back exactly what was written', () => {
    fc.assert(
      fc.property(events, (given) => {
        expect(decodeDeviceEvents(encodeDeviceEvents(given))).toEqual(given)
      }),
      { numRuns: 300 },
    )
  })
})

describe('a change of the registry', () => {
  it('a change of the registry reads back exactly what was written', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (name) => {
        const change = { type: 'vendor', vendor: { id: 'v', name } } as const
        expect(decodeRegistryChange(encodeRegistryChange(change))).toEqual(change)
      }),
    )
  })

  it('a change of the registry is refused by name when its type is not known', () => {
    const change = encodeRegistryChange({ type: 'weather' } as unknown as Parameters<
      typeof encodeRegistryChange
    >[0])
    expect(() => decodeRegistryChange(change)).toThrow(CorruptJournal)
  })
})
