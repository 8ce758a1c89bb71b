import type { Term } from '../model/order-terms.ts'
import { maxOf, minOf } from '../model/lists.ts'
import { hourMs } from '../model/units.ts'

/**
 * When a term ends that begins at a moment, by each way in which people count. Which of them the
 * law means is not settled for every kind of order, so none is chosen here: what must not come too
 * late goes by the earliest, what must not refuse too soon by the latest.
 */
export function readTerm(startMs: number, term: Term): TermReadings {
  const start = Temporal.Instant.fromEpochMilliseconds(startMs).toZonedDateTimeISO(timeZone)
  const endDate = start.toPlainDate().add(calendarPart(term))
  const hours = hoursIn(term)
  const end = start.toPlainTime()
  const readings = {
    hours: hours === null ? null : startMs + hours * hourMs,
    // An hour that does not exist is the one after it, of two the first: Temporal's own rule.
    clock: hours !== null && term.unit === 'hours' ? startMs + hours * hourMs : at(endDate, end),
    firstDayCounts: at(endDate, midnight),
    firstDayFree: at(endDate.add({ days: 1 }), midnight),
  }
  if (term.unit === 'hours') {
    const onlyMs = readings.clock
    return { ...readings, firstDayCounts: onlyMs, firstDayFree: onlyMs, ...both(onlyMs, onlyMs) }
  }
  const all = Object.values(readings).filter((ms) => ms !== null)
  return { ...readings, ...both(minOf(all), maxOf(all)) }
}

export type TermReadings = {
  /** A day as 24 hours; null of months and years. */
  readonly hours: number | null
  /** The same time on the clock, so many days or months on. */
  readonly clock: number
  /** The day it began is the first of the term: it ends as the last day begins to be over. */
  readonly firstDayCounts: number
  /** The day it began is not counted, and the last is whole. */
  readonly firstDayFree: number
  readonly earliestMs: number
  readonly latestMs: number
}

/** So long before a moment, on the clock of the wall; hours are hours. */
export function beforeTerm(endMs: number, term: Term): number {
  const hours = term.unit === 'hours' ? term.amount : null
  if (hours !== null) return endMs - hours * hourMs
  const end = Temporal.Instant.fromEpochMilliseconds(endMs).toZonedDateTimeISO(timeZone)
  return at(end.toPlainDate().subtract(calendarPart(term)), end.toPlainTime())
}

/** When the day of the wall clock is over whose moment this is; midnight ends the day before it. */
export function endOfDay(ms: number): number {
  const last = Temporal.Instant.fromEpochMilliseconds(ms - 1).toZonedDateTimeISO(timeZone)
  return at(last.toPlainDate().add({ days: 1 }), midnight)
}

function calendarPart({ amount, unit }: Term): { readonly [unit: string]: number } {
  return unit === 'hours' ? { days: 0 } : { [unit]: amount }
}

function hoursIn({ amount, unit }: Term): number | null {
  if (unit === 'hours') return amount
  if (unit === 'days') return amount * 24
  return unit === 'weeks' ? amount * 7 * 24 : null
}

function at(date: Temporal.PlainDate, time: Temporal.PlainTime): number {
  return date.toPlainDateTime(time).toZonedDateTime(timeZone).epochMilliseconds
}

const both = (earliestMs: number, latestMs: number) => ({ earliestMs, latestMs })

const midnight = Temporal.PlainTime.from('00:00')
const timeZone = 'Europe/Amsterdam'
