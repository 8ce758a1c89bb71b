import { describe, expect, it } from 'vitest'
import { compilePolygon } from '../../geo/ban-shape.ts'
import { containsPosition } from '../../geo/containment.ts'
import { polygonCovers } from '../../geo/polygon-cover.ts'
import { createRandom } from '../support/random.ts'

type Position = readonly [number, number]
type Ring = readonly Position[]

const ringOf = (...corners: readonly Position[]): Ring => [...corners, corners[0] ?? [0, 0]]
const box = (west: number, south: number, east: number, north: number): Ring =>
  ringOf([west, south], [east, south], [east, north], [west, north])

/** As much as an order may cost. */
const effort = () => ({ left: 1_000_000 })

const square = box(5, 52, 5.1, 52.1)
/** The square with a notch cut into its northern border. */
const notched = ringOf(
  [5, 52],
  [5.1, 52],
  [5.1, 52.1],
  [5.06, 52.1],
  [5.05, 52.05],
  [5.04, 52.1],
  [5, 52.1],
)

/** A star of so many points about one place, which reach out as far as this. */
const starOf = (corners: number, reach: number): Ring =>
  ringOf(
    ...Array.from({ length: corners }, (_, place): Position => {
      const angle = (2 * Math.PI * place) / corners
      const radius = reach * (place % 2 === 0 ? 1 : 0.98)
      return [5 + radius * Math.cos(angle), 52 + radius * Math.sin(angle)]
    }),
  )

describe('one polygon that covers another', () => {
  it('the border of a province is compared, and no question takes more than its effort', () => {
    const [inner, outer] = [starOf(10_000, 0.5), starOf(10_000, 0.52)]
    const enough = effort()
    expect(polygonCovers([outer], [inner], enough)).toBe(true)
    const little = { left: 50_000 }
    expect(polygonCovers([outer], [inner], little)).toBe(false)
    expect(little.left).toBeLessThan(0)
    // Teeth as long as the area is wide: each edge lies beside all others.
    const comb = (height: number): Ring =>
      ringOf(
        ...Array.from({ length: 10_000 }, (_, x): Position => [x / 1e5, x % 2 === 0 ? 0 : height]),
        [1, -1],
        [-1, -1],
      )
    const spent = effort()
    expect(polygonCovers([comb(50)], [comb(49)], spent)).toBe(false)
    expect(spent.left).toBeGreaterThan(-30_000)
  })

  it('a border that touches itself shows nothing: it may enclose a pocket that is outside of it', () => {
    const ban = box(5.1, 52.08, 5.12, 52.1)
    const pocketed: Ring = [
      [5.1, 52.08],
      [5.12, 52.08],
      [5.12, 52.1],
      [5.1, 52.1],
      [5.1, 52.08],
      [5.106, 52.098],
      [5.118, 52.086],
      [5.1, 52.08],
    ]
    const shape = compilePolygon({ type: 'Polygon', coordinates: [pocketed] })
    expect(containsPosition(shape, 5.108, 52.088)).toBe(false)
    expect(polygonCovers([pocketed], [ban], effort())).toBe(false)
    expect(polygonCovers([pocketed], [pocketed], effort())).toBe(true)
    // A corner in the middle of another edge, and no corner twice.
    const pinched = ringOf([5, 52], [5.1, 52], [5.1, 52.1], [5.05, 52], [5, 52.1])
    expect(polygonCovers([pinched], [box(5.01, 52.005, 5.02, 52.01)], effort())).toBe(false)
  })

  it.each([
    ['itself', [square], [square]],
    ['one within it', [square], [box(5.02, 52.02, 5.08, 52.08)]],
    ['one that shares borders with it', [square], [box(5, 52, 5.05, 52.1)]],
    [
      'itself without what a corner outside adds',
      [ringOf(...square.slice(0, 4), [4.9, 52.05])],
      [square],
    ],
    ['one with a notch that it fills', [square], [notched]],
    ['one with a hole that it fills', [square], [square, box(5.04, 52.04, 5.06, 52.06)]],
    [
      'one with the same hole',
      [box(4, 51, 6, 53), box(5.04, 52.04, 5.06, 52.06)],
      [square, box(5.04, 52.04, 5.06, 52.06)],
    ],
  ] as const)('a polygon covers %s', (_, outer, inner) => {
    expect(polygonCovers(outer, inner, effort())).toBe(true)
  })

  it.each([
    ['one that is larger by a hair', [square], [box(5, 52, 5.1 + 1e-12, 52.1)]],
    ['one elsewhere', [square], [box(6, 52, 6.1, 52.1)]],
    ['one that crosses it', [square], [box(5.02, 51.9, 5.08, 52.2)]],
    [
      'one that it has a hole in',
      [square, box(5.04, 52.04, 5.06, 52.06)],
      [box(5.02, 52.02, 5.08, 52.08)],
    ],
    ['one that it has a notch in', [notched], [square]],
    ['one that its notch touches in a corner only', [notched], [box(5.03, 52.05, 5.07, 52.09)]],
    ['nothing at all', [square], []],
  ] as const)('a polygon does not cover %s', (_, outer, inner) => {
    expect(polygonCovers(outer, inner, effort())).toBe(false)
  })

  it('whatever lies in a polygon that is covered lies in the one that covers it', () => {
    const random = createRandom(20261126)
    let shownCount = 0
    for (let round = 0; round < 2_000; round += 1) {
      const star = (radius: number): Ring => {
        const count = 3 + Math.floor(random() * 6)
        const corners = Array.from({ length: count }, (__, place): Position => {
          const angle = ((place + random() * 0.9) / count) * 2 * Math.PI
          const reach = radius * (0.3 + 0.7 * random())
          // On a coarse grid, so that corners and borders meet often.
          const at = (value: number): number => Math.round(value * 8) / 8
          return [5 + at(reach * Math.cos(angle)), 52 + at(reach * Math.sin(angle))]
        })
        return ringOf(...corners)
      }
      const [outer, inner] = [star(2), star(1)]
      if (!isSimple(outer) || !isSimple(inner) || !polygonCovers([outer], [inner], effort()))
        continue
      shownCount += 1
      const [outerShape, innerShape] = [outer, inner].map((ring) =>
        compilePolygon({ type: 'Polygon', coordinates: [ring] }),
      )
      if (outerShape === undefined || innerShape === undefined) throw new Error('no shape')
      for (let place = 0; place < 60; place += 1) {
        const [x, y] = [4 + 2 * random(), 51 + 2 * random()]
        if (!containsPosition(innerShape, x, y)) continue
        expect([outer, inner, containsPosition(outerShape, x, y)]).toEqual([outer, inner, true])
      }
    }
    expect(shownCount).toBeGreaterThan(100)
  })
})

/** No two corners on one place: stars about one middle then cross nowhere. */
function isSimple(ring: Ring): boolean {
  const corners = ring.slice(0, -1).map(([x, y]) => `${x} ${y}`)
  return new Set(corners).size === corners.length && corners.length >= 3
}
