import { valueAt, type BodyFault } from '../schemas/faults.ts'

/** Something in a scenario or a recording that cannot be used, and exactly where. */
export class ScenarioFault extends Error {
  readonly file: string
  /** One-based; null when the fault belongs to the file as a whole. */
  readonly line: number | null
  readonly field: string | null

  constructor(place: Place, field: string | null, expected: string, got: string) {
    const line = place.line === null ? '' : ` line ${place.line}`
    const where = field === null || field === '' ? '' : `, ${field}`
    super(`${place.file}${line}${where}: expected ${expected}, got ${got}`)
    this.name = 'ScenarioFault'
    this.file = place.file
    this.line = place.line
    this.field = field
  }
}

/** The first of the faults that a schema of the contract finds, as one of the file. */
export function faultOfBody(
  place: Place,
  faults: readonly BodyFault[],
  data: unknown,
): ScenarioFault {
  const { pointer = '', code, detail = 'expected another value' } = faults[0] ?? {}
  const field = fieldOf(pointer)
  if (code === 'unknown-field') {
    return new ScenarioFault(place, field, 'no field of this name', 'an unknown field')
  }
  const [expected = '', got] = detail.replace(/^expected /, '').split(', got ')
  return new ScenarioFault(place, field, expected, shownGot(pointer, got, data))
}

/** `/a/0/b` as `a[0].b`. */
function fieldOf(pointer: string): string {
  return pointer
    .slice(1)
    .replaceAll(/\/(\d+)/g, '[$1]')
    .replaceAll('/', '.')
}

/**
 * What came may stand in the message, which a value of the server's caller
 * may not; a coordinate never.
 */
function shownGot(pointer: string, got: string | undefined, data: unknown): string {
  const isPosition = /\/(longitude|latitude|geometry)(\/|$)/.test(pointer)
  const value = valueAt(data, pointer.slice(1).split('/'))
  if (isPosition) return got ?? describeCoordinate(value)
  const isValue = value === null || typeof value !== 'object'
  return isValue ? describeValue(value) : (got ?? describeValue(value))
}

/** The same fault, with what to do when such a line may be left out. */
export function hintAtSkipping(fault: ScenarioFault): ScenarioFault {
  fault.message += '. With --skip-bad-lines such lines are left out and named'
  return fault
}

export type Place = { readonly file: string; readonly line: number | null }

/** What came, short enough for a terminal line. */
export function describeValue(value: unknown): string {
  if (value === undefined) {
    return 'nothing'
  }
  if (value === null) {
    return 'null'
  }
  if (Array.isArray(value)) {
    return `a list of ${value.length}`
  }
  if (typeof value === 'object') {
    return 'an object'
  }
  const text = JSON.stringify(value) ?? 'something that is no JSON'
  return text.length > 60 ? `${text.slice(0, 57)}...` : text
}

/** A coordinate may never stand in a message, so only what it is gets named. */
export function describeCoordinate(value: unknown): string {
  if (typeof value === 'number') {
    return Number.isFinite(value) ? 'a number outside it' : 'a number that is not finite'
  }
  if (typeof value === 'string') {
    return 'a text'
  }
  return describeValue(value)
}
