import * as polyclip from 'polyclip-ts'
import { describe, expect, it } from 'vitest'
import { compilePolygon } from '../../geo/ban-shape.ts'
import { geometryOf, partsOf, uniteParts, withoutParts } from '../../geo/clip-areas.ts'
import { crossingStrips } from '../support/crossing-strips.ts'

describe('areas that are united or cut', () => {
  it('areas whose borders cross almost along each other are united on a grid', () => {
    const parts = partsOf({ type: 'MultiPolygon', coordinates: crossingStrips })
    expect(() => polyclip.union(parts)).toThrow('Unable to complete output ring')
    const united = geometryOf(uniteParts(parts) ?? [])!
    const sizes = crossingStrips.map(
      (coordinates) => compilePolygon({ type: 'Polygon', coordinates }).areaSquareMeters,
    )
    const { areaSquareMeters } = compilePolygon(united)
    expect(areaSquareMeters).toBeGreaterThan(Math.max(...sizes))
    expect(areaSquareMeters).toBeLessThan(sizes.reduce((all, size) => all + size, 0))
  })

  it('areas that no grid helps are none, and not a fault that ends the answer', () => {
    const hurt = [[[[Number.NaN, 52]]]] as unknown as ReturnType<typeof partsOf>
    expect(
      uniteParts([...hurt, ...partsOf({ type: 'MultiPolygon', coordinates: crossingStrips })]),
    ).toBeNull()
    expect(withoutParts(hurt, hurt)).toBeNull()
  })

  it('an area without another is what is left of it, and nothing where none is', () => {
    const box = (west: number, east: number): [number, number][][] => [
      [
        [west, 52],
        [east, 52],
        [east, 52.1],
        [west, 52.1],
        [west, 52],
      ],
    ]
    expect(geometryOf(withoutParts([box(5, 5.2)], [box(5.1, 5.3)])!)).toMatchObject({
      type: 'Polygon',
    })
    expect(geometryOf(withoutParts([box(5, 5.2)], [box(4.9, 5.3)])!)).toBeNull()
  })
})
