import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sideOf } from '../../geo/exact-side.ts'

/** The determinant in integers, for coordinates that are multiples of 2^-60. */
function exactSign(values: readonly number[]): number {
  const [ax, ay, bx, by, px, py] = values.map((value) => BigInt(value * 2 ** 60)) as [
    bigint,
    bigint,
    bigint,
    bigint,
    bigint,
    bigint,
  ]
  const determinant = (bx - ax) * (py - ay) - (px - ax) * (by - ay)
  return determinant > 0n ? 1 : determinant < 0n ? -1 : 0
}

describe('the side of a line', () => {
  it('the side of a line is exact for points within a few roundings of the line', () => {
    const coordinate = fc.integer({ min: -180, max: 180 })
    const nudge = fc.integer({ min: -3, max: 3 })
    fc.assert(
      fc.property(
        fc.tuple(coordinate, coordinate, coordinate, coordinate),
        fc.integer({ min: 0, max: 8 }),
        fc.tuple(nudge, nudge),
        ([ax, ay, bx, by], eighths, [nx, ny]) => {
          const px = ax + ((bx - ax) * eighths) / 8 + nx * 2 ** -45
          const py = ay + ((by - ay) * eighths) / 8 + ny * 2 ** -45
          const values = [ax, ay, bx, by, px, py]
          expect(Math.sign(sideOf(ax, ay, bx, by, px, py))).toBe(exactSign(values))
        },
      ),
      { numRuns: 5_000, seed: 90_210 },
    )
  })

  it('the exact side differs where plain arithmetic sees no difference', () => {
    // Three points on y = x, the last one rounding off: the naive determinant
    // is 0 or has the wrong sign.
    const p = 0.5 + 2 ** -53
    expect(sideOf(12, 12, 24, 24, p, 0.5)).toBeLessThan(0)
    expect(sideOf(12, 12, 24, 24, 0.5, p)).toBeGreaterThan(0)
    expect(sideOf(12, 12, 24, 24, p, p)).toBe(0)
  })

  it('the side of a line is not a number for what is not one', () => {
    expect(sideOf(0, 0, 1, 1, Number.NaN, 0)).toBeNaN()
  })
})
