import { describe, expect, it } from 'vitest'
import { defaultLimits } from '../../../src/core/model/limits.ts'
import { findRefusalOfTime } from '../../../src/ingest/intake/recorded-time.ts'

const receivedAtMs = Date.parse('2026-11-23T18:30:00Z')
const dayMs = 86_400_000
const weeks1024Ms = 1024 * 7 * dayMs

describe('the time of a fix', () => {
  it.each([
    ['now', 0, null],
    ['5 minutes ahead', 300_000, null],
    ['just over 5 minutes ahead', 300_001, 'future'],
    ['6 minutes ahead', 360_000, 'future'],
    ['35 days old', -35 * dayMs, null],
    ['just over 35 days old', -35 * dayMs - 1, 'too-old'],
    ['40 days old', -40 * dayMs, 'too-old'],
    ['1,024 weeks behind', -weeks1024Ms, 'gps-week-rollover'],
    ['1,024 weeks and almost a day behind', -weeks1024Ms - dayMs + 1, 'gps-week-rollover'],
    ['1,024 weeks and a day behind', -weeks1024Ms - dayMs, 'too-old'],
    ['1,024 weeks ahead', weeks1024Ms, 'gps-week-rollover'],
    ['20 years ahead', 20 * 365.25 * dayMs, 'future'],
    [
      'at the start of GPS time in 1980',
      Date.parse('1980-01-06T00:00:00Z') - receivedAtMs,
      'too-old',
    ],
    ['not a time at all', Number.NaN, 'too-old'],
  ] as const)(
    'the time of a fix is taken or refused by its distance from the receipt: %s',
    (_name, aheadMs, code) => {
      expect(
        findRefusalOfTime(receivedAtMs + aheadMs, receivedAtMs, defaultLimits)?.code ?? null,
      ).toBe(code)
    },
  )

  it.each([
    [300_001, 'at most 5 minutes ahead', 'got one 6 minutes ahead'],
    [359_999, 'at most 5 minutes ahead', 'got one 6 minutes ahead'],
    [-35 * dayMs - 1, 'at most 35 days old', 'got one 36 days old'],
  ])(
    'a time %d ms off is refused in a sentence that does not contradict itself',
    (aheadMs, bound, got) => {
      const detail = findRefusalOfTime(receivedAtMs + aheadMs, receivedAtMs, defaultLimits)?.detail
      expect(detail).toContain(bound)
      expect(detail).toContain(got)
    },
  )
})
