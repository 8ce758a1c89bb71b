import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readExtract, type BlockContents } from '../../../src/map/pbf/read-extract.ts'
import { itWithSharedData, sharedFolder } from '../../geo/support/shared-data.ts'
import { withFile } from '../../support/street-map.ts'
import { blob, writeExtract, type DrawnExtract } from '../../support/write-extract.ts'

const drawn: DrawnExtract = {
  nodes: [
    { id: 5, longitude: -4.5, latitude: -33.25, tags: { place: 'village', name: 'Ĥ ß 村' } },
    { id: 7, longitude: 5.1000001, latitude: 52.0999999 },
    // Ids have long passed four bytes.
    { id: 12_345_678_901, longitude: 5.2, latitude: 52.2 },
  ],
  ways: [{ id: 3, nodes: [12_345_678_901, 5, 7], tags: { highway: 'residential', name: 'A' } }],
  sourceSeconds: 1_700_000_000,
}

describe('an extract', () => {
  it.each([
    ['nodes in columns, zlib', {}],
    ['nodes in columns, raw', { compression: 'raw' as const }],
    ['nodes one by one', { isPlain: true }],
  ])('an extract is read to the last tag: %s', async (_name, how) => {
    const found = await read(writeExtract({ ...drawn, ...how }))
    expect(found).toEqual({
      header: { sourceSeconds: 1_700_000_000 },
      nodes: [
        [5, -45_000_000, -332_500_000, { place: 'village', name: 'Ĥ ß 村' }],
        [7, 51_000_001, 520_999_999, null],
        [12_345_678_901, 52_000_000, 522_000_000, null],
      ],
      ways: [[3, [12_345_678_901, 5, 7], { highway: 'residential', name: 'A' }]],
    })
  })

  it('an extract that is cut off anywhere is refused, unless between two blocks, or gives the same', async () => {
    const whole = writeExtract(drawn)
    let refused = 0
    for (let length = 0; length < whole.length; length++) {
      const outcome = await read(whole.subarray(0, length)).catch(asError)
      if (outcome instanceof Error) {
        expect(outcome.message).toMatch(/cut off|is empty/)
        refused++
      } else {
        // Between blocks it is a good file; that ways or nodes are missing is seen by the import.
        expect(outcome.ways).toEqual([])
      }
    }
    expect(whole.length - refused).toBe(2)
  })

  it('an extract with one byte changed is read or refused in a sentence, and never hangs or crashes', async () => {
    const whole = writeExtract(drawn)
    for (let at = 0; at < whole.length; at++) {
      const hurt = Buffer.from(whole)
      hurt[at] = (hurt[at] ?? 0) ^ 0x55
      const outcome = await read(hurt).catch(asError)
      if (outcome instanceof Error) {
        expect([at, outcome.constructor.name]).toEqual([at, 'MapFault'])
        expect(outcome.message).toMatch(/\.$/)
      }
    }
  })

  it.each([
    ['lz4', { compression: 'lz4' as const }, /compressed with lz4, and only zlib is read/],
    [
      'every version of each object',
      { features: ['OsmSchema-V0.6', 'HistoricalInformation'] },
      /every version of each object; cut one moment out/,
    ],
    ['a feature nobody knows', { features: ['Fancy'] }, /needs "Fancy", which is not read here/],
    ['places in its ways', { optionalFeatures: ['LocationsOnWays'] }, /keeps places in its ways/],
    [
      'nodes out of order',
      { nodes: [...drawn.nodes].reverse() },
      /not sorted: sort it with osmium sort/,
    ],
  ])('an extract with %s is refused with what to do', async (_name, how, sentence) => {
    await expect(read(writeExtract({ ...drawn, ...how }))).rejects.toThrow(sentence)
  })

  it.each([
    ['text', Buffer.from('<?xml version="1.0"?><osm version="0.6"></osm>')],
    ['zeros', Buffer.alloc(1_000)],
    ['a block of 33 MB', hugeBlob()],
    ['no header', blob('OSMData', Buffer.alloc(0), 'raw')],
  ])('what is no extract at all is said to be none: %s', async (_name, bytes) => {
    await expect(read(bytes)).rejects.toThrow(/is not an OpenStreetMap extract/)
  })

  it('a block that swells to more than a block may be is refused before it fills the memory', async () => {
    const bomb = blob('OSMHeader', Buffer.alloc(40 * 1024 * 1024), 'zlib')
    await expect(read(bomb)).rejects.toThrow(/larger than a block may be/)
  })

  it('an extract that is read again is not read where it holds nothing that is asked for', async () => {
    const whole = writeExtract(drawn)
    // The block of nodes is the second; none of its bytes inflate any more.
    const nodesEnd = whole.lastIndexOf('OSMData') - 6
    const hurt = Buffer.from(whole).fill(0xff, nodesEnd - 40, nodesEnd)
    await expect(read(hurt)).rejects.toThrow(/is damaged/)
    const contents: BlockContents = new Map()
    const ways: number[] = []
    const reader = { onWay: (id: number) => ways.push(id) }
    await withFile(whole, async (path) => readExtract(path, { reader, contents }))
    await withFile(hurt, async (path) => readExtract(path, { reader, contents }))
    expect(ways).toEqual([3, 3])
    const cut = whole.subarray(0, nodesEnd - 1)
    await expect(
      withFile(cut, async (path) => readExtract(path, { reader, contents })),
    ).rejects.toThrow(/cut off/)
  })

  // Counts that three other readers agree on.
  itWithSharedData('a whole small country is read to the last way', async () => {
    let [nodes, ways, references, latitudes] = [0, 0, 0, 0]
    await readExtract(join(sharedFolder, 'maps/liechtenstein.osm.pbf'), {
      reader: {
        onNode: (_id, _longitude, latitudeE7) => {
          nodes++
          latitudes += latitudeE7 / 1e7
        },
        onWay: (_id, named) => {
          ways++
          references += named.length
        },
      },
    })
    expect([nodes, ways, references]).toEqual([142_832, 15_247, 159_076])
    expect(latitudes).toBeCloseTo(6_733_625.5478, 3)
  })
})

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error))
}

function hugeBlob(): Buffer {
  const header = Buffer.from([10, 9, ...Buffer.from('OSMHeader'), 24, 0x80, 0x80, 0x80, 0x11])
  return Buffer.concat([Buffer.from([0, 0, 0, header.length]), header])
}

async function read(bytes: Uint8Array) {
  const nodes: unknown[] = []
  const ways: unknown[] = []
  const header = await withFile(bytes, async (path) =>
    readExtract(path, {
      reader: {
        onNode: (id, longitude, latitude, tags) =>
          nodes.push([id, longitude, latitude, tags && Object.fromEntries(tags)]),
        onWay: (id, references, tags) => ways.push([id, [...references], Object.fromEntries(tags)]),
      },
    }),
  )
  return { header, nodes, ways }
}
