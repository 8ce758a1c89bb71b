import { expect, it } from 'vitest'
import type { Position } from '../../geo/ban-shape.ts'
import { compileCircle } from '../../geo/ban-shape.ts'
import { destination } from '../../geo/distance.ts'
import { isCrossed, pathThrough } from '../../geo/path.ts'
import { createRandom } from '../support/random.ts'

const seed = 27_112_026

it(`a circle is crossed where some of the path lies inside (seed ${seed})`, () => {
  const random = createRandom(seed)
  const counts = { crossed: 0, passed: 0 }
  for (let i = 0; i < 20_000; i += 1) {
    const latitude = 80 * (2 * random() - 1)
    const radiusMeters = 1 + (random() < 0.5 ? 200 : 3_000) * random()
    const circle = compileCircle(5, latitude, radiusMeters)
    // Many about the rim, where the plane does not say.
    const place = (): Position => {
      const share = random() < 0.5 ? 2 * random() : 1 + 0.02 * (random() - 0.5)
      const found = destination(5, latitude, 360 * random(), radiusMeters * share)
      return [found.longitude, found.latitude]
    }
    const [from, to] = [place(), place()]
    const isInside = pathThrough(circle, ...from, ...to).lengthInsideMeters > 0
    expect(isCrossed(circle, ...from, ...to)).toBe(isInside)
    counts[isInside ? 'crossed' : 'passed'] += 1
  }
  expect(Math.min(counts.crossed, counts.passed)).toBeGreaterThan(1_000)
})

it(`a way past the rim of a circle is told by its length (seed ${seed})`, () => {
  const random = createRandom(seed)
  const counts = { crossed: 0, passed: 0 }
  for (let i = 0; i < 20_000; i += 1) {
    const latitude = 75 * (2 * random() - 1)
    const radiusMeters = 5 + 600 * random()
    const circle = compileCircle(5, latitude, radiusMeters)
    // Along a tangent, a little nearer or further than the rim, and as far as it likes.
    const bearing = 360 * random()
    const foot = destination(5, latitude, bearing, radiusMeters * (1 + 0.08 * (random() - 0.5)))
    const end = (turn: number): Position => {
      const meters = 900 * random()
      const found = destination(foot.longitude, foot.latitude, bearing + turn, meters)
      return [found.longitude, found.latitude]
    }
    const [from, to] = [end(90), end(-90)]
    const isInside = pathThrough(circle, ...from, ...to).lengthInsideMeters > 0
    expect(isCrossed(circle, ...from, ...to)).toBe(isInside)
    counts[isInside ? 'crossed' : 'passed'] += 1
  }
  expect(Math.min(counts.crossed, counts.passed)).toBeGreaterThan(1_000)
})
