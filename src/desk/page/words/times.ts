import { fill, language, words } from './words.ts'

/** How long ago, in one glance: minutes under two hours, then hours, then days. */
export function formatAge(ageMs: number): string {
  const minutes = Math.floor(ageMs / 60_000)
  if (minutes < 1) return words().ageNow
  if (minutes < 120) return fill(words().ageMinutes, { n: minutes })
  const hours = Math.floor(minutes / 60)
  if (hours < 48) return fill(words().ageHours, { n: hours, m: minutes % 60 })
  return fill(words().ageDays, { n: Math.floor(hours / 24), m: hours % 24 })
}

/** Minutes and seconds, for a clock that runs down. Below zero it stays at 0:00. */
export function formatCountdown(leftMs: number): string {
  const seconds = Math.max(0, Math.ceil(leftMs / 1_000))
  if (seconds >= 6_000) return formatAge(leftMs)
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}

/** The clock in the Netherlands; the day, and the year, where it is not that of `nowMs`. */
export function formatClock(atMs: number, nowMs: number): string {
  const locale = language.value === 'nl' ? 'nl-NL' : 'en-GB'
  const zone = { timeZone: 'Europe/Amsterdam' } as const
  const time = new Date(atMs).toLocaleTimeString(locale, {
    ...zone,
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    // The hour that comes twice in October must say which one it is.
    ...(isRepeatedHour(atMs) ? { timeZoneName: 'short' } : {}),
  })
  const date = (ms: number, ...parts: readonly ('day' | 'month' | 'year')[]): string => {
    const shown = { day: 'numeric', month: 'short', year: 'numeric' } as const
    const asked = Object.fromEntries(parts.map((part) => [part, shown[part]]))
    return new Date(ms).toLocaleDateString(locale, { ...zone, ...asked })
  }
  if (date(atMs, 'year') !== date(nowMs, 'year'))
    return `${date(atMs, 'day', 'month', 'year')} ${time}`
  const day = date(atMs, 'day', 'month')
  return day === date(nowMs, 'day', 'month') ? time : `${day} ${time}`
}

/**
 * The moment that a clock in the Netherlands shows as `2026-07-01T12:00`, whatever zone this
 * machine is in; null where that is no time. Of the hour that comes twice the first, so that a
 * permission ends rather too soon; what a clock skips in March is the hour after.
 */
export function readClock(text: string): number | null {
  const asUtcMs = Date.parse(`${text}Z`)
  if (Number.isNaN(asUtcMs)) return null
  const ahead = (ms: number): number => wallMs(ms) - Math.floor(ms / 1_000) * 1_000
  const guesses = [asUtcMs - 2 * hourMs, asUtcMs - hourMs]
  return guesses.find((ms) => ms + ahead(ms) === asUtcMs) ?? asUtcMs - hourMs
}

/** What a clock in the Netherlands shows, as if it were in UTC. */
function wallMs(ms: number): number {
  return Date.parse(
    `${new Date(ms).toLocaleString('sv-SE', { timeZone: 'Europe/Amsterdam' }).replace(' ', 'T')}Z`,
  )
}

const hourMs = 3_600_000

function isRepeatedHour(atMs: number): boolean {
  const wall = (ms: number): string =>
    new Date(ms).toLocaleTimeString('en-GB', { timeZone: 'Europe/Amsterdam' })
  return wall(atMs) === wall(atMs - hourMs) || wall(atMs) === wall(atMs + hourMs)
}
