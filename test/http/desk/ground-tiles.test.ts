import { writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { VectorTile } from '@mapbox/vector-tile'
import { PbfReader } from 'pbf'
import { describe, expect, test } from 'vitest'
import { readGroundFile } from '../../../src/http/desk/ground-file.ts'
import { cutGround, tileZoomMax } from '../../../src/http/desk/ground-tiles.ts'
import { townGround } from '../../../lab/town/town-ground.ts'

const town = townGround(1)

describe('the ground of the maps', () => {
  test('the town of the demo becomes tiles with its streets and houses where they are', () => {
    const ground = cutGround(fileOf(town))
    const [west, south, east, north] = ground.bounds ?? [0, 0, 0, 0]
    const middle = { longitude: (west + east) / 2, latitude: (south + north) / 2 }
    const place = tileAt(middle, 14)
    const tile = new VectorTile(new PbfReader(ground.findTile(place) ?? Buffer.alloc(0)))
    expect(Object.keys(tile.layers).toSorted()).toEqual(['building', 'green', 'street'])
    const street = tile.layers['street']?.feature(0).toGeoJSON(place.x, place.y, place.z)
    expect(street?.properties?.['name']).toMatch(/straat|laan/)
    const [[longitude = 0, latitude = 0] = []] = coordinatesOf(street?.geometry)
    expect(Math.abs(longitude - middle.longitude)).toBeLessThan(0.03)
    expect(Math.abs(latitude - middle.latitude)).toBeLessThan(0.02)
  })

  test('a tile beside the map is nothing, and from far away houses are left out', () => {
    const ground = cutGround(fileOf(town))
    expect(ground.findTile({ z: 14, x: 0, y: 0 })).toBeNull()
    const [west = 0, south = 0] = ground.bounds ?? []
    const far = tileAt({ longitude: west + 0.03, latitude: south + 0.02 }, 11)
    const tile = new VectorTile(new PbfReader(ground.findTile(far) ?? Buffer.alloc(0)))
    expect(Object.keys(tile.layers)).not.toContain('building')
    expect(tileZoomMax).toBe(15)
  })

  test('a map without anything has no bounds and no tiles', () => {
    const ground = cutGround({ type: 'FeatureCollection', attribution: 'nobody', features: [] })
    expect(ground.bounds).toBeNull()
    expect(ground.findTile({ z: 0, x: 0, y: 0 })).toBeNull()
  })

  test('asking for every square there is leaves nothing behind in memory', () => {
    const ground = cutGround(fileOf(town))
    const [west = 0, south = 0, east = 0, north = 0] = ground.bounds ?? []
    const before = usedBytes()
    let foundCount = 0
    for (let z = 8; z <= tileZoomMax; z += 1) {
      const first = tileAt({ longitude: west, latitude: north }, z)
      const last = tileAt({ longitude: east, latitude: south }, z)
      for (let x = first.x; x <= last.x; x += 1) {
        for (let y = first.y; y <= last.y; y += 1)
          if (ground.findTile({ z, x, y }) !== null) foundCount += 1
      }
    }
    expect(foundCount).toBeGreaterThan(100)
    // An index that keeps what was asked held 30 MB of this small town.
    expect((usedBytes() - before) / 1e6).toBeLessThan(5)
    expect(ground.bounds).not.toBeNull()
  })

  test.each([
    ['no JSON', 'streets', /no JSON/],
    ['no attribution', '{"type":"FeatureCollection","features":[]}', /attribution/],
    [
      'points alone',
      '{"type":"FeatureCollection","attribution":"a","features":[{"type":"Feature","properties":{"layer":"street"},"geometry":{"type":"Point","coordinates":[5,52]}}]}',
      /features\.0\.geometry/,
    ],
  ])('a file with %s is refused at the start', (_what, text, sentence) => {
    const path = join(tmpdir(), `hoede-ground-${process.pid}.json`)
    writeFileSync(path, text)
    expect(() => readGroundFile(path)).toThrow(sentence)
  })

  test('a file that is not there is refused by its name, and none at all is a plain ground', () => {
    expect(() => readGroundFile('/nowhere/map.json')).toThrow(/nowhere/)
    expect(readGroundFile(null)).toBeNull()
  })
})

function usedBytes(): number {
  setFlagsFromString('--expose_gc')
  const collect: unknown = runInNewContext('gc')
  if (typeof collect !== 'function') throw new Error('expected a collector to call')
  collect()
  return process.memoryUsage().heapUsed
}

function fileOf(ground: object) {
  const path = join(tmpdir(), `hoede-town-${process.pid}.json`)
  writeFileSync(path, JSON.stringify(ground))
  const file = readGroundFile(path)
  if (file === null) throw new Error('expected a ground')
  return file
}

function tileAt(place: { longitude: number; latitude: number }, z: number) {
  const n = 2 ** z
  const latitude = (place.latitude * Math.PI) / 180
  return {
    z,
    x: Math.floor(((place.longitude + 180) / 360) * n),
    y: Math.floor(((1 - Math.asinh(Math.tan(latitude)) / Math.PI) / 2) * n),
  }
}

function coordinatesOf(geometry: unknown): number[][] {
  const { coordinates } = geometry as { coordinates: number[][] | number[][][] }
  return (Array.isArray(coordinates[0]?.[0]) ? coordinates[0] : coordinates) as number[][]
}
