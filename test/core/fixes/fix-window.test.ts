import { expect, it } from 'vitest'
import type { CaseFix } from '../../../src/core/fixes/case-fix.ts'
import {
  createFixWindow,
  dropOldest,
  findPlace,
  insertFix,
  personSlotsMax,
  readDisbelief,
  readFix,
  writeDisbelief,
} from '../../../src/core/fixes/fix-window.ts'

const names = { persons: ['offender', 'victim'], devices: ['device', 'other'] }

it('the window gives back every field as it was put in, the extremes too', () => {
  const window = createFixWindow()
  const fix = makeCaseFix(1, {
    personSlot: personSlotsMax - 1,
    deviceSlot: 60_000,
    sequence: Number.MAX_SAFE_INTEGER,
    longitude: -179.999_999_999,
    speedMetersPerSecond: Number.NaN,
    satellites: 1,
  })
  insertFix(window, 0, fix)
  writeDisbelief(window, 0, 4095)
  expect(readFix(window, 0)).toEqual(fix)
  expect(readDisbelief(window, 0)).toBe(4095)
})

it('the window keeps its order through insertions in front, in the middle and at the end', () => {
  const window = createFixWindow()
  for (const second of [5, 1, 9, 3, 7, 2, 8, 4, 6, 0, 10, 12, 11]) {
    const fix = makeCaseFix(second)
    insertFix(window, findPlace(window, fix, names)!, fix)
    writeDisbelief(window, findPlace(window, makeCaseFix(second + 0.5), names)! - 1, second % 2)
  }
  const seconds = Array.from({ length: window.count }, (_, at) => readFix(window, at).sequence)
  expect(seconds).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
  const doubts = Array.from({ length: window.count }, (_, at) => readDisbelief(window, at))
  expect(doubts).toEqual([0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0])
})

it('the window finds no place for the very same fix, received again later', () => {
  const window = createFixWindow()
  insertFix(window, 0, makeCaseFix(1))
  insertFix(window, 1, makeCaseFix(2))
  expect(findPlace(window, makeCaseFix(1, { receivedAtMs: 99 }), names)).toBeNull()
  expect(findPlace(window, makeCaseFix(1, { latitude: 53 }), names)).toBe(1)
})

it('the window forgets the oldest', () => {
  const window = createFixWindow()
  for (let second = 0; second < 50; second++) insertFix(window, second, makeCaseFix(second))
  dropOldest(window, 32)
  expect(window.count).toBe(18)
  expect(readFix(window, 0).sequence).toBe(32)
})

function makeCaseFix(second: number, values: Partial<CaseFix> = {}): CaseFix {
  return {
    personSlot: 0,
    deviceSlot: 0,
    recordedAtMs: second * 1000,
    receivedAtMs: second * 1000 + 1,
    longitude: 5,
    latitude: 52,
    accuracyMeters: 10,
    speedMetersPerSecond: 1,
    sequence: second,
    satellites: -1,
    clockBehindMs: 0,
    ...values,
  }
}
