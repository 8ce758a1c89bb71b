import { spawnSync } from 'node:child_process'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { featureKinds } from '../../../src/core/roads/street-map.ts'
import { roadClasses } from '../../../src/core/model/road-classes.ts'
import { importExtract } from '../../../src/map/import/import-extract.ts'
import { openStreetMap, readMap, writeMap } from '../../../src/map/stored-map.ts'
import { itWithSharedData, sharedFolder } from '../../geo/support/shared-data.ts'
import { drawGridTown, gridNode, gridPlace } from '../../support/grid-town.ts'
import { mapOf, withFile } from '../../support/street-map.ts'
import { writeExtract, type DrawnExtract } from '../../support/write-extract.ts'

describe('an imported map', () => {
  it('an imported map has a junction where streets cross, and an edge between each two', async () => {
    const { roads } = await mapOf(drawGridTown(2))
    expect(roads.vertexLongitudesE7).toHaveLength(25)
    expect(roads.edgeFrom).toHaveLength(40)
    for (const meters of roads.edgeMeters) expect(meters).toBeCloseTo(100, 0)
    expect(roads.adjacentStarts.at(-1)).toBe(80)
  })

  it('an imported map keeps bends as shape, and ways that end in themselves', async () => {
    const loop: DrawnExtract = {
      nodes: [
        { id: 1, ...gridPlace(0, 0) },
        { id: 2, ...gridPlace(50, 50) },
        { id: 3, ...gridPlace(100, 0) },
        { id: 4, ...gridPlace(200, 0) },
      ],
      ways: [
        { id: 1, nodes: [1, 2, 3, 1], tags: { highway: 'service', junction: 'roundabout' } },
        { id: 2, nodes: [3, 4], tags: { highway: 'footway' } },
      ],
    }
    const { roads } = await mapOf(loop)
    expect(roads.vertexLongitudesE7).toHaveLength(3)
    expect([...roads.edgeMeters].map(Math.round)).toEqual([141, 100, 100])
    expect([...roads.edgeClass].map((at) => roadClasses[at])).toEqual([
      'service',
      'service',
      'path',
    ])
  })

  it.each([
    [{ highway: 'motorway_link' }, 'motorway', 0],
    [{ highway: 'primary', maxspeed: '80' }, 'primary', 80],
    [{ highway: 'residential', maxspeed: '30 mph' }, 'residential', 48],
    [{ highway: 'residential', maxspeed: 'NL:urban' }, 'residential', 0],
    [{ highway: 'residential', access: 'no', motorcar: 'no' }, 'residential', 0],
    [{ highway: 'construction' }, 'unclassified', 0],
    [{ highway: 'something-new' }, 'path', 0],
    [{ route: 'ferry' }, 'ferry', 0],
  ])('a way with %j is a %s with a sign of %d km/h', async (tags, name, sign) => {
    const town = drawGridTown(1)
    const way = { id: 99, nodes: [gridNode(1, 0, 0), gridNode(1, 1, 1)], tags }
    const { roads } = await mapOf({ ...town, ways: [...town.ways, way] })
    const edge = roads.edgeFrom.length - 1
    expect(roads.edgeMeters[edge]).toBeCloseTo(141.4, 0)
    expect(roadClasses[roads.edgeClass[edge] ?? 0]).toBe(name)
    expect(roads.edgeSign[edge]).toBe(sign)
  })

  it.each([{ highway: 'proposed' }, { highway: 'razed' }, { power: 'line' }])(
    'nobody travels on a way with %j',
    async (tags) => {
      const town = drawGridTown(1)
      const way = { id: 99, nodes: [gridNode(1, 0, 0), gridNode(1, 1, 1)], tags }
      const { roads } = await mapOf({ ...town, ways: [...town.ways, way] })
      expect(roads.edgeFrom).toHaveLength(12)
    },
  )

  it('an imported map has what stands beside the roads, and each house number once', async () => {
    const house = { 'addr:street': 'Dorpsstraat', 'addr:housenumber': '12A', building: 'yes' }
    const corners = [
      { id: 8001, ...gridPlace(10, 10) },
      { id: 8002, ...gridPlace(20, 10) },
      { id: 8003, ...gridPlace(20, 20) },
    ]
    const { building: _building, ...number } = house
    const map = await mapOf(
      drawGridTown(1, {
        nodes: [
          ...corners,
          { id: 8004, ...gridPlace(15, 12), tags: number },
          { id: 8005, ...gridPlace(50, 50), tags: { railway: 'station', name: 'Middel' } },
        ],
        ways: [
          { id: 50, nodes: [8001, 8002, 8003, 8001], tags: house },
          { id: 51, nodes: [8001, 8003], tags: { railway: 'rail' } },
          { id: 52, nodes: [8001, 8002], tags: { railway: 'rail', service: 'yard' } },
        ],
      }),
    )
    expect([...map.features.kinds].map((kind) => featureKinds[kind])).toEqual([
      'station',
      'building',
      'rail',
    ])
    expect(map.addresses.streets).toHaveLength(1)
    expect(map.names[map.addresses.streets[0] ?? 0]).toBe('Dorpsstraat')
  })

  it('an extract without roads is refused', async () => {
    const bare = { nodes: drawGridTown(1).nodes, ways: [] }
    await expect(mapOf(bare)).rejects.toThrow('The file holds no road.')
  })

  it('an extract that lacks more than one in a hundred nodes of its roads is refused: it was cut off', async () => {
    const town = drawGridTown(6)
    const cut = { ...town, nodes: town.nodes.filter((_, index) => index % 50 !== 0) }
    await expect(mapOf(cut)).rejects.toThrow(/lacks 4 of 169 nodes of its roads: it is cut off/)
  })

  it('a road of more nodes than there are in any is refused, and one named twice in a row is one', async () => {
    const town = drawGridTown(2)
    const endless = (count: number) => ({
      id: 900,
      nodes: Array.from({ length: count }, (_, index) => gridNode(2, index % 2, 0)),
      tags: { highway: 'path' },
    })
    await expect(mapOf({ ...town, ways: [...town.ways, endless(2_001)] })).rejects.toThrow(
      'Way 900 names more than 2000 nodes, and OpenStreetMap allows no more.',
    )
    const stuck = { ...endless(0), nodes: [1, 1, 1, 2, 2].map((x) => gridNode(2, x, 0)) }
    const { roads } = await mapOf({ ...town, ways: [...town.ways, stuck] })
    expect(roads.edgeFrom).toHaveLength(2 * 5 * 4 + 1)
  })

  it('a road that leaves the extract ends at its edge', async () => {
    const town = drawGridTown(6)
    const nodes = town.nodes.filter(({ id }) => id !== gridNode(6, 0, 0))
    const { roads } = await mapOf({ ...town, nodes })
    expect(roads.edgeFrom).toHaveLength(2 * 13 * 12 - 4)
  })
})

describe('a map file', () => {
  it('a map file gives back what was written, under one id for one content', async () => {
    await withFile(writeExtract(drawGridTown(2)), async (path, folder) => {
      const { map } = await importExtract(path, {})
      const id = await writeMap(join(folder, 'maps/one.map'), map)
      expect(await writeMap(join(folder, 'two.map'), map)).toBe(id)
      const read = await readMap(join(folder, 'maps/one.map'))
      expect(read.id).toBe(id)
      expect(read.roads).toEqual(map.roads)
      expect(read.addresses).toEqual(map.addresses)
      expect(read.features).toEqual(map.features)
      expect(read.names).toEqual(map.names)
    })
  })

  it('a map file that is not there is refused with its path and what to do', async () => {
    await expect(readMap('/absent/town.map')).rejects.toThrow(
      '/absent/town.map cannot be read (ENOENT): make a map with npm run map:import.',
    )
  })

  it('a map file that was damaged, cut off or is none is refused with what to do', async () => {
    await withFile(writeExtract(drawGridTown(2)), async (path, folder) => {
      const { map } = await importExtract(path, {})
      const file = join(folder, 'one.map')
      await writeMap(file, map)
      const whole = await readFile(file)
      const hurts = Array.from({ length: 40 }, (_, at) => {
        const hurt = Buffer.from(whole)
        const place = Math.floor((at * whole.length) / 40)
        hurt[place] = (hurt[place] ?? 0) ^ 1
        return hurt
      })
      for (const bytes of [
        ...hurts,
        whole.subarray(0, -1),
        whole.subarray(0, 20),
        Buffer.alloc(0),
      ]) {
        await writeFile(file, bytes)
        await expect(readMap(file)).rejects.toThrow(/import the extract again|npm run map:import/)
      }
      await expect(openStreetMap(file)).rejects.toThrow(/HOEDE_MAP_PATH: the map cannot be read/)
      await expect(openStreetMap(join(folder, 'none'))).rejects.toThrow(/HOEDE_MAP_PATH/)
      expect(await openStreetMap(null)).toBeNull()
    })
  })
})

describe('npm run map:import', () => {
  it('map:import writes a map and says what is in it', async () => {
    await withFile(writeExtract(drawGridTown(3)), async (path, folder) => {
      const to = join(folder, 'town.map')
      const { status, stdout } = run(path, '--to', to)
      expect(status).toBe(0)
      expect(stdout).toContain('84 pieces of road between 49 junctions')
      expect((await readMap(to)).roads.edgeFrom).toHaveLength(84)
    })
  })

  it.each([
    [[], 'The file is missing.'],
    [['/nowhere.osm.pbf'], 'There is no file /nowhere.osm.pbf.'],
    [['/tmp'], '/tmp is not a file.'],
    [['a', 'b'], 'One file is taken, not also b.'],
    [
      [join(import.meta.dirname, 'import-extract.test.ts')],
      'import-extract.test.ts: The file is not an OpenStreetMap extract',
    ],
  ])('map:import with %j ends with 2 and a sentence', (given, sentence) => {
    const { status, stderr } = run(...given)
    expect(status).toBe(2)
    expect(stderr).toContain(sentence)
  })
})

describe('an extract that breaks off', () => {
  it('map:import names the file, says what to do, and leaves the map of before as it was', async () => {
    await withFile(writeExtract(drawGridTown(3)), async (path, folder) => {
      const to = join(folder, 'town.map')
      expect(run(path, '--to', to).status).toBe(0)
      const before = await readFile(to)
      const whole = await readFile(path)
      await writeFile(path, whole.subarray(0, -40))
      const { status, stderr } = run(path, '--to', to)
      expect(status).toBe(2)
      expect(stderr).toMatch(
        /extract\.osm\.pbf: The file is cut off at byte \d+: fetch it again\.\n$/,
      )
      expect(await readFile(to)).toEqual(before)
      expect((await readdir(folder)).toSorted()).toEqual(['extract.osm.pbf', 'town.map'])
    })
  })
})

describe('extracts of real towns', () => {
  itWithSharedData(
    'extracts of real towns give the networks that were counted by others',
    async () => {
      const counts = []
      for (const name of ['maps/liechtenstein', 'maps/krems', 'netherlands/amsterdam-amstel']) {
        const { map, missingNodeCount } = await importExtract(
          join(sharedFolder, `${name}.osm.pbf`),
          {},
        )
        counts.push([
          map.roads.vertexLongitudesE7.length,
          map.roads.edgeFrom.length,
          missingNodeCount,
        ])
      }
      expect(counts).toEqual([
        [6_257, 7_885, 0],
        [1_232, 1_635, 0],
        [75, 85, 0],
      ])
    },
  )
})

function run(...given: readonly string[]) {
  return spawnSync(process.execPath, ['src/map/import-main.ts', ...given], { encoding: 'utf8' })
}
