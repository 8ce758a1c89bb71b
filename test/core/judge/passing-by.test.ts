import { describe, expect, it } from 'vitest'
import type { Fix } from '../../../src/core/model/fix.ts'
import type { ProtectionOrder } from '../../../src/core/model/registry.ts'
import { makeBan, makeFix, makeOrder, place } from '../engine-world.ts'
import { away, hour, rank, visit } from './rank-world.ts'

describe('an approach that passes by', () => {
  // North along a line 800 m east of the middle, so 300 m from the border where it is nearest.
  const along = (second: number, northMeters: number) => makeFix(second, 800, northMeters)
  const leaving = [along(0, -900), along(60, 350)]

  it('one that moves away is listed, for one that closes in is called out', () => {
    expect(rank(leaving)).toEqual(['P3'])
    expect(rank([along(0, -900), along(60, -350)])).toEqual(['P2'])
  })

  it('one that comes straight at the border is called out at once, however slowly and from however far', () => {
    const ban = makeBan({ approachMeters: 2_000 })
    const world = { orders: [makeOrder({ locationBans: [ban] })] }
    // 1,900 m from the border at 1.3 m/s, and 450 m at 0.4 m/s: there in 24 and in 18 minutes.
    expect(rank([makeFix(0, 2_556), makeFix(120, 2_400)], world)).toEqual(['P2'])
    expect(rank([makeFix(0, 1_062), makeFix(280, 950)])).toEqual(['P2'])
    // As slowly, but rather along it.
    expect(rank([makeFix(0, 2_560), makeFix(120, 2_480, 156)], world)).toEqual(['P3'])
  })

  it('one is called out whose way is not known', () => {
    expect(rank([along(60, 350)])).toEqual(['P2'])
    expect(rank([along(0, -900), along(301, 350)])).toEqual(['P2'])
  })

  it('one is called out the moment it turns, or stands still', () => {
    expect(rank([...leaving, along(120, 450)])).toEqual(['P3'])
    expect(rank([...leaving, along(120, 250)])).toEqual(['P3', 'P3 to P2 turned'])
    expect(rank([...leaving, along(120, 355)])).toEqual(['P3', 'P3 to P2 turned'])
  })

  it('none passes by so near that a fix cannot tell the way', () => {
    expect(rank([makeFix(0, 546, -900), makeFix(60, 546, 40)])).toEqual(['P2'])
  })

  it.each([
    ['by bike', 5.5, 12],
    ['by car', 14, 4],
  ])(
    'one %s along a border that bends across its way is called out at once',
    (_by, pace, minutes) => {
      expect(rank(ride(pace, minutes), { orders: [makeBent(5_000)] })).toEqual(['P2'])
    },
  )

  it('one whose way leads past the bend is listed, unless it may err into it', () => {
    // Where the way passes the foot of the area it is some 1,050 m south.
    expect(rank(ride(14, 4), { orders: [makeBent(600)] })).toEqual(['P3'])
    expect(rank(ride(14, 4), { orders: [makeBent(950)] })).toEqual(['P3'])
    const coarser = ride(14, 4).map((fix) => ({ ...fix, accuracyMeters: 12 }))
    expect(rank(coarser, { orders: [makeBent(600)] })).toEqual(['P3'])
    expect(rank(coarser, { orders: [makeBent(950)] })).toEqual(['P2'])
  })

  it('one is called out as soon as the bend is no further than police need', () => {
    // At 2 m/s it is first 2,240 m off, and then 1,760 m: police need 1,800.
    const orders = [makeBent(5_000)]
    expect(rank(ride(2, 48), { orders })).toEqual(['P3'])
    expect(rank(ride(2, 52), { orders })).toEqual(['P3', 'P3 to P2 turned'])
  })

  it('one that was listed for passing by makes none after it a further one', () => {
    expect(rank([...leaving, ...away(300), ...visit(2 * hour, 300)])).toEqual(['P3', 'P2'])
  })
})

/** Eastward below a border at 200 m south, ever nearer to it, into a band of 1,000 m. */
function ride(metersPerSecond: number, minutes: number): Fix[] {
  return Array.from({ length: minutes + 6 }, (_, count) => {
    const second = 60 * (count - 5)
    const east = -8_000 + metersPerSecond * second
    const north = Math.min(-1_300 + 0.03 * (east + 8_000), -1_180)
    return makeFix(second, east, north, { accuracyMeters: 5 })
  })
}

/** A bar from west to east, and at its eastern end a foot that leads so far south. */
function makeBent(footMeters: number): ProtectionOrder {
  const corners = [
    [-9_000, 0],
    [400, 0],
    [400, -footMeters],
    [0, -footMeters],
    [0, -200],
    [-9_000, -200],
    [-9_000, 0],
  ] as const
  const ring = corners.map(([east, north]): [number, number] => {
    const { longitude, latitude } = place(east, north)
    return [longitude, latitude]
  })
  const area = {
    type: 'geometry' as const,
    geometry: { type: 'Polygon' as const, coordinates: [ring] },
  }
  return makeOrder({ locationBans: [makeBan({ area, approachMeters: 1_000 })] })
}
