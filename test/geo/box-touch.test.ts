import { describe, expect, it } from 'vitest'
import type { BanShape, Position } from '../../geo/ban-shape.ts'
import { compileCircle, compilePolygon } from '../../geo/ban-shape.ts'
import type { Box } from '../../geo/box-index.ts'
import { touchesBox } from '../../geo/box-touch.ts'
import { containsPosition } from '../../geo/containment.ts'
import { createRandom } from '../property/random.ts'

function polygon(...rings: Position[][]): BanShape {
  return compilePolygon({ type: 'Polygon', coordinates: rings })
}

function ring(west: number, south: number, east: number, north: number): Position[] {
  return [
    [west, south],
    [east, south],
    [east, north],
    [west, north],
    [west, south],
  ]
}

function box(west: number, south: number, east: number, north: number): Box {
  return { west, south, east, north }
}

/** Its box is [0, 10] both ways; the corner in the north-east is not part of it. */
const triangle = polygon([
  [0, 0],
  [10, 0],
  [0, 10],
  [0, 0],
])
const hollow = polygon(ring(0, 0, 10, 10), ring(2, 2, 8, 8))
const overTheAntimeridian = polygon([
  [179, 0],
  [-179, 0],
  [-179, 2],
  [179, 2],
  [179, 0],
])
const circle = compileCircle(5, 52, 1000)

describe('whether an area touches a box', () => {
  it.each<[string, BanShape, Box, boolean]>([
    [
      'a box in the corner of the area’s own box, beyond its edge, is not touched',
      triangle,
      box(8, 8, 10, 10),
      false,
    ],
    ['a box that the edge cuts without a vertex in it is touched', triangle, box(4, 4, 8, 8), true],
    ['a box whose corner lies on the edge is touched', triangle, box(5, 5, 9, 9), true],
    ['a box inside the area is touched', triangle, box(1, 1, 2, 2), true],
    ['a box that holds the area is touched', triangle, box(-1, -1, 11, 11), true],
    ['a box without width inside the area is touched', triangle, box(1, 1, 1, 1), true],
    ['a box beside the area is not touched', triangle, box(10.001, 0, 11, 1), false],
    ['a box in the hole of the area is not touched', hollow, box(3, 3, 7, 7), false],
    ['a box that reaches out of the hole is touched', hollow, box(3, 3, 8, 7), true],
    [
      'a box west of the antimeridian touches an area over it',
      overTheAntimeridian,
      box(179.5, 1, 179.6, 1.5),
      true,
    ],
    [
      'a box east of the antimeridian touches an area over it',
      overTheAntimeridian,
      box(-179.6, 1, -179.5, 1.5),
      true,
    ],
    [
      'a box on the other side of the globe is not touched',
      overTheAntimeridian,
      box(-1, 1, 1, 1.5),
      false,
    ],
    ['a box around the middle of a circle is touched', circle, box(4.99, 51.99, 5.01, 52.01), true],
    [
      'a box beside a circle within its radius is touched',
      circle,
      box(5.0145, 51.99, 5.1, 52.01),
      true,
    ],
    [
      'a box beside a circle beyond its radius is not touched',
      circle,
      box(5.0147, 51.99, 5.1, 52.01),
      false,
    ],
    [
      'a box in the corner of a circle’s own box is not touched',
      circle,
      box(5.0125, 52.0078, 5.1, 52.1),
      false,
    ],
  ])('%s', (_, shape, area, expected) => {
    expect(touchesBox(shape, area)).toBe(expected)
  })

  it('a box with a position inside the area is always touched', () => {
    const random = createRandom(7)
    const shapes = [triangle, hollow, circle, overTheAntimeridian]
    let insideCount = 0
    for (let run = 0; run < 20_000; run++) {
      const shape = shapes[run % shapes.length]!
      const [x, y] =
        shape === circle ? [5, 52] : shape === overTheAntimeridian ? [179.5, 1] : [5, 5]
      const spread = shape === circle ? 0.03 : 8
      const longitude = Math.min(180, x + random.between(-spread, spread))
      const latitude = y + random.between(-spread, spread)
      if (!containsPosition(shape, longitude, latitude)) continue
      insideCount++
      const [width, height] = [random.between(0, spread), random.between(0, spread)]
      const area = box(longitude - width * random.next(), latitude, longitude, latitude + height)
      expect(touchesBox(shape, area), `${longitude} ${latitude}`).toBe(true)
    }
    expect(insideCount).toBeGreaterThan(2_000)
  })
})
