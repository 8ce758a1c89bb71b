import { describe, expect, it } from 'vitest'
import { compileCircle, compilePolygon } from '../../../geo/ban-shape.ts'
import { distanceMeters } from '../../../geo/distance.ts'
import { fastestRoadSpeeds, usualRoadSpeeds } from '../../../src/core/model/road-classes.ts'
import { findCrossings } from '../../../src/core/roads/crossings.ts'
import { countCutOff } from '../../../src/core/roads/cut-off.ts'
import { leastTimes } from '../../../src/core/roads/least-times.ts'
import type { RoadGraph } from '../../../src/core/roads/street-map.ts'
import { secondsFrom, timesToPlace, traceWay } from '../../../src/core/roads/times-to-place.ts'
import { costsOf, type WayCosts } from '../../../src/core/roads/way-costs.ts'
import { drawGridTown, gridNode, gridPlace, middle } from '../../support/grid-town.ts'
import { createRandom } from '../../support/random.ts'
import { mapOf } from '../../support/street-map.ts'
import type { DrawnExtract, DrawnWay } from '../../support/write-extract.ts'

describe('the least time over roads', () => {
  it('the least time over roads is what trying every edge again and again comes to', async () => {
    const seed = 20_261_126
    const random = createRandom(seed)
    for (let round = 0; round < 30; round++) {
      const map = await mapOf(drawRandomTown(random))
      const costs = costsOf(map.roads, {
        mode: 'car',
        speeds: fastestRoadSpeeds.car,
        asksSigns: true,
      })
      const starts = [
        { vertex: 0, seconds: 3 },
        { vertex: Math.floor(random() * map.roads.vertexLongitudesE7.length), seconds: 10 },
      ]
      const limit = round % 3 === 0 ? 40 : Infinity
      const found = leastTimes(map.roads, costs, starts, limit).seconds
      const expected = relaxAll(map.roads, costs, starts)
      for (const [vertex, seconds] of expected.entries()) {
        const known = found[vertex] ?? 0
        if (seconds <= limit)
          expect([seed, round, vertex, known]).toEqual([
            seed,
            round,
            vertex,
            expect.closeTo(seconds, 6),
          ])
        else expect(known).toBe(Infinity)
      }
    }
  })

  it('a signed speed makes nobody slower than the class of the road', async () => {
    const town = drawGridTown(1)
    const ways = town.ways.map((way) => ({ ...way, tags: { ...way.tags, maxspeed: '10' } }))
    const { roads } = await mapOf({ ...town, ways })
    const costs = costsOf(roads, { mode: 'car', speeds: fastestRoadSpeeds.car, asksSigns: true })
    expect(1 / costs.secondsPerMeter(0)).toBeCloseTo(70 / 3.6, 6)
  })
})

describe('the time from a border to a door', () => {
  it('the time from a border to a door follows the streets of a grid to the second', async () => {
    const map = await mapOf(drawGridTown(6))
    // 30 m north of a street, halfway between two crossings of it.
    const place = gridPlace(50, 30)
    const times = timesToPlace(map, place, {
      mode: 'walk',
      assumption: 'usual',
      limitSeconds: 3_600,
    })
    expect(times).not.toBeNull()
    const shape = compileCircle(middle.longitude, middle.latitude, 350)
    const crossings = findCrossings(map, shape)
    // Seven streets each way, each cut twice.
    expect(crossings).toHaveLength(28)
    const west = crossings.find(
      ({ longitude, latitude }) =>
        longitude < middle.longitude && Math.abs(latitude - middle.latitude) < 1e-6,
    )
    // 350 m to the middle, 50 m on, 30 m beside, at 5 km/h.
    expect(secondsFrom(map, times!, west!)).toBeCloseTo((350 + 50 + 30) / (5 / 3.6), -0.5)
    const way = traceWay(map, times!, west!)
    expect(way.at(-1)).toEqual(place)
    expect(lengthOf(way)).toBeLessThan(445)
  })

  it('the time from a border to a door on the same street does not go by its corner', async () => {
    const map = await mapOf(drawGridTown(6))
    const place = gridPlace(50, 0)
    const times = timesToPlace(map, place, {
      mode: 'walk',
      assumption: 'usual',
      limitSeconds: 3_600,
    })
    const shape = compileCircle(place.longitude, place.latitude, 20)
    const [crossing] = findCrossings(map, shape)
    expect(secondsFrom(map, times!, crossing!)).toBeCloseTo(20 / (5 / 3.6), 0)
  })

  it('a yard without a way out is not taken for the road to a door', async () => {
    const yard: DrawnWay = { id: 99, nodes: [90_001, 90_002], tags: { highway: 'service' } }
    const map = await mapOf(
      drawGridTown(6, {
        nodes: [
          { id: 90_001, ...gridPlace(45, 45) },
          { id: 90_002, ...gridPlace(55, 45) },
        ],
        ways: [yard],
      }),
    )
    const times = timesToPlace(map, gridPlace(50, 50), {
      mode: 'car',
      assumption: 'fastest',
      limitSeconds: 3_600,
    })
    const shape = compileCircle(middle.longitude, middle.latitude, 350)
    const seconds = findCrossings(map, shape).map((crossing) => secondsFrom(map, times!, crossing))
    expect(Math.min(...seconds)).toBeLessThan(60)
  })

  it('far from every road no time is known', async () => {
    const map = await mapOf(drawGridTown(2))
    const question = { mode: 'car', assumption: 'fastest', limitSeconds: 3_600 } as const
    expect(timesToPlace(map, gridPlace(50_000, 0), question)).toBeNull()
  })

  it('the fastest that is plausible is never slower than usual, on any road by any way', () => {
    for (const mode of ['walk', 'bicycle', 'car'] as const) {
      for (const [road, speed] of Object.entries(usualRoadSpeeds[mode])) {
        const fastest: Readonly<Record<string, number>> = fastestRoadSpeeds[mode]
        expect([mode, road, fastest[road]! >= speed]).toEqual([mode, road, true])
      }
    }
  })
})

describe('who is cut off by a ban', () => {
  it('a hamlet behind the only road is cut off, with its house numbers and the address of the offender', async () => {
    const map = await mapOf(drawHamlet())
    const gate = square(700, 0, 40)
    const places = [
      { ...gridPlace(1_100, 10), label: 'home' },
      { ...gridPlace(-300, 10), label: 'work' },
    ]
    const cut = countCutOff(map, gate, places)
    expect(cut.places.map(({ label }) => label)).toEqual(['home'])
    expect(cut.addressCount).toBe(5)
    expect(cut.isUncounted).toBe(false)
  })

  it('a hamlet on a map without house numbers is not counted, which is no sign that nobody lives there', async () => {
    const drawn = drawHamlet()
    const nodes = drawn.nodes.map(({ id, longitude, latitude }) => ({ id, longitude, latitude }))
    const map = await mapOf({ ...drawn, nodes })
    expect(countCutOff(map, square(700, 0, 40), [])).toMatchObject({
      addressCount: 0,
      isUncounted: true,
    })
  })

  it('nobody is cut off where another road leads round, or inside the ban itself', async () => {
    const map = await mapOf(drawHamlet())
    expect(countCutOff(map, square(0, 0, 140), [{ ...gridPlace(0, 0) }])).toEqual({
      places: [],
      addressCount: 0,
      isUncounted: false,
    })
  })
})

/** A road of 600 m eastward out of the town, with five houses at its end. */
function drawHamlet(): DrawnExtract {
  const houses = [0, 1, 2, 3, 4].map((at) => ({
    id: 90_100 + at,
    ...gridPlace(1_040 + 30 * at, 12),
    tags: { 'addr:street': 'Buurtschap', 'addr:housenumber': String(at + 1) },
  }))
  return drawGridTown(6, {
    nodes: [
      { id: 90_001, ...gridPlace(1_000, 0) },
      { id: 90_002, ...gridPlace(1_200, 0) },
      ...houses,
    ],
    ways: [
      {
        id: 99,
        nodes: [gridNode(6, 6, 0), 90_001, 90_002],
        tags: { highway: 'unclassified', name: 'Buurtschap' },
      },
      { id: 100, nodes: [90_001, 90_002], tags: { highway: 'path' } },
    ],
  })
}

function square(eastMeters: number, northMeters: number, halfMeters: number) {
  const corner = (east: number, north: number): [number, number] => {
    const { longitude, latitude } = gridPlace(
      eastMeters + east * halfMeters,
      northMeters + north * halfMeters,
    )
    return [longitude, latitude]
  }
  const ring = [corner(-1, -1), corner(1, -1), corner(1, 1), corner(-1, 1), corner(-1, -1)]
  return compilePolygon({ type: 'Polygon', coordinates: [ring] })
}

function lengthOf(way: readonly { longitude: number; latitude: number }[]): number {
  let meters = 0
  for (const [index, { longitude, latitude }] of way.entries()) {
    const before = way[index - 1]
    if (before) meters += distanceMeters(before.longitude, before.latitude, longitude, latitude)
  }
  return meters
}

/** The slow judge: every edge tried until nothing gets shorter. */
function relaxAll(
  roads: RoadGraph,
  costs: WayCosts,
  starts: readonly { vertex: number; seconds: number }[],
): number[] {
  const seconds = Array.from(roads.vertexLongitudesE7, () => Infinity)
  for (const start of starts)
    seconds[start.vertex] = Math.min(seconds[start.vertex]!, start.seconds)
  for (let isDone = false; !isDone;) {
    isDone = true
    for (const [edge, from] of roads.edgeFrom.entries()) {
      const to = roads.edgeTo[edge]!
      const cost = costs.secondsOf(edge)
      for (const [one, other] of [
        [from, to],
        [to, from],
      ] as const) {
        if (seconds[one]! + cost >= seconds[other]!) continue
        seconds[other] = seconds[one]! + cost
        isDone = false
      }
    }
  }
  return seconds
}

const kinds = ['motorway', 'primary', 'residential', 'footway', 'steps', 'cycleway'] as const

function drawRandomTown(random: () => number): DrawnExtract {
  const count = 20 + Math.floor(random() * 60)
  const nodes = Array.from({ length: count }, (_, index) => ({
    id: index + 1,
    ...gridPlace(random() * 3_000, random() * 3_000),
  }))
  const ways = Array.from({ length: count }, (_, index) => ({
    id: index + 1,
    nodes: Array.from(
      { length: 2 + Math.floor(random() * 4) },
      () => 1 + Math.floor(random() * count),
    ),
    tags: {
      highway: kinds[Math.floor(random() * kinds.length)] ?? 'steps',
      maxspeed: String(Math.floor(random() * 130)),
    },
  }))
  return { nodes, ways }
}
