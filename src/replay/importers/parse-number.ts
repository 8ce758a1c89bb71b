/**
 * A decimal number and nothing else; null for anything looser (Number('') is
 * 0, Number('0x1F') is 31).
 */
export function parseNumber(text: string): number | null {
  return decimal.test(text) ? Number(text) : null
}

/** The same, with a comma for the point, as tables have it whose cells are not parted by commas. */
export function parseCommaNumber(text: string): number | null {
  return parseNumber(/^[+-]?\d*,\d+$/.test(text) ? text.replace(',', '.') : text)
}

const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/
