import type {
  BanSchedule,
  LocationBan,
  ProtectionOrder,
  ProximityBan,
  WeeklyWindow,
} from '../model/registry.ts'
import { weekdays } from '../model/registry.ts'
import { dayMs, hourMs, minuteMs } from '../model/units.ts'

/**
 * Is the ban in force at this instant: order active, within its validity, and its schedule open.
 */
export function isBanInForce(
  ban: LocationBan | ProximityBan,
  order: ProtectionOrder,
  atMs: number,
): boolean {
  if (!isOrderInForce(order, atMs)) return false
  const schedule = findSchedule(ban)
  return schedule === null || isScheduleOpen(schedule, atMs)
}

/** Active, and within `validFromMs` (inclusive) and `validUntilMs` (exclusive). */
export function isOrderInForce(order: ProtectionOrder, atMs: number): boolean {
  return order.status === 'active' && atMs >= order.validFromMs && atMs < order.validUntilMs
}

/**
 * The first instant after `atMs` at which `isBanInForce` answers differently; null when it never
 * will.
 */
export function nextChangeMs(
  ban: LocationBan | ProximityBan,
  order: ProtectionOrder,
  atMs: number,
): number | null {
  if (order.status !== 'active' || atMs >= order.validUntilMs) return null
  const schedule = findSchedule(ban)
  if (
    atMs < order.validFromMs &&
    (schedule === null || isScheduleOpen(schedule, order.validFromMs))
  ) {
    return order.validFromMs
  }
  if (schedule === null) return order.validUntilMs
  const fromMs = Math.max(atMs, order.validFromMs)
  const changeMs = findNextScheduleChange(schedule, fromMs, order.validUntilMs)
  if (changeMs !== null) return changeMs
  return isScheduleOpen(schedule, fromMs) ? order.validUntilMs : null
}

/**
 * The wall clock of the order is the truth, and its two odd nights err on the side of protection.
 * In autumn a window begins at the first of two equal readings and ends at the second. In spring a
 * boundary that does not exist falls on the moment the clock jumps: the first instant that reads
 * past it. (Reading an end in the gap even later was rejected: a ban "until 02:30" would then
 * outlast one "until 03:00".)
 */
function isScheduleOpen(schedule: BanSchedule, atMs: number): boolean {
  const openDay = findOpenDay(schedule, Math.floor(atMs / dayMs))
  // Boundaries alternate open, close, open, …: after an odd number of them the schedule is open.
  return countUpTo(openDay, atMs) % 2 === 1
}

/** Whether it is ever open from `fromMs` (inclusive) until `untilMs` (exclusive). */
export function isEverOpen(schedule: BanSchedule, fromMs: number, untilMs: number): boolean {
  if (!(fromMs < untilMs)) return false
  return (
    isScheduleOpen(schedule, fromMs) || findNextScheduleChange(schedule, fromMs, untilMs) !== null
  )
}

function findSchedule(ban: LocationBan | ProximityBan): BanSchedule | null {
  return 'schedule' in ban ? ban.schedule : null
}

/** Two weeks and the edges: one Sunday in spring a window inside the gap does not open at all. */
const scanDays = 16

function findNextScheduleChange(
  schedule: BanSchedule,
  fromMs: number,
  untilMs: number,
): number | null {
  const isOpen = isScheduleOpen(schedule, fromMs)
  let atMs = fromMs
  // Each round passes at least one exception boundary, so rounds are bounded by the exceptions.
  for (;;) {
    const firstDay = Math.floor(atMs / dayMs)
    for (let day = firstDay; day <= firstDay + scanDays; day++) {
      if (day * dayMs >= untilMs) return null
      if (day * dayMs > fromMs && isScheduleOpen(schedule, day * dayMs) !== isOpen) {
        return day * dayMs
      }
      for (const boundaryMs of findOpenDay(schedule, day)) {
        if (boundaryMs <= fromMs || boundaryMs >= (day + 1) * dayMs) continue
        if (boundaryMs >= untilMs) return null
        if (isScheduleOpen(schedule, boundaryMs) !== isOpen) return boundaryMs
      }
    }
    const nextMs = findNextExceptionBoundary(schedule, (firstDay + scanDays + 1) * dayMs)
    if (nextMs === null || nextMs >= untilMs) return null
    atMs = nextMs
  }
}

function findNextExceptionBoundary(schedule: BanSchedule, fromMs: number): number | null {
  let nextMs = Infinity
  for (const exception of schedule.exceptions) {
    if (exception.fromMs >= fromMs) nextMs = Math.min(nextMs, exception.fromMs)
    if (exception.untilMs >= fromMs) nextMs = Math.min(nextMs, exception.untilMs)
  }
  return nextMs === Infinity ? null : nextMs
}

/**
 * Open stretches per UTC day: the first question of a day costs Temporal conversions, every other a
 * binary search. Bounded: late fixes reach back 35 days, schedules look ahead nine.
 */
const openDays = new WeakMap<BanSchedule, Map<number, Float64Array>>()
const openDaysKeptMax = 64

function findOpenDay(schedule: BanSchedule, day: number): Float64Array {
  let days = openDays.get(schedule)
  if (days === undefined) {
    days = new Map()
    openDays.set(schedule, days)
  }
  const known = days.get(day)
  if (known !== undefined) return known
  const computed = computeOpenDay(schedule, day)
  const [oldest] = days.keys()
  if (oldest !== undefined && days.size >= openDaysKeptMax) days.delete(oldest)
  days.set(day, computed)
  return computed
}

/** Sorted boundaries [open, close, open, close, …] within one UTC day, exceptions taken out. */
function computeOpenDay(schedule: BanSchedule, day: number): Float64Array {
  const startMs = day * dayMs
  const endMs = startMs + dayMs
  const permitted = findPermitted(schedule)
  // A day of a long exception costs nothing.
  if (permitted.some(({ fromMs, untilMs }) => fromMs <= startMs && untilMs >= endMs))
    return noBoundaries
  const open =
    schedule.weekly === null
      ? [{ fromMs: startMs, untilMs: endMs }]
      : mergeStretches(findWindows(schedule, schedule.weekly, startMs))
  const boundaries: number[] = []
  for (const stretch of open) {
    let fromMs = Math.max(stretch.fromMs, startMs)
    const untilMs = Math.min(stretch.untilMs, endMs)
    for (const exception of permitted) {
      if (exception.untilMs <= fromMs || exception.fromMs >= untilMs) continue
      if (exception.fromMs > fromMs) boundaries.push(fromMs, exception.fromMs)
      fromMs = exception.untilMs
    }
    if (fromMs < untilMs) boundaries.push(fromMs, untilMs)
  }
  return Float64Array.from(boundaries)
}

/** Exceptions are many where weekly times are few: joined once. */
function findPermitted(schedule: BanSchedule): readonly Stretch[] {
  const known = permittedOf.get(schedule)
  if (known !== undefined) return known
  const permitted = mergeStretches(schedule.exceptions)
  permittedOf.set(schedule, permitted)
  return permitted
}

const permittedOf = new WeakMap<BanSchedule, readonly Stretch[]>()
const noBoundaries = new Float64Array(0)

type Stretch = { readonly fromMs: number; readonly untilMs: number }

/**
 * Windows that can touch the UTC day: those that begin on its local date, the next, or up to two
 * before.
 */
function findWindows(
  schedule: BanSchedule,
  weekly: readonly WeeklyWindow[],
  startMs: number,
): Stretch[] {
  const { timeZone } = schedule
  const localDate = Temporal.Instant.fromEpochMilliseconds(startMs)
    .toZonedDateTimeISO(timeZone)
    .toPlainDate()
  const dates = dateOffsets.map((days) => readDate(localDate.add({ days }), timeZone))
  const windows: Stretch[] = []
  for (const [position, on] of dates.slice(0, -1).entries()) {
    const next = dates[position + 1]
    const weekday = weekdays[on.date.dayOfWeek - 1]
    if (next === undefined || weekday === undefined) continue
    for (const window of weekly) {
      if (!window.days.includes(weekday)) continue
      // Both are HH:MM, so the text compares as the time does.
      const untilOn = window.until <= window.from ? next : on
      const fromMs = findBoundary(on, window.from, timeZone, 'earlier')
      const untilMs = findBoundary(untilOn, window.until, timeZone, 'later')
      if (fromMs < untilMs) windows.push({ fromMs, untilMs })
    }
  }
  return windows
}

/** The last is there for what ends on it. */
const dateOffsets = [-2, -1, 0, 1, 2] as const

function readDate(date: Temporal.PlainDate, timeZone: string): LocalDate {
  const beginsMs = date.toZonedDateTime(timeZone).epochMilliseconds
  const endsMs = date.add({ days: 1 }).toZonedDateTime(timeZone).epochMilliseconds
  return { date, beginsMs, isEven: endsMs - beginsMs === dayMs }
}

/** `isEven`: its clock does not change, so that each minute of it is one from its begin on. */
type LocalDate = {
  readonly date: Temporal.PlainDate
  readonly beginsMs: number
  readonly isEven: boolean
}

function findBoundary(
  { date, beginsMs, isEven }: LocalDate,
  time: string,
  timeZone: string,
  disambiguation: 'earlier' | 'later',
): number {
  if (!isEven) return resolveBoundary(date, time, timeZone, disambiguation)
  return beginsMs + Number(time.slice(0, 2)) * hourMs + Number(time.slice(3)) * minuteMs
}

function resolveBoundary(
  date: Temporal.PlainDate,
  time: string,
  timeZone: string,
  disambiguation: 'earlier' | 'later',
): number {
  const wallClock = date.toPlainDateTime(Temporal.PlainTime.from(time))
  const reading = wallClock.toZonedDateTime(timeZone, { disambiguation: 'earlier' })
  if (!reading.toPlainDateTime().equals(wallClock)) {
    const jump = reading.getTimeZoneTransition('next')
    if (jump !== null) return jump.epochMilliseconds
  }
  if (disambiguation === 'earlier') return reading.epochMilliseconds
  return wallClock.toZonedDateTime(timeZone, { disambiguation: 'later' }).epochMilliseconds
}

/**
 * Sorted, with overlapping and touching ones joined, so that no boundary remains where nothing
 * changes.
 */
function mergeStretches(stretches: readonly Stretch[]): Stretch[] {
  const merged: { fromMs: number; untilMs: number }[] = []
  for (const { fromMs, untilMs } of stretches.toSorted((a, b) => a.fromMs - b.fromMs)) {
    if (untilMs <= fromMs) continue
    const last = merged.at(-1)
    if (last !== undefined && fromMs <= last.untilMs) {
      last.untilMs = Math.max(last.untilMs, untilMs)
    } else {
      merged.push({ fromMs, untilMs })
    }
  }
  return merged
}

/** How many of the sorted boundaries lie at or before the instant. */
function countUpTo(boundaries: Float64Array, atMs: number): number {
  let low = 0
  let high = boundaries.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((boundaries[middle] ?? Infinity) <= atMs) low = middle + 1
    else high = middle
  }
  return low
}
