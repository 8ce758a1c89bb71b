import { VectorTile } from '@mapbox/vector-tile'
import { PbfReader } from 'pbf'
import { describe, expect, test } from 'vitest'
import { cutStreetMap } from '../../../src/http/desk/street-map-tiles.ts'
import { drawGridTown, gridPlace } from '../../support/grid-town.ts'
import { mapOf } from '../../support/street-map.ts'

describe('an imported map as the ground', () => {
  test('an imported map gives the streets and houses of the tile that is asked, where they are', async () => {
    const corners = [
      [20, 20],
      [60, 20],
      [60, 60],
      [20, 60],
    ].map(([east = 0, north = 0], at) => ({ id: 90_001 + at, ...gridPlace(east, north) }))
    const nodes = [90_001, 90_002, 90_003, 90_004, 90_001]
    const house = { id: 90, nodes, tags: { building: 'yes' } }
    const ground = cutStreetMap(await mapOf(drawGridTown(3, { nodes: corners, ways: [house] })))
    const middle = gridPlace(40, 40)
    const place = tileAt(middle, 15)
    const { layers } = new VectorTile(new PbfReader(ground.findTile(place) ?? Buffer.alloc(0)))
    expect(Object.keys(layers).toSorted()).toEqual(['building', 'street'])
    const shown = layers['building']!.feature(0).toGeoJSON(place.x, place.y, place.z)
    const [ring = []] = (shown.geometry as { coordinates: number[][][] }).coordinates
    const [longitude = 0, latitude = 0] = ring[0] ?? []
    // The grid of a tile of zoom 15 is finer than 0.3 m.
    expect(Math.abs(longitude - middle.longitude)).toBeLessThan(0.0004)
    expect(Math.abs(latitude - middle.latitude)).toBeLessThan(0.0003)
  })

  test('an imported map shows nothing from far away, beside itself, and no houses before streets', async () => {
    const ground = cutStreetMap(await mapOf(drawGridTown(3, { nodes: [], ways: [] })))
    const middle = gridPlace(40, 40)
    expect(ground.findTile(tileAt(middle, 10))).toBeNull()
    expect(ground.findTile({ z: 15, x: 0, y: 0 })).toBeNull()
    expect(ground.findTile(tileAt(middle, 12))).toBeNull()
    expect(ground.findTile(tileAt(middle, 13))).not.toBeNull()
  })
})

function tileAt(place: { longitude: number; latitude: number }, z: number) {
  const latitude = (place.latitude * Math.PI) / 180
  return {
    z,
    x: Math.floor(((place.longitude + 180) / 360) * 2 ** z),
    y: Math.floor(((1 - Math.asinh(Math.tan(latitude)) / Math.PI) / 2) * 2 ** z),
  }
}
