import pg from 'pg'

/**
 * Bigint columns are numbers here, as in the core; one that would lose digits stops the statement.
 */
export function getTypeParser(oid: number, format?: 'text' | 'binary'): (value: string) => unknown {
  if (oid === int8Oid) return parseSafeInteger
  if (oid === int8ArrayOid) {
    return (value) => (value === '{}' ? [] : value.slice(1, -1).split(',').map(parseArrayItem))
  }
  return pg.types.getTypeParser(oid, format as 'text') as (value: string) => unknown
}

/** One-dimensional arrays only; ours are. */
function parseArrayItem(text: string): number | null {
  return text === 'NULL' ? null : parseSafeInteger(text)
}

function parseSafeInteger(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) {
    throw new RangeError(
      `expected a bigint within ±(2^53 − 1), got one of ${text.length} characters`,
    )
  }
  return value
}

const int8Oid = 20
const int8ArrayOid = 1016
