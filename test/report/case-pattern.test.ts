import { expect, it } from 'vitest'
import { findPattern } from '../../src/report/case-pattern.ts'
import type { AlertMark } from '../../src/store/report/case-facts.ts'

const at = (text: string): number => Date.parse(text)
const mark = (time: string, kind: AlertMark['kind'], outcome = 'confirmed'): AlertMark => ({
  kind,
  outcome,
  occurredAtMs: at(time),
})

it('the course of a case counts what was broken by week and part of the day of Amsterdam, and leaves out what was not true', () => {
  const marks = [
    // Sunday, half past midnight in Amsterdam, and Saturday in UTC.
    mark('2026-10-24T22:30:00Z', 'location-ban-breach'),
    mark('2026-11-20T20:00:00Z', 'proximity-breach'),
    mark('2026-11-21T20:00:00Z', 'proximity-breach', 'false-alarm'),
    mark('2026-11-22T10:00:00Z', 'location-ban-breach', 'open'),
    mark('2026-11-22T11:00:00Z', 'panic', 'open'),
    mark('2026-11-22T11:30:00Z', 'sighting-reported'),
    mark('2026-11-22T12:00:00Z', 'device-silent'),
  ]
  const pattern = findPattern(marks, at('2026-11-24T12:00:00Z'))
  expect(pattern.weeks.map((week) => [week.breachCount, week.otherCount])).toEqual([
    [1, 0],
    [0, 0],
    [0, 0],
    [0, 0],
    [2, 3],
    [0, 0],
  ])
  // The clock went back in between: weeks begin at midnight all the same.
  expect(pattern.weeks.map(({ startMs }) => new Date(startMs).toISOString().slice(11, 13))).toEqual(
    ['22', '23', '23', '23', '23', '23'],
  )
  expect(pattern).toMatchObject({
    lastFourWeeks: 2,
    fourWeeksBefore: 1,
    longestQuietDays: 26,
    lastBreachMs: at('2026-11-22T10:00:00Z'),
    leftOutCount: 1,
    unjudgedCount: 1,
    reportedCount: 2,
  })
  expect(pattern.parts.map(({ workdays, weekend }) => [workdays, weekend])).toEqual([
    [0, 1],
    [0, 1],
    [0, 0],
    [1, 0],
  ])
})

it('a breach between two milliseconds, as the database keeps it, is counted', () => {
  const marks = [{ ...mark('2026-11-20T20:00:00Z', 'panic'), occurredAtMs: 1_763_668_800_000.123 }]
  expect(findPattern(marks, 1_763_668_900_000.5).weeks).toHaveLength(1)
})

it('a case of which nothing was told has no weeks and no quiet', () => {
  expect(findPattern([], 0)).toMatchObject({
    weeks: [],
    longestQuietDays: null,
    lastBreachMs: null,
  })
})
