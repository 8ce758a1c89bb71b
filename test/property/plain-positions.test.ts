import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findDoubledNames } from '../../src/http/door/doubled-names.ts'
import { depthMax, findForbidden } from '../../src/http/door/forbidden.ts'
import { measure } from '../../src/http/door/body.ts'
import { readPlainPositions } from '../../src/schemas/plain-positions.ts'
import { fixReportOf, positionsEnvelopeSchema, positionSchema } from '../../src/schemas/position.ts'
import { runsOr } from './seed.ts'

/** The way of every body, step by step: null where anything is wrong with it. */
function readAsAll(bytes: Buffer) {
  const text = bytes.toString('utf8')
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    return null
  }
  const shape = measure(bytes)
  if (shape.depth > depthMax || findForbidden(body).length > 0) return null
  if (findDoubledNames(text).length > 0) return null
  const envelope = positionsEnvelopeSchema.safeParse(body)
  if (!envelope.success) return null
  const elements = envelope.data.positions.map((element, index) => {
    const read = positionSchema.safeParse(element)
    if (!read.success) return null
    const { serialNumber } = read.data
    return { index, serialNumber, report: fixReportOf(read.data), body: element }
  })
  return elements.includes(null) ? null : { shape, elements }
}

function readPlainly(bytes: Buffer) {
  const plain = readPlainPositions(bytes)
  if (plain === null) return null
  const elements = plain.elements.map(({ index, serialNumber, report, body }) => ({
    index,
    serialNumber,
    report,
    body,
  }))
  return { shape: plain.shape, elements }
}

const twoDigits = (max: number) =>
  fc.integer({ min: 0, max }).map((value) => String(value).padStart(2, '0'))

/** Right and wrong ones, as devices and their programmers write them. */
const instant = fc
  .tuple(
    fc.oneof(
      fc.constantFrom('2026-11-23', '2024-02-29', '2026-02-29', '0999-01-01', '2026-13-01'),
      fc
        .date({ min: new Date('1971-01-01'), max: new Date('2099-12-31'), noInvalidDate: true })
        .map((date) => date.toISOString().slice(0, 10)),
    ),
    fc.constantFrom('T', 'T', 'T', 't', ' '),
    fc.tuple(twoDigits(25), twoDigits(61), twoDigits(61)).map((parts) => parts.join(':')),
    fc.oneof(
      fc.constantFrom('', '', '.', '.5', '.1234567891'),
      fc.integer({ min: 0, max: 999_999_999 }).map((digits) => `.${digits}`),
    ),
    fc.constantFrom('Z', 'Z', 'Z', 'z', '+01:00', '-00:00', '-05:30', ''),
  )
  .map((parts) => parts.join(''))

const number = fc.oneof(
  fc.integer({ min: -200, max: 400 }).map(String),
  fc.integer({ min: -1_800_000_000, max: 1_800_000_000 }).map((units) => String(units / 1e7)),
  fc.double({ min: -200, max: 400 }).map(String),
  fc.double().map(String),
  fc.stringMatching(/^-?\d{1,18}(?:\.\d{1,18})?$/),
  fc.constantFrom('0', '-0', '-0.0', '00', '01', '1.', '.5', '+1', '1e2', '5.0', '-', 'null'),
  fc.constantFrom(
    '9007199254740991',
    '9007199254740992',
    '9007199254740993',
    '1E400',
    'true',
    '""',
  ),
)

const text = fc
  .oneof(
    fc.constantFrom('AM-1', 'AM-000123', 'a b', '', ' ', 'a,b', '{', '"', 'é', '\u2028', 'a\\b'),
    fc.string({ maxLength: 120, unit: 'binary' }),
    fc.stringMatching(/^[\w.:+/#-]{1,101}$/),
  )
  .map((value) => JSON.stringify(value))

const source = fc.constantFrom('"gnss"', '"network"', '"fused"', '"manual"', '"GNSS"', 'null', '1')

const optional = [
  'accuracyMeters',
  'speedMetersPerSecond',
  'headingDegrees',
  'hdop',
  'satellites',
  'batteryFraction',
  'sequence',
] as const

const plainFields = {
  serialNumber: fc.stringMatching(/^[\w.:+/#-]{1,100}$/).map((value) => JSON.stringify(value)),
  recordedAt: fc
    .date({ min: new Date('1971-01-01'), max: new Date('2099-12-31'), noInvalidDate: true })
    .map((date) => JSON.stringify(date.toISOString())),
  longitude: fc
    .double({ min: -180, max: 180, noNaN: true })
    .map(String)
    .filter((digits) => !digits.includes('e')),
  latitude: fc.integer({ min: -900_000_000, max: 900_000_000 }).map((units) => String(units / 1e7)),
}

const wildFields = {
  serialNumber: text,
  recordedAt: fc.oneof(
    instant.map((value) => JSON.stringify(value)),
    text,
  ),
  longitude: number,
  latitude: number,
}

const spaces = fc.constantFrom('', '', '', '', ' ', '\n  ', '\t', '\r\n', '\u00a0')

/** One field of an element: which, and its text; some are named twice, or as none is. */
const element = fc
  .tuple(
    fc.oneof({ weight: 4, arbitrary: fc.record(plainFields) }, fc.record(wildFields)),
    fc.array(
      fc.oneof(
        fc.tuple(fc.constantFrom(...optional), number),
        fc.tuple(fc.constantFrom(...optional), fc.constantFrom('0', '1', '0.5', 'null')),
        fc.tuple(fc.constant('source'), source),
        fc.tuple(
          fc.constantFrom('serialNumber', 'colour', '__proto__', 'latitud\\u0065', 'Latitude'),
          fc.constantFrom('"AM-1"', '[]', '{"a":1}', '5'),
        ),
      ),
      { maxLength: 4, size: 'max' },
    ),
    fc.array(spaces, { minLength: 4, maxLength: 4 }),
    fc.boolean(),
  )
  .map(([required, more, [a = '', b = '', c = '', d = ''], isTurned]) => {
    const fields = [...Object.entries(required), ...more]
    const ordered = isTurned ? fields.toReversed() : fields
    const written = ordered.map(([name, value]) => `${a}"${name}"${b}:${c}${value}${d}`)
    return `{${written.join(',')}}`
  })

const body = fc.oneof(
  { weight: 6, arbitrary: fc.array(element, { maxLength: 4 }).map((all) => frame(all.join(','))) },
  fc.array(element, { maxLength: 3 }).map((all) => `\uFEFF${frame(all.join(','))}`),
  fc.array(element, { maxLength: 3 }).map((all) => `${frame(`${all.join(',')},`)} `),
  fc.array(element, { maxLength: 3 }).map((all) => `${frame(all.join(' '))}x`),
  fc.array(element, { maxLength: 3 }).map((all) => `{"fixes":[${all.join(',')}]}`),
)

function frame(elements: string): string {
  return `{"positions":[${elements}]}`
}

describe('a body of positions read in one pass', () => {
  it('a body that is read in one pass says what it says on the way of every body', () => {
    let plainCount = 0
    fc.assert(
      fc.property(body, fc.nat(), fc.option(fc.nat(255)), (written, place, changed) => {
        const bytes = Buffer.from(written)
        // One byte of it is another, as on a bad line.
        if (changed !== null && bytes.length > 0) bytes[place % bytes.length] = changed
        const plain = readPlainly(bytes)
        if (plain === null) return
        plainCount += 1
        expect(plain).toStrictEqual(readAsAll(bytes))
      }),
      { numRuns: runsOr(10_000) },
    )
    expect(plainCount).toBeGreaterThan(0)
  })

  it('times are read as they are elsewhere', () => {
    fc.assert(
      fc.property(instant, (recordedAt) => {
        const one = { serialNumber: 'AM-1', recordedAt, longitude: 4.9, latitude: 52.4 }
        const bytes = Buffer.from(JSON.stringify({ positions: [one] }))
        const plain = readPlainly(bytes)
        // A space stands in no plain text.
        if (!recordedAt.includes(' ')) expect(plain).toStrictEqual(readAsAll(bytes))
      }),
      { numRuns: runsOr(10_000) },
    )
  })

  it('numbers are read as they are elsewhere', () => {
    fc.assert(
      fc.property(number, (longitude) => {
        const more = '"serialNumber":"AM-1","recordedAt":"2026-11-23T18:30:05Z","latitude":1'
        const bytes = Buffer.from(frame(`{${more},"longitude":${longitude}}`))
        const plain = readPlainly(bytes)
        if (!/e/i.test(longitude)) expect(plain).toStrictEqual(readAsAll(bytes))
      }),
      { numRuns: runsOr(10_000) },
    )
  })

  it('a body of more than a thousand elements is not read in one pass', () => {
    const one = JSON.stringify({
      serialNumber: 'AM-1',
      recordedAt: '2026-11-23T18:30:05Z',
      longitude: 4.9,
      latitude: 52.4,
    })
    const bytesOf = (count: number) => Buffer.from(frame(Array(count).fill(one).join(',')))
    expect(readPlainPositions(bytesOf(1_000))?.elements).toHaveLength(1_000)
    expect(readPlainPositions(bytesOf(1_001))).toBeNull()
    expect(readPlainPositions(bytesOf(0))).toBeNull()
  })
})
