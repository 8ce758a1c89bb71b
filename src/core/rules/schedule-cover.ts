import type { BanSchedule, ScheduleException, WeeklyWindow } from '../model/registry.ts'
import { weekdays } from '../model/registry.ts'
import { dayMs, hourMs, minuteMs } from '../model/units.ts'

/**
 * Whether a ban by the one schedule is surely in force whenever it is by the other. True is a
 * proof, false only means that none was found.
 */
export function scheduleCovers(outer: BanSchedule | null, inner: BanSchedule | null): boolean {
  if (outer === null) return true
  const permitted = inner?.exceptions ?? []
  if (!outer.exceptions.every((exception) => isPermitted(exception, permitted))) return false
  if (outer.weekly === null) return true
  const innerWeekly = inner?.weekly ?? null
  return innerWeekly !== null && weekCovers(outer.weekly, innerWeekly)
}

/** What the one permits must lie in what the other one permits, as a whole. */
function isPermitted(
  { fromMs, untilMs }: ScheduleException,
  permitted: readonly ScheduleException[],
): boolean {
  return (
    untilMs <= fromMs || permitted.some((one) => one.fromMs <= fromMs && one.untilMs >= untilMs)
  )
}

/**
 * By the minutes of a week on the wall, each as both read it: where the clock is put on or back,
 * the earlier of two boundaries is never the later one.
 */
function weekCovers(outer: readonly WeeklyWindow[], inner: readonly WeeklyWindow[]): boolean {
  const open = minutesOf(outer)
  return minutesOf(inner).every((isOpen, minute) => !isOpen || open[minute] === true)
}

function minutesOf(windows: readonly WeeklyWindow[]): readonly boolean[] {
  const dayMinutes = dayMs / minuteMs
  const open = Array.from({ length: weekdays.length * dayMinutes }, () => false)
  for (const { days, from, until } of windows) {
    const length = minuteOf(until) - minuteOf(from) + (until <= from ? dayMinutes : 0)
    for (const day of days) {
      const first = weekdays.indexOf(day) * dayMinutes + minuteOf(from)
      for (let minute = first; minute < first + length; minute += 1) {
        open[minute % open.length] = true
      }
    }
  }
  return open
}

function minuteOf(time: string): number {
  return (Number(time.slice(0, 2)) * hourMs) / minuteMs + Number(time.slice(3))
}
