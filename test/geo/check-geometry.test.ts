import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compilePolygon } from '../../geo/ban-shape.ts'
import type { MultiPolygonGeometry, PolygonGeometry } from '../../geo/ban-shape.ts'
import { checkGeometry as checkWithin } from '../../geo/check-geometry.ts'
import { defaultLimits } from '../../src/core/model/limits.ts'
import { itWithSharedData, readShared, readSharedCsv } from './support/shared-data.ts'
import { parseWkt, readCases } from './support/wkt.ts'

/** Within the bounds of the product. */
const checkGeometry = (value: unknown) => checkWithin(value, defaultLimits)

type Ring = readonly (readonly number[])[]

/** Rings in metres or so around a place; written small, so that the drawings below can be read. */
function polygon(...rings: Ring[]): unknown {
  return { type: 'Polygon', coordinates: rings.map(place) }
}

function multi(...parts: Ring[][]): unknown {
  return { type: 'MultiPolygon', coordinates: parts.map((rings) => rings.map(place)) }
}

function place(ring: Ring): number[][] {
  return ring.map(([x, y]) => [5 + x! / 1024, 52 + y! / 1024])
}

function codes(value: unknown): string[] {
  const checked = checkGeometry(value)
  return checked.ok ? [] : checked.faults.map((fault) => fault.code)
}

const square = [
  [0, 0],
  [8, 0],
  [8, 8],
  [0, 8],
  [0, 0],
]
const inner = [
  [2, 2],
  [2, 4],
  [4, 4],
  [4, 2],
  [2, 2],
]

describe('a drawing that can be repaired', () => {
  it('a repairable drawing is turned the right way, closed, and freed of altitudes and repetitions, each reported', () => {
    const sloppy = {
      type: 'Polygon',
      coordinates: [
        [
          [5, 52, 3],
          [5, 52.01, 4],
          [5, 52.01, 4],
          [5.01, 52.01],
          [5.01, 52],
        ],
      ],
    }
    const checked = checkGeometry(sloppy)
    expect(checked).toMatchObject({ ok: true })
    if (!checked.ok) return
    expect(checked.repairs.map(({ pointer, code }) => `${pointer} ${code}`)).toEqual([
      '/coordinates/0 altitude-dropped',
      '/coordinates/0 duplicate-vertices-dropped',
      '/coordinates/0 ring-closed',
      '/coordinates/0 winding-reversed',
    ])
    expect(checked.geometry).toEqual({
      type: 'Polygon',
      coordinates: [
        [
          [5, 52],
          [5.01, 52],
          [5.01, 52.01],
          [5, 52.01],
          [5, 52],
        ],
      ],
    })
    expect(checkGeometry(checked.geometry)).toEqual({ ...checked, repairs: [] })
  })

  it('a hole is turned clockwise', () => {
    const checked = checkGeometry(polygon(square, inner.toReversed()))
    expect(checked).toMatchObject({
      ok: true,
      repairs: [{ pointer: '/coordinates/1', code: 'winding-reversed' }],
    })
  })
})

describe('a drawing that is refused names ring and vertex, never a coordinate', () => {
  it.each([
    [
      'ring-crosses-itself',
      '/coordinates/0/0',
      polygon([
        [0, 0],
        [8, 8],
        [8, 0],
        [0, 8],
        [0, 0],
      ]),
    ],
    [
      'ring-crosses-itself',
      '/coordinates/0/1',
      polygon([
        [0, 0],
        [4, 4],
        [8, 8],
        [8, 0],
        [4, 4],
        [0, 8],
        [0, 0],
      ]),
    ],
    [
      'ring-doubles-back',
      '/coordinates/0/1',
      polygon([
        [0, 0],
        [8, 0],
        [12, 0],
        [8, 0],
        [8, 8],
        [0, 0],
      ]),
    ],
    [
      'rings-cross',
      '/coordinates/0/1',
      polygon(square, [
        [6, 2],
        [6, 4],
        [10, 4],
        [10, 2],
        [6, 2],
      ]),
    ],
    [
      'rings-share-border',
      '/coordinates/0/1',
      polygon(square, [
        [6, 2],
        [6, 4],
        [8, 4],
        [8, 2],
        [6, 2],
      ]),
    ],
    [
      'hole-outside-shell',
      '/coordinates/1',
      polygon(square, [
        [12, 2],
        [12, 4],
        [14, 4],
        [14, 2],
        [12, 2],
      ]),
    ],
    [
      'holes-nested',
      '/coordinates/2',
      polygon(
        square,
        [
          [1, 1],
          [1, 7],
          [7, 7],
          [7, 1],
          [1, 1],
        ],
        inner,
      ),
    ],
    [
      'parts-overlap',
      '/coordinates/0/0/2',
      multi(
        [square],
        [
          [
            [4, 4],
            [12, 4],
            [12, 12],
            [4, 12],
            [4, 4],
          ],
        ],
      ),
    ],
    ['parts-overlap', '/coordinates/1/0', multi([square], [inner.toReversed()])],
    [
      'parts-share-border',
      '/coordinates/0/0/1',
      multi(
        [square],
        [
          [
            [8, 0],
            [12, 0],
            [12, 8],
            [8, 8],
            [8, 0],
          ],
        ],
      ),
    ],
    [
      'too-few-vertices',
      '/coordinates/0',
      polygon([
        [0, 0],
        [8, 0],
        [0, 0],
      ]),
    ],
    [
      'zero-area',
      '/coordinates/0',
      {
        type: 'Polygon',
        coordinates: [
          [
            [5, 52],
            [5.000001, 52],
            [5, 52.000001],
            [5, 52],
          ],
        ],
      },
    ],
    [
      'area-too-large',
      '/coordinates',
      {
        type: 'Polygon',
        coordinates: [
          [
            [0, 50],
            [10, 50],
            [10, 54],
            [0, 54],
            [0, 50],
          ],
        ],
      },
    ],
    [
      'longitude-out-of-range',
      '/coordinates/0/1',
      {
        type: 'Polygon',
        coordinates: [
          [
            [5, 52],
            [181, 52],
            [5, 53],
            [5, 52],
          ],
        ],
      },
    ],
    [
      'latitude-out-of-range',
      '/coordinates/0/2',
      {
        type: 'Polygon',
        coordinates: [
          [
            [5, 52],
            [6, 52],
            [5, 91],
            [5, 52],
          ],
        ],
      },
    ],
    [
      'coordinate-not-finite',
      '/coordinates/0/1',
      {
        type: 'Polygon',
        coordinates: [
          [
            [5, 52],
            [Number.NaN, 52],
            [5, 53],
            [5, 52],
          ],
        ],
      },
    ],
    [
      'position-malformed',
      '/coordinates/0/1',
      { type: 'Polygon', coordinates: [[[5, 52], [5], [5, 53], [5, 52]]] },
    ],
    ['empty', '/coordinates', { type: 'MultiPolygon', coordinates: [] }],
    ['not-an-array', '/coordinates', { type: 'Polygon', coordinates: { length: 3 } }],
    ['type-unsupported', '/type', { type: 'Point', coordinates: [5, 52] }],
    ['member-unknown', '', { type: 'Polygon', coordinates: [], crs: {} }],
    ['not-an-object', '', null],
  ])('a refused drawing is answered with %s at %s', (code, pointer, value) => {
    const checked = checkGeometry(value)
    expect(checked.ok).toBe(false)
    if (checked.ok) return
    expect(checked.faults[0]).toMatchObject({ code, pointer })
    for (const { detail } of checked.faults) {
      expect(detail).toMatch(/^[A-Z].*\.$/s)
      expect(detail).not.toMatch(/\d\.\d/)
    }
  })

  it('a refused drawing is answered with the edges that cross', () => {
    const checked = checkGeometry(
      polygon([
        [0, 0],
        [8, 8],
        [8, 0],
        [0, 8],
        [0, 0],
      ]),
    )
    expect(checked).toMatchObject({
      ok: false,
      faults: [{ detail: 'Ring 0: the edge after vertex 0 crosses the edge after vertex 2.' }],
    })
  })

  it('areas that overlap are named by number and side, once however often their borders meet', () => {
    const round = (east: number, north: number) =>
      [
        [2, 0],
        [0, 2],
        [-2, 0],
        [0, -2],
        [2, 0],
      ].map(([x = 0, y = 0]): [number, number] => [5 + east + x, 50 + north + y])
    const detailOf = (...others: [number, number][][]) => {
      const checked = checkGeometry(multi([round(0, 0)], ...others.map((ring) => [ring])))
      return checked.ok ? [] : checked.faults.map(({ detail }) => detail)
    }
    expect(detailOf(round(9, 0))).toEqual([])
    const told = (side: string) =>
      `Area 1 and area 2 overlap, in the ${side} of area 1: draw them apart, or as one area.`
    expect(detailOf(round(3.9, 0.01))).toEqual([told('east')])
    expect(detailOf(round(0.01, -3.9))).toEqual([told('south')])
    expect(detailOf(round(9, 0), round(3.9, 0.01))).toEqual([
      told('east').replace('area 2', 'area 3'),
    ])
  })

  it('a refused drawing is answered with every fault, up to twenty', () => {
    const ring = Array.from({ length: 50 }, () => ['x', 'y'])
    expect(codes({ type: 'Polygon', coordinates: [ring] })).toHaveLength(20)
  })
})

describe('a drawing that is unusual and right', () => {
  it.each([
    [
      'a ring that touches itself in a vertex',
      polygon(
        [
          [0, 0],
          [8, 0],
          [8, 8],
          [4, 4],
          [0, 8],
          [4, 4],
          [0, 0],
        ].with(5, [3.9, 4]),
      ),
    ],
    [
      'a ring that pinches itself',
      polygon([
        [0, 0],
        [4, 0],
        [4, 4],
        [8, 4],
        [8, 8],
        [4, 8],
        [4, 4],
        [0, 4],
        [0, 0],
      ]),
    ],
    [
      'a hole that touches its shell',
      polygon(square, [
        [0, 4],
        [4, 6],
        [4, 2],
        [0, 4],
      ]),
    ],
    [
      'two parts that touch in a corner',
      multi(
        [square],
        [
          [
            [8, 8],
            [12, 8],
            [12, 12],
            [8, 12],
            [8, 8],
          ],
        ],
      ),
    ],
    [
      'an island in a hole',
      multi(
        [
          square,
          [
            [1, 1],
            [1, 7],
            [7, 7],
            [7, 1],
            [1, 1],
          ],
        ],
        [inner.toReversed()],
      ),
    ],
    [
      'a ban across the antimeridian',
      {
        type: 'Polygon',
        coordinates: [
          [
            [179.99, 0],
            [-179.99, 0],
            [-179.99, 0.02],
            [179.99, 0.02],
            [179.99, 0],
          ],
        ],
      },
    ],
    [
      'the same, cut',
      {
        type: 'MultiPolygon',
        coordinates: [
          [
            [
              [179.99, 0],
              [180, 0],
              [180, 0.02],
              [179.99, 0.02],
              [179.99, 0],
            ],
          ],
          [
            [
              [-180, 0],
              [-179.99, 0],
              [-179.99, 0.02],
              [-180, 0.02],
              [-180, 0],
            ],
          ],
        ],
      },
    ],
    [
      'a ban round a pole',
      {
        type: 'Polygon',
        coordinates: [
          [
            [0, 89.9],
            [120, 89.9],
            [-120, 89.9],
            [0, 89.9],
          ],
        ],
      },
    ],
  ])('a drawing that is unusual and right is taken: %s', (_, value) => {
    expect(checkGeometry(value)).toMatchObject({ ok: true, repairs: [] })
  })
})

describe('large drawings', () => {
  /** A wavy circle of that many vertices. */
  const wavy = (count: number): number[][] => {
    const ring = Array.from({ length: count }, (_, k) => {
      const angle = (2 * Math.PI * k) / count
      const radius = 0.1 * (1 + 0.3 * Math.sin(40 * angle))
      return [5 + radius * Math.cos(angle), 52 + radius * Math.sin(angle)]
    })
    return [...ring, ring[0]!]
  }

  it('10,000 vertices are checked, also where every edge lies near every other', () => {
    const spikes = Array.from({ length: 10_000 }, (_, k) => {
      const angle = (2 * Math.PI * k) / 10_000
      const radius = k % 2 === 0 ? 0.3 : 0.0001
      return [5 + radius * Math.cos(angle), 52 + radius * Math.sin(angle)]
    })
    for (const ring of [wavy(10_000), [...spikes, spikes[0]!]]) {
      const start = process.threadCpuUsage()
      expect(checkGeometry({ type: 'Polygon', coordinates: [ring] }).ok).toBe(true)
      const spent = process.threadCpuUsage(start)
      const elapsed = (spent.user + spent.system) / 1_000
      process.stdout.write(
        `10,000 vertices checked in ${elapsed.toFixed(0)} ms of processor time\n`,
      )
    }
  })

  it('10,001 vertices are refused, in one ring or spread over many', () => {
    expect(codes({ type: 'Polygon', coordinates: [wavy(10_001)] })).toEqual(['too-many-vertices'])
    const spread = Array.from({ length: 5 }, () => [wavy(2_001)])
    expect(codes({ type: 'MultiPolygon', coordinates: spread })).toEqual(['too-many-vertices'])
  })

  it('one crossing among 10,000 vertices is found', () => {
    const ring = wavy(10_000)
    const spot = ring[5_000]!
    ring[5_000] = ring[5_001]!
    ring[5_001] = spot
    expect(codes({ type: 'Polygon', coordinates: [ring] })).toContain('ring-crosses-itself')
  })
})

describe('hostile input', () => {
  it('hostile geometry is answered with faults, never thrown at', () => {
    const piece = fc.oneof(
      fc.double(),
      fc.constant('__proto__'),
      fc.constant(null),
      fc.bigInt(),
      fc.array(fc.double(), { maxLength: 4 }),
    )
    const coordinates = fc.array(fc.array(fc.array(piece, { maxLength: 6 }), { maxLength: 6 }), {
      maxLength: 4,
    })
    const value = fc.oneof(
      fc.anything({ withBigInt: true, withNullPrototype: true, withSparseArray: true }),
      fc.record({ type: fc.constantFrom('Polygon', 'MultiPolygon', '__proto__'), coordinates }),
    )
    fc.assert(
      fc.property(value, (hostile) => {
        const checked = checkGeometry(hostile)
        if (!checked.ok) expect(checked.faults.length).toBeGreaterThan(0)
      }),
      { numRuns: 2_000, seed: 4_711 },
    )
  })

  it('a prototype in place of a member of a geometry is not read', () => {
    const inherited: unknown = Object.create({ type: 'Polygon', coordinates: [square] })
    expect(codes(inherited)).toEqual(['type-unsupported'])
    const parsed: unknown = JSON.parse('{"type":"Polygon","coordinates":[[]],"__proto__":{"x":1}}')
    expect(codes(parsed)).toEqual(['member-unknown'])
    expect(({} as Record<string, unknown>)['x']).toBeUndefined()
  })

  it('a geometry that is accepted can be compiled, and is accepted again unchanged', () => {
    const coordinate = fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 9 }))
    const ring = fc.array(coordinate, { minLength: 3, maxLength: 9 })
    fc.assert(
      fc.property(fc.array(ring, { minLength: 1, maxLength: 2 }), (rings) => {
        const checked = checkGeometry(polygon(...rings))
        if (!checked.ok) return
        expect(compilePolygon(checked.geometry).areaSquareMeters).toBeGreaterThan(0)
        expect(checkGeometry(checked.geometry)).toEqual({ ...checked, repairs: [] })
      }),
      { numRuns: 3_000, seed: 4_712 },
    )
  })
})

describe('validity against independent answers', () => {
  /** Where we differ from OGC validity on purpose: nothing is ambiguous about these areas. */
  const acceptedOnPurpose = [
    'self-touches at vertex',
    'self-touches at non-vertex',
    'self-touch at vertex-segment',
    'interior disconnected',
  ]

  // Out of scope: points and lines are no bans, and an EMPTY part cannot be written in
  // GeoJSON as it is meant there.
  itWithSharedData('equals JTS on every area it judges', () => {
    const counts = { compared: 0, onPurpose: 0, notAreas: 0, empty: 0 }
    for (const { description, a, body } of readCases(
      readShared('vectors/jts/general-TestValid.xml'),
    )) {
      if (!/^m?A /.test(description)) {
        counts.notAreas += 1
        continue
      }
      if (/EMPTY/.test(a) || a === '') {
        counts.empty += 1
        continue
      }
      const wkt = parseWkt(a)!
      const isValid = />\s*true\s*</.test(body)
      const isAccepted = checkGeometry(shrink(wkt.type, wkt.coordinates)).ok
      const isOnPurpose = acceptedOnPurpose.some((reason) => description.includes(reason))
      if (isOnPurpose) counts.onPurpose += 1
      else counts.compared += 1
      expect({ description, isAccepted }).toEqual({
        description,
        isAccepted: isOnPurpose ? true : isValid,
      })
    }
    process.stdout.write(`JTS validity: ${JSON.stringify(counts)}\n`)
    expect(counts.compared).toBeGreaterThan(40)
  })

  itWithSharedData('takes every turf fixture and Dutch area, or says why not', () => {
    for (const name of ['multipoly-with-hole', 'poly-with-hole']) {
      const path = `vectors/turf/boolean-point-in-polygon/in/${name}.geojson`
      const feature = JSON.parse(readShared(path)) as { geometry: unknown }
      expect(checkGeometry(feature.geometry)).toMatchObject({ ok: true })
    }
    for (const file of ['gemeenten-2022-a.geojson', 'amsterdam-buurten-a.geojson']) {
      let refused = 0
      const { features } = JSON.parse(readShared(`netherlands/${file}`)) as {
        features: { geometry: unknown }[]
      }
      for (const { geometry } of features) {
        const checked = checkGeometry(geometry)
        if (checked.ok) continue
        refused += 1
        process.stdout.write(`${file}: ${checked.faults[0]!.detail}\n`)
      }
      expect(refused).toBe(0)
    }
  })

  itWithSharedData('measures Dutch municipalities to 0.1 % of the geodesic area', () => {
    type Feature = {
      properties: { statcode: string }
      geometry: PolygonGeometry | MultiPolygonGeometry
    }
    const { features } = JSON.parse(readShared('netherlands/gemeenten-2022-a.geojson')) as {
      features: Feature[]
    }
    const geometries = new Map(features.map((f) => [f.properties.statcode, f.geometry]))
    let worst = 0
    for (const row of readSharedCsv('vectors/gemeenten-2022-a-geodesic-area.csv')) {
      const { areaSquareMeters } = compilePolygon(geometries.get(row[0]!)!)
      worst = Math.max(worst, Math.abs(areaSquareMeters / Number(row.at(-2)) - 1))
    }
    process.stdout.write(`area, largest difference: ${(worst * 100).toExponential(1)} %\n`)
    // Geodesic edges bulge from edges straight in longitude and latitude.
    expect(worst).toBeLessThan(1e-3)
  })
})

/** The drawings of JTS are hundreds of units wide; a power of two keeps every vertex exact. */
function shrink(type: string, coordinates: unknown): unknown {
  const scale = (value: unknown): unknown =>
    Array.isArray(value) ? value.map(scale) : typeof value === 'number' ? value / 1024 : Number.NaN
  return { type: type === 'POLYGON' ? 'Polygon' : 'MultiPolygon', coordinates: scale(coordinates) }
}

describe('the bounds a geometry is held to', () => {
  it.each([
    ['a square of four corners fits into four vertices', 4, 1e12, []],
    ['one vertex fewer refuses it', 3, 1e12, ['too-many-vertices']],
    ['an area beyond the bound is refused', 4, 1, ['area-too-large']],
  ])('%s', (_name, verticesPerBanMax, banAreaSquareMetersMax, expected) => {
    const bounds = { ...defaultLimits, verticesPerBanMax, banAreaSquareMetersMax }
    const checked = checkWithin(polygon(square), bounds)
    expect(checked.ok ? [] : checked.faults.map(({ code }) => code)).toEqual(expected)
  })

  it('a ring that encloses less than the bound is no area', () => {
    const bounds = { ...defaultLimits, ringAreaSquareMetersMin: 1e12 }
    expect(checkWithin(polygon(square), bounds)).toMatchObject({
      ok: false,
      faults: [{ code: 'zero-area' }],
    })
  })
})
