import { describe, expect, it } from 'vitest'
import { compilePolygon } from '../../geo/ban-shape.ts'
import type { MultiPolygonGeometry, PolygonGeometry, Position } from '../../geo/ban-shape.ts'
import { containsPosition, signedDistanceMeters } from '../../geo/containment.ts'
import { destination, geodesicMeters } from '../../geo/distance.ts'
import { createRandom } from '../support/random.ts'
import { starPolygon } from '../geo/support/random-shapes.ts'
import { seedOr } from './seed.ts'

const seed = seedOr(20_261_123)

/**
 * The slow clear judge: along every edge, the geodesic to every hundredth
 * of it and then ever finer.
 */
function slowBorderDistance(
  geometry: PolygonGeometry | MultiPolygonGeometry,
  longitude: number,
  latitude: number,
): number {
  const polygons = geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates
  let nearest = Infinity
  for (const ring of polygons.flat()) {
    for (let k = 0; k + 1 < ring.length; k += 1) {
      const [x1, y1] = ring[k]!
      const [x2, y2] = ring[k + 1]!
      // An edge whose end is farther than its own length from the best so far
      // cannot hold the nearest spot.
      const toEnd = geodesicMeters(longitude, latitude, x1, y1)
      if (toEnd - geodesicMeters(x1, y1, x2, y2) * 1.01 > nearest) continue
      nearest = Math.min(nearest, slowEdgeDistance(ring[k]!, ring[k + 1]!, longitude, latitude))
    }
  }
  return nearest
}

function slowEdgeDistance(a: Position, b: Position, longitude: number, latitude: number): number {
  const at = (t: number): number =>
    geodesicMeters(longitude, latitude, a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1]))
  let centre = 0.5
  let reach = 0.5
  let best = Infinity
  while (reach > 1e-7) {
    let bestT = centre
    for (let step = -10; step <= 10; step += 1) {
      const t = Math.min(1, Math.max(0, centre + (reach * step) / 10))
      const meters = at(t)
      if (meters < best) {
        best = meters
        bestT = t
      }
    }
    centre = bestT
    reach /= 5
  }
  return best
}

/** Even-odd with plain arithmetic over all rings. */
function slowContains(geometry: PolygonGeometry, longitude: number, latitude: number): boolean {
  let isInside = false
  for (const ring of geometry.coordinates) {
    for (let k = 0; k + 1 < ring.length; k += 1) {
      const [x1, y1] = ring[k]!
      const [x2, y2] = ring[k + 1]!
      if (y1 > latitude === y2 > latitude) continue
      if (longitude < x1 + ((latitude - y1) * (x2 - x1)) / (y2 - y1)) isInside = !isInside
    }
  }
  return isInside
}

describe(`signed distance (seed ${seed})`, () => {
  const random = createRandom(seed)
  const cases = Array.from({ length: 60 }, (_, number) => {
    const latitude = [52, -33, 0, 69][number % 4]!
    const radiusMeters = 50 * 10 ** (3 * random())
    const vertexCount = number % 3 === 0 ? 200 : 5 + Math.floor(random() * 50)
    return {
      geometry: starPolygon(random, 5, latitude, radiusMeters, vertexCount),
      latitude,
      radiusMeters,
    }
  })

  it('signed distance equals the slow judge inside, in holes, near and far, for small and indexed rings', () => {
    let worst = 0
    for (const { geometry, latitude, radiusMeters } of cases) {
      const shape = compilePolygon(geometry)
      for (let k = 0; k < 6; k += 1) {
        const away = radiusMeters * 3 * random() ** 2
        const from = destination(5, latitude, 360 * random(), k === 5 ? away + 40_000 : away)
        const slow = slowBorderDistance(geometry, from.longitude, from.latitude)
        const isInside = slowContains(geometry, from.longitude, from.latitude)
        const signed = signedDistanceMeters(shape, from.longitude, from.latitude)
        expect(containsPosition(shape, from.longitude, from.latitude)).toBe(isInside)
        expect(signed < 0).toBe(isInside)
        const error = Math.abs(Math.abs(signed) - slow)
        worst = Math.max(worst, error / Math.max(slow, 10))
        expect(error).toBeLessThanOrEqual(0.001 + slow * 0.001)
      }
    }
    process.stdout.write(`signed distance, largest error: ${(worst * 100).toFixed(4)} %\n`)
  }, 30_000)

  it('signed distance sees through the cut at the antimeridian', () => {
    const across = compilePolygon({
      type: 'Polygon',
      coordinates: [
        [
          [179, 10],
          [-179, 10],
          [-179, 12],
          [179, 12],
          [179, 10],
        ],
      ],
    })
    const cut = compilePolygon({
      type: 'MultiPolygon',
      coordinates: [
        [
          [
            [179, 10],
            [180, 10],
            [180, 12],
            [179, 12],
            [179, 10],
          ],
        ],
        [
          [
            [-180, 10],
            [-179, 10],
            [-179, 12],
            [-180, 12],
            [-180, 10],
          ],
        ],
      ],
    })
    const depth = -geodesicMeters(180, 11, 181, 11)
    for (const longitude of [180, -180, 179.9999, -179.9999]) {
      const plain = signedDistanceMeters(across, longitude, 11)
      expect(Math.abs(plain / depth - 1)).toBeLessThan(1e-3)
      expect(signedDistanceMeters(cut, longitude, 11)).toBeCloseTo(plain, 0)
    }
    const outside = signedDistanceMeters(across, -178.9, 11)
    expect(outside).toBeGreaterThan(0)
    expect(Math.abs(outside / geodesicMeters(-178.9, 11, -179, 11) - 1)).toBeLessThan(1e-3)
  })

  it('signed distance measures from the pole to a border that goes round it', () => {
    const cap = (pole: 1 | -1) =>
      compilePolygon({
        type: 'Polygon',
        coordinates: [
          [0, 30, 60, 90, 120, 150, 180, -150, -120, -90, -60, -30, 0].map(
            (x) => [x, pole * 89] as Position,
          ),
        ],
      })
    const toRing = geodesicMeters(0, 90, 0, 89)
    for (const pole of [1, -1] as const) {
      expect(containsPosition(cap(pole), 77, 90 * pole)).toBe(true)
      expect(containsPosition(cap(pole), 77, 88.9 * pole)).toBe(false)
      expect(containsPosition(cap(pole), 77, -90 * pole)).toBe(false)
      expect(Math.abs(signedDistanceMeters(cap(pole), 77, 90 * pole) / -toRing - 1)).toBeLessThan(
        1e-3,
      )
      expect(
        Math.abs(
          signedDistanceMeters(cap(pole), -180, 88 * pole) / geodesicMeters(0, 88, 0, 89) - 1,
        ),
      ).toBeLessThan(1e-3)
    }
  })
})
