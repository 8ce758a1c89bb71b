import { describe, expect, it } from 'vitest'
import type { PolygonGeometry } from '../../geo/ban-shape.ts'
import { bordersCross } from '../../geo/borders-cross.ts'

describe('borders that cross', () => {
  const square = box(5, 5.1, 52, 52.1)

  it.each([
    ['a strip through the middle with no corner inside', box(4.9, 5.2, 52.05, 52.0501), true],
    ['a corner inside', box(5.09, 5.2, 52.09, 52.2), true],
    ['a square inside', box(5.04, 5.06, 52.04, 52.06), false],
    ['a square around', box(4, 6, 51, 53), false],
    ['a neighbour at the same border', box(5.1, 5.2, 52, 52.1), false],
    ['another town', box(6, 6.1, 52, 52.1), false],
  ])('borders cross as they should of %s', (_what, other, isCrossing) => {
    expect(bordersCross(square, other)).toBe(isCrossing)
    expect(bordersCross(other, square)).toBe(isCrossing)
  })

  it('borders of a hole and of each part count', () => {
    const holed: PolygonGeometry = {
      type: 'Polygon',
      coordinates: [...box(4, 6, 51, 53).coordinates, ...box(5.05, 5.2, 52.02, 52.08).coordinates],
    }
    expect(bordersCross(square, holed)).toBe(true)
    const parts = { type: 'MultiPolygon' as const, coordinates: [box(6, 7, 52, 53).coordinates] }
    expect(bordersCross(square, parts)).toBe(false)
    const more = { ...parts, coordinates: [...parts.coordinates, box(5.05, 6, 52, 53).coordinates] }
    expect(bordersCross(square, more)).toBe(true)
  })
})

function box(west: number, east: number, south: number, north: number): PolygonGeometry {
  return {
    type: 'Polygon',
    coordinates: [
      [
        [west, south],
        [east, south],
        [east, north],
        [west, north],
        [west, south],
      ],
    ],
  }
}
