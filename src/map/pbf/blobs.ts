import { open } from 'node:fs/promises'
import { promisify } from 'node:util'
import { inflate } from 'node:zlib'
import { MapFault } from '../map-fault.ts'
import { Message } from './message.ts'

/**
 * The blocks of an extract in the order of the file, inflated; a few are inflated ahead. Each comes
 * with the bytes of the file read so far. What is not wanted, by the byte it starts at, is passed
 * over. Faults name the byte they were found at.
 */
export async function* readBlobs(
  path: string,
  isWanted: (startByte: number) => boolean,
): AsyncGenerator<Blob> {
  const ahead: Promise<Blob>[] = []
  for await (const packed of readPacked(path, isWanted)) {
    const next = unpack(packed)
    // Whoever waits for it hears of its fault; until then nobody else may.
    next.catch(() => {})
    ahead.push(next)
    const first = ahead.length > inflatedAheadCount ? ahead.shift() : undefined
    if (first !== undefined) yield await first
  }
  for (const rest of ahead) yield await rest
}

export type Blob = {
  readonly type: string
  readonly bytes: Uint8Array
  readonly startByte: number
  readonly readBytes: number
}

type PackedBlob = {
  readonly type: string
  readonly packed: Uint8Array
  readonly startByte: number
  readonly readBytes: number
}

/** Limits of the format: https://wiki.openstreetmap.org/wiki/PBF_Format. */
const headerBytesMax = 64 * 1024
const blobBytesMax = 32 * 1024 * 1024
const inflatedAheadCount = 4

async function* readPacked(
  path: string,
  isWanted: (startByte: number) => boolean,
): AsyncGenerator<PackedBlob> {
  const file = await open(path, 'r')
  try {
    const { size } = await file.stat()
    if (size === 0) throw new MapFault('The file is empty.')
    let at = 0
    const read = async (length: number): Promise<Uint8Array> => {
      if (at + length > size) throw cutOff(size)
      const bytes = new Uint8Array(length)
      for (let have = 0; have < length;) {
        const { bytesRead } = await file.read(bytes, have, length - have, at + have)
        if (bytesRead === 0) throw cutOff(at + have)
        have += bytesRead
      }
      at += length
      return bytes
    }
    while (at < size) {
      const startByte = at
      const length = new DataView((await read(4)).buffer).getUint32(0)
      if (length === 0 || length > headerBytesMax) throw notAnExtract(startByte)
      const { type, dataBytes } = readHeader(await read(length), startByte)
      if (isWanted(startByte)) {
        yield { type, packed: await read(dataBytes), startByte, readBytes: at }
        continue
      }
      at += dataBytes
      if (at > size) throw cutOff(size)
    }
  } finally {
    await file.close()
  }
}

function readHeader(bytes: Uint8Array, startByte: number): { type: string; dataBytes: number } {
  let type = ''
  let dataBytes = -1
  try {
    const header = new Message(bytes)
    for (let field = header.nextField(); field !== 0; field = header.nextField()) {
      if (field === 1) type = header.section().text()
      else if (field === 3) dataBytes = header.varint()
      else header.skip()
    }
  } catch (error) {
    throw error instanceof MapFault ? notAnExtract(startByte) : error
  }
  if (type === '' || dataBytes < 0 || dataBytes > blobBytesMax) throw notAnExtract(startByte)
  return { type, dataBytes }
}

async function unpack({ type, packed, startByte, readBytes }: PackedBlob): Promise<Blob> {
  try {
    return { type, bytes: await inflateBlob(packed), startByte, readBytes }
  } catch (error) {
    const what = error instanceof MapFault ? error.message : 'it cannot be decompressed'
    throw new MapFault(`The block at byte ${startByte} is damaged: ${what}.`, { cause: error })
  }
}

async function inflateBlob(packed: Uint8Array): Promise<Uint8Array> {
  let rawBytes = -1
  let raw: Uint8Array | null = null
  let compressed: Uint8Array | null = null
  const blob = new Message(packed)
  for (let field = blob.nextField(); field !== 0; field = blob.nextField()) {
    const foreign = foreignCompressions[field]
    if (field === 1) raw = blob.section().rest()
    else if (field === 2) rawBytes = blob.varint()
    else if (field === 3) compressed = blob.section().rest()
    else if (foreign === undefined) blob.skip()
    else {
      throw new MapFault(
        `it is compressed with ${foreign}, and only zlib is read; write it anew with osmium cat -o NEW.osm.pbf`,
      )
    }
  }
  if (raw !== null) return raw
  if (compressed === null) throw new MapFault('it holds no data')
  if (rawBytes < 0 || rawBytes > blobBytesMax)
    throw new MapFault('it is larger than a block may be')
  const bytes = await inflateAsync(compressed, { maxOutputLength: Math.max(rawBytes, 1) })
  if (bytes.length !== rawBytes) throw new MapFault('it is not as long as it says')
  return bytes
}

const inflateAsync = promisify<Uint8Array, { maxOutputLength: number }, Buffer>(inflate)

const foreignCompressions: Readonly<Record<number, string>> = {
  4: 'lzma',
  5: 'bzip2',
  6: 'lz4',
  7: 'zstd',
}

function notAnExtract(startByte: number): MapFault {
  return new MapFault(
    startByte === 0
      ? 'The file is not an OpenStreetMap extract in PBF: its first bytes are none.'
      : `At byte ${startByte} there is no block of an extract; the file is damaged.`,
  )
}

function cutOff(atByte: number): MapFault {
  return new MapFault(`The file is cut off at byte ${atByte}: fetch it again.`)
}
