import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto'

/**
 * Two numbers of a row in a block or two of AES-256-XTS: the same numbers of the same row come out
 * the same, so a second sending is found, and those of another row, another moment or another
 * column do not. A block holds two numbers of up to nine decimals, and nought in the rest, by which
 * one that was touched is found; numbers with more have a block each, and lose nothing. All rows
 * at once: a call of the cipher costs more than what it does.
 */
export function sealPairs(key: Buffer, pairs: readonly PlainPair[]): readonly Buffer[] {
  const blocks: Block[] = []
  const ends = pairs.map(({ row, first, second, column }) => {
    const short = packShort(first, second)
    if (short !== null) blocks.push({ row, sign: signOf(column, 0), bytes: short })
    else
      for (const [index, value] of [first, second].entries())
        blocks.push({ row, sign: signOf(column, index + 1), bytes: packLong(value) })
    return blocks.length
  })
  const sealed = crypt(key, blocks, 'seal')
  return ends.map((end, index) =>
    sealed.subarray((ends[index - 1] ?? 0) * blockBytes, end * blockBytes),
  )
}

/** In their order. Null: it was not sealed so, with this key and in this row. */
export function openPairs(key: Buffer, pairs: readonly SealedPair[]): readonly (Pair | null)[] {
  const blocks: Block[] = []
  for (const { row, column, sealed } of pairs) {
    const count = sealed.length / blockBytes
    if (count === 1) blocks.push({ row, sign: signOf(column, 0), bytes: sealed })
    else if (count === 2)
      for (const index of [0, 1])
        blocks.push({
          row,
          sign: signOf(column, index + 1),
          bytes: sealed.subarray(index * blockBytes, (index + 1) * blockBytes),
        })
  }
  const opened = crypt(key, blocks, 'open')
  let at = 0
  return pairs.map(({ sealed: { length } }) => {
    if (length !== blockBytes && length !== 2 * blockBytes) return null
    const plain = opened.subarray(at, at + length)
    at += length
    return length === blockBytes ? readShort(plain) : readLong(plain)
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

type Block = { readonly row: RowMark; readonly sign: number; readonly bytes: Buffer }

const blockBytes = 16
const shortBytes = 5
const unitsOfOne = 1e9
/** Of five bytes; the least of them stands for what was not told. */
const unitsMax = 2 ** 39 - 1
const untold = -(2 ** 39)

/** No number is written so. */
const untoldByte = 0xff

function signOf(column: PairOfRow['column'], index: number): number {
  return (column === 'place' ? 0 : 3) + index
}

function packShort(first: number | null, second: number | null): Buffer | null {
  const units = [unitsOf(first), unitsOf(second)] as const
  if (units[0] === null || units[1] === null) return null
  const bytes = Buffer.alloc(blockBytes)
  bytes.writeIntBE(units[0], 0, shortBytes)
  bytes.writeIntBE(units[1], shortBytes, shortBytes)
  return bytes
}

/** Null where five bytes would not give back the same number. */
function unitsOf(value: number | null): number | null {
  if (value === null) return untold
  const units = Math.round(value * unitsOfOne)
  return Math.abs(units) <= unitsMax && units / unitsOfOne === value ? units : null
}

function packLong(value: number | null): Buffer {
  const bytes = Buffer.alloc(blockBytes)
  if (value === null) bytes.fill(untoldByte, 0, 8)
  else bytes.writeDoubleBE(value, 0)
  return bytes
}

function readShort(plain: Buffer): Pair | null {
  if (!isNought(plain, 2 * shortBytes, blockBytes)) return null
  const read = (at: number): number | null => {
    const units = plain.readIntBE(at, shortBytes)
    return units === untold ? null : units / unitsOfOne
  }
  return [read(0), read(shortBytes)]
}

function readLong(plain: Buffer): Pair | null {
  if (!isNought(plain, 8, blockBytes) || !isNought(plain, blockBytes + 8, 2 * blockBytes))
    return null
  const read = (at: number): number | null => {
    const isUntold = plain.subarray(at, at + 8).every((byte) => byte === untoldByte)
    return isUntold ? null : plain.readDoubleBE(at)
  }
  return [read(0), read(blockBytes)]
}

function isNought(bytes: Buffer, from: number, until: number): boolean {
  for (let at = from; at < until; at += 1) if (bytes[at] !== 0) return false
  return true
}

/**
 * AES-256-XTS of units of one block, written out so that many are done at once. The number of a
 * unit is of the row, the moment and the column.
 */
function crypt(key: Buffer, blocks: readonly Block[], way: 'seal' | 'open'): Buffer {
  const halves = Buffer.from(hkdfSync('sha512', key, '', 'places', 64))
  const ofUnits = (bytes: Buffer): Buffer => {
    const cipher = createCipheriv(algorithm, halves.subarray(32), null).setAutoPadding(false)
    return Buffer.concat([cipher.update(bytes), cipher.final()])
  }
  const units = ofUnits(idsOf(blocks))
  for (const [index, { row, sign }] of blocks.entries()) {
    const at = index * blockBytes
    units[at] = (units[at] ?? 0) ^ sign
    const moment = units.readBigInt64BE(at + 8) ^ BigInt(Math.floor(row.atMs))
    units.writeBigInt64BE(moment, at + 8)
  }
  const masks = ofUnits(units)
  const bytes = Buffer.concat(blocks.map((block) => block.bytes))
  xorInto(bytes, masks)
  const make = way === 'seal' ? createCipheriv : createDecipheriv
  const cipher = make(algorithm, halves.subarray(0, 32), null).setAutoPadding(false)
  const done = Buffer.concat([cipher.update(bytes), cipher.final()])
  xorInto(done, masks)
  return done
}

const algorithm = 'aes-256-ecb'

function idsOf(blocks: readonly Block[]): Buffer {
  const ids = Buffer.alloc(blocks.length * blockBytes)
  for (const [index, { row }] of blocks.entries())
    ids.write(row.ownerId.replaceAll('-', ''), index * blockBytes, 'hex')
  return ids
}

function xorInto(bytes: Buffer, mask: Buffer): void {
  for (let at = 0; at < bytes.length; at += 1) bytes[at] = (bytes[at] ?? 0) ^ (mask[at] ?? 0)
}
