import type { z } from 'zod'
import { fixSources, type FixReport, type FixSource } from '../core/model/fix.ts'
import { PlainReader, signs } from './plain-reader.ts'
import { accuracyMetersMax, elementCountMax, type positionSchema } from './position.ts'

/**
 * Reads a body of positions in one pass over its bytes, where it is as plain as devices write it:
 * every element is right, every name is one of ours and stands once, no text has an escape. Null
 * for all else, which goes the way of every body and is named there with what is wrong with it. So
 * this may know less than that way and never more; `test/property/plain-positions.test.ts`.
 */
export function readPlainPositions(bytes: Buffer): PlainPositions | null {
  const reader = new PositionReader(bytes)
  const elements = reader.readBody()
  if (elements === null) return null
  return new PlainPositions(elements, {
    depth: 3,
    containerCount: elements.length + 2,
    commaCount: reader.commaCount,
  })
}

/** A body whose elements have all been read, and are right. */
export class PlainPositions {
  readonly elements: readonly PlainPosition[]
  /** As a look at its brackets and commas would tell. */
  readonly shape: {
    readonly depth: number
    readonly containerCount: number
    readonly commaCount: number
  }

  constructor(elements: readonly PlainPosition[], shape: PlainPositions['shape']) {
    this.elements = elements
    this.shape = shape
  }
}

export class PlainPosition {
  readonly index: number
  readonly serialNumber: string
  readonly report: FixReport
  readonly #bytes: Buffer
  readonly #from: number
  readonly #to: number

  constructor(
    index: number,
    serialNumber: string,
    report: FixReport,
    text: { readonly bytes: Buffer; readonly from: number; readonly to: number },
  ) {
    this.index = index
    this.serialNumber = serialNumber
    this.report = report
    this.#bytes = text.bytes
    this.#from = text.from
    this.#to = text.to
  }

  /** As it came; nearly nobody asks. */
  get body(): unknown {
    return JSON.parse(this.#bytes.toString('latin1', this.#from, this.#to))
  }
}

class PositionReader extends PlainReader {
  readonly numbers = new Float64Array(fields.length)
  serialNumber = ''
  source: FixSource | null = null

  readBody(): PlainPosition[] | null {
    if (!this.take(openBrace) || !this.take(quote) || !this.takeText(listName)) return null
    if (!this.take(colon) || !this.take(openBracket)) return null
    const elements: PlainPosition[] = []
    do {
      const element = this.readElement(elements.length)
      if (element === null || elements.length === elementCountMax) return null
      elements.push(element)
    } while (this.takeComma())
    if (!this.take(closeBracket) || !this.take(closeBrace)) return null
    this.skipSpace()
    return this.at === this.bytes.length ? elements : null
  }

  readElement(index: number): PlainPosition | null {
    if (!this.take(openBrace)) return null
    const from = this.at - 1
    this.numbers.fill(Number.NaN)
    this.source = null
    let seen = 0
    do {
      const field = this.readName()
      if (field === null || (seen & (1 << field.place)) !== 0 || !this.take(colon)) return null
      seen |= 1 << field.place
      this.skipSpace()
      if (!this.readValue(field)) return null
    } while (this.takeComma())
    if (!this.take(closeBrace) || (seen & requiredFields) !== requiredFields) return null
    const text = { bytes: this.bytes, from, to: this.at }
    return new PlainPosition(index, this.serialNumber, this.report(), text)
  }

  report(): FixReport {
    const { numbers } = this
    const accuracyMeters = orNull(numbers[4])
    return {
      recordedAtMs: numbers[1] ?? Number.NaN,
      longitude: numbers[2] ?? Number.NaN,
      latitude: numbers[3] ?? Number.NaN,
      accuracyMeters: accuracyMeters === null ? null : Math.min(accuracyMeters, accuracyMetersMax),
      speedMetersPerSecond: orNull(numbers[5]),
      headingDegrees: orNull(numbers[6]),
      source: this.source,
      hdop: orNull(numbers[8]),
      satellites: orNull(numbers[9]),
      batteryFraction: orNull(numbers[10]),
      sequence: orNull(numbers[11]),
    }
  }

  readName(): Field | null {
    if (!this.take(quote)) return null
    // No two names are of one length and begin alike.
    const first = this.bytes[this.at]
    for (const field of fields) {
      const { name } = field
      const isOfLength = this.bytes[this.at + name.length - 1] === quote
      if (name[0] === first && isOfLength && this.takeText(name)) return field
    }
    return null
  }

  readValue({ place, kind, min, max }: Field): boolean {
    if (kind === 'serial') return this.readSerialNumber()
    if (kind === 'instant') {
      const epochMs = this.readInstant()
      this.numbers[place] = epochMs
      return !Number.isNaN(epochMs)
    }
    if (this.bytes[this.at] === letterN) return place >= firstOptional && this.takeText(nullText)
    if (kind === 'source') return this.readSource()
    const value = this.readNumber()
    this.numbers[place] = value
    return value >= min && value <= max && (kind === 'number' || Number.isSafeInteger(value))
  }

  readSerialNumber(): boolean {
    const end = this.endOfText()
    const length = end - this.at
    if (end === -1 || length < 1 || length > serialLengthMax) return false
    let hash = length
    for (let at = this.at; at < end; at += 1)
      hash = Math.imul(hash ^ (this.bytes[at] ?? 0), 0x01000193)
    const slot = (hash ^ (hash >>> 15)) & (knownSerials.length - 1)
    let known = knownSerials[slot] ?? ''
    if (!this.isText(known, end)) {
      known = this.bytes.toString('latin1', this.at, end)
      knownSerials[slot] = known
    }
    this.serialNumber = known
    this.at = end + 1
    return true
  }

  readSource(): boolean {
    const end = this.endOfText()
    if (end === -1) return false
    this.source = fixSources.find((source) => this.isText(source, end)) ?? null
    this.at = end + 1
    return this.source !== null
  }
}

function orNull(value = Number.NaN): number | null {
  return Number.isNaN(value) ? null : value
}

type Field = {
  readonly place: number
  /** With the quote behind it. */
  readonly name: Buffer
  readonly kind: 'serial' | 'instant' | 'source' | 'number' | 'whole'
  readonly min: number
  readonly max: number
}

type Wire = z.output<typeof positionSchema>

/** As in `positionSchema`, those that must be there first; `report` knows them by their places. */
const bounds: readonly (readonly [keyof Wire, Field['kind'], min?: number, max?: number])[] = [
  ['serialNumber', 'serial'],
  ['recordedAt', 'instant'],
  ['longitude', 'number', -180, 180],
  ['latitude', 'number', -90, 90],
  ['accuracyMeters', 'number'],
  ['speedMetersPerSecond', 'number', 0, 100_000],
  ['headingDegrees', 'number', 0, 360],
  ['source', 'source'],
  ['hdop', 'number', 0, 10_000],
  ['satellites', 'whole', 0, 255],
  ['batteryFraction', 'number', 0, 1],
  ['sequence', 'whole'],
]
const fields: readonly Field[] = bounds.map(
  ([name, kind, min = 0, max = Number.MAX_VALUE], place) => ({
    place,
    name: Buffer.from(`${name}"`),
    kind,
    min,
    max,
  }),
)
const firstOptional = 4
const requiredFields = (1 << firstOptional) - 1

const listName = Buffer.from('positions"')
const nullText = Buffer.from('null')
const serialLengthMax = 100
/** Texts that came before, by a hash: made once, they are found faster in every map. */
const knownSerials: string[] = Array.from({ length: 4_096 }, () => '')

const { quote, colon, openBrace, closeBrace, openBracket, closeBracket } = signs
const letterN = 0x6e
