import { parseInstant } from '../../schemas/common.ts'
import { describeValue, ScenarioFault } from '../scenario-fault.ts'
import type { Place } from '../scenario-fault.ts'
import type { ReadingOptions, RecordingSink } from './recording.ts'

/**
 * The times of recordings: RFC 3339 and its looser cousins of tables, and Unix times from seconds
 * to nanoseconds. What a spreadsheet made unreadable is refused with the reason.
 */
export function readTime(
  place: Place,
  field: string,
  value: unknown,
  options: TimeOptions,
  say: RecordingSink['say'],
): number {
  const isTime = typeof value === 'string' || typeof value === 'number'
  const text = isTime ? String(value).trim() : ''
  const found = unixTime.test(text) ? readUnixTime(text) : readCalendarTime(text, options, say)
  if (typeof found === 'number') return found
  throw new ScenarioFault(place, field, found, describeValue(value))
}

type TimeOptions = Pick<ReadingOptions, 'timeZone' | 'dateOrder'>

/** A time of day alone, as it stands beside a column of dates. */
export function isTimeOfDay(text: string): boolean {
  return /^\d{1,2}:\d{2}/.test(text)
}

const unixTime = /^[+-]?\d+(?:[.,]\d*)?(?:[eE][+-]?\d+)?$/
const latestUnixMs = Date.UTC(2100, 0, 1)
/** As seconds since 1970 these are eight digits too, of the years 1970 and 1971. */
const dateInDigits = /^(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])$/

/**
 * Milliseconds, or what was expected instead. Each unit has its own range: seconds reach 1e11 in
 * the year 5138, and milliseconds passed it in 1973; so on by thousands.
 */
function readUnixTime(text: string): number | string {
  if (/e/i.test(text)) return 'a time in full digits, not shortened as spreadsheets do'
  if (dateInDigits.test(text)) return 'a date with a time of day'
  const value = Number(text.replace(',', '.'))
  // Days since 1900: from 1954 to 2119. As seconds they would all be the first day of 1970.
  if (value >= 20_000 && value < 80_000) return 'a date and time, not the serial date of a table'
  const perMs = value < 1e11 ? 1e-3 : value < 1e14 ? 1 : value < 1e17 ? 1e3 : 1e6
  const timeMs = Math.round(value / perMs)
  return timeMs >= 0 && timeMs < latestUnixMs ? timeMs : 'a Unix time from 1970 to 2099'
}

const timeOfDay = '[Tt ]\\s*(\\d{1,2}):(\\d{2})(?::(\\d{2})(?:[.,](\\d{1,9}))?)?'
const zone = '\\s*(?:([Zz]|UTC|GMT)|([+-]\\d{2}):?(\\d{2})?)?'
const yearFirst = new RegExp(`^(\\d{4})([-/.])(\\d{1,2})\\2(\\d{1,2})${timeOfDay}${zone}$`)
const yearLast = new RegExp(`^(\\d{1,2})([-/.])(\\d{1,2})\\2(\\d{4})${timeOfDay}${zone}$`)

function readCalendarTime(
  text: string,
  options: TimeOptions,
  say: RecordingSink['say'],
): number | string {
  const instant = parseInstant(text)
  if (instant !== null) return instant
  const match = yearFirst.exec(text) ?? yearLast.exec(text)
  if (match === null) return isTimeOfDay(text) ? 'a date with the time of day' : 'a time'
  const [, first = '', , second = '', third = '', hour = '', minute = ''] = match
  const isYearFirst = first.length === 4
  if (!isYearFirst && options.dateOrder === null) {
    return 'a date that begins with its year, or --date-order'
  }
  const [month, day] = isYearFirst
    ? [second, third]
    : options.dateOrder === 'dmy'
      ? [second, first]
      : [first, second]
  const date = `${isYearFirst ? first : third}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
  const clock = `${hour.padStart(2, '0')}:${minute}:${match[7] ?? '00'}.${match[8] ?? '0'}`
  const local = `${date}T${clock}`
  if (match[9] !== undefined) return parseInstant(`${local}Z`) ?? 'a time'
  if (match[10] !== undefined) {
    return parseInstant(`${local}${match[10]}:${match[11] ?? '00'}`) ?? 'a time'
  }
  return readLocalTime(local, options.timeZone, say)
}

function readLocalTime(
  local: string,
  timeZone: string | null,
  say: RecordingSink['say'],
): number | string {
  const asUtc = parseInstant(`${local}Z`)
  if (asUtc === null) return 'a time'
  if (timeZone === null) {
    say('its times name no zone and were taken as UTC (--timezone names another)')
    return asUtc
  }
  const plain = Temporal.PlainDateTime.from(local)
  const [first, second] = (['earlier', 'later'] as const).map((disambiguation) =>
    plain.toZonedDateTime(timeZone, { disambiguation }),
  )
  if (first === undefined || second === undefined) return 'a time'
  if (first.epochMilliseconds === second.epochMilliseconds) return first.epochMilliseconds
  if (!first.toPlainDateTime().equals(plain)) return `a time that the clocks of ${timeZone} show`
  say(`times that the clocks of ${timeZone} show twice were taken as the first of the two`)
  return first.epochMilliseconds
}
