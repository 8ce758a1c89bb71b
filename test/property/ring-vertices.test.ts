import { describe, expect, it } from 'vitest'
import type { PolygonShape, Position } from '../../geo/ban-shape.ts'
import { compilePolygon } from '../../geo/ban-shape.ts'
import { touchesBox } from '../../geo/box-touch.ts'
import { containsPosition, signedDistanceMeters } from '../../geo/containment.ts'
import { findDetour, isCrossed, pathThrough } from '../../geo/path.ts'
import { probabilityInside } from '../../geo/probability.ts'
import { latitudeAt, longitudeAt } from '../../geo/ring-vertices.ts'
import { starPolygon } from '../geo/support/random-shapes.ts'
import { createRandom, type Random } from '../support/random.ts'
import { seedOr } from './seed.ts'

const seed = seedOr(20_261_128)

const round = (degrees: number): number => Math.round(degrees * 1e7) / 1e7

function makeArea(random: Random, latitude: number, vertexCount: number): PolygonShape {
  const radiusMeters = 20 * 10 ** (3.5 * random())
  const parts = [0, 0.02].map((east) =>
    starPolygon(random, 5 + east, latitude, radiusMeters, vertexCount).coordinates.map((ring) =>
      ring.map(([x, y]) => [round(x), round(y)] as Position),
    ),
  )
  const coordinates = random() < 0.3 ? parts : parts.slice(0, 1)
  return compilePolygon({ type: 'MultiPolygon', coordinates }) as PolygonShape
}

/** The same area, its numbers in eight bytes each, as those of more digits are kept. */
function inEightBytes(shape: PolygonShape): PolygonShape {
  const parts = shape.parts.map((part) => {
    const { vertices } = part
    const length = vertices.whole?.length ?? 0
    const exact = Float64Array.from({ length }, (_, at) =>
      at % 2 === 0 ? longitudeAt(vertices, at / 2) : latitudeAt(vertices, (at - 1) / 2),
    )
    return { ...part, vertices: { count: vertices.count, whole: null, exact } }
  })
  return { ...shape, parts }
}

/** About the area, on its vertices, level with them, and on its edges as far as numbers reach. */
function placeNear(random: Random, { parts }: PolygonShape): Position {
  const part = parts[Math.floor(random() * parts.length)]!
  const { west, south, east, north, vertices } = part
  const vertex = Math.floor(random() * (vertices.count - 1))
  const [x, y] = [longitudeAt(vertices, vertex), latitudeAt(vertices, vertex)]
  const kind = random()
  if (kind < 0.15 && !Number.isNaN(x)) return [x, y]
  if (kind < 0.3 && !Number.isNaN(x)) return [west + random() * (east - west), y]
  if (kind < 0.4 && !Number.isNaN(x + longitudeAt(vertices, vertex + 1))) {
    const [nextX, nextY] = [longitudeAt(vertices, vertex + 1), latitudeAt(vertices, vertex + 1)]
    return [(x + nextX) / 2, (y + nextY) / 2]
  }
  const aside = (share: number): number => share * (3 * random() - 1)
  return [west + aside(east - west), south + aside(north - south)]
}

function answersOf(shape: PolygonShape, [x, y]: Position, [toX, toY]: Position, sigma: number) {
  const box = {
    west: Math.min(x, toX),
    south: Math.min(y, toY),
    east: Math.max(x, toX),
    north: Math.max(y, toY),
  }
  return {
    isInside: containsPosition(shape, x, y),
    signedMeters: signedDistanceMeters(shape, x, y),
    probability: probabilityInside(shape, x, y, sigma, 0),
    grown: probabilityInside(shape, x, y, sigma, 2 * sigma),
    isCrossed: isCrossed(shape, x, y, toX, toY),
    through: pathThrough(shape, x, y, toX, toY),
    isTouched: touchesBox(shape, box),
    detour: findDetour(shape, x, y, toX, toY, 5_000),
  }
}

describe(`vertices in four and in eight bytes (seed ${seed})`, () => {
  it('vertices in four bytes answer as those in eight to the bit, of small and of indexed rings, inside, outside and on the border', () => {
    const random = createRandom(seed)
    let insideCount = 0
    for (let number = 0; number < 56; number += 1) {
      const vertexCount = [5, 30, 63, 64, 90, 300, 1_200][number % 7]!
      const shape = makeArea(random, [52, -33, 69, 0.01][number % 4]!, vertexCount)
      const other = inEightBytes(shape)
      for (const part of shape.parts) expect(part.vertices.whole).not.toBeNull()
      for (let ask = 0; ask < 12; ask += 1) {
        const [from, to] = [placeNear(random, shape), placeNear(random, shape)]
        const sigma = 2 + 60 * random()
        const answers = answersOf(shape, from, to, sigma)
        expect(answers).toEqual(answersOf(other, from, to, sigma))
        if (answers.isInside) insideCount += 1
      }
    }
    expect(insideCount).toBeGreaterThan(90)
  })
})
