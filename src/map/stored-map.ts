import { createHash, type Hash } from 'node:crypto'
import { appendFile, mkdir, open, rename, rm, writeFile, type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Addresses, Features, Lines, RoadGraph, StreetMap } from '../core/roads/street-map.ts'
import { StartError } from '../errors.ts'
import { checkMap } from './check-map.ts'
import { indexMap, type StoredMap } from './index-map.ts'
import { MapFault } from './map-fault.ts'

/**
 * A map file: a magic word, the length of a description in JSON, the description (what lies where),
 * the arrays on steps of eight bytes, and a SHA-256 of all before it, which is the id of the map.
 */
export async function writeMap(path: string, map: StoredMap): Promise<string> {
  const arrays = listArrays(map)
  const sections: Section[] = []
  let offset = 0
  for (const [name, values] of arrays) {
    sections.push({ name, type: values.constructor.name, offset, length: values.length })
    offset += Math.ceil(values.byteLength / 8) * 8
  }
  const { sourceSeconds, names } = map
  const text = Buffer.from(JSON.stringify({ sourceSeconds, names, sections }))
  const start = Math.ceil((magic.length + 4 + text.length) / 8) * 8
  const head = Buffer.alloc(start)
  head.write(magic, 'latin1')
  head.writeUInt32LE(text.length, magic.length)
  text.copy(head, magic.length + 4)
  const hash = createHash('sha256')
  await mkdir(dirname(path), { recursive: true })
  // Whoever reads meanwhile has the old one whole.
  const aside = `${path}.${process.pid}.part`
  try {
    await writeFile(aside, hashed(hash, piecesOf(head, arrays)))
    const id = hash.digest()
    await appendFile(aside, id)
    await rename(aside, path)
    return id.toString('hex')
  } finally {
    await rm(aside, { force: true })
  }
}

/**
 * A country does not fit one buffer, nor one call of what writes, reads or hashes: two gigabytes
 * are the most of either.
 */
function* piecesOf(head: Buffer, arrays: readonly [string, Numbers][]): Generator<Uint8Array> {
  yield head
  for (const [, { buffer, byteOffset, byteLength }] of arrays) {
    for (let from = 0; from < byteLength; from += pieceBytes) {
      const length = Math.min(pieceBytes, byteLength - from)
      yield new Uint8Array(buffer, byteOffset + from, length)
    }
    yield new Uint8Array(paddingOf(byteLength))
  }
}

function* hashed(hash: Hash, pieces: Iterable<Uint8Array>): Generator<Uint8Array> {
  for (const piece of pieces) {
    hash.update(piece)
    yield piece
  }
}

const pieceBytes = 16 * 1024 ** 2

/** Up to the next step of eight bytes. */
function paddingOf(byteLength: number): number {
  return Math.ceil(byteLength / 8) * 8 - byteLength
}

/** The map that the configuration names, read once; null where it names none. */
export async function openStreetMap(path: string | null): Promise<StreetMap | null> {
  if (path === null) return null
  try {
    return await readMap(path)
  } catch (error) {
    if (!(error instanceof Error)) throw error
    const detail = `HOEDE_MAP_PATH: the map cannot be read: ${error.message}`
    throw new StartError('invalid-configuration', detail)
  }
}

/** @throws MapFault that names a file that is none of ours, or not as it was written */
export async function readMap(path: string): Promise<StreetMap> {
  const damaged = (why = '') => new MapFault(`${path} is damaged${why}: import the extract again.`)
  await using file = await open(path).catch((error: unknown) => {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable'
    throw new MapFault(`${path} cannot be read (${code}): make a map with npm run map:import.`)
  })
  const { size } = await file.stat()
  const hash = createHash('sha256')
  const foreign = new MapFault(`${path} is not an imported map: make one with npm run map:import.`)
  const take = async (bytes: Uint8Array): Promise<Uint8Array> => {
    await fillFrom(file, bytes, damaged)
    hash.update(bytes)
    return bytes
  }
  if (size < magic.length + 4 + hashBytes) throw foreign
  const opening = Buffer.from(await take(new Uint8Array(magic.length + 4)))
  if (opening.toString('latin1', 0, magic.length) !== magic) throw foreign
  const textBytes = opening.readUInt32LE(magic.length)
  const headBytes = opening.length + textBytes
  if (headBytes + hashBytes > size) throw damaged()
  const text = Buffer.from(await take(new Uint8Array(textBytes))).toString('utf8')
  const about = readDescription(text, size - hashBytes - headBytes - paddingOf(headBytes))
  if (about === null) throw damaged()
  await take(new Uint8Array(paddingOf(headBytes)))
  const read = new Map<string, Numbers>()
  for (const section of about.sections) {
    const { memory, values } = makeSection(section)
    for (let from = 0; from < memory.byteLength; from += pieceBytes) {
      await take(new Uint8Array(memory, from, Math.min(pieceBytes, memory.byteLength - from)))
    }
    await take(new Uint8Array(paddingOf(memory.byteLength)))
    read.set(section.name, values)
  }
  const id = hash.digest()
  const kept = new Uint8Array(hashBytes)
  await fillFrom(file, kept, damaged)
  if (!id.equals(kept)) throw damaged()
  try {
    const map = { sourceSeconds: about.sourceSeconds, names: about.names, ...gatherArrays(read) }
    checkMap(map)
    return indexMap(id.toString('hex'), map)
  } catch (error) {
    throw error instanceof MapFault ? damaged(`, ${error.message}`) : error
  }
}

const hashBytes = 32

async function fillFrom(
  file: FileHandle,
  bytes: Uint8Array,
  damaged: () => MapFault,
): Promise<void> {
  let filled = 0
  while (filled < bytes.length) {
    const { bytesRead } = await file.read(bytes, filled, bytes.length - filled)
    if (bytesRead === 0) throw damaged()
    filled += bytesRead
  }
}

/** Not yet proven by its hash: what it says must fit the file before memory is taken for it. */
function readDescription(text: string, arrayBytes: number): Description | null {
  let about: Description
  let bytes = 0
  try {
    about = JSON.parse(text)
    for (const { type, offset, length } of about.sections) {
      const { size } = arrayTypes[type as ArrayType]
      if (offset !== bytes || !Number.isSafeInteger(length) || length < 0) return null
      bytes += length * size + paddingOf(length * size)
    }
  } catch {
    return null
  }
  return bytes === arrayBytes ? about : null
}

const magic = 'HOEDEMAP1\n'

type Section = {
  readonly name: string
  readonly type: string
  readonly offset: number
  readonly length: number
}

type Description = {
  readonly sourceSeconds: number | null
  readonly names: readonly string[]
  readonly sections: readonly Section[]
}

type Numbers = Uint8Array | Uint32Array | Int32Array | Float32Array

function listArrays({ roads, features, addresses }: StoredMap): [string, Numbers][] {
  const { shapes, ...roadArrays } = roads
  const { shapes: featureShapes, ...featureArrays } = features
  return [
    ...prefixed('roads', roadArrays),
    ...prefixed('roadShapes', shapes),
    ...prefixed('features', featureArrays),
    ...prefixed('featureShapes', featureShapes),
    ...prefixed('addresses', addresses),
  ]
}

function prefixed(name: string, arrays: Readonly<Record<string, Numbers>>): [string, Numbers][] {
  return Object.entries(arrays).map(([key, values]) => [`${name}.${key}`, values])
}

function gatherArrays(
  read: ReadonlyMap<string, Numbers>,
): Pick<StoredMap, 'roads' | 'features' | 'addresses'> {
  const of = <T extends Numbers>(name: string, type: new () => T): T => {
    const values = read.get(name)
    if (values instanceof type) return values
    throw new MapFault(`it lacks ${name}`)
  }
  const lines = (name: string): Lines => ({
    starts: of(`${name}.starts`, Uint32Array),
    longitudesE7: of(`${name}.longitudesE7`, Int32Array),
    latitudesE7: of(`${name}.latitudesE7`, Int32Array),
  })
  const roads: RoadGraph = {
    vertexLongitudesE7: of('roads.vertexLongitudesE7', Int32Array),
    vertexLatitudesE7: of('roads.vertexLatitudesE7', Int32Array),
    edgeFrom: of('roads.edgeFrom', Uint32Array),
    edgeTo: of('roads.edgeTo', Uint32Array),
    edgeMeters: of('roads.edgeMeters', Float32Array),
    edgeClass: of('roads.edgeClass', Uint8Array),
    edgeSign: of('roads.edgeSign', Uint8Array),
    edgeName: of('roads.edgeName', Uint32Array),
    adjacentStarts: of('roads.adjacentStarts', Uint32Array),
    adjacent: of('roads.adjacent', Uint32Array),
    shapes: lines('roadShapes'),
  }
  const features: Features = {
    kinds: of('features.kinds', Uint8Array),
    names: of('features.names', Uint32Array),
    shapes: lines('featureShapes'),
  }
  const addresses: Addresses = {
    longitudesE7: of('addresses.longitudesE7', Int32Array),
    latitudesE7: of('addresses.latitudesE7', Int32Array),
    streets: of('addresses.streets', Uint32Array),
    numbers: of('addresses.numbers', Uint32Array),
    postcodes: of('addresses.postcodes', Uint32Array),
    towns: of('addresses.towns', Uint32Array),
  }
  return { roads, features, addresses }
}

const arrayTypes = {
  Uint8Array: { size: 1, on: (memory: SharedArrayBuffer) => new Uint8Array(memory) },
  Uint32Array: { size: 4, on: (memory: SharedArrayBuffer) => new Uint32Array(memory) },
  Int32Array: { size: 4, on: (memory: SharedArrayBuffer) => new Int32Array(memory) },
  Float32Array: { size: 4, on: (memory: SharedArrayBuffer) => new Float32Array(memory) },
} as const

type ArrayType = keyof typeof arrayTypes

/** In memory that threads share: a country would not fit twice. */
function makeSection({ type, length }: Section) {
  const { size, on } = arrayTypes[type as ArrayType]
  const memory = new SharedArrayBuffer(length * size)
  return { memory, values: on(memory) }
}
