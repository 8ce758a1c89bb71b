import { writeUuid } from '../journal/journal-frame.ts'

/**
 * An array as PostgreSQL reads it in bytes, for a parameter that is cast to its type. As text each
 * number would be written as digits here and read from them there, and each value looked at for
 * signs to escape.
 */
export function arrayOf(type: ArrayType, values: readonly ArrayItem[]): Buffer {
  return joinItems(type, [arrayItems(type, values)])
}

/** A piece of an array, for `joinItems`. */
export function arrayItems(type: ArrayType, values: readonly ArrayItem[]): ArrayItems {
  const { bytesMax, write }: Type = types[type]
  const bytes = Buffer.allocUnsafe(values.reduce<number>((sum, value) => sum + bytesMax(value), 0))
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  let at = 0
  for (const value of values) {
    const length = value === null ? noLength : write(bytes, view, at + lengthBytes, value)
    view.setInt32(at, length)
    at += lengthBytes + Math.max(0, length)
  }
  return { count: values.length, bytes: bytes.subarray(0, at) }
}

/** All of them as one array, in their order. */
export function joinItems(type: ArrayType, pieces: readonly ArrayItems[]): Buffer {
  const count = pieces.reduce((sum, piece) => sum + piece.count, 0)
  const { oid } = types[type]
  // An array of nothing has no dimension.
  const head = Int32Array.from(count === 0 ? [0, 1, oid] : [1, 1, oid, count, 1])
  return Buffer.concat([Buffer.from(head.buffer).swap32(), ...pieces.map(({ bytes }) => bytes)])
}

export type ArrayType = keyof typeof types
export type ArrayItem = string | number | null

export type ArrayItems = { readonly count: number; readonly bytes: Buffer }

/** Gives how many bytes it wrote. */
type Write = (bytes: Buffer, view: DataView, at: number, value: string | number) => number

type Type = {
  readonly oid: number
  /** With its length in front. */
  readonly bytesMax: (value: ArrayItem) => number
  readonly write: Write
}

const lengthBytes = 4
/** Of a value that is not there. */
const noLength = -1
const uuidBytes = 16
const floatBytes = 8
const bytesOfChar = 3

/** `bytes` are given as hexadecimal digits. */
const types = {
  uuid: {
    oid: 2950,
    bytesMax: () => lengthBytes + uuidBytes,
    write: (bytes, _view, at, value) => {
      writeUuid(String(value), bytes, at)
      return uuidBytes
    },
  },
  float8: {
    oid: 701,
    bytesMax: () => lengthBytes + floatBytes,
    write: (_bytes, view, at, value) => {
      // As in digits: minus zero is zero.
      view.setFloat64(at, Number(value) + 0)
      return floatBytes
    },
  },
  text: {
    oid: 25,
    bytesMax: (value) => lengthBytes + bytesOfChar * String(value).length,
    write: (bytes, _view, at, value) => bytes.write(String(value), at, 'utf8'),
  },
  bytes: {
    oid: 17,
    bytesMax: (value) => lengthBytes + String(value).length / 2,
    write: (bytes, _view, at, value) => bytes.write(String(value), at, 'hex'),
  },
} as const satisfies Record<string, Type>
