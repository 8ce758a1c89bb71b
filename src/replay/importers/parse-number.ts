import { parseTime } from '../parse-time.ts'

/**
 * A decimal number and nothing else; null for anything looser (Number('') is
 * 0, Number('0x1F') is 31).
 */
export function parseNumber(text: string): number | null {
  return decimal.test(text) ? Number(text) : null
}

/**
 * The time forms of tables: RFC 3339, `2017-06-24 01:02:13` (taken as UTC), Unix seconds or
 * milliseconds. Seconds stay below 1e11 until the year 5138; milliseconds passed it in 1973.
 */
export function parseTableTime(text: string): number | null {
  const number = parseNumber(text)
  if (number !== null) {
    return Math.round(number < 1e11 ? number * 1000 : number)
  }
  return parseTime(text) ?? (withoutZone.test(text) ? parseTime(`${text}Z`) : null)
}

const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/
const withoutZone = /^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}:\d{2}(?:\.\d+)?$/
