import { describe, expect, it } from 'vitest'
import { beforeTerm, readTerm } from '../../../src/core/orders/term.ts'
import cases from './term-cases.json' with { type: 'json' }

/**
 * The table was counted by a program of another language with another calendar (Python 3 and
 * `zoneinfo`, months by its own rule), and kept as it came out. The rows below it were counted by
 * hand, on a calendar.
 */
describe('a term of the calendar', () => {
  it('a table of terms has at least sixty rows', () => {
    expect(cases.length).toBeGreaterThanOrEqual(60)
    expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length)
  })

  it.each(cases)('a term ends as it was counted elsewhere: $name', (row) => {
    const unit = row.unit as 'days'
    const read = readTerm(Date.parse(row.start), { amount: row.amount, unit })
    expect({
      hours: text(read.hours),
      clock: text(read.clock),
      firstDayCounts: text(read.firstDayCounts),
      firstDayFree: text(read.firstDayFree),
      earliest: text(read.earliestMs),
      latest: text(read.latestMs),
    }).toEqual({
      hours: row.hours,
      clock: row.clock,
      firstDayCounts: row.firstDayCounts,
      firstDayFree: row.firstDayFree,
      earliest: row.earliest,
      latest: row.latest,
    })
  })

  it.each([
    // Ten days from 20 March are 30 March; the night of 29 March has no hour from two to three.
    ['2026-03-20T17:00+01:00', 10, 'days', 'clock', '2026-03-30T17:00+02:00'],
    ['2026-03-20T17:00+01:00', 10, 'days', 'hours', '2026-03-30T18:00+02:00'],
    ['2026-03-20T17:00+01:00', 10, 'days', 'firstDayCounts', '2026-03-30T00:00+02:00'],
    // Twenty-eight from 20 March: eleven days left of March, and seventeen of April.
    ['2026-03-20T17:00+01:00', 28, 'days', 'clock', '2026-04-17T17:00+02:00'],
    // Half past midnight: 240 hours over the day of 25 hours end on the day before.
    ['2026-10-20T00:30+02:00', 10, 'days', 'earliestMs', '2026-10-29T23:30+01:00'],
    // Sixteen days left of January, 28 of February, 31 of March and 15 of April: 90.
    ['2026-01-15T14:00+01:00', 90, 'days', 'clock', '2026-04-15T14:00+02:00'],
    ['2026-11-30T10:00+01:00', 3, 'months', 'clock', '2027-02-28T10:00+01:00'],
    ['2028-02-29T16:00+01:00', 1, 'years', 'clock', '2029-02-28T16:00+01:00'],
    ['2026-06-10T11:00+02:00', 12, 'hours', 'latestMs', '2026-06-10T23:00+02:00'],
  ] as const)('a term from %s of %d %s, read by %s, ends at %s', (start, amount, unit, by, end) => {
    expect(text(readTerm(Date.parse(start), { amount, unit })[by])).toBe(text(Date.parse(end)))
  })

  it('a reminder is so many days before on the clock of the wall, and hours are hours', () => {
    const endMs = Date.parse('2026-03-30T17:00+02:00')
    expect(text(beforeTerm(endMs, { amount: 2, unit: 'days' }))).toBe('2026-03-28T16:00:00.000Z')
    expect(text(beforeTerm(endMs, { amount: 48, unit: 'hours' }))).toBe('2026-03-28T15:00:00.000Z')
    expect(text(beforeTerm(endMs, { amount: 1, unit: 'months' }))).toBe('2026-02-28T16:00:00.000Z')
  })
})

function text(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString()
}
