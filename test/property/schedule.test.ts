import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type {
  BanSchedule,
  LocationBan,
  ProtectionOrder,
  Weekday,
  WeeklyWindow,
} from '../../src/core/model/registry.ts'
import { weekdays } from '../../src/core/model/registry.ts'
import { isBanInForce, nextChangeMs } from '../../src/core/rules/schedule.ts'

const minuteMs = 60_000
const nights = findClockChanges(2025, 2040)

describe('on every night from 2025 to 2040 on which the clock changes', () => {
  it('there are two such nights a year', () => {
    expect(nights).toHaveLength(32)
  })

  it('a schedule is open at exactly the minutes at which the wall clock says so', () => {
    for (const nightMs of nights) {
      const minutes = readWallClock(nightMs)
      fc.assert(
        fc.property(fc.array(windowArbitrary(), { minLength: 1, maxLength: 3 }), (weekly) => {
          const expected = judgeByMinute(weekly, minutes)
          const ban = banWith({ timeZone: 'Europe/Amsterdam', weekly, exceptions: [] })
          for (let position = 0; position < minutes.length; position++) {
            const minute = minutes[position]!
            if (!minute.isJudged) continue
            if (isBanInForce(ban, order, minute.atMs) !== expected[position]) {
              throw new Error(`differs at ${new Date(minute.atMs).toISOString()}`)
            }
          }
        }),
        { numRuns: 12 },
      )
    }
  })

  it('the next change is the first minute at which the answer differs', () => {
    for (const nightMs of nights) {
      fc.assert(
        fc.property(
          windowArbitrary(),
          fc.integer({ min: -720, max: 720 }),
          fc.integer({ min: 1, max: 600 }),
          (window, offset, length) => {
            const fromMs = nightMs + offset * minuteMs
            const exceptions = [{ fromMs, untilMs: fromMs + length * minuteMs, reason: 'visit' }]
            const weekly = [window]
            const ban = banWith({ timeZone: 'Europe/Amsterdam', weekly, exceptions })
            const startMs = nightMs - 86_400_000
            const changeMs = nextChangeMs(ban, order, startMs)
            expect(changeMs).not.toBeNull()
            const before = isBanInForce(ban, order, startMs)
            expect(isBanInForce(ban, order, changeMs!)).toBe(!before)
            for (let atMs = startMs; atMs < changeMs!; atMs += minuteMs) {
              if (isBanInForce(ban, order, atMs) !== before) {
                throw new Error(`changes before ${new Date(changeMs!).toISOString()}`)
              }
            }
          },
        ),
        { numRuns: 8 },
      )
    }
  })
})

type Minute = {
  readonly atMs: number
  readonly date: string
  readonly stamp: string
  readonly weekday: Weekday
  readonly isJudged: boolean
}

/**
 * The slow clear version: a window lasts from the first minute that reads at or past its start to
 * the last one that reads its end, or to after the last that reads before it where none reads it.
 * On a night with an hour twice that is the protective reading of both ends.
 */
function judgeByMinute(weekly: readonly WeeklyWindow[], minutes: readonly Minute[]): boolean[] {
  const isOpen = minutes.map(() => false)
  const dates = [...new Map(minutes.map((minute) => [minute.date, minute.weekday]))]
  for (const window of weekly) {
    for (const [position, [date, weekday]] of dates.entries()) {
      const untilDate = window.until <= window.from ? dates[position + 1]?.[0] : date
      // The first and last dates are cut off, and too far from the judged minutes to matter.
      if (position === 0 || untilDate === undefined || position === dates.length - 1) continue
      if (!window.days.includes(weekday)) continue
      const from = `${date}T${window.from}`
      const until = `${untilDate}T${window.until}`
      const first = minutes.findIndex((minute) => minute.stamp >= from)
      const end = Math.max(
        minutes.findLastIndex((minute) => minute.stamp < until) + 1,
        // 02:00 reads twice although nothing before it does: the second one ends the window.
        minutes.findLastIndex((minute) => minute.stamp === until),
      )
      for (let minute = first; minute < end; minute++) isOpen[minute] = true
    }
  }
  return isOpen
}

const format = new Intl.DateTimeFormat('sv-SE', {
  timeZone: 'Europe/Amsterdam',
  dateStyle: 'short',
  timeStyle: 'short',
})

/** Every minute of five days around the night, of which the middle three are judged. */
function readWallClock(nightMs: number): Minute[] {
  const minutes: Minute[] = []
  for (let offset = -2.5 * 1_440; offset < 2.5 * 1_440; offset++) {
    const atMs = nightMs + offset * minuteMs
    const [date, time] = format.format(atMs).split(' ')
    const weekday = weekdays[(new Date(`${date}T12:00:00Z`).getUTCDay() + 6) % 7]!
    const isJudged = Math.abs(offset) < 1_300
    minutes.push({ atMs, date: date!, stamp: `${date}T${time}`, weekday, isJudged })
  }
  return minutes
}

/**
 * By the offset itself, hour by hour: not by asking for a transition, which is what
 * the code under test does.
 */
function findClockChanges(firstYear: number, lastYear: number): number[] {
  const changes: number[] = []
  const hour = new Intl.DateTimeFormat('en', {
    timeZone: 'Europe/Amsterdam',
    timeZoneName: 'shortOffset',
    year: 'numeric',
  })
  let previous = ''
  for (let atMs = Date.UTC(firstYear); atMs < Date.UTC(lastYear + 1); atMs += 3_600_000) {
    const month = new Date(atMs).getUTCMonth()
    const isCandidate = (month === 2 || month === 9) && new Date(atMs).getUTCDate() > 23
    if (!isCandidate) {
      previous = ''
      continue
    }
    const offset = hour.format(atMs).split('GMT')[1]!
    if (previous !== '' && previous !== offset) changes.push(atMs)
    previous = offset
  }
  return changes
}

function windowArbitrary(): fc.Arbitrary<WeeklyWindow> {
  // Half of the boundaries lie in the two hours around the change.
  const time = fc
    .oneof(fc.integer({ min: 0, max: 1_439 }), fc.integer({ min: 60, max: 240 }))
    .map((minute) => `${pad(Math.floor(minute / 60))}:${pad(minute % 60)}`)
  return fc.record({
    days: fc.subarray([...weekdays], { minLength: 4 }),
    from: time,
    until: time,
  })
}

function pad(value: number): string {
  return String(value).padStart(2, '0')
}

const order: ProtectionOrder = {
  id: 'o',
  version: 1,
  reference: 'o',
  legalBasis: 'civil-ban',
  offenderId: 'p',
  validFromMs: 0,
  validUntilMs: Date.UTC(2050),
  status: 'active',
  locationBans: [],
  proximityBans: [],
  escalation: null,
}

function banWith(schedule: BanSchedule): LocationBan {
  return {
    id: 'b',
    label: 'home',
    area: { type: 'circle', longitude: 5, latitude: 52, radiusMeters: 500 },
    approachMeters: 500,
    schedule,
  }
}
