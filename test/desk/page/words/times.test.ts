import { expect, it, vi } from 'vitest'

vi.stubGlobal('localStorage', { getItem: () => null })
vi.stubGlobal('document', { documentElement: {} })
const { formatAge, formatClock, formatCountdown, readClock } =
  await import('../../../../src/desk/page/words/times.ts')

it('an age is in minutes, then hours, then days', () => {
  const minute = 60_000
  expect([0, 4, 119, 120, 60 * 48].map((minutes) => formatAge(minutes * minute))).toEqual([
    'net',
    '4 min',
    '119 min',
    '2 u 0 min',
    '2 d 0 u',
  ])
})

it('a clock that runs down shows minutes and seconds, and never less than nothing', () => {
  expect([90_000, 400, -5_000].map(formatCountdown)).toEqual(['1:30', '0:01', '0:00'])
})

it('a time is that of the Netherlands, with the day where it is another, and says which of two hours', () => {
  const now = Date.parse('2026-11-23T18:30:00Z')
  expect(formatClock(now, now)).toBe('19:30:00')
  expect(formatClock(now - 86_400_000, now)).toBe('22 nov 19:30:00')
  // An order that ends in a year does not end today.
  expect(formatClock(Date.parse('2027-11-23T18:30:00Z'), now)).toBe('23 nov 2027 19:30:00')
  expect(formatClock(Date.parse('2026-12-31T23:30:00Z'), now)).toBe('1 jan 2027 00:30:00')
  const twice = Date.parse('2026-10-25T00:30:00Z')
  expect(formatClock(twice, now)).not.toBe(formatClock(twice + 3_600_000, now))
})

it('what somebody types as a time is that of the Netherlands, whatever zone the seat is in', () => {
  const read = (text: string) => new Date(readClock(text) ?? 0).toISOString()
  expect(read('2026-07-01T12:00')).toBe('2026-07-01T10:00:00.000Z')
  expect(read('2026-12-01T12:00')).toBe('2026-12-01T11:00:00.000Z')
  // Twice in October: the first; not at all in March: an hour later.
  expect(read('2026-10-25T02:30')).toBe('2026-10-25T00:30:00.000Z')
  expect(read('2026-03-29T02:30')).toBe('2026-03-29T01:30:00.000Z')
  expect(readClock('soon')).toBeNull()
})
