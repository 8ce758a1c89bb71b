import { describe, expect, it } from 'vitest'
import { containsPosition } from '../../../geo/containment.ts'
import type { BanArea, PolygonGeometry, ProtectionOrder } from '../../../src/core/model/registry.ts'
import { compileArea, shareAreas } from '../../../src/core/rules/shared-areas.ts'
import { makeBan, makeOrder } from '../engine-world.ts'

function squareOf(west: number): PolygonGeometry {
  const east = west + 0.01
  return {
    type: 'Polygon',
    coordinates: [
      [
        [west, 52],
        [east, 52],
        [east, 52.01],
        [west, 52.01],
        [west, 52],
      ],
      [
        [west + 0.004, 52.004],
        [west + 0.004, 52.006],
        [west + 0.006, 52.006],
        [west + 0.004, 52.004],
      ],
    ],
  }
}

function orderOf(area: BanArea, id = 'order'): ProtectionOrder {
  return makeOrder({ id, locationBans: [makeBan({ area })] })
}

function areaOf(order: ProtectionOrder): BanArea {
  const [ban] = shareAreas(order).locationBans
  if (ban === undefined) throw new Error('the order has a ban')
  return ban.area
}

const areas: readonly BanArea[] = [
  { type: 'geometry', geometry: squareOf(5) },
  // More digits than a ten-millionth of a degree.
  { type: 'geometry', geometry: squareOf(5 + 1 / 3) },
  { type: 'geometry', geometry: squareOf(-0) },
  {
    type: 'geometry',
    geometry: {
      type: 'MultiPolygon',
      coordinates: [squareOf(6).coordinates, squareOf(7).coordinates.slice(0, 1)],
    },
  },
  // Drawn the other way round, and over the antimeridian.
  {
    type: 'geometry',
    geometry: {
      type: 'Polygon',
      coordinates: squareOf(8).coordinates.map((ring) => ring.toReversed()),
    },
  },
  {
    type: 'geometry',
    geometry: {
      type: 'Polygon',
      coordinates: [
        [
          [179.9, 52],
          [-179.9, 52],
          [-179.9, 52.1],
          [179.9, 52.1],
          [179.9, 52],
        ],
      ],
    },
  },
  { type: 'circle', longitude: 5, latitude: 52, radiusMeters: 100 },
]

describe('areas of orders', () => {
  it('an area reads number for number as it was registered, also as text', () => {
    for (const area of areas) {
      const order = orderOf(area)
      expect(shareAreas(order)).toEqual(order)
      expect(JSON.stringify(areaOf(order))).toBe(JSON.stringify(area))
    }
  })

  it('equal areas of two orders are one, compiled once; others are not', () => {
    const one = areaOf(orderOf({ type: 'geometry', geometry: squareOf(5) }))
    const other = areaOf(orderOf({ type: 'geometry', geometry: squareOf(5) }, 'another'))
    expect(other).toBe(one)
    expect(compileArea(other)).toBe(compileArea(one))
    const next = areaOf(orderOf({ type: 'geometry', geometry: squareOf(5.000_000_1) }))
    expect(next).not.toBe(one)
    const rings = squareOf(5).coordinates
    const asMany = { type: 'MultiPolygon', coordinates: [rings] } as const
    expect(areaOf(orderOf({ type: 'geometry', geometry: asMany }))).not.toBe(one)
  })

  it('a shared area is compiled to the shape of what was registered', () => {
    for (const area of areas) {
      expect(compileArea(areaOf(orderOf(area)))).toEqual(compileArea(area))
    }
    const shape = compileArea(areaOf(orderOf({ type: 'geometry', geometry: squareOf(5) })))
    expect(containsPosition(shape, 5.001, 52.001)).toBe(true)
    expect(containsPosition(shape, 5.0042, 52.0055)).toBe(false)
  })

  it('bans that are read when they are asked for are not read to be shared', () => {
    let readCount = 0
    const order: ProtectionOrder = {
      ...orderOf(areas[0] ?? { type: 'circle', longitude: 0, latitude: 0, radiusMeters: 1 }),
      get locationBans() {
        readCount += 1
        return []
      },
    }
    expect(shareAreas(order)).toBe(order)
    expect(readCount).toBe(0)
  })
})
