import type { AlertKind } from '../core/model/alert.ts'
import { dayMs } from '../core/model/units.ts'
import type { AlertMark } from '../store/report/case-facts.ts'

/** What the course of a case says: breaches by week, and how they repeat, in Amsterdam. */
export function findPattern(marks: readonly AlertMark[], nowMs: number): CasePattern {
  const shown = marks.filter(({ outcome }) => !untrue.has(outcome))
  const breaches = shown.filter(({ kind }) => breachKinds.has(kind))
  const since = (days: number, until = 0): number =>
    breaches.filter(
      ({ occurredAtMs }) =>
        occurredAtMs > nowMs - days * dayMs && occurredAtMs <= nowMs - until * dayMs,
    ).length
  return {
    weeks: countWeeks(shown, nowMs),
    parts: countParts(breaches),
    lastFourWeeks: since(28),
    fourWeeksBefore: since(56, 28),
    longestQuietDays: findLongestQuiet(breaches, nowMs),
    lastBreachMs: breaches.at(-1)?.occurredAtMs ?? null,
    leftOutCount: marks.length - shown.length,
    unjudgedCount: breaches.filter(({ outcome }) => outcome === 'open').length,
    outcomes: countOutcomes(marks),
    reportedCount: shown.filter(({ kind }) => reportedKinds.has(kind)).length,
  }
}

export type CasePattern = {
  /** From the week of the first one until this week; the newest last, at most a year. */
  readonly weeks: readonly Week[]
  /** How many breaches were in which part of the day, on working days and in weekends. */
  readonly parts: readonly DayPart[]
  readonly lastFourWeeks: number
  readonly fourWeeksBefore: number
  /** Between two breaches, or since the last; null: there was none. */
  readonly longestQuietDays: number | null
  readonly lastBreachMs: number | null
  /** False alarms, faults of devices, tests and what was permitted. */
  readonly leftOutCount: number
  /** Of the breaches: nobody has said yet what came of them. */
  readonly unjudgedCount: number
  /** What came of each breach that was told; `open`: nobody has said. */
  readonly outcomes: ReadonlyMap<string, number>
  /** Cries for help, and what protected persons saw. */
  readonly reportedCount: number
}

export type Week = {
  readonly startMs: number
  readonly breachCount: number
  readonly otherCount: number
}
export type DayPart = {
  readonly fromHour: number
  readonly workdays: number
  readonly weekend: number
}

/** What was seen by devices. A cry for help and what somebody saw are told, and prove no breach. */
export const breachKinds: ReadonlySet<AlertKind> = new Set<AlertKind>([
  'location-ban-breach',
  'location-ban-passage',
  'proximity-breach',
])
const reportedKinds = new Set<AlertKind>(['panic', 'sighting-reported'])
const untrue = new Set(['false-alarm', 'device-fault', 'test', 'permitted'])
const weeksMax = 52

function countOutcomes(marks: readonly AlertMark[]): ReadonlyMap<string, number> {
  const found = marks.filter(({ kind }) => breachKinds.has(kind))
  const byOutcome = Map.groupBy(found, ({ outcome }) => outcome)
  return new Map([...byOutcome].map(([outcome, these]) => [outcome, these.length]))
}

function countWeeks(marks: readonly AlertMark[], nowMs: number): readonly Week[] {
  const [first] = marks
  if (first === undefined) return []
  const last = mondayOf(nowMs)
  const earliest = last.subtract({ weeks: weeksMax - 1 })
  const begun = mondayOf(first.occurredAtMs)
  const weeks: Week[] = []
  const byWeek = Map.groupBy(marks, ({ occurredAtMs }) => mondayOf(occurredAtMs).toString())
  for (
    let monday = Temporal.PlainDate.compare(begun, earliest) < 0 ? earliest : begun;
    Temporal.PlainDate.compare(monday, last) <= 0;
    monday = monday.add({ weeks: 1 })
  ) {
    const found = byWeek.get(monday.toString()) ?? []
    const breachCount = found.filter(({ kind }) => breachKinds.has(kind)).length
    weeks.push({
      startMs: monday.toZonedDateTime(timeZone).epochMilliseconds,
      breachCount,
      otherCount: found.length - breachCount,
    })
  }
  return weeks
}

function mondayOf(atMs: number): Temporal.PlainDate {
  const day = localOf(atMs).toPlainDate()
  return day.subtract({ days: day.dayOfWeek - 1 })
}

function localOf(atMs: number): Temporal.ZonedDateTime {
  // A moment of the database may have fractions of a millisecond, which Temporal refuses.
  return Temporal.Instant.fromEpochMilliseconds(Math.floor(atMs)).toZonedDateTimeISO(timeZone)
}

function countParts(breaches: readonly AlertMark[]): readonly DayPart[] {
  return [0, 6, 12, 18].map((fromHour) => {
    const found = breaches
      .map(({ occurredAtMs }) => localOf(occurredAtMs))
      .filter(({ hour }) => hour >= fromHour && hour < fromHour + 6)
    const weekend = found.filter(({ dayOfWeek }) => dayOfWeek > 5).length
    return { fromHour, workdays: found.length - weekend, weekend }
  })
}

function findLongestQuiet(breaches: readonly AlertMark[], nowMs: number): number | null {
  if (breaches.length === 0) return null
  const times = [...breaches.map(({ occurredAtMs }) => occurredAtMs), nowMs]
  const gaps = times.map((time, place) => time - (times[place - 1] ?? time))
  return Math.floor(gaps.reduce((most, gap) => Math.max(most, gap), 0) / dayMs)
}

const timeZone = 'Europe/Amsterdam'
