import { describe, expect, it } from 'vitest'
import type { Effect } from '../../../src/core/model/alert.ts'
import type { Engine } from '../../../src/core/engine/engine-state.ts'
import { applyFix, restoreSnapshot, takeSnapshots } from '../../../src/core/engine/engine.ts'
import type { Fix } from '../../../src/core/model/fix.ts'
import type { World } from '../engine-world.ts'
import type { ProtectionOrder } from '../../../src/core/model/registry.ts'
import {
  makeBan,
  makeEngine,
  makeFix,
  makeOrder,
  makePair,
  makeVictimFix,
  place,
} from '../engine-world.ts'

const hour = 3_600
const day = 24 * hour

describe('a further approach of one area within a day', () => {
  it.each([
    ['as near as before', 2 * hour, 300],
    ['a little nearer', 2 * hour, 156],
    ['further away', 2 * hour, 450],
    ['at the end of the day', day, 300],
  ])('%s is listed, and nobody is called', (_name, second, meters) => {
    expect(rank([...visit(0, 300), ...visit(second, meters)])).toEqual(['P2', 'P3'])
  })

  it.each([
    ['at half of what was left', 2 * hour, 147],
    ['more than a day later', day + 1, 300],
    ['at another time of day', 12 * hour, 300],
  ])('%s is called out', (_name, second, meters) => {
    expect(rank([...visit(0, 300), ...visit(second, meters)])).toEqual(['P2', 'P2'])
  })

  it('one markedly faster is called out, when it opens and later', () => {
    const walking = [at(0, 700), at(300, 490), at(360, 430), at(420, 360), ...away(900)]
    const driving = [at(2 * hour, 1_100), at(2 * hour + 60, 480)]
    expect(rank([...walking, ...driving])).toEqual(['P2', 'P2'])
    const standing = [at(2 * hour, 5_000), at(2 * hour + 600, 482), at(2 * hour + 660, 480)]
    const then = at(2 * hour + 680, 400)
    expect(rank([...walking, ...standing])).toEqual(['P2', 'P3'])
    expect(rank([...walking, ...standing, then])).toEqual(['P2', 'P3', 'P3 to P2 faster'])
  })

  it('one that comes nearer while it goes on is called out from then on', () => {
    const nearing = [5_000, 400, 250, 151, 149].map((meters, index) =>
      at(2 * hour + 600 * index, meters),
    )
    expect(rank([...visit(0, 300), ...nearing.slice(0, 4)])).toEqual(['P2', 'P3'])
    expect(rank([...visit(0, 300), ...nearing])).toEqual(['P2', 'P3', 'P3 to P2 nearer'])
  })

  it('those that were only listed move no mark: it cannot be crept within a day', () => {
    const creeping = [300, 240, 190, 145].flatMap((meters, index) => visit(index * hour, meters))
    expect(rank(creeping)).toEqual(['P2', 'P3', 'P3', 'P2'])
  })

  it('one that goes on for a day is called out', () => {
    const staying = Array.from({ length: 26 }, (_, index) =>
      at(2 * hour + index * hour, 300 + index),
    )
    expect(rank([...visit(0, 300), ...staying])).toEqual(['P2', 'P3', 'P3 to P2 lasting'])
  })

  it('one after a breach of that day is called out', () => {
    const inside = [0, 60, 120].map((second) => at(hour + second, -200 - second))
    const fixes = [...visit(0, 300), ...inside, ...away(2 * hour), ...visit(3 * hour, 300)]
    expect(rank(fixes)).toEqual(['P2', 'breach P1', 'P2'])
  })

  it('one in the course of which the ban is broken is called out, besides the breach', () => {
    const entering = [at(2 * hour, 5_000), at(2 * hour + 600, 300), at(2 * hour + 1_200, -100)]
    const fixes = [...visit(0, 300), ...entering, at(2 * hour + 1_260, -110)]
    expect(rank(fixes)).toEqual(['P2', 'P3', 'breach P1', 'P3 to P2 nearer'])
  })

  it('one of another ban is a first one', () => {
    const far = { longitude: 5.2, latitude: 52.1 }
    const [ban] = makeOrder().locationBans
    const other = {
      ...ban!,
      id: 'other',
      area: { type: 'circle' as const, ...far, radiusMeters: 500 },
    }
    const world = { orders: [makeOrder({ locationBans: [ban!, other] })] }
    const there = [0, 60].map((second) =>
      makeFix(2 * hour + second, 0, 0, { ...far, latitude: 52.1 + 0.0075 + second * 1e-6 }),
    )
    expect(rank([...visit(0, 300), ...there], world)).toEqual(['P2', 'P2'])
  })

  it('what is known of a day is remembered by a snapshot', () => {
    const engine = makeEngine()
    rankBy(engine, visit(0, 300))
    const restored = makeEngine()
    for (const { scope, state } of takeSnapshots(engine)) restoreSnapshot(restored, scope, state)
    expect(rankBy(restored, visit(2 * hour, 300))).toEqual(['P3'])
    const again = makeEngine()
    for (const { scope, state } of takeSnapshots(restored)) restoreSnapshot(again, scope, state)
    const nearing = [at(2 * hour + 1_800, 300), at(2 * hour + 2_400, 147)]
    expect(rankBy(again, nearing)).toEqual(['P3', 'P3 to P2 nearer'])
  })

  it('fixes that come late end in the same ranks as those that come in order', () => {
    const fixes = [...visit(0, 300), ...visit(2 * hour, 300)]
    const late = { receivedAtMs: fixes.at(-1)!.receivedAtMs + 1_000 }
    const delayed = fixes.slice(0, 6).map((fix, index) => (index === 3 ? { ...fix, ...late } : fix))
    const [held] = delayed.splice(3, 1)
    expect(rank([...delayed, ...fixes.slice(6), held!])).toEqual(['P2', 'P3'])
  })
})

describe('a further approach of one person within a day', () => {
  const world = { orders: [makeOrder({ locationBans: [], proximityBans: [makePair()] })] }

  it('a second one is listed, and called out at half of what was left of the way', () => {
    expect(rank([...meet(0, 1_800), ...meet(2 * hour, 1_700)], world)).toEqual(['P2', 'P3'])
    expect(rank([...meet(0, 1_800), ...meet(2 * hour, 1_399)], world)).toEqual(['P2', 'P2'])
  })

  it('one that was ranked lower for a common road makes none after it a further one', () => {
    const road = [0, 60, 120, 180].flatMap((second) => [
      makeVictimFix(second, 25 * second),
      makeFix(second + 5, 25 * (second + 5), 2_040 - 0.6 * second),
    ])
    const fixes = [...road, ...part(900), ...meet(2 * hour, 1_700)]
    expect(rank(fixes, world)).toEqual(['P3', 'P2'])
  })
})

describe('an approach that passes by', () => {
  // North along a line 800 m east of the middle, so 300 m from the border where it is nearest.
  const along = (second: number, northMeters: number) => makeFix(second, 800, northMeters)
  const leaving = [along(0, -900), along(60, 350)]

  it('one that moves away is listed, for one that closes in is called out', () => {
    expect(rank(leaving)).toEqual(['P3'])
    expect(rank([along(0, -900), along(60, -350)])).toEqual(['P2'])
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

function at(second: number, borderMeters: number): Fix {
  return makeFix(second, 500 + borderMeters + ((second / 977) % 3))
}

function away(second: number): Fix[] {
  return [at(second, 5_000), at(second + 300, 5_100)]
}

/** Within the band for ten minutes, 20 minutes in all. */
function visit(second: number, borderMeters: number): Fix[] {
  return [at(second, borderMeters), at(second + 600, borderMeters + 3), ...away(second + 900)]
}

function meet(second: number, meters: number): Fix[] {
  const together = [0, 300].flatMap((later) => [
    makeVictimFix(second + later, later / 300),
    makeFix(second + later + 5, meters + later / 300),
  ])
  return [...together, ...part(second + 600)]
}

function part(second: number): Fix[] {
  return [0, 120, 240].flatMap((later) => [
    makeVictimFix(second + later, later / 300),
    makeFix(second + later + 5, 9_000 + later),
  ])
}

/** What was called out and what was listed, in order, and why one rose. */
function rank(fixes: readonly Fix[], world: World = {}): string[] {
  return rankBy(makeEngine(world), fixes)
}

function rankBy(engine: Engine, fixes: readonly Fix[]): string[] {
  return fixes.flatMap((fix): Effect[] => applyFix(engine, fix)).flatMap(describeRank)
}

function describeRank(effect: Effect): string[] {
  if (effect.type === 'alert-raised') {
    const { kind, priority } = effect.alert
    return [kind.endsWith('breach') ? `breach ${priority}` : priority]
  }
  if (effect.type !== 'alert-revised' || effect.revision.kind !== 'priority') return []
  const { priority, reason } = effect.revision
  const why = /nearer|faster|day|passes/iu.exec(reason.split('. ').at(-1) ?? '')?.[0].toLowerCase()
  const words: Readonly<Record<string, string>> = { day: 'lasting', passes: 'turned' }
  return [`P3 to ${priority} ${words[why ?? ''] ?? why}`]
}
