import { describe, expect, it } from 'vitest'
import type { Effect } from '../../../src/core/model/alert.ts'
import { applyFix, restoreSnapshot, takeSnapshots } from '../../../src/core/engine/engine.ts'
import type { Engine } from '../../../src/core/engine/engine-state.ts'
import type { Fix } from '../../../src/core/model/fix.ts'
import { makeEngine, makeFix, makeOrder, makePair, makeVictimFix } from '../engine-world.ts'

const day = 86_400

/**
 * Within the band (500 m of ban, 500 m of band) for ten minutes, and away again.
 * Never the same position twice.
 */
function visit(second: number, borderMeters: number): Fix[] {
  const odd = (second / 3_600) % 10
  const at = (offset: number, meters: number) => makeFix(second + offset, 500 + meters + odd)
  return [
    at(0, 5_000),
    at(300, borderMeters),
    at(600, borderMeters + 3),
    at(900, 5_000),
    at(1_200, 5_100),
  ]
}

/** Each more than a day after the one before, at about the same distance. */
function visits(count: number, borderMeters: number): Fix[] {
  return Array.from({ length: count }, (_, index) =>
    visit(index * apart, borderMeters + (index % 3)),
  ).flat()
}
const apart = 25 * 3_600

function raise(engine: Engine, fixes: readonly Fix[]): string[] {
  return fixes
    .flatMap((fix): Effect[] => applyFix(engine, fix))
    .flatMap((effect) =>
      effect.type === 'alert-raised' ? [`${effect.alert.kind} ${effect.alert.priority}`] : [],
    )
}

const loud = 'location-ban-approach P2'
const quiet = 'location-ban-approach P3'

describe('an approach of an area by somebody who is there day after day', () => {
  it('an approach by habit ranks lower from the sixth visit on, and stays listed', () => {
    const raised = raise(makeEngine(), visits(8, 200))
    expect(raised).toHaveLength(8)
    expect(raised.slice(0, 5)).toEqual(Array(5).fill(loud))
    expect(raised.slice(5)).toEqual(Array(3).fill(quiet))
  })

  it('an approach nearer than the usual ones is reported in full', () => {
    const engine = makeEngine()
    raise(engine, visits(8, 200))
    const start = 8 * apart
    const nearer = [
      makeFix(start, 5_500),
      makeFix(start + 300, 701),
      makeFix(start + 400, 664),
      makeFix(start + 500, 645),
      makeFix(start + 600, 590),
    ]
    expect(raise(engine, nearer)).toEqual([quiet, loud])
  })

  it('an approach is not made usual by one visit that was nearer', () => {
    const engine = makeEngine()
    raise(engine, [...visits(8, 200), ...visit(8 * apart, 90)])
    const again = visit(9 * apart, 92)
    expect(raise(engine, again)).toEqual([loud])
  })

  it('an approach is reported in full again for two weeks after the person was in the ban', () => {
    const engine = makeEngine()
    raise(engine, visits(8, 200))
    const start = 8 * apart
    const inside = [0, 60, 120].map((second) => makeFix(start + second, 100 + second))
    const out = [300, 400, 500].map((second) => makeFix(start + second, 5_000 + second))
    expect(raise(engine, [...inside, ...out])).toContain('location-ban-breach P1')
    expect(raise(engine, visit(start + apart, 200))).toEqual([loud])
  })

  describe('a breach in a rest that was never left', () => {
    /** At one place 30 m outside for so many minutes, two minutes inside, there again, and away. */
    const drift = (start: number, { minutes = 40, inMinutes = 2, meters = 478 }): Fix[] => {
      const noise = (minute: number) => 2 * Math.sin(minute)
      const from = start + 60 * minutes
      const until = from + 60 * inMinutes
      const stay = (second: number, count: number, at: number) =>
        Array.from({ length: count }, (_, minute) =>
          makeFix(second + 60 * minute, at + noise(minute)),
        )
      return [
        makeFix(start - 300, 5_000),
        ...stay(start, minutes, 530),
        ...stay(from, inMinutes, meters),
        ...stay(until, 25, 530),
        makeFix(until + 1_800, 5_001),
        makeFix(until + 1_900, 5_002),
      ]
    }
    const rankAfter = (...drifts: Fix[][]): (string | undefined)[] => {
      const engine = makeEngine({ reportIntervalSeconds: 60 })
      raise(engine, visits(8, 30))
      const raised = drifts.flatMap((fixes) => raise(engine, fixes))
      expect(raised.filter((line) => line.includes('breach'))).toEqual(
        drifts.map(() => 'location-ban-breach P1'),
      )
      return raise(engine, visit(11 * apart, 30))
    }
    const start = 8 * apart

    it('a short breach within a rest is called, and ends no habit', () => {
      expect(rankAfter(drift(start, {}))).toEqual([quiet])
    })

    it.each([
      ['is the second within a fortnight', [drift(start, {}), drift(start + apart, {})]],
      ['leads further than the noise of two positions', [drift(start, { meters: 350 })]],
      ['lasts longer than a receiver drifts', [drift(start, { inMinutes: 20 })]],
      ['comes soon after they came', [drift(start, { minutes: 10 })]],
    ])('a breach ends the habit when it %s', (_name, drifts) => {
      expect(rankAfter(...drifts)).toEqual([loud])
    })
  })

  it('an approach by habit is not a habit of one day, however often', () => {
    const many = Array.from({ length: 12 }, (_, index) => visit(index * 3_600, 200 + index)).flat()
    expect(raise(makeEngine(), [...many, ...visit(day + 12 * 3_600, 201)]).at(-1)).toBe(loud)
  })

  it('an approach by habit cannot be crept: who comes nearer each time is called out', () => {
    const engine = makeEngine()
    raise(engine, visits(8, 400))
    const creeping = Array.from({ length: 12 }, (_, index) =>
      visit((8 + index) * apart, 400 - 20 * index),
    )
    const ranks = creeping.flatMap((fixes) => raise(engine, fixes))
    expect(ranks.slice(0, 3)).toEqual([quiet, quiet, quiet])
    expect(ranks.indexOf(loud)).toBe(3)
  })

  it('an approach by habit is remembered by a snapshot', () => {
    const engine = makeEngine()
    raise(engine, visits(8, 200))
    const restored = makeEngine()
    for (const { scope, state } of takeSnapshots(engine)) restoreSnapshot(restored, scope, state)
    expect(raise(restored, visit(8 * apart, 201))).toEqual([quiet])
  })
})

describe('an approach of two people who live near each other', () => {
  const orders = [makeOrder({ locationBans: [], proximityBans: [makePair()] })]
  const comeAndGo = (second: number, meters: number): Fix[] =>
    [
      [0, meters],
      [300, meters + 3],
      [600, 9_000],
      [720, 9_100],
      [840, 9_200],
    ].flatMap(([later, east]) => [
      makeVictimFix(second + later!, (second / 3_600) % 10),
      makeFix(second + later! + 5, east! + ((second / 3_600) % 10)),
    ])
  const living = (count: number) =>
    Array.from({ length: count }, (_, index) => comeAndGo(index * apart, 1_600)).flat()
  const called = 'proximity-approach P2'
  const listed = 'proximity-approach P3'

  it('an approach of two people by habit ranks lower from the sixth time on', () => {
    expect(raise(makeEngine({ orders }), living(8))).toEqual([
      ...Array<string>(5).fill(called),
      ...Array<string>(3).fill(listed),
    ])
  })

  it('an approach of two people 50 m nearer than usual is called out', () => {
    const engine = makeEngine({ orders })
    raise(engine, living(8))
    expect(raise(engine, comeAndGo(8 * apart, 1_530))).toEqual([called])
    expect(raise(engine, comeAndGo(9 * apart, 1_570))).toEqual([listed])
  })

  it('an approach of two people at another time of day is no habit', () => {
    const engine = makeEngine({ orders })
    const daily = Array.from({ length: 8 }, (_, index) => comeAndGo(index * day, 1_600)).flat()
    raise(engine, daily)
    expect(raise(engine, comeAndGo(8 * day, 1_600))).toEqual([listed])
    expect(raise(engine, comeAndGo(9 * day + 6 * 3_600, 1_600))).toEqual([called])
  })
})
