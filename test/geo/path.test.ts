import { describe, expect, it } from 'vitest'
import { compileCircle, compilePolygon } from '../../geo/ban-shape.ts'
import type { Position } from '../../geo/ban-shape.ts'
import { containsPosition, signedDistanceMeters } from '../../geo/containment.ts'
import { destination, distanceMeters, metersPerDegree } from '../../geo/distance.ts'
import {
  closestApproach,
  findDetour,
  isCrossed,
  isOutOfReach,
  pathThrough,
} from '../../geo/path.ts'
import { createRandom } from '../support/random.ts'
import { rectangle, starPolygon } from './support/random-shapes.ts'

const seed = 8_120_026

function at(east: number, north: number): Position {
  const { longitude: kx, latitude: ky } = metersPerDegree(52)
  return [5 + east / kx, 52 + north / ky]
}

const block = compilePolygon({
  type: 'Polygon',
  coordinates: [rectangle(5, 52, -300, -200, 300, 200)],
})

describe('the straight path between two fixes', () => {
  it('a straight path counts what lies inside a ban and how deep it went', () => {
    const through = pathThrough(block, ...at(-1_000, 0), ...at(1_000, 0))
    expect(through.lengthInsideMeters).toBeCloseTo(600, 0)
    expect(through.depthMeters).toBeCloseTo(200, 0)
    const passing = pathThrough(block, ...at(-1_000, 201), ...at(1_000, 201))
    expect(passing).toEqual({ lengthInsideMeters: 0, depthMeters: 0 })
    const corner = pathThrough(block, ...at(-310, 180), ...at(-280, 210))
    expect(corner.lengthInsideMeters).toBeCloseTo(10 * Math.SQRT2, 0)
    expect(corner.depthMeters).toBeCloseTo(5, 0)
  })

  it('a path past the corner of the box of a circle has nothing inside', () => {
    const circle = compileCircle(5, 52, 500)
    const past = pathThrough(circle, ...at(-800, -20), ...at(20, 800))
    expect(past).toEqual({ lengthInsideMeters: 0, depthMeters: 0 })
    const chord = pathThrough(circle, ...at(-800, 300), ...at(800, 300))
    expect(chord.lengthInsideMeters).toBeCloseTo(800, 0)
    expect(chord.depthMeters).toBeCloseTo(200, 0)
  })

  it(`a path that its ends say cannot reach the area has nothing inside (seed ${seed})`, () => {
    const random = createRandom(seed)
    const count = { outOfReach: 0, crossing: 0 }
    for (let round = 0; round < 4_000; round++) {
      const star = compilePolygon(starPolygon(random, 5, 52, 900, 5 + Math.floor(random() * 40)))
      const from = at((random() - 0.5) * 4_000, (random() - 0.5) * 4_000)
      const long = random() * 3_000
      const to = at(
        (from[0] - 5) * metersPerDegree(52).longitude + (random() - 0.5) * long,
        (from[1] - 52) * metersPerDegree(52).latitude + (random() - 0.5) * long,
      )
      const { lengthInsideMeters } = pathThrough(star, ...from, ...to)
      const fromMeters = signedDistanceMeters(star, ...from)
      const toMeters = signedDistanceMeters(star, ...to)
      if (lengthInsideMeters > 0) count.crossing++
      if (!isOutOfReach(fromMeters, toMeters, distanceMeters(...from, ...to), to[1])) continue
      count.outOfReach++
      expect(lengthInsideMeters).toBe(0)
    }
    // Both are met often, and most that do not cross are known by their ends.
    expect(count.outOfReach).toBeGreaterThan(1_500)
    expect(count.crossing).toBeGreaterThan(500)
  })

  it('an area is crossed where some of the path lies inside', () => {
    expect(isCrossed(block, ...at(-310, 180), ...at(-280, 210))).toBe(true)
    expect(isCrossed(block, ...at(-1_000, 201), ...at(1_000, 201))).toBe(false)
    expect(isCrossed(block, ...at(10, 0), ...at(10, 0))).toBe(false)
  })

  it('a straight path leaves out a hole and adds both sides of it', () => {
    const ring = compilePolygon({
      type: 'Polygon',
      coordinates: [
        rectangle(5, 52, -300, -300, 300, 300),
        rectangle(5, 52, -100, -100, 100, 100).reverse(),
      ],
    })
    const through = pathThrough(ring, ...at(-500, 0), ...at(500, 0))
    expect(through.lengthInsideMeters).toBeCloseTo(400, 0)
    expect(through.depthMeters).toBeCloseTo(100, 0)
  })

  it('a path that starts or stands inside a ban counts as inside', () => {
    const start = pathThrough(block, ...at(0, 0), ...at(1_000, 0))
    expect(start.lengthInsideMeters).toBeCloseTo(300, 0)
    const standing = pathThrough(block, ...at(10, 0), ...at(10, 0))
    expect(standing.lengthInsideMeters).toBe(0)
  })

  it('a straight path crosses the antimeridian', () => {
    const circle = compileCircle(180, 0, 1_000)
    const through = pathThrough(circle, 179.95, 0, -179.95, 0)
    expect(through.lengthInsideMeters).toBeCloseTo(2_000, 0)
    const box = compilePolygon({
      type: 'Polygon',
      coordinates: [
        [
          [179.99, -0.01],
          [-179.99, -0.01],
          [-179.99, 0.01],
          [179.99, 0.01],
          [179.99, -0.01],
        ],
      ],
    })
    expect(pathThrough(box, 179.95, 0, -179.95, 0).lengthInsideMeters).toBeCloseTo(2_226, 0)
    expect(pathThrough(box, -179.95, 0, 179.95, 0).lengthInsideMeters).toBeCloseTo(2_226, 0)
  })

  it(`a straight path equals walking it in small steps (seed ${seed})`, () => {
    const random = createRandom(seed)
    for (let k = 0; k < 40; k += 1) {
      const shape = compilePolygon(starPolygon(random, 5, 52, 400, k % 3 === 0 ? 90 : 8))
      const a = at(-600 + 300 * random(), -500 + 1_000 * random())
      const b = at(600 - 700 * random(), -500 + 1_000 * random())
      const length = distanceMeters(...a, ...b)
      let steps = 0
      let depth = 0
      for (let step = 0; step < 4_000; step += 1) {
        const t = (step + 0.5) / 4_000
        const x = a[0] + t * (b[0] - a[0])
        const y = a[1] + t * (b[1] - a[1])
        if (containsPosition(shape, x, y)) steps += 1
        depth = Math.max(depth, -signedDistanceMeters(shape, x, y))
      }
      const through = pathThrough(shape, ...a, ...b)
      expect(Math.abs(through.lengthInsideMeters - (steps / 4_000) * length)).toBeLessThan(3)
      expect(Math.abs(through.depthMeters - Math.max(depth, 0))).toBeLessThan(0.5)
    }
  })
})

describe('could it have been avoided', () => {
  const west = at(-1_000, 0)
  const east = at(1_000, 0)
  /** Round the corners: from an end to a corner, along the long side, and the same again. */
  const shortestMeters = 2 * Math.hypot(700, 200) + 600

  it('a ban is not avoided with a budget shorter than the way round, and surely with a longer one', () => {
    expect(findDetour(block, ...west, ...east, shortestMeters * 0.99)).toBe('no-time')
    expect(findDetour(block, ...west, ...east, shortestMeters * 1.01)).toBe('possible')
  })

  it('a ban off the straight way is avoided with any budget, and never by a path that starts inside', () => {
    expect(findDetour(block, ...at(-1_000, 300), ...at(1_000, 300), 2_000)).toBe('possible')
    expect(findDetour(block, ...at(0, 0), ...east, 1e9)).toBe('no-way')
    expect(findDetour(block, ...west, ...at(0, 0), 1e9)).toBe('no-way')
  })

  it('the way round a circle is two tangents and an arc', () => {
    const circle = compileCircle(5, 52, 500)
    const tangent = Math.sqrt(1_000 ** 2 - 500 ** 2)
    const shortest = 2 * tangent + 500 * (Math.PI - 2 * Math.acos(0.5))
    expect(findDetour(circle, ...west, ...east, shortest * 0.99)).toBe('no-time')
    expect(findDetour(circle, ...west, ...east, shortest * 1.01)).toBe('possible')
  })

  it('the way round a lopsided ban takes its shorter side', () => {
    const lopsided = compilePolygon({
      type: 'Polygon',
      coordinates: [rectangle(5, 52, -100, -50, 100, 5_000)],
    })
    const shortest = 2 * Math.hypot(900, 50) + 200
    expect(findDetour(lopsided, ...west, ...east, shortest * 0.99)).toBe('no-time')
    expect(findDetour(lopsided, ...west, ...east, shortest * 1.01)).toBe('possible')
  })

  it('no way leads round a ban out of its hole', () => {
    const ring = compilePolygon({
      type: 'Polygon',
      coordinates: [
        rectangle(5, 52, -300, -300, 300, 300),
        rectangle(5, 52, -100, -100, 100, 100).reverse(),
      ],
    })
    expect(findDetour(ring, ...at(0, 0), ...east, 1e9)).toBe('no-way')
    expect(findDetour(ring, ...at(-50, 0), ...at(50, 0), 150)).toBe('possible')
  })

  it('no way leads from one hole of a ban to another', () => {
    const twoHoles = compilePolygon({
      type: 'Polygon',
      coordinates: [
        rectangle(5, 52, -300, -300, 300, 300),
        rectangle(5, 52, -200, -100, -100, 100).reverse(),
        rectangle(5, 52, 100, -100, 200, 100).reverse(),
      ],
    })
    expect(findDetour(twoHoles, ...at(-150, 0), ...at(150, 0), 1e9)).toBe('no-way')
    expect(findDetour(twoHoles, ...at(-150, 0), ...at(-110, 50), 1e9)).toBe('possible')
    expect(findDetour(twoHoles, ...west, ...east, 1e9)).toBe('possible')
  })

  it('a hole with a tongue of the ban in it is left along the border, or it is not known', () => {
    const tongue = compilePolygon({
      type: 'Polygon',
      coordinates: [
        rectangle(5, 52, -300, -300, 300, 300),
        [
          at(-100, -100),
          at(-100, 100),
          at(100, 100),
          at(100, -100),
          at(10, -100),
          at(10, 50),
        ].concat([at(-10, 50), at(-10, -100), at(-100, -100)]),
      ],
    })
    const [left, right] = [at(-50, 0), at(50, 0)]
    // Straight to the tongue, up, over it, down, and on: 40 + 50 + 20 + 50 + 40.
    expect(findDetour(tongue, ...left, ...right, 203)).toBe('possible')
    expect(findDetour(tongue, ...left, ...right, 195)).toBe('unknown')
    expect(findDetour(tongue, ...left, ...right, 10)).toBe('unknown')
  })

  it('a way out of a bay is known along the border', () => {
    const bay = compilePolygon({
      type: 'Polygon',
      coordinates: [
        [at(-300, -300), at(300, -300), at(300, 300), at(-300, 300), at(-300, 200)].concat([
          at(200, 200),
          at(200, -200),
          at(-300, -200),
          at(-300, -300),
        ]),
      ],
    })
    // To the inner wall, along it and the outer border, the shorter way, and on.
    const alongBorder = 200 + 200 + 500 + 100 + 600 + 300 + 700
    expect(findDetour(bay, ...at(0, 0), ...east, alongBorder * 1.01)).toBe('possible')
    expect(findDetour(bay, ...at(0, 0), ...east, 1100)).not.toBe('possible')
  })

  it('nothing is known of a way round when the budget is not', () => {
    expect(findDetour(block, ...west, ...east, Number.NaN)).toBe('unknown')
  })

  it(`no way is called forced that a search finds a way round (seed ${seed})`, () => {
    const random = createRandom(seed)
    let forced = 0
    let tooEarly = 0
    let known = 0
    for (let k = 0; k < 25; k += 1) {
      const geometry = starPolygon(random, 5, 52, 500, 6 + (k % 5) * 6)
      const shape = compilePolygon(geometry)
      const a = at(-800 + 200 * random(), -400 + 800 * random())
      const b = at(400 + 400 * random(), -400 + 800 * random())
      if (containsPosition(shape, ...a) || containsPosition(shape, ...b)) continue
      const found = shortestByGrid(shape, a, b)
      expect(findDetour(shape, ...a, ...b, found)).not.toBe('no-time')
      const straightMeters = distanceMeters(...a, ...b)
      if (findDetour(shape, ...a, ...b, straightMeters * 1.005) === 'no-time') forced += 1
      // The way of the grid is 8 % longer than the shortest, and misses gaps narrower than a step.
      const isFree = findDetour(shape, ...a, ...b, 0) === 'possible'
      if (!isFree && findDetour(shape, ...a, ...b, found / 1.1 - 60) === 'possible') tooEarly += 1
      if (findDetour(shape, ...a, ...b, found * 1.5) === 'possible') known += 1
    }
    expect(forced).toBeGreaterThan(0)
    expect(tooEarly).toBe(0)
    expect(known).toBeGreaterThan(0)
  })
})

/**
 * Dijkstra over a grid of 25 m with eight neighbours: longer than the true
 * shortest way, never shorter.
 */
function shortestByGrid(
  shape: Parameters<typeof containsPosition>[0],
  a: Position,
  b: Position,
): number {
  const size = 90
  const spot = (cell: number): Position =>
    at(((cell % size) - size / 2) * 25, (Math.floor(cell / size) - size / 2) * 25)
  const cost = new Float64Array(size * size).fill(Infinity)
  const free = Uint8Array.from(cost, (_, cell) => (containsPosition(shape, ...spot(cell)) ? 0 : 1))
  const isClear = (p: Position, q: Position): boolean =>
    pathThrough(shape, ...p, ...q).lengthInsideMeters === 0
  let open = new Set<number>()
  for (let cell = 0; cell < cost.length; cell += 1) {
    const meters = distanceMeters(...a, ...spot(cell))
    if (free[cell] === 0 || meters > 60 || !isClear(a, spot(cell))) continue
    cost[cell] = meters
    open.add(cell)
  }
  // Relaxing everything that changed until nothing does: slow, and plainly right.
  while (open.size > 0) {
    const next = new Set<number>()
    for (const cell of open) {
      for (const [dx, dy] of [
        [1, 0],
        [-1, 0],
        [0, 1],
        [0, -1],
        [1, 1],
        [1, -1],
        [-1, 1],
        [-1, -1],
      ] as const) {
        const x = (cell % size) + dx
        const y = Math.floor(cell / size) + dy
        const other = y * size + x
        if (x < 0 || y < 0 || x >= size || y >= size || free[other] === 0) continue
        const through = cost[cell]! + 25 * Math.hypot(dx, dy)
        if (through >= cost[other]! - 1e-9 || !isClear(spot(cell), spot(other))) continue
        cost[other] = through
        next.add(other)
      }
    }
    open = next
  }
  let best = Infinity
  for (let cell = 0; cell < cost.length; cell += 1) {
    const meters = distanceMeters(...b, ...spot(cell))
    if (meters < 60 && cost[cell]! < Infinity && isClear(b, spot(cell))) {
      best = Math.min(best, cost[cell]! + meters)
    }
  }
  return best
}

describe('two who move at once', () => {
  it('two who move at once are nearest where their paths meet in time, not where the lines cross', () => {
    const head = closestApproach(...at(-500, 0), ...at(500, 0), ...at(500, 30), ...at(-500, 30))
    expect(head.distanceMeters).toBeCloseTo(30, 1)
    expect(head.fraction).toBeCloseTo(0.5, 3)
    const late = closestApproach(...at(-500, 0), ...at(500, 0), ...at(0, -2_000), ...at(0, -1_000))
    expect(late.distanceMeters).toBeGreaterThan(1_000)
    expect(late.fraction).toBeGreaterThan(0.5)
  })

  it('two who move at once keep their distance when they move alike, also over the antimeridian', () => {
    const start = destination(180, 10, 90, 700)
    const alike = closestApproach(179.99, 10, -179.99, 10, start.longitude, 10, start.longitude, 10)
    expect(alike.distanceMeters).toBeLessThan(1)
    const still = closestApproach(5, 52, 5, 52, 5.01, 52, 5.01, 52)
    expect(still.distanceMeters).toBeCloseTo(distanceMeters(5, 52, 5.01, 52), 6)
    expect(still.fraction).toBe(0)
  })
})
