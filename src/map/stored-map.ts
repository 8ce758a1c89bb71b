import { createHash } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Box } from '../../geo/box-index.ts'
import { buildStillIndex } from '../../geo/still-index.ts'
import type { Addresses, Features, Lines, RoadGraph, StreetMap } from '../core/roads/street-map.ts'
import { degreesPerE7 } from '../core/roads/street-map.ts'
import { StartError } from '../errors.ts'
import { MapFault } from './map-fault.ts'

/** What of a map is kept; bounds and indexes are made when it is read. */
export type StoredMap = Pick<
  StreetMap,
  'sourceSeconds' | 'roads' | 'features' | 'addresses' | 'names'
>

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
  const bytes = Buffer.alloc(start + offset)
  bytes.write(magic, 'latin1')
  bytes.writeUInt32LE(text.length, magic.length)
  text.copy(bytes, magic.length + 4)
  for (const [index, [, values]] of arrays.entries()) {
    const from = start + (sections[index]?.offset ?? 0)
    bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), from)
  }
  const hash = createHash('sha256').update(bytes).digest()
  await mkdir(dirname(path), { recursive: true })
  // Whoever reads meanwhile has the old one whole.
  const aside = `${path}.${process.pid}.part`
  try {
    await writeFile(aside, [bytes, hash])
    await rename(aside, path)
  } finally {
    await rm(aside, { force: true })
  }
  return hash.toString('hex')
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

/** @throws MapFault for a file that is none of ours, or not as it was written */
export async function readMap(path: string): Promise<StreetMap> {
  const file = await readFile(path)
  if (file.length < magic.length + 36 || file.toString('latin1', 0, magic.length) !== magic) {
    throw new MapFault('The file is not an imported map: make one with npm run map:import.')
  }
  const bytes = file.subarray(0, -32)
  const hash = createHash('sha256').update(bytes).digest()
  if (!hash.equals(file.subarray(-32))) {
    throw new MapFault('The map file is damaged: import the extract again.')
  }
  const textBytes = bytes.readUInt32LE(magic.length)
  const from = magic.length + 4
  const about: Description = JSON.parse(bytes.toString('utf8', from, from + textBytes))
  const start = Math.ceil((from + textBytes) / 8) * 8
  const read = new Map(
    about.sections.map((section) => [section.name, readSection(bytes, start, section)]),
  )
  return indexMap(hash.toString('hex'), {
    sourceSeconds: about.sourceSeconds,
    names: about.names,
    ...gatherArrays(read),
  })
}

/** Makes what searches need. */
export function indexMap(id: string, map: StoredMap): StreetMap {
  const { roads, features, addresses } = map
  return {
    id,
    ...map,
    bounds: boundsOf(roads),
    roadIndex: indexLines(roads.shapes),
    featureIndex: indexLines(features.shapes),
    addressIndex: buildStillIndex(addresses.longitudesE7.length, (address) => {
      const longitude = (addresses.longitudesE7[address] ?? 0) * degreesPerE7
      const latitude = (addresses.latitudesE7[address] ?? 0) * degreesPerE7
      return { west: longitude, east: longitude, south: latitude, north: latitude }
    }),
  }
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
    throw new MapFault(`The map file lacks ${name}: import the extract again.`)
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

/** In memory that threads share: a country would not fit twice. */
function readSection(bytes: Buffer, start: number, { type, offset, length }: Section): Numbers {
  const { size, on } = arrayTypes[type as keyof typeof arrayTypes]
  const from = start + offset
  const memory = new SharedArrayBuffer(length * size)
  new Uint8Array(memory).set(bytes.subarray(from, from + length * size))
  return on(memory)
}

/** What of a map goes to a thread: its indexes are made there anew. */
export function sendableMap({ id, sourceSeconds, roads, features, addresses, names }: StreetMap) {
  return { id, map: { sourceSeconds, roads, features, addresses, names } }
}

function indexLines({ starts, longitudesE7, latitudesE7 }: Lines) {
  return buildStillIndex(starts.length - 1, (line) => {
    let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity]
    for (let at = starts[line] ?? 0; at < (starts[line + 1] ?? 0); at++) {
      const longitude = longitudesE7[at] ?? 0
      const latitude = latitudesE7[at] ?? 0
      if (longitude < west) west = longitude
      if (longitude > east) east = longitude
      if (latitude < south) south = latitude
      if (latitude > north) north = latitude
    }
    return {
      west: west * degreesPerE7,
      south: south * degreesPerE7,
      east: east * degreesPerE7,
      north: north * degreesPerE7,
    }
  })
}

/**
 * Ways are kept whole, and a few reach far beyond what was cut out: one junction in two hundred at
 * each side does not count.
 */
function boundsOf({ vertexLongitudesE7, vertexLatitudesE7 }: RoadGraph): Box {
  const [west, east] = middle(vertexLongitudesE7)
  const [south, north] = middle(vertexLatitudesE7)
  return { west, south, east, north }
}

function middle(values: Int32Array): [number, number] {
  const sorted = values.slice().sort()
  const aside = Math.floor(sorted.length / 200)
  return [
    (sorted[aside] ?? 0) * degreesPerE7,
    (sorted[sorted.length - 1 - aside] ?? 0) * degreesPerE7,
  ]
}
