import { describe, expect, it } from 'vitest'
import { compileCircle, compilePolygon } from '../../geo/ban-shape.ts'
import type { BanShape, Position } from '../../geo/ban-shape.ts'
import { containsPosition, signedDistanceMeters } from '../../geo/containment.ts'
import { destination, metersPerDegree } from '../../geo/distance.ts'
import { normalTail } from '../../geo/normal.ts'
import { probabilityInside, probabilityWithin, sigmaFromAccuracy } from '../../geo/probability.ts'
import { createRandom } from '../support/random.ts'
import type { Random } from '../support/random.ts'
import { rectangle, starPolygon } from './support/random-shapes.ts'

const seed = 52_370_216
const sampleCount = 20_000

/** Throws the fix many times and counts. */
function monteCarlo(
  random: Random,
  shape: BanShape,
  longitude: number,
  latitude: number,
  sigmaMeters: number,
  growMeters = 0,
): number {
  const { longitude: kx, latitude: ky } = metersPerDegree(latitude)
  let hits = 0
  for (let k = 0; k < sampleCount; k += 1) {
    const radius = sigmaMeters * Math.sqrt(-2 * Math.log(1 - random()))
    const angle = 2 * Math.PI * random()
    const x = longitude + (radius * Math.cos(angle)) / kx
    const y = latitude + (radius * Math.sin(angle)) / ky
    const isHit =
      growMeters > 0
        ? signedDistanceMeters(shape, x, y) <= growMeters
        : containsPosition(shape, x, y)
    if (isHit) hits += 1
  }
  return hits / sampleCount
}

/** Five standard errors of the counting, and what the curvature of the earth may add. */
function tolerance(probability: number): number {
  return 5 * Math.sqrt((probability * (1 - probability)) / sampleCount) + 5e-4
}

function polygonOf(...rings: Position[][]): BanShape {
  return compilePolygon({ type: 'Polygon', coordinates: rings })
}

const phi = (x: number): number => normalTail(-x)

describe('the accuracy of a fix', () => {
  it('the accuracy of a fix is the radius that holds 68 %', () => {
    expect(sigmaFromAccuracy(1.50959)).toBeCloseTo(1, 5)
    expect(probabilityWithin(0, sigmaFromAccuracy(12), 12)).toBeCloseTo(0.68, 12)
  })
})

describe(`probability of being in a polygon (seed ${seed})`, () => {
  const random = createRandom(seed)

  it('the probability in a polygon is the product of two normals in a rectangle, however placed and sized', () => {
    let worst = 0
    for (let k = 0; k < 400; k += 1) {
      const sigma = 3 * 10 ** (2 * random())
      const [w, s] = [(random() - 0.6) * 6, (random() - 0.6) * 6]
      const [e, n] = [w + 6 * random() ** 3, s + 6 * random() ** 3]
      const shape = polygonOf(rectangle(5, 52, w * sigma, s * sigma, e * sigma, n * sigma))
      const exact = (phi(e) - phi(w)) * (phi(n) - phi(s))
      worst = Math.max(worst, Math.abs(probabilityInside(shape, 5, 52, sigma, 0) - exact))
    }
    process.stdout.write(`rectangles, largest error: ${worst.toExponential(1)}\n`)
    expect(worst).toBeLessThan(1e-7)
  })

  it('the probability in a polygon is a half on a straight border, a quarter in a corner, from either side of the last digit', () => {
    const shape = polygonOf(rectangle(5, 52, 0, 0, 4_000, 4_000))
    const [corner, , , beside] = rectangle(5, 52, 0, 0, 1_000, 2_000)
    expect(probabilityInside(shape, corner![0], corner![1], 10, 0)).toBeCloseTo(0.25, 8)
    for (const nudge of [0, 1e-15, -1e-15, 1e-13, -1e-13, 1e-11, -1e-11, 3e-10, -3e-10]) {
      const onBorder = probabilityInside(shape, beside![0] + nudge, beside![1], 10, 0)
      expect(Math.abs(onBorder - 0.5)).toBeLessThan(1e-5)
    }
  })

  it('the probability in a polygon rises steadily across a border, without a step where the method changes', () => {
    const shape = polygonOf(rectangle(5, 52, 0, -4_000, 4_000, 4_000))
    const { longitude: kx } = metersPerDegree(52)
    for (let meters = -0.02; meters <= 0.02; meters += 0.0007) {
      const found = probabilityInside(shape, 5 + meters / kx, 52, 10, 0)
      expect(Math.abs(found - phi(meters / 10))).toBeLessThan(1e-6)
    }
  })

  it('the probability in a polygon equals counting throws: stars with and without holes, accuracy smaller and larger than the ban', () => {
    for (let k = 0; k < 40; k += 1) {
      const radiusMeters = 30 * 10 ** (1.5 * random())
      const geometry = starPolygon(random, 5, 52, radiusMeters, k % 4 === 0 ? 120 : 7)
      const shape = compilePolygon(geometry)
      const from = destination(5, 52, 360 * random(), radiusMeters * 1.2 * random())
      const sigma = radiusMeters * 10 ** (1.5 * random() - 1)
      const found = probabilityInside(shape, from.longitude, from.latitude, sigma, 0)
      const counted = monteCarlo(random, shape, from.longitude, from.latitude, sigma)
      expect(Math.abs(found - counted)).toBeLessThan(tolerance(found))
    }
  })

  it('the probability in a polygon equals counting throws in a sliver narrower than the accuracy', () => {
    const sliver = polygonOf(rectangle(5, 52, -2, -500, 2, 500))
    const found = probabilityInside(sliver, 5, 52, 15, 0)
    expect(found).toBeCloseTo(phi(2 / 15) - phi(-2 / 15), 6)
    expect(Math.abs(found - monteCarlo(random, sliver, 5, 52, 15))).toBeLessThan(tolerance(found))
  })

  it('the probability in a polygon takes a hole away and adds the parts of a multipolygon', () => {
    const outer = rectangle(5, 52, -50, -50, 50, 50)
    const hole = rectangle(5, 52, -20, -20, 20, 20).reverse()
    const island = rectangle(5, 52, -5, -5, 5, 5)
    const withIsland = compilePolygon({
      type: 'MultiPolygon',
      coordinates: [[outer, hole], [island]],
    })
    for (const sigma of [3, 12, 60, 400]) {
      const square = (half: number): number => (phi(half / sigma) - phi(-half / sigma)) ** 2
      const exact = square(50) - square(20) + square(5)
      expect(probabilityInside(withIsland, 5, 52, sigma, 0)).toBeCloseTo(exact, 6)
    }
  })

  it('the probability in a polygon is one deep inside, nothing far away, and decided by the border when nothing is uncertain', () => {
    const shape = polygonOf(rectangle(5, 52, -500, -500, 500, 500))
    expect(probabilityInside(shape, 5, 52, 10, 0)).toBe(1)
    expect(probabilityInside(shape, 6, 52, 10, 0)).toBe(0)
    expect(probabilityInside(shape, 5, 53, 10, 500)).toBe(0)
    expect(probabilityInside(shape, 5, 52, 0, 0)).toBe(1)
    expect(probabilityInside(shape, 5.02, 52, 0, 0)).toBe(0)
    expect(probabilityInside(shape, 5, 52, Number.NaN, 0)).toBeNaN()
  })

  it('the probability of a grown polygon is never less than of the plain one, rises with the growth, and is right beside a straight border', () => {
    const shape = polygonOf(rectangle(5, 52, 0, -9_000, 9_000, 9_000))
    const { longitude: kx } = metersPerDegree(52)
    expect(probabilityInside(shape, 5 - 500 / kx, 52, 30, 500)).toBeCloseTo(0.5, 3)
    for (const meters of [-900, -550, -520, -510, -480, -450, -30, 0, 30]) {
      const found = probabilityInside(shape, 5 + meters / kx, 52, 30, 500)
      expect(Math.abs(found - phi((500 + meters) / 30))).toBeLessThan(0.015)
    }
    for (let k = 0; k < 60; k += 1) {
      const star = compilePolygon(starPolygon(random, 5, 52, 100, 9))
      const from = destination(5, 52, 360 * random(), 300 * random())
      const sigma = 5 + 200 * random()
      let before = probabilityInside(star, from.longitude, from.latitude, sigma, 0)
      for (const grow of [1, 10, 50, 200, 1_000]) {
        const now = probabilityInside(star, from.longitude, from.latitude, sigma, grow)
        expect(now).toBeGreaterThanOrEqual(before)
        before = now
      }
    }
  })

  it('the probability in a polygon is whole where the map is cut at the antimeridian', () => {
    const cut = compilePolygon({
      type: 'MultiPolygon',
      coordinates: [
        [
          [
            [179.99, 10],
            [180, 10],
            [180, 10.01],
            [179.99, 10.01],
            [179.99, 10],
          ],
        ],
        [
          [
            [-180, 10],
            [-179.99, 10],
            [-179.99, 10.01],
            [-180, 10.01],
            [-180, 10],
          ],
        ],
      ],
    })
    for (const longitude of [180, -180, 179.9999, -179.9999]) {
      expect(probabilityInside(cut, longitude, 10.005, 10, 0)).toBeCloseTo(1, 6)
      expect(probabilityInside(cut, longitude, 10.005, 10, 100)).toBeCloseTo(1, 6)
      expect(probabilityInside(cut, longitude, 10, 10, 0)).toBeCloseTo(0.5, 6)
    }
  })
})

describe('probability round a pole', () => {
  const cap = compilePolygon({
    type: 'Polygon',
    coordinates: [[0, 60, 120, 180, -120, -60, 0].map((x): Position => [x, 89.9])],
  })

  it('the probability round a pole is one at the pole, a half on the border and nothing beyond', () => {
    expect(probabilityInside(cap, 12, 90, 10, 0)).toBeCloseTo(1, 9)
    expect(probabilityInside(cap, 180, 89.9, 10, 0)).toBeCloseTo(0.5, 2)
    expect(probabilityInside(cap, -77, 89.8, 10, 0)).toBeCloseTo(0, 9)
  })
})

describe('probability of being within a distance', () => {
  it('the probability within a distance is Rayleigh around the centre', () => {
    for (const radius of [1e-6, 0.01, 1, 3, 8]) {
      expect(probabilityWithin(0, 1, radius)).toBeCloseTo(-Math.expm1((-radius * radius) / 2), 13)
    }
  })

  it('the probability within a distance equals the noncentral chi-square series where that converges', () => {
    let worst = 0
    for (const distance of [0.1, 0.5, 1, 2.5, 5, 9, 14]) {
      for (const radius of [0.05, 0.3, 1, 2.2, 5, 9.5, 15]) {
        const found = probabilityWithin(distance, 1, radius)
        worst = Math.max(worst, Math.abs(found - poissonMixture(distance, radius)))
      }
    }
    process.stdout.write(`Rician against its series, largest error: ${worst.toExponential(1)}\n`)
    expect(worst).toBeLessThan(2e-9)
  })

  it('the probability within a distance becomes a half plane when the circle is huge: up to a million sigmas', () => {
    for (const distance of [1e3, 1e4, 1e5, 1e6]) {
      for (const gap of [-4, -1, -0.001, 0, 0.001, 1, 4]) {
        const found = probabilityWithin(distance, 1, distance - gap)
        // A rim of that radius bends away by 1/(2R) within one sigma.
        expect(Math.abs(found - normalTail(gap))).toBeLessThan(0.5 / distance)
      }
    }
  })

  it('the probability within a distance has no step where one method takes over from another, and never falls as the radius grows', () => {
    for (const distance of [0, 0.3, 4.47, 20, 1_000]) {
      let before = 0
      for (let radius = Math.max(0, distance - 7); radius < distance + 7; radius += 0.01) {
        const now = probabilityWithin(distance, 1, radius)
        expect(now).toBeGreaterThanOrEqual(before - 1e-12)
        expect(now - before).toBeLessThan(0.0065)
        before = now
      }
    }
  })

  it('the probability within a distance answers the degenerate questions', () => {
    expect(probabilityWithin(10, 0, 10)).toBe(1)
    expect(probabilityWithin(10.1, 0, 10)).toBe(0)
    expect(probabilityWithin(10, 5, 0)).toBe(0)
    expect(probabilityWithin(10, 5, -1)).toBe(0)
    expect(probabilityWithin(10, 1e-9, 1e-3)).toBe(0)
    expect(probabilityWithin(Number.NaN, 1, 1)).toBeNaN()
    expect(probabilityWithin(1, Number.NaN, 1)).toBeNaN()
    expect(probabilityWithin(1, 1, Number.NaN)).toBeNaN()
  })

  it('a grown circle is judged by the exact probability within a distance', () => {
    const circle = compileCircle(5, 52, 300)
    const from = destination(5, 52, 45, 340)
    const found = probabilityInside(circle, from.longitude, from.latitude, 25, 50)
    expect(found).toBeCloseTo(probabilityWithin(340, 25, 350), 5)
    const corner = destination(5, 52, 45, 300 * Math.SQRT2)
    expect(probabilityInside(circle, corner.longitude, corner.latitude, 5, 0)).toBe(0)
  })
})

/** Sum over Poisson weights of central chi-square probabilities. */
function poissonMixture(a: number, b: number): number {
  const lambda = (a * a) / 2
  const x = (b * b) / 2
  let weight = Math.exp(-lambda)
  let term = Math.exp(-x)
  let central = -Math.expm1(-x)
  let sum = weight * central
  for (let k = 1; k < 2_000; k += 1) {
    weight *= lambda / k
    term *= x / k
    central -= term
    sum += weight * central
  }
  return sum
}
