import { expect, it } from 'vitest'
import { positionReader, positionSchema } from '../../src/schemas/position.ts'

const good = {
  serialNumber: 'AM-1',
  recordedAt: '2026-03-10T08:00:00Z',
  longitude: 5,
  latitude: 52,
}

it.each([
  [true, good],
  [true, { ...good, longitude: -180, accuracyMeters: null, satellites: 255, sequence: 0 }],
  [true, { ...good, source: 'fused', hdop: 1.5, batteryFraction: 1, headingDegrees: 360 }],
  [false, { ...good, longitude: 180.1 }],
  [false, { ...good, latitude: '52' }],
  [false, { ...good, latitude: Number.NaN }],
  [false, { ...good, recordedAt: '2026-02-30T08:00:00Z' }],
  [false, { ...good, source: 'sky' }],
  [false, { ...good, sequence: 1.5 }],
  [false, { ...good, satellites: 256, colour: 'red' }],
  [false, { ...good, serialNumber: ' ' }],
  [false, { longitude: 5 }],
  [false, 'text'],
  [false, null],
])('the generated reader of positions says what its schema says: %s, %j', (isTaken, body) => {
  const read = positionReader.safeParse(body)
  const judged = positionSchema.safeParse(body)
  expect(read.success).toBe(isTaken)
  expect(read.data).toEqual(judged.data)
  expect(read.error?.issues).toEqual(judged.error?.issues)
})
