import { describe, expect, it } from 'vitest'
import { defaultLimits } from '../../../src/core/model/limits.ts'
import { isAboutTheHour } from '../../../src/core/model/usual-hour.ts'

const hour = 3_600_000

describe('the usual hour', () => {
  // From 22:00 to 01:00 of the next day.
  it.each([
    [18.9, false],
    [19, true],
    [23, true],
    [28, true],
    [28.1, false],
    [42.9, false],
    [43, true],
    [24 * 9 + 28, true],
    [24 * 9 + 28.1, false],
  ])('the usual hour of a stretch over midnight holds hour %d: %s', (atHour, expected) => {
    expect(isAboutTheHour(22 * hour, 25 * hour, atHour * hour, defaultLimits)).toBe(expected)
  })
})
