import { formatInstant } from '../../src/schemas/common.ts'

/**
 * The same text as `formatInstant`, five times as fast for times that lie near one another: it
 * remembers the hour, and a date object is asked only when that changes.
 */
export function createTimeFormatter(): (timeMs: number) => string {
  let hour = Number.NaN
  let hourText = ''
  return (timeMs) => {
    const ownHour = Math.floor(timeMs / hourMs)
    if (ownHour !== hour) {
      hour = ownHour
      hourText = formatInstant(ownHour * hourMs).slice(0, 14)
    }
    const withinMs = timeMs - ownHour * hourMs
    const minute = Math.floor(withinMs / 60_000)
    const second = Math.floor(withinMs / 1_000) - 60 * minute
    const milliseconds = Math.floor(withinMs) % 1_000
    const tens = milliseconds < 100 ? (milliseconds < 10 ? '00' : '0') : ''
    return `${hourText}${twoDigits[minute]!}:${twoDigits[second]!}.${tens}${milliseconds}Z`
  }
}

const hourMs = 3_600_000
const twoDigits = Array.from({ length: 60 }, (_, value) => String(value).padStart(2, '0'))
