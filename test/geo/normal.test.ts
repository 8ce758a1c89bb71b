import { describe, expect, it } from 'vitest'
import { gaussLegendre, normalTail, owenT } from '../../geo/normal.ts'

describe('the normal tail', () => {
  it.each([
    [0, 0.5],
    [1, 0.158_655_253_931_457_05],
    [2, 0.022_750_131_948_179_21],
    [3, 1.349_898_031_630_094e-3],
    [5, 2.866_515_718_791_939e-7],
    [8, 6.220_960_574_271_785e-16],
  ])('the normal tail beyond %d is %d', (x, tail) => {
    expect(Math.abs(normalTail(x) / tail - 1)).toBeLessThan(1e-13)
    expect(normalTail(-x)).toBeCloseTo(1 - tail, 14)
  })

  it('the normal tail ends at nothing and everything, and is not a number of what is not one', () => {
    expect(normalTail(Infinity)).toBe(0)
    expect(normalTail(-Infinity)).toBe(1)
    expect(normalTail(Number.NaN)).toBeNaN()
  })
})

describe("Owen's T", () => {
  it("Owen's T equals its integral taken slowly", () => {
    for (const h of [0, 1e-8, 0.01, 0.3, 1, 2.5, 5.5]) {
      for (const a of [-40, -1, -0.2, 0, 1e-6, 0.5, 1, 1.001, 3, 25, 1e4]) {
        expect(Math.abs(owenT(h, a) - slowT(h, a))).toBeLessThan(1e-9)
      }
    }
  })

  it("Owen's T has its known values", () => {
    expect(owenT(0, 1)).toBeCloseTo(1 / 8, 15)
    expect(owenT(1, 1)).toBeCloseTo((normalTail(1) * (1 - normalTail(1))) / 2, 15)
    expect(owenT(2, 1e9)).toBeCloseTo(normalTail(2) / 2, 15)
  })
})

it('a quadrature with n points is exact for polynomials of degree 2n - 1', () => {
  for (const count of [2, 4, 20, 40]) {
    const { nodes, weights } = gaussLegendre(count)
    const degree = 2 * count - 1
    const sum = nodes.reduce((total, x, k) => total + weights[k]! * x ** degree, 0)
    expect(sum).toBeCloseTo(1 / (degree + 1), 14)
  }
})

/** By angle, with Simpson's rule: x = tan(angle) makes the integrand flat and the range finite. */
function slowT(h: number, a: number): number {
  const end = Math.atan(a)
  const steps = 200_000
  const at = (k: number): number => Math.exp((-h * h) / (2 * Math.cos((end * k) / steps) ** 2))
  let sum = at(0) + at(steps)
  for (let k = 1; k < steps; k += 1) sum += (k % 2 === 1 ? 4 : 2) * at(k)
  return ((sum * end) / steps / 3) * (1 / (2 * Math.PI))
}
