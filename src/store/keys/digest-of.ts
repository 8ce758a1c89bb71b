import { createHash } from 'node:crypto'

/**
 * The same for the same JSON, in whatever order a database keeps the names in it: what goes along
 * as `about` binds what lies open beside a seal.
 */
export function digestOf(value: unknown): string {
  const plain = JSON.parse(JSON.stringify(value)) as unknown
  return createHash('sha256')
    .update(JSON.stringify(sorted(plain)))
    .digest('base64url')
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1))
  // As pairs: an object would put names that are numbers first.
  return entries.map(([name, one]) => [name, sorted(one)])
}
