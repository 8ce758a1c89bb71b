import type { z } from 'zod'

/**
 * The faults of a zod error as pointers and sentences. A sentence names the type of what came,
 * never its value: values may be positions or tokens.
 */
export function faultsOf(issues: readonly z.core.$ZodIssue[], data: unknown): BodyFault[] {
  return flatten(issues, []).flatMap((issue) => describe(issue, data))
}

/** One thing wrong with a body. `pointer` is a JSON pointer into it. */
export type BodyFault = {
  readonly pointer: string
  readonly code: string
  readonly detail: string
  /** Where the sentence names what only it can name. */
  readonly detailNl?: string
}

function describe(issue: z.core.$ZodIssue, data: unknown): BodyFault[] {
  const at = (path: readonly PropertyKey[]) => pointerOf(path)
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      pointer: at([...issue.path, key]),
      code: 'unknown-field',
      detail: 'expected no field of this name; it is not part of this resource',
    }))
  }
  const got = typeName(valueAt(data, issue.path))
  return [{ pointer: at(issue.path), code: faultCode(issue), detail: sentence(issue, got) }]
}

function sentence(issue: z.core.$ZodIssue, got: string): string {
  // A schema that says why has a sentence of its own; those of zod begin with a capital.
  if (issue.message.startsWith('expected ')) return issue.message
  switch (issue.code) {
    case 'invalid_type':
      return `expected ${articled(issue.expected)}, got ${got}`
    case 'too_small':
      return `expected ${atLeast(issue)}, got ${got === 'a number' ? 'less' : `${got} with less`}`
    case 'too_big':
      return `expected ${atMost(issue)}, got ${got === 'a number' ? 'more' : `${got} with more`}`
    case 'invalid_value':
      return `expected ${issue.values.map((value) => JSON.stringify(value)).join(' or ')}, got ${got === 'a string' ? 'another string' : got}`
    case 'invalid_format':
      return `expected ${formatName(issue)}, got ${got} that is not one`
    case 'not_multiple_of':
      return `expected a multiple of ${issue.divisor}, got another number`
    case 'custom':
      return issue.message
    // Elements, keys and unions come apart before this; unknown fields have their own sentence.
    case 'invalid_element':
    case 'invalid_key':
    case 'invalid_union':
    case 'unrecognized_keys':
      return `expected another value, got ${got}`
  }
}

function faultCode(issue: z.core.$ZodIssue): string {
  return issue.code.replaceAll('_', '-')
}

type TooSmall = Extract<z.core.$ZodIssue, { code: 'too_small' }>
type TooBig = Extract<z.core.$ZodIssue, { code: 'too_big' }>

function atLeast(issue: TooSmall): string {
  return bound(issue.origin, issue.inclusive === false ? 'more than' : 'at least', issue.minimum)
}

function atMost(issue: TooBig): string {
  return bound(issue.origin, issue.inclusive === false ? 'less than' : 'at most', issue.maximum)
}

function bound(origin: string, relation: string, limit: number | bigint): string {
  if (origin === 'string') return `${relation} ${limit} characters`
  if (origin === 'array' || origin === 'set') return `${relation} ${limit} elements`
  return `a number of ${relation} ${limit}`
}

function formatName(issue: Extract<z.core.$ZodIssue, { code: 'invalid_format' }>): string {
  const known: Readonly<Record<string, string>> = {
    uuid: 'a UUID',
    datetime: 'an RFC 3339 date and time with an offset (not -00:00)',
    url: 'an absolute URL',
  }
  return known[issue.format] ?? 'text of the documented form'
}

/** A union is refused by each of its members: keep the member that came closest. */
function flatten(
  issues: readonly z.core.$ZodIssue[],
  prefix: readonly PropertyKey[],
): z.core.$ZodIssue[] {
  return issues.flatMap((issue) => {
    const path = [...prefix, ...issue.path]
    if (issue.code !== 'invalid_union' || issue.errors.length === 0) return [{ ...issue, path }]
    const nearest = issue.errors.reduce((best, other) =>
      depth(other) > depth(best) || (depth(other) === depth(best) && other.length < best.length)
        ? other
        : best,
    )
    return flatten(nearest, path)
  })
}

function depth(issues: readonly z.core.$ZodIssue[]): number {
  return issues.reduce((deepest, issue) => Math.max(deepest, issue.path.length), 0)
}

/**
 * A JSON pointer, with the names that were sent only where they look like names: one that
 * nobody declared can be a position or a token as well as a value can. What is shown so
 * needs no escapes of RFC 6901.
 */
export function pointerOf(path: readonly PropertyKey[]): string {
  return path
    .map((step) => `/${typeof step === 'number' ? step : shownName(String(step))}`)
    .join('')
}

function shownName(name: string): string {
  return /^[A-Za-z_][A-Za-z0-9_-]{0,63}$/.test(name) ? name : '(unnamed field)'
}

/** What came at a path; undefined where nothing did. */
export function valueAt(data: unknown, path: readonly PropertyKey[]): unknown {
  let value = data
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined
    value = (value as Record<PropertyKey, unknown>)[step]
  }
  return value
}

function typeName(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'an array'
  // JSON has no infinity, but 1e999 is one once it is read.
  if (typeof value === 'number' && !Number.isFinite(value)) return 'a number too large to hold'
  return articled(typeof value)
}

function articled(type: string): string {
  const known: Readonly<Record<string, string>> = {
    int: 'a whole number',
    object: 'an object',
    array: 'an array',
    tuple: 'an array',
    null: 'null',
    undefined: 'nothing',
    record: 'an object',
  }
  return known[type] ?? `a ${type}`
}
