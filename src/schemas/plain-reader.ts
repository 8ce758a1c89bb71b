import { parseInstant } from './common.ts'

/**
 * Reads JSON from its bytes, one thing after the other, as long as it is plain: no text has an
 * escape or a sign of more than a byte, no number a power of ten. What is not ends the reading:
 * false, -1, or no number; where it stands then says nothing.
 */
export class PlainReader {
  readonly bytes: Buffer
  at = 0
  /** All of them: plain texts have none. */
  commaCount = 0

  constructor(bytes: Buffer) {
    this.bytes = bytes
  }

  /** Up to fifteen digits are exact, and so is a power of ten; their quotient is the nearest. */
  readNumber(): number {
    const { bytes } = this
    const from = this.at
    let at = from
    const isNegative = bytes[at] === minus
    if (isNegative) at += 1
    const digitsFrom = at
    let value = 0
    let digit = (bytes[at] ?? 0) - zero
    for (; digit >= 0 && digit <= 9; digit = (bytes[at] ?? 0) - zero) {
      value = value * 10 + digit
      at += 1
    }
    let digitCount = at - digitsFrom
    if (digitCount === 0 || (digitCount > 1 && bytes[digitsFrom] === zero)) return Number.NaN
    let decimalCount = 0
    if (bytes[at] === point) {
      at += 1
      const decimalsFrom = at
      digit = (bytes[at] ?? 0) - zero
      for (; digit >= 0 && digit <= 9; digit = (bytes[at] ?? 0) - zero) {
        value = value * 10 + digit
        at += 1
      }
      decimalCount = at - decimalsFrom
      if (decimalCount === 0) return Number.NaN
      digitCount += decimalCount
    }
    this.at = at
    // A power of ten behind it is seldom written, and not plain.
    if (((bytes[at] ?? 0) | lowerCase) === letterE) return Number.NaN
    if (digitCount > exactDigitsMax) return Number(bytes.toString('latin1', from, at))
    const magnitude = decimalCount === 0 ? value : value / (powersOfTen[decimalCount] ?? Number.NaN)
    return isNegative ? -magnitude : magnitude
  }

  /** As devices write it; every other spelling is read as all are. */
  readInstant(): number {
    const { bytes } = this
    const end = this.endOfText()
    if (end === -1) return Number.NaN
    const from = this.at
    this.at = end + 1
    const length = end - from
    const secondsEnd = length === instantLengthMin ? letterZ : point
    const hours = this.twoDigits(from + 11, colon)
    const minutes = this.twoDigits(from + 14, colon)
    const seconds = this.twoDigits(from + 17, secondsEnd)
    const isTime = bytes[from + 10] === letterT && hours < 24 && minutes < 60 && seconds < 60
    const isUsual = isTime && length !== instantLengthMin + 1 && bytes[end - 1] === letterZ
    const fractionMs = this.fractionMs(from + instantLengthMin, end - 1)
    const epochMs =
      this.midnight(from) + ((hours * 60 + minutes) * 60 + seconds) * 1_000 + fractionMs
    if (isUsual && !Number.isNaN(epochMs)) return epochMs
    return parseInstant(bytes.toString('latin1', from, end)) ?? Number.NaN
  }

  /** What is finer than a millisecond is cut. */
  fractionMs(from: number, to: number): number {
    if (to - from > fractionDigitsMax) return Number.NaN
    let fractionMs = 0
    for (let at = from, unitMs = 100; at < to; at += 1) {
      const digit = (this.bytes[at] ?? 0) - zero
      if (digit < 0 || digit > 9) return Number.NaN
      fractionMs += digit * unitMs
      unitMs = unitMs === 100 ? 10 : unitMs === 10 ? 1 : 0
    }
    return fractionMs
  }

  /** Nearly all positions are of the day of the one before. */
  midnight(at: number): number {
    const day =
      (this.twoDigits(at, null) * 100 + this.twoDigits(at + 2, minus)) * 10_000 +
      this.twoDigits(at + 5, minus) * 100 +
      this.twoDigits(at + 8, letterT)
    if (day !== lastDay.digits) {
      const text = this.bytes.toString('latin1', at, at + 10)
      lastDay.digits = day
      lastDay.epochMs = parseInstant(`${text}T00:00:00Z`) ?? Number.NaN
    }
    return lastDay.epochMs
  }

  /** No number where there are not two digits, and that sign behind them; null: any. */
  twoDigits(at: number, sign: number | null): number {
    const tens = (this.bytes[at] ?? 0) - zero
    const ones = (this.bytes[at + 1] ?? 0) - zero
    const isRight = tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9
    const isFollowed = sign === null || this.bytes[at + 2] === sign
    return isRight && isFollowed ? tens * 10 + ones : Number.NaN
  }

  /** Of a text that begins here: behind it stands a quote. -1: it is not plain. */
  endOfText(): number {
    if (!this.take(quote)) return -1
    const { bytes } = this
    let end = this.at
    while (isPlainSign[bytes[end] ?? 0] === 1) end += 1
    return bytes[end] === quote ? end : -1
  }

  /** These bytes and what ends them. */
  takeText(text: Buffer): boolean {
    const { bytes, at } = this
    for (let place = 0; place < text.length; place += 1) {
      if (bytes[at + place] !== text[place]) return false
    }
    this.at = at + text.length
    return true
  }

  takeComma(): boolean {
    if (!this.take(comma)) return false
    this.commaCount += 1
    return true
  }

  take(sign: number): boolean {
    this.skipSpace()
    if (this.bytes[this.at] !== sign) return false
    this.at += 1
    return true
  }

  skipSpace(): void {
    const { bytes } = this
    for (let code = bytes[this.at]; code !== undefined && code <= space; code = bytes[this.at]) {
      if (code !== space && code !== tab && code !== lineFeed && code !== carriageReturn) return
      this.at += 1
    }
  }
  isText(text: string, end: number): boolean {
    if (text.length !== end - this.at) return false
    for (let place = 0; place < text.length; place += 1) {
      if (text.charCodeAt(place) !== this.bytes[this.at + place]) return false
    }
    return true
  }
}

/** Of a time without a fraction, which has nine digits at most. */
const instantLengthMin = 20
const fractionDigitsMax = 9
/** So many digits are a whole number below 2^53. */
const exactDigitsMax = 15
const powersOfTen = Float64Array.from({ length: exactDigitsMax + 1 }, (_, power) => 10 ** power)

/** What needs no escape, is one byte, and is no bracket and no comma. */
const isPlainSign = new Uint8Array(256)
for (const sign of 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.:+/#') {
  isPlainSign[sign.charCodeAt(0)] = 1
}

const lastDay = { digits: Number.NaN, epochMs: Number.NaN }

export const signs = {
  quote: 0x22,
  colon: 0x3a,
  openBrace: 0x7b,
  closeBrace: 0x7d,
  openBracket: 0x5b,
  closeBracket: 0x5d,
} as const
const { quote, colon } = signs
const [comma, minus, point, zero] = [0x2c, 0x2d, 0x2e, 0x30]
const [space, tab, lineFeed, carriageReturn] = [0x20, 0x09, 0x0a, 0x0d]
const [letterE, letterT, letterZ, lowerCase] = [0x65, 0x54, 0x5a, 0x20]
