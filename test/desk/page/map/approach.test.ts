import { describe, expect, it } from 'vitest'
import { metersPerDegree } from '../../../../geo/distance.ts'
import { compilePolygon } from '../../../../geo/ban-shape.ts'
import { signedDistanceMeters } from '../../../../geo/containment.ts'
import type { LocationBan } from '../../../../src/desk/page/net/api.ts'
import { approachOf } from '../../../../src/desk/page/map/approach.ts'

const middle = { longitude: 4.9, latitude: 52.37 }
const perDegree = metersPerDegree(middle.latitude)
const place = ([x, y]: readonly number[]): [number, number] => [
  middle.longitude + x! / perDegree.longitude,
  middle.latitude + y! / perDegree.latitude,
]
const polygon = (...rings: readonly (readonly (readonly number[])[])[]) => ({
  type: 'Polygon' as const,
  coordinates: rings.map((ring) => [...ring, ring[0]!].map(place)),
})
const banOf = (geometry: object, approachMeters: number): LocationBan =>
  ({ geometry, circle: null, approachMeters }) as unknown as LocationBan

const strip = polygon([
  [0, 0],
  [2_000, 150],
  [2_000, 350],
  [0, 200],
])
const horseshoe = polygon([
  [0, 0],
  [900, 0],
  [900, 900],
  [700, 900],
  [700, 200],
  [200, 200],
  [200, 900],
  [0, 900],
])
const hollow = polygon(
  [
    [0, 0],
    [3_000, 0],
    [3_000, 3_000],
    [0, 3_000],
  ],
  [
    [500, 500],
    [500, 2_500],
    [2_500, 2_500],
    [2_500, 500],
  ],
)

describe('the line around a drawn area', () => {
  it.each([
    { name: 'strip', geometry: strip, meters: 300, ringCount: 1 },
    { name: 'horseshoe', geometry: horseshoe, meters: 100, ringCount: 1 },
    { name: 'horseshoe that closes', geometry: horseshoe, meters: 400, ringCount: 1 },
    { name: 'hollow area', geometry: hollow, meters: 400, ringCount: 2 },
  ])(
    'the line about a $name is closed, and everywhere as far from it as the approach',
    ({ geometry, meters, ringCount }) => {
      const rings = approachOf(banOf(geometry, meters))
      expect(rings.length).toBe(ringCount)
      const shape = compilePolygon(geometry)
      for (const ring of rings) {
        expect(ring.at(-1)).toEqual(ring[0])
        for (const [longitude, latitude] of ring) {
          const away = Math.abs(signedDistanceMeters(shape, longitude!, latitude!))
          expect(Math.abs(away - meters)).toBeLessThan(0.03 * meters)
        }
      }
    },
  )

  it('what is no area yet has no line, and the same ban has the same line', () => {
    expect(approachOf(banOf({ type: 'Polygon', coordinates: [] }, 300))).toEqual([])
    expect(approachOf(banOf({ type: 'Polygon', coordinates: [[[4, 52]]] }, 300))).toEqual([])
    const ban = banOf(strip, 300)
    expect(approachOf(ban)).toBe(approachOf(ban))
  })
})
