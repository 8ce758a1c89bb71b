/**
 * Epoch milliseconds of an RFC 3339 time; null when it is none. Finer than
 * a millisecond is cut off.
 */
export function parseTime(text: string): number | null {
  const match = rfc3339.exec(text)
  if (match === null) {
    return null
  }
  const year = Number(match[1])
  const month = Number(match[2])
  const day = Number(match[3])
  // Date.UTC would roll 30 February over into March; a recording that says so is wrong.
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) {
    return null
  }
  const milliseconds = Number((match[7] ?? '').padEnd(3, '0').slice(0, 3))
  const localMs = Date.UTC(
    year,
    month - 1,
    day,
    Number(match[4]),
    Number(match[5]),
    Number(match[6]),
    milliseconds,
  )
  return localMs - offsetMs(match[8] ?? 'Z')
}

/** The same instant as the contract writes it: RFC 3339 in UTC with milliseconds. */
export function formatTime(timeMs: number): string {
  return new Date(timeMs).toISOString()
}

const rfc3339 =
  /^(\d{4})-(\d{2})-(\d{2})[Tt ]([01]\d|2[0-3]):([0-5]\d):([0-5]\d|60)(?:\.(\d+))?([Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/

function daysInMonth(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate()
}

function offsetMs(text: string): number {
  if (text === 'Z' || text === 'z') {
    return 0
  }
  const minutes = Number(text.slice(1, 3)) * 60 + Number(text.slice(4, 6))
  return (text.startsWith('-') ? -minutes : minutes) * 60_000
}
