import { describe, expect, it } from 'vitest'
import { latitudeAt, layVertices, longitudeAt, packVertices } from '../../geo/ring-vertices.ts'
import { createRandom } from '../support/random.ts'

describe('the vertices of an area', () => {
  it('vertices are kept in four bytes a number where seven decimals say all of them', () => {
    const vertices = packVertices([
      4.8952,
      52.3702,
      -179.9999999,
      -0.0000001,
      Number.NaN,
      Number.NaN,
    ])
    expect(vertices.whole).toEqual(
      Int32Array.of(48_952_000, 523_702_000, -1_799_999_999, -1, -(2 ** 31), -(2 ** 31)),
    )
    expect(vertices.exact).toBeNull()
    expect([longitudeAt(vertices, 1), latitudeAt(vertices, 1)]).toEqual([-179.9999999, -0.0000001])
    expect([longitudeAt(vertices, 2), latitudeAt(vertices, 2)]).toEqual([Number.NaN, Number.NaN])
  })

  it.each([
    ['of which one has more digits', [4.8952, 52.3702, 4.89520001, 52.3703]],
    ['of which one is minus nought', [4.8952, -0, 4.8953, 52.3703]],
    ['that lie on another turn of the globe', [4.8952, 52.3702, 364.8952, 52.3703]],
    ['beside which stands no number', [4.8952, Infinity, 4.8953, 52.3703]],
    ['of which one is the number that stands for a gap', [-214.7483648, 52.3702, 4.8953, 52.3703]],
  ])('vertices %s are kept as they are', (_, given) => {
    const vertices = packVertices(given)
    expect(vertices.exact).toEqual(Float64Array.from(given))
    expect(layVertices(vertices, 0, 2).slice(0, 4)).toEqual(Float64Array.from(given))
  })

  it('vertices are read as the division of a whole number gives them, to the bit', () => {
    const random = createRandom(20_261_128)
    const highest = 2 ** 31 - 1
    const units = [0, 1, highest, highest - 1, 2 ** 21, 2 ** 22 - 1]
    for (let count = 0; count < 200_000; count += 1) units.push(Math.floor(random() * 2 ** 31))
    const degrees = units.flatMap((unit) => [unit / 1e7, unit === 0 ? 0 : -unit / 1e7])
    const vertices = packVertices(degrees)
    expect(vertices.whole).not.toBeNull()
    const laid = layVertices(vertices, 0, vertices.count)
    const wrong = units.filter(
      (_, vertex) =>
        laid[2 * vertex] !== degrees[2 * vertex] ||
        laid[2 * vertex + 1] !== degrees[2 * vertex + 1] ||
        longitudeAt(vertices, vertex) !== degrees[2 * vertex] ||
        latitudeAt(vertices, vertex) !== degrees[2 * vertex + 1],
    )
    expect(wrong).toEqual([])
  })

  it('vertices are laid out stretch by stretch, whosever were before', () => {
    const whole = packVertices([1, 2, 3, 4, 5, 6])
    const exact = packVertices([1 / 3, 2, 3, 4, 5, 6])
    expect(layVertices(whole, 1, 3).slice(0, 4)).toEqual(Float64Array.of(3, 4, 5, 6))
    expect(layVertices(exact, 0, 2).slice(0, 4)).toEqual(Float64Array.of(1 / 3, 2, 3, 4))
    expect(layVertices(whole, 0, 2).slice(0, 4)).toEqual(Float64Array.of(1, 2, 3, 4))
    expect(layVertices(whole, 1, 2).slice(0, 2)).toEqual(Float64Array.of(3, 4))
    expect(layVertices(whole, 1, 3).slice(0, 4)).toEqual(Float64Array.of(3, 4, 5, 6))
  })

  it('vertices have corners behind them that do not count', () => {
    const vertices = packVertices([1, 2, 3, 4], [1, 2, 3.5, 4])
    expect(vertices.count).toBe(2)
    expect([longitudeAt(vertices, 3), latitudeAt(vertices, 3)]).toEqual([3.5, 4])
    expect(packVertices([1, 2, 3, 4], [1, 1 / 3]).exact).toEqual(
      Float64Array.of(1, 2, 3, 4, 1, 1 / 3),
    )
  })
})
