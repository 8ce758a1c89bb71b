import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto'
import { writeUuid } from '../journal/journal-frame.ts'

/**
 * Two numbers of a row in a block or two of AES-256-XTS: the same numbers of the same row come out
 * the same, so a second sending is found, and those of another row, another moment or another
 * column do not. A block holds two numbers of up to nine decimals, and nought in the rest, by which
 * one that was touched is found; numbers with more have a block each, and lose nothing. All rows
 * at once: a call of the cipher costs more than what it does. As hexadecimal digits, as statements
 * take them: one text for all is made at once.
 */
export function sealPairs(key: Buffer, pairs: readonly PlainPair[]): readonly string[] {
  const blocks = createBlocks(2 * pairs.length)
  const ends: number[] = []
  for (const { row, column, first, second } of pairs) {
    const units = unitsOf(first)
    const others = unitsOf(second)
    if (units !== null && others !== null) {
      const at = blocks.add(row, signOf(column, 0))
      writeUnits(blocks.bytes, at, units)
      writeUnits(blocks.bytes, at + shortBytes, others)
    } else {
      writeLong(blocks.bytes, blocks.add(row, signOf(column, 1)), first)
      writeLong(blocks.bytes, blocks.add(row, signOf(column, 2)), second)
    }
    ends.push(blocks.length())
  }
  const digits = crypt(key, blocks, 'seal').toString('hex')
  return ends.map((end, index) => digits.slice(2 * (ends[index - 1] ?? 0), 2 * end))
}

/** In their order. Null: it was not sealed so, with this key and in this row. */
export function openPairs(key: Buffer, pairs: readonly SealedPair[]): readonly (Pair | null)[] {
  const blocks = createBlocks(2 * pairs.length)
  for (const { row, column, sealed } of pairs) {
    if (sealed.length === blockBytes) {
      blocks.bytes.set(sealed, blocks.add(row, signOf(column, 0)))
    } else if (sealed.length === 2 * blockBytes) {
      const at = blocks.add(row, signOf(column, 1))
      blocks.add(row, signOf(column, 2))
      blocks.bytes.set(sealed, at)
    }
  }
  const opened = crypt(key, blocks, 'open')
  let at = 0
  return pairs.map(({ sealed: { length } }) => {
    if (length !== blockBytes && length !== 2 * blockBytes) return null
    at += length
    return length === blockBytes ? readShort(opened, at - length) : readLong(opened, at - length)
  })
}

/** Null where nothing was told. */
export type Pair = readonly [number | null, number | null]

export type PairOfRow = {
  readonly row: RowMark
  readonly column: 'place' | 'motion'
}

/** Whose row it is and of which moment. */
export type RowMark = { readonly ownerId: string; readonly atMs: number }

export type PlainPair = PairOfRow & {
  readonly first: number | null
  readonly second: number | null
}
export type SealedPair = PairOfRow & { readonly sealed: Buffer }

const blockBytes = 16
const shortBytes = 5
const unitsOfOne = 1e9
/** Of five bytes; the least of them stands for what was not told. */
const unitsMax = 2 ** 39 - 1
const untold = -(2 ** 39)
const wordOf = 2 ** 32

/** No number is written so. */
const untoldByte = 0xff

function signOf(column: PairOfRow['column'], index: number): number {
  return (column === 'place' ? 0 : 3) + index
}

/** Null where five bytes would not give back the same number. */
function unitsOf(value: number | null): number | null {
  if (value === null) return untold
  const units = Math.round(value * unitsOfOne)
  return Math.abs(units) <= unitsMax && units / unitsOfOne === value ? units : null
}

/** As a whole number of five bytes. */
function writeUnits(bytes: Buffer, at: number, units: number): void {
  const high = Math.floor(units / wordOf)
  const low = units - high * wordOf
  bytes[at] = high
  bytes[at + 1] = low >>> 24
  bytes[at + 2] = low >>> 16
  bytes[at + 3] = low >>> 8
  bytes[at + 4] = low
}

function writeLong(bytes: Buffer, at: number, value: number | null): void {
  if (value === null) bytes.fill(untoldByte, at, at + 8)
  else bytes.writeDoubleBE(value, at)
}

function readShort(plain: Buffer, at: number): Pair | null {
  if (!isNought(plain, at + 2 * shortBytes, at + blockBytes)) return null
  const units = plain.readIntBE(at, shortBytes)
  const others = plain.readIntBE(at + shortBytes, shortBytes)
  return [toldOf(units), toldOf(others)]
}

function toldOf(units: number): number | null {
  return units === untold ? null : units / unitsOfOne
}

function readLong(plain: Buffer, at: number): Pair | null {
  const next = at + blockBytes
  if (!isNought(plain, at + 8, next) || !isNought(plain, next + 8, next + blockBytes)) return null
  return [readDouble(plain, at), readDouble(plain, next)]
}

function readDouble(plain: Buffer, at: number): number | null {
  const isUntold = plain.subarray(at, at + 8).every((byte) => byte === untoldByte)
  return isUntold ? null : plain.readDoubleBE(at)
}

function isNought(bytes: Buffer, from: number, until: number): boolean {
  for (let at = from; at < until; at += 1) if (bytes[at] !== 0) return false
  return true
}

/**
 * Blocks behind each other, and of which row, moment and column each of them is. In one piece of
 * memory, written where they lie: an object a block took four fifths of the time of sealing it.
 */
function createBlocks(countMax: number): Blocks {
  const bytes = Buffer.alloc(countMax * blockBytes)
  const owners = Buffer.alloc(countMax * blockBytes)
  const marks = new Int32Array(3 * countMax)
  let count = 0
  let lastId = ''
  return {
    bytes,
    owners,
    marks,
    length: () => count * blockBytes,
    add({ ownerId, atMs }, sign) {
      const at = count * blockBytes
      if (ownerId === lastId) owners.copyWithin(at, at - blockBytes, at)
      else writeUuid(ownerId, owners, at)
      lastId = ownerId
      const moment = Math.floor(atMs)
      const high = Math.floor(moment / wordOf)
      marks[3 * count] = sign
      marks[3 * count + 1] = high
      marks[3 * count + 2] = moment - high * wordOf
      count += 1
      return at
    },
  }
}

type Blocks = {
  readonly bytes: Buffer
  readonly owners: Buffer
  /** Of each the sign of its column, and its moment in two words. */
  readonly marks: Int32Array
  readonly length: () => number
  /** Gives where the block is to be written. */
  readonly add: (row: RowMark, sign: number) => number
}

/**
 * AES-256-XTS of units of one block, written out so that many are done at once. The number of a
 * unit is of the row, the moment and the column.
 */
function crypt(key: Buffer, blocks: Blocks, way: 'seal' | 'open'): Buffer {
  const halves = halvesOf(key)
  const length = blocks.length()
  const encipher = (bytes: Buffer): Buffer =>
    createCipheriv(algorithm, halves.subarray(32), null).setAutoPadding(false).update(bytes)
  const units = encipher(blocks.owners.subarray(0, length))
  const words = new DataView(units.buffer, units.byteOffset, length)
  for (let at = 0, mark = 0; at < length; at += blockBytes, mark += 3) {
    words.setUint8(at, words.getUint8(at) ^ (blocks.marks[mark] ?? 0))
    words.setInt32(at + 8, words.getInt32(at + 8) ^ (blocks.marks[mark + 1] ?? 0))
    words.setInt32(at + 12, words.getInt32(at + 12) ^ (blocks.marks[mark + 2] ?? 0))
  }
  const masks = encipher(units)
  const bytes = blocks.bytes.subarray(0, length)
  xorInto(bytes, masks)
  const make = way === 'seal' ? createCipheriv : createDecipheriv
  const done = make(algorithm, halves.subarray(0, 32), null).setAutoPadding(false).update(bytes)
  xorInto(done, masks)
  return done
}

const algorithm = 'aes-256-ecb'

/** A key that is forgotten takes its halves along. */
const halvesByKey = new WeakMap<Buffer, Buffer>()

function halvesOf(key: Buffer): Buffer {
  const known = halvesByKey.get(key)
  if (known !== undefined) return known
  const halves = Buffer.from(hkdfSync('sha512', key, '', 'places', 64))
  halvesByKey.set(key, halves)
  return halves
}

function xorInto(bytes: Buffer, mask: Buffer): void {
  const words = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const others = new DataView(mask.buffer, mask.byteOffset, mask.length)
  for (let at = 0; at < bytes.length; at += 4)
    words.setInt32(at, words.getInt32(at) ^ others.getInt32(at))
}
