import { describe, expect, it } from 'vitest'
import {
  areaBodyOf,
  areaDraftOf,
  clickArea,
  cornersOf,
  emptyArea,
  withoutLastCorner,
} from '../../../../src/desk/page/register/area.ts'

const square = {
  type: 'Polygon',
  coordinates: [
    [
      [5.1, 52.1],
      [5.2, 52.1],
      [5.2, 52.2],
      [5.1, 52.1],
    ],
  ],
}
const drawn = { ...emptyArea, kind: 'drawn' as const }

describe('An area while it is made', () => {
  it('a click sets the middle of a circle, to a tenth of a metre', () => {
    const area = clickArea(
      { ...emptyArea, radiusMeters: '300' },
      { longitude: 5.12345678, latitude: 52 },
    )
    expect(areaBodyOf(area)).toEqual({
      circle: { longitude: 5.123457, latitude: 52, radiusMeters: 300 },
    })
  })

  it('several features that are pasted are parts of one area, and one that is none is told by the API', () => {
    const feature = { type: 'Feature', geometry: square }
    const paste = (...features: readonly object[]) =>
      areaBodyOf({ ...drawn, geometry: JSON.stringify({ type: 'FeatureCollection', features }) })
    expect(paste(feature, feature)).toEqual({
      geometry: {
        type: 'MultiPolygon',
        coordinates: [square.coordinates, square.coordinates],
      },
    })
    const point = { type: 'Feature', geometry: { type: 'Point', coordinates: [5, 52] } }
    // With a radius it is a circle, as the command takes it.
    const round = { ...point, properties: { radiusMeters: 300 } }
    const circle = { longitude: 5, latitude: 52, radiusMeters: 300 }
    expect(paste(round)).toEqual({ circle })
    expect(areaBodyOf({ ...drawn, geometry: JSON.stringify(round) })).toEqual({ circle })
    expect(paste(feature, round)).toMatchObject({
      geometry: { type: 'MultiPolygon', coordinates: [square.coordinates, expect.any(Array)] },
    })
    expect(paste(feature, point)).toMatchObject({ geometry: { type: 'FeatureCollection' } })
  })

  it('clicks make a closed ring, and the last one can be taken back', () => {
    const places = [
      [5.1, 52.1],
      [5.2, 52.1],
      [5.2, 52.2],
    ] as const
    let area: typeof emptyArea = drawn
    for (const [longitude, latitude] of places) area = clickArea(area, { longitude, latitude })
    expect(areaBodyOf(area)).toEqual({ geometry: square })
    expect(cornersOf(withoutLastCorner(area))).toEqual(places.slice(0, 2))
    expect(withoutLastCorner(clickArea(drawn, { longitude: 5, latitude: 52 })).geometry).toBe('')
  })

  it('a pasted feature, alone or as the one of a collection, is its geometry', () => {
    const feature = { type: 'Feature', properties: {}, geometry: square }
    const collection = { type: 'FeatureCollection', features: [feature] }
    for (const pasted of [square, feature, collection]) {
      expect(areaBodyOf({ ...drawn, geometry: JSON.stringify(pasted) })).toEqual({
        geometry: square,
      })
    }
  })

  it('what cannot be read is sent as it is, and what is missing is left out', () => {
    expect(areaBodyOf({ ...drawn, geometry: 'a square' })).toEqual({ geometry: 'a square' })
    expect(areaBodyOf({ ...emptyArea, longitude: 'east' })).toEqual({
      circle: { longitude: 'east', latitude: undefined, radiusMeters: undefined },
    })
    expect(cornersOf({ ...drawn, geometry: '[null' })).toEqual([])
    expect(cornersOf({ ...drawn, geometry: '{"type":"Polygon","coordinates":[5]}' })).toEqual([])
  })

  it('an area of an order comes back as it is', () => {
    expect(areaBodyOf(areaDraftOf({ geometry: square }))).toEqual({ geometry: square })
    const circle = { longitude: 4.9, latitude: 52.4, radiusMeters: 250 }
    expect(areaBodyOf(areaDraftOf({ circle, geometry: null }))).toEqual({ circle })
  })
})
