import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compilePolygon } from '../../geo/ban-shape.ts'
import type { Position } from '../../geo/ban-shape.ts'
import { checkGeometry as checkWithin } from '../../geo/check-geometry.ts'
import { defaultLimits } from '../../src/core/model/limits.ts'
import { containsPosition } from '../../geo/containment.ts'
import { createRandom } from '../support/random.ts'
import { starRing } from '../geo/support/random-shapes.ts'
import { seedOr } from './seed.ts'

/**
 * On an edge, or an odd number of edges to the east: in whole numbers, so that nothing is rounded.
 */
function wholeNumberJudge(rings: readonly (readonly Position[])[], x: number, y: number): boolean {
  let isInside = false
  for (const ring of rings) {
    for (let k = 0; k + 1 < ring.length; k += 1) {
      const [x1, y1] = ring[k]!
      const [x2, y2] = ring[k + 1]!
      const side = (x2 - x1) * (y - y1) - (x - x1) * (y2 - y1)
      const isWithin =
        Math.min(x1, x2) <= x &&
        x <= Math.max(x1, x2) &&
        Math.min(y1, y2) <= y &&
        y <= Math.max(y1, y2)
      if (side === 0 && isWithin) return true
      if (y1 > y !== y2 > y && side > 0 === y2 > y1) isInside = !isInside
    }
  }
  return isInside
}

/** Within the bounds of the product. */
const checkGeometry = (value: unknown) => checkWithin(value, defaultLimits)

describe('rings on a grid, where every position may lie on a vertex or an edge', () => {
  it('rings on a grid hold exactly what whole-number arithmetic says, for every accepted drawing', () => {
    const coordinate = fc.tuple(fc.integer({ min: 0, max: 7 }), fc.integer({ min: 0, max: 7 }))
    const ring = fc.array(coordinate, { minLength: 3, maxLength: 8 })
    let accepted = 0
    fc.assert(
      fc.property(fc.array(ring, { minLength: 1, maxLength: 2 }), (rings) => {
        const closed = rings.map((points) => [...points, points[0]!] as Position[])
        const scaled = closed.map((points) => points.map(([x, y]) => [x / 256, y / 256]))
        const checked = checkGeometry({ type: 'Polygon', coordinates: scaled })
        if (!checked.ok) return
        accepted += 1
        const shape = compilePolygon(checked.geometry)
        for (let x = -1; x <= 15; x += 1) {
          for (let y = -1; y <= 15; y += 1) {
            // Half steps as well, so that edges are met between vertices.
            const judged = wholeNumberJudge(
              closed.map((points) => points.map(([px, py]): Position => [2 * px, 2 * py])),
              x,
              y,
            )
            expect(containsPosition(shape, x / 512, y / 512)).toBe(judged)
          }
        }
      }),
      { numRuns: 4_000, seed: seedOr(271_828) },
    )
    expect(accepted).toBeGreaterThan(200)
  })
})

describe('a border of 10,000 vertices', () => {
  it('a border of 10,000 vertices holds the same positions through its index as edge by edge', () => {
    const random = createRandom(1_618)
    const ring = starRing(random, 5, 52, 5_000, 10_000)
    const shape = compilePolygon({ type: 'Polygon', coordinates: [ring] })
    let insideCount = 0
    for (let k = 0; k < 300; k += 1) {
      const vertex = ring[Math.floor(random() * 10_000)]!
      const x = vertex[0] + (random() - 0.5) * 0.01
      const y = k % 3 === 0 ? vertex[1] : vertex[1] + (random() - 0.5) * 0.01
      const judged = wholeNumberJudge([ring], x, y)
      if (judged) insideCount += 1
      expect(containsPosition(shape, x, y)).toBe(judged)
    }
    expect(insideCount).toBeGreaterThan(50)
    for (const [x, y] of ring) expect(containsPosition(shape, x, y)).toBe(true)
  })
})
