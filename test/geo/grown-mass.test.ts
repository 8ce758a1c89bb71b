import { describe, expect, it } from 'vitest'
import { compilePolygon } from '../../geo/ban-shape.ts'
import type { BanShape, Position } from '../../geo/ban-shape.ts'
import { signedDistanceMeters } from '../../geo/containment.ts'
import { metersPerDegree } from '../../geo/distance.ts'
import { probabilityInside } from '../../geo/probability.ts'
import { createRandom } from '../support/random.ts'
import { starPolygon } from './support/random-shapes.ts'

const seed = 20_261_124
const middle = { longitude: 5.1, latitude: 52.1 }
const scale = metersPerDegree(middle.latitude)

/** A closed ring from metres east and north of the middle. */
function ring(...corners: readonly (readonly [number, number])[]): Position[] {
  return [...corners, corners[0]!].map(([east, north]) => at(east, north))
}

function at(east: number, north: number): Position {
  return [middle.longitude + east / scale.longitude, middle.latitude + north / scale.latitude]
}

function block(west: number, south: number, east: number, north: number): Position[] {
  return ring([west, south], [east, south], [east, north], [west, north])
}

const one = (...rings: Position[][]) => compilePolygon({ type: 'Polygon', coordinates: rings })
const random = createRandom(seed)
const shapes: [name: string, shape: BanShape][] = [
  [
    'a U',
    one(
      ring(
        [-200, -200],
        [200, -200],
        [200, 200],
        [150, 200],
        [150, -150],
        [-150, -150],
        [-150, 200],
        [-200, 200],
      ),
    ),
  ],
  [
    'an L',
    one(ring([-300, -300], [300, -300], [300, -200], [-200, -200], [-200, 300], [-300, 300])),
  ],
  ['a square', one(block(-200, -200, 200, 200))],
  ['a house', one(block(-10, -10, 10, 10))],
  ['a strip', one(block(-5, -800, 5, 800))],
  ['a ring', one(block(-300, -300, 300, 300), block(-200, -200, 200, 200).toReversed())],
  [
    'two squares',
    compilePolygon({
      type: 'MultiPolygon',
      coordinates: [[block(-200, -50, -60, 50)], [block(60, -50, 200, 50)]],
    }),
  ],
  ...Array.from({ length: 4 }, (_, index): [string, BanShape] => [
    `star ${index}`,
    compilePolygon(starPolygon(random, middle.longitude, middle.latitude, 300, 9)),
  ]),
]

/** Every place of a fine grid over five sigmas, in or out. */
function sumOverGrid(
  shape: BanShape,
  east: number,
  north: number,
  sigmaMeters: number,
  growMeters: number,
): number {
  let inside = 0
  let all = 0
  for (let x = -5; x <= 5; x += 0.1) {
    for (let y = -5; y <= 5; y += 0.1) {
      const weight = Math.exp(-(x * x + y * y) / 2)
      all += weight
      const place = at(east + x * sigmaMeters, north + y * sigmaMeters)
      if (signedDistanceMeters(shape, ...place) <= growMeters) inside += weight
    }
  }
  return inside / all
}

describe(`the probability of being near a polygon (seed ${seed})`, () => {
  it.each(shapes)(
    'the probability of being near a polygon is right to 0.03 beside %s, hollow or not',
    (_name, shape) => {
      for (let run = 0; run < 24; run += 1) {
        const sigma = [7, 20, 60, 80, 150, 300][run % 6]!
        const grow = [30, 100, 300, 500][Math.floor(run / 6)]!
        // Out to where the grown border runs, give or take what the fix may be off.
        const angle = 2 * Math.PI * random()
        const isAt = (meters: number) =>
          [meters * Math.cos(angle), meters * Math.sin(angle)] as const
        let border = 0
        while (signedDistanceMeters(shape, ...at(...isAt(border))) <= grow) border += 1
        const meters = run % 4 === 0 ? 200 * random() : border + sigma * (3 * random() - 1.5)
        const [east, north] = isAt(meters)
        const found = probabilityInside(shape, ...at(east, north), sigma, grow)
        const summed = sumOverGrid(shape, east, north, sigma, grow)
        const margin = grow - signedDistanceMeters(shape, ...at(east, north))
        const tolerance = Math.abs(margin) < 2 * sigma ? 0.03 : 0.12
        expect(
          Math.abs(found - summed),
          JSON.stringify({ run, sigma, grow, east, north }),
        ).toBeLessThan(tolerance)
      }
    },
  )

  it('a position is more likely near than not where a U closes in from three sides', () => {
    const [, shape] = shapes[0]!
    const found = probabilityInside(shape, ...at(0, 0), 80, 100)
    expect(Math.abs(found - sumOverGrid(shape, 0, 0, 80, 100))).toBeLessThan(0.03)
    // By the nearest border alone, 150 m away, it would be 0.27.
    expect(found).toBeGreaterThan(0.6)
  })
})
