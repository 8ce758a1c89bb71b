import { describe, expect, it } from 'vitest'
import { applyFix, situationOf } from '../../../src/core/engine/engine.ts'
import type { BanArea } from '../../../src/core/model/registry.ts'
import { applyAll, makeBan, makeEngine, makeFix, makeOrder, tell } from '../engine-world.ts'

describe('a ban across the antimeridian is judged alike on both sides', () => {
  const rings = [
    [
      [179.9, -17.1],
      [-179.9, -17.1],
      [-179.9, -16.9],
      [179.9, -16.9],
      [179.9, -17.1],
    ],
  ] as const
  const areas: [name: string, area: BanArea][] = [
    ['a circle', { type: 'circle', longitude: 179.999, latitude: -17, radiusMeters: 1000 }],
    [
      'a circle east of it',
      { type: 'circle', longitude: -179.999, latitude: -17, radiusMeters: 1000 },
    ],
    ['a polygon', { type: 'geometry', geometry: { type: 'Polygon', coordinates: rings } }],
  ]
  const at = (seconds: number, longitude: number) =>
    makeFix(seconds, 0, 0, { longitude, latitude: -17 })
  it.each(areas)(
    'a ban across the antimeridian is judged alike on both sides: %s',
    (_name, area) => {
      const orders = [makeOrder({ locationBans: [makeBan({ area })] })]
      for (const side of [1, -1]) {
        const engine = makeEngine({ orders })
        expect(tell(applyFix(engine, at(0, side * 179.999)))).toEqual([
          'raised location-ban-breach 0',
        ])
        expect(situationOf(engine, 'offender').isNearDanger).toBe(true)
        const passing = makeEngine({ orders })
        const told = tell(applyAll(passing, [at(0, side * 179.89), at(280, side * -179.89)]))
        expect(told).toEqual([
          'raised location-ban-passage 140 late',
          'ended location-ban-passage 140',
        ])
      }
    },
  )
  it('a path that stays on the other side of the antimeridian crosses the ban', () => {
    const area: BanArea = { type: 'circle', longitude: 179.9999, latitude: -17, radiusMeters: 500 }
    const engine = makeEngine({
      orders: [makeOrder({ locationBans: [makeBan({ area, approachMeters: 0 })] })],
    })
    const north = { longitude: -179.999, latitude: -16.98 }
    const south = { longitude: -179.999, latitude: -17.02 }
    const told = tell(applyAll(engine, [makeFix(0, 0, 0, north), makeFix(60, 0, 0, south)]))
    expect(told).toContain('raised location-ban-passage 30')
  })
})
