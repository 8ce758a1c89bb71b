import { MapFault } from '../map-fault.ts'

/**
 * Reads one protocol buffer message field by field. Numbers beyond 2^53 do not occur in an extract:
 * ids of OpenStreetMap need 34 bits, coordinates 38.
 */
export class Message {
  readonly bytes: Uint8Array
  at: number
  readonly end: number

  constructor(bytes: Uint8Array, from = 0, end = bytes.length) {
    this.bytes = bytes
    this.at = from
    this.end = end
  }

  /** The number of the next field, 0 at the end; `wire` then says how it is written. */
  nextField(): number {
    if (this.at >= this.end) return 0
    const key = this.varint()
    this.wire = key & 7
    const field = Math.floor(key / 8)
    if (field === 0) throw new MapFault('a field of number 0 was found in it')
    return field
  }

  wire = 0

  varint(): number {
    let value = 0
    let scale = 1
    for (let count = 0; count < varintBytesMax; count++) {
      if (this.at >= this.end) throw new MapFault('a number in it is cut off')
      const byte = this.bytes[this.at++] ?? 0
      value += (byte & 127) * scale
      if (byte < 128) return value
      scale *= 128
    }
    throw new MapFault('a number in it is longer than any number is')
  }

  /** A signed number in zigzag. */
  signed(): number {
    return unzigzag(this.varint())
  }

  /** A whole number that may be negative without zigzag: ten bytes, two's complement. */
  whole(): number {
    const start = this.at
    const value = this.varint()
    return this.at - start < varintBytesMax ? value : value - 2 ** 64
  }

  /** Where the bytes of a field with a length lie; the reading goes on behind them. */
  section(): Message {
    if (this.wire !== lengthWire) throw new MapFault('a field in it is not written as expected')
    const length = this.varint()
    const from = this.at
    if (length > this.end - from) throw new MapFault('a field in it is cut off')
    this.at = from + length
    return new Message(this.bytes, from, this.at)
  }

  /** Passes a field over, whatever is in it. */
  skip(): void {
    if (this.wire === lengthWire) this.section()
    else if (this.wire === varintWire) this.varint()
    else if (this.wire === eightWire) this.at += 8
    else if (this.wire === fourWire) this.at += 4
    else throw new MapFault('a field in it is not written as expected')
    if (this.at > this.end) throw new MapFault('a field in it is cut off')
  }

  text(): string {
    return decoder.decode(this.rest())
  }

  /** What is left of this message, unread. */
  rest(): Uint8Array {
    return this.bytes.subarray(this.at, this.end)
  }
}

export function unzigzag(value: number): number {
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2
}

const decoder = new TextDecoder()
const varintBytesMax = 10
const varintWire = 0
const eightWire = 1
const lengthWire = 2
const fourWire = 5
