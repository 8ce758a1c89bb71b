import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { checkMap } from '../../src/map/check-map.ts'
import type { StoredMap } from '../../src/map/index-map.ts'
import { openStreetMap, readMap, writeMap } from '../../src/map/stored-map.ts'
import { drawGridTown, gridPlace } from '../support/grid-town.ts'
import { mapOf, withFile } from '../support/street-map.ts'

let town: StoredMap
beforeAll(async () => {
  const house = { 'addr:street': 'Weg', 'addr:housenumber': '1', amenity: 'pharmacy' }
  town = await mapOf(
    drawGridTown(2, { nodes: [{ id: 90_001, ...gridPlace(10, 10), tags: house }] }),
  )
})

const { roads, features, addresses } = {
  roads: (change: (all: StoredMap['roads']) => object) => (map: StoredMap) => ({
    ...map,
    roads: { ...map.roads, ...change(map.roads) },
  }),
  features: (change: (all: StoredMap['features']) => object) => (map: StoredMap) => ({
    ...map,
    features: { ...map.features, ...change(map.features) },
  }),
  addresses: (change: (all: StoredMap['addresses']) => object) => (map: StoredMap) => ({
    ...map,
    addresses: { ...map.addresses, ...change(map.addresses) },
  }),
}

/** The same array with another number at one place. */
function put<T extends Uint8Array | Uint32Array | Int32Array | Float32Array>(
  values: T,
  at: number,
  value: number,
): T {
  const other = values.slice() as T
  other[at] = value
  return other
}

/** Each is written by somebody who also writes the hash that fits it. */
const hostile: readonly (readonly [string, (map: StoredMap) => unknown, RegExp])[] = [
  [
    'a junction that is not there',
    roads((all) => ({ edgeTo: put(all.edgeTo, 3, 25) })),
    /roads.edgeTo 3 is 25, and there are 25/,
  ],
  [
    'a length that is no number',
    roads((all) => ({ edgeMeters: put(all.edgeMeters, 0, Number.NaN) })),
    /roads.edgeMeters 0 is no length/,
  ],
  [
    'a length below nothing',
    roads((all) => ({ edgeMeters: put(all.edgeMeters, 0, -1) })),
    /roads.edgeMeters 0 is no length/,
  ],
  [
    'a length without end',
    roads((all) => ({ edgeMeters: put(all.edgeMeters, 0, Infinity) })),
    /roads.edgeMeters 0 is no length/,
  ],
  [
    'roads twenty times as long as their shapes',
    roads((all) => ({ edgeMeters: all.edgeMeters.map((meters) => 20 * meters) })),
    /roads.edgeMeters 0 is not the length of its shape/,
  ],
  [
    'one road that is two percent longer than its shape',
    roads((all) => ({ edgeMeters: put(all.edgeMeters, 7, 102) })),
    /roads.edgeMeters 7 is not the length/,
  ],
  [
    'one road that is two percent shorter than its shape',
    roads((all) => ({ edgeMeters: put(all.edgeMeters, 39, 98) })),
    /roads.edgeMeters 39 is not the length/,
  ],
  [
    'the shape of a road that begins elsewhere',
    roads((all) => ({
      shapes: { ...all.shapes, longitudesE7: put(all.shapes.longitudesE7, 0, 51_000_001) },
    })),
    /roadShapes 0 does not lead from junction to junction/,
  ],
  [
    'one length too few',
    roads((all) => ({ edgeMeters: all.edgeMeters.slice(1) })),
    /roads.edgeMeters are 39 and not 40/,
  ],
  [
    'a class of no road',
    roads((all) => ({ edgeClass: put(all.edgeClass, 1, 99) })),
    /roads.edgeClass 1 is 99/,
  ],
  [
    'a name that is not there',
    roads((all) => ({ edgeName: put(all.edgeName, 1, 9_999) })),
    /roads.edgeName 1 is 9999/,
  ],
  [
    'a road of another junction',
    roads((all) => ({ adjacent: put(all.adjacent, 0, 79) })),
    /roads.adjacent 0 is no road of its junction/,
  ],
  [
    'a road far beyond the list',
    roads((all) => ({ adjacent: put(all.adjacent, 0, 4_294_967_295) })),
    /roads.adjacent 0/,
  ],
  [
    'one road twice at a junction, which hides another',
    roads((all) => ({ adjacent: put(all.adjacent, 1, all.adjacent[0] ?? 0) })),
    /roads.adjacent 1 stands twice/,
  ],
  [
    'rows that go backwards',
    roads((all) => ({ adjacentStarts: put(all.adjacentStarts, 1, 70) })),
    /roads.adjacentStarts 1 is out of order/,
  ],
  [
    'a shape of one place',
    roads((all) => ({ shapes: { ...all.shapes, starts: put(all.shapes.starts, 1, 1) } })),
    /roadShapes.starts 0 is out of order/,
  ],
  [
    'shapes that end beyond the places',
    roads((all) => ({ shapes: { ...all.shapes, starts: put(all.shapes.starts, 40, 9_999) } })),
    /roadShapes.starts do not cover/,
  ],
  [
    'a place outside the world',
    roads((all) => ({ vertexLatitudesE7: put(all.vertexLatitudesE7, 0, 910_000_000) })),
    /roads.vertices 0 is no place/,
  ],
  ['no road at all', roads(() => ({ edgeFrom: new Uint32Array() })), /roads are none/],
  [
    'a kind that nobody knows',
    features((all) => ({ kinds: put(all.kinds, 0, 200) })),
    /features.kinds 0 is 200/,
  ],
  [
    'a street that is not there',
    addresses((all) => ({ streets: put(all.streets, 0, 9_999) })),
    /addresses.streets 0 is 9999/,
  ],
  [
    'one house number too many',
    addresses((all) => ({ numbers: new Uint32Array([...all.numbers, 0]) })),
    /addresses.numbers are 2 and not 1/,
  ],
  ['names that are numbers', (map) => ({ ...map, names: [1, 2] }), /names are no list of texts/],
  ['no names', (map) => ({ ...map, names: [] }), /names are no list of texts/],
  [
    'a day of no calendar',
    (map) => ({ ...map, sourceSeconds: 1e300 }),
    /sourceSeconds is no moment/,
  ],
  ['a day that is a text', (map) => ({ ...map, sourceSeconds: '5' }), /sourceSeconds is no moment/],
  [
    'a day that is no number',
    (map) => ({ ...map, sourceSeconds: true }),
    /sourceSeconds is no moment/,
  ],
]

describe('a map whose numbers do not fit together', () => {
  it('a map that was drawn is in order', () => {
    expect(() => checkMap(town)).not.toThrow()
  })

  it.each(hostile)('a map with %s is refused', (_name, change, sentence) => {
    expect(() => checkMap(change(town) as StoredMap)).toThrow(sentence)
  })

  it('a map file with the right hash of wrong numbers is refused by its name, also at the start of a server', async () => {
    await withFile(new Uint8Array(), async (path) => {
      for (const [, change] of hostile) {
        await writeMap(path, change(town) as StoredMap)
        await expect(readMap(path)).rejects.toThrow(
          new RegExp(`^${path} is damaged, its .*: import the extract again\\.$`),
        )
      }
      await expect(openStreetMap(path)).rejects.toThrow(
        `HOEDE_MAP_PATH: the map cannot be read: ${path}`,
      )
    })
  })

  it('a map file whose description names arrays twice, elsewhere or of another kind is refused', async () => {
    await withFile(new Uint8Array(), async (path, folder) => {
      const good = join(folder, 'good.map')
      await writeMap(good, town)
      const whole = await readFile(good)
      const rewrites: readonly (readonly [string, string])[] = [
        ['"roads.edgeTo"', '"roads.edgeXX"'],
        ['"type":"Float32Array"', '"type":"Float64Array"'],
        ['"type":"Float32Array"', '"type":"constructor" '],
        ['"sections":[', '"sections":0,"x":['],
        ['"offset":0', '"offset":8'],
      ]
      for (const [from, to] of rewrites) {
        await writeFile(path, withText(whole, from, to))
        await expect(readMap(path)).rejects.toThrow(/is damaged.*import the extract again/)
      }
    })
  })
})

/** The file with other words in its description, and the hash that fits them. */
function withText(whole: Buffer, from: string, to: string): Buffer {
  const magicBytes = 10
  const length = whole.readUInt32LE(magicBytes)
  const start = magicBytes + 4
  const text = whole.toString('utf8', start, start + length).replace(from, to)
  const head = Buffer.alloc(Math.ceil((start + Buffer.byteLength(text)) / 8) * 8)
  whole.copy(head, 0, 0, magicBytes)
  head.writeUInt32LE(Buffer.byteLength(text), magicBytes)
  head.write(text, start)
  const rest = whole.subarray(Math.ceil((start + length) / 8) * 8, -32)
  const body = Buffer.concat([head, rest])
  return Buffer.concat([body, createHash('sha256').update(body).digest()])
}
