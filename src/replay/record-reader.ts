import { describeCoordinate, describeValue, ScenarioFault } from './scenario-fault.ts'
import type { Place } from './scenario-fault.ts'
import { parseTime } from './parse-time.ts'

/** One JSON object being read: it knows where it stands, so that every fault can name its file, line and field. */
export type RecordReader = {
  readonly place: Place
  /** Path of the object in its file or line, '' at the top. */
  readonly path: string
  readonly value: Readonly<Record<string, unknown>>
}

/** Takes a JSON value that must be an object with no other fields than these. */
export function openRecord(
  place: Place,
  path: string,
  value: unknown,
  fields: ReadonlySet<string>,
): RecordReader {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    throw new ScenarioFault(place, path, 'an object', describeValue(value))
  }
  for (const key of Object.keys(value)) {
    if (!fields.has(key)) {
      throw new ScenarioFault(
        place,
        joinPath(path, key.slice(0, 40)),
        `one of ${[...fields].join(', ')}`,
        'an unknown field',
      )
    }
  }
  return { place, path, value: value as Readonly<Record<string, unknown>> }
}

export function readText(reader: RecordReader, field: string): string {
  const value = reader.value[field]
  if (typeof value !== 'string' || value.length === 0) {
    throw fault(reader, field, 'a text that is not empty', describeValue(value))
  }
  return value
}

export function readOneOf<T extends string>(
  reader: RecordReader,
  field: string,
  allowed: readonly T[],
): T {
  const value = reader.value[field]
  const found = allowed.find((candidate) => candidate === value)
  if (found === undefined) {
    throw fault(reader, field, `one of ${allowed.join(', ')}`, describeValue(value))
  }
  return found
}

export function readOneOfOrNull<T extends string>(
  reader: RecordReader,
  field: string,
  allowed: readonly T[],
): T | null {
  return isAbsent(reader, field) ? null : readOneOf(reader, field, allowed)
}

export function readNumber(
  reader: RecordReader,
  field: string,
  minimum: number,
  maximum: number,
): number {
  const value = reader.value[field]
  if (typeof value !== 'number' || !(value >= minimum && value <= maximum)) {
    throw fault(reader, field, rangeText(minimum, maximum), describeValue(value))
  }
  return value
}

export function readNumberOrNull(
  reader: RecordReader,
  field: string,
  minimum: number,
  maximum: number,
): number | null {
  return isAbsent(reader, field) ? null : readNumber(reader, field, minimum, maximum)
}

export function readCoordinate(reader: RecordReader, field: string, bound: number): number {
  const value = reader.value[field]
  if (typeof value !== 'number' || !(value >= -bound && value <= bound)) {
    throw fault(reader, field, rangeText(-bound, bound), describeCoordinate(value))
  }
  return value
}

/** Epoch milliseconds of an RFC 3339 time with its offset. */
export function readTimeMs(reader: RecordReader, field: string): number {
  const value = reader.value[field]
  const timeMs = typeof value === 'string' ? parseTime(value) : null
  if (timeMs === null) {
    throw fault(reader, field, 'an RFC 3339 time like 2026-11-23T18:30:05Z', describeValue(value))
  }
  return timeMs
}

export function readTimeMsOrNull(reader: RecordReader, field: string): number | null {
  return isAbsent(reader, field) ? null : readTimeMs(reader, field)
}

export function readList(reader: RecordReader, field: string): readonly unknown[] {
  const value = reader.value[field]
  if (!Array.isArray(value)) {
    throw fault(reader, field, 'a list', describeValue(value))
  }
  return value
}

export function isAbsent(reader: RecordReader, field: string): boolean {
  const value = reader.value[field]
  return value === undefined || value === null
}

export function fault(
  reader: RecordReader,
  field: string,
  expected: string,
  got: string,
): ScenarioFault {
  return new ScenarioFault(reader.place, joinPath(reader.path, field), expected, got)
}

function joinPath(path: string, field: string): string {
  return path === '' ? field : `${path}.${field}`
}

function rangeText(minimum: number, maximum: number): string {
  if (maximum === Infinity) {
    return `a number of at least ${minimum}`
  }
  return `a number from ${minimum} to ${maximum}`
}
